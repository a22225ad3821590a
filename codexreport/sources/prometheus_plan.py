"""What to ask a Prometheus server for an indicator, and in which pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from codexreport.series import Indicator, Metric, RatioIndicator
from codexreport.sources.increase import Grid
from codexreport.sources.promql import Selector, parse_selector
from codexreport.window import duration, format_duration

_WINDOW = re.compile(r"\{\{\s*\.window\s*\}\}|\$__(?:range|interval|rate_interval)\b")
_RATE = re.compile(r"\bi?rate\s*\(")
_GROWTH = re.compile(r"\b(?:i?rate|increase)\s*\(")
_RANGE = re.compile(r"\[\s*(\w+)\s*[:\]]")


class Mode(StrEnum):
    """How an indicator's events are counted.

    Attributes:
        SAMPLES: From the counters' raw samples.
        EDGES: From the readings of one counting expression at the buckets' edges.
        BUCKETS: The expression, evaluated at a bucket's end, gives the bucket's events.
        POINTS: Each evaluation of the expression is an observation.
    """

    SAMPLES = "samples"
    EDGES = "edges"
    BUCKETS = "buckets"
    POINTS = "points"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request to the server; times and step in whole Unix seconds.

    Attributes:
        role: Which of the indicator's metrics it is for.
        query: The expression, with its window filled in.
        step: 0 for raw samples, else the time between two evaluations.
    """

    role: str
    query: str
    start: int
    end: int
    step: int = 0

    @property
    def path(self) -> str:
        """The endpoint."""
        return "/api/v1/query_range" if self.step else "/api/v1/query"

    @property
    def form(self) -> dict[str, str]:
        """The request's parameters."""
        if not self.step:
            sent = f"{self.query}[{self.end - self.start}s]"
            return {"query": sent, "time": str(self.end)}
        return {
            "query": self.query,
            "start": str(self.start),
            "end": str(self.end),
            "step": str(self.step),
        }

    @property
    def request(self) -> dict[str, Any]:
        """What is kept beside the answer."""
        return {
            "role": self.role,
            "query": self.query,
            "start": self.start,
            "end": self.end,
            "step": self.step,
        }

    def halves(self) -> tuple[Question, Question] | None:
        """Two smaller questions for the same raw samples; None where it cannot be split."""
        middle = (self.start + self.end) // 2
        if self.step or middle - self.start < 60:  # noqa: PLR2004 - a minute is little enough
            return None
        return replace(self, end=middle), replace(self, start=middle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much to ask at once.

    Attributes:
        lookback: Seconds before the first bucket to begin at.
        chunk: Seconds of raw samples in one request.
        max_points: Evaluations in one request.
        step: Seconds between the observations of a threshold; 0 for the buckets' width.
    """

    lookback: int
    chunk: int
    max_points: int
    step: int


def query_of(metric: Metric) -> str:
    """The metric's expression."""
    return str(metric.spec["query"])


def roles_of(indicator: Indicator) -> Mapping[str, Metric]:
    """The indicator's metrics by role: `total` and `good` or `bad`, or `value`."""
    if not isinstance(indicator, RatioIndicator):
        return {"value": indicator.metric}
    if indicator.good is not None:
        return {"total": indicator.total, "good": indicator.good}
    if indicator.bad is not None:
        return {"total": indicator.total, "bad": indicator.bad}
    raise ValueError("a ratio indicator has good or bad events")


def selectors_of(indicator: Indicator) -> Mapping[str, Selector] | None:
    """The selectors of its metrics; None where one of them is another expression."""
    found = {role: parse_selector(query_of(metric)) for role, metric in roles_of(indicator).items()}
    selectors = {role: selector for role, selector in found.items() if selector is not None}
    return selectors if len(selectors) == len(found) else None


def mode_of(indicator: Indicator) -> Mode:
    """How the indicator's events are counted."""
    if not isinstance(indicator, RatioIndicator):
        return Mode.POINTS
    if not indicator.counter:
        return Mode.BUCKETS
    return Mode.SAMPLES if selectors_of(indicator) else Mode.EDGES


def has_window(query: str) -> bool:
    """Whether the expression leaves its window to be filled in."""
    return _WINDOW.search(query) is not None


def grows_by_window(query: str) -> bool:
    """Whether the expression takes the growth of counters over a window."""
    return _GROWTH.search(query) is not None


def is_per_second(query: str) -> bool:
    """Whether its values are per second."""
    return _RATE.search(query) is not None


def other_windows(query: str, width: int) -> list[str]:
    """The windows written into a growth expression that are not the bucket's width."""
    if not grows_by_window(query):
        return []
    return [text for text in _RANGE.findall(query) if _seconds(text) != width]


def _seconds(text: str) -> float:
    try:
        return duration(text).total_seconds()
    except ValueError:
        return 0.0


def questions(
    indicator: Indicator, grid: Grid, limits: Limits, *, until: int = 0
) -> Iterator[Question]:
    """Everything to ask for one indicator, role by role, in order of time.

    Args:
        indicator: What to ask for.
        grid: The whole buckets it is for.
        limits: How much to ask at once.
        until: The moment of asking, if the bucket it falls in has only begun: its samples
            are not counted, but tell a server that has just begun from one without such series.
    """
    mode = mode_of(indicator)
    selectors = selectors_of(indicator)
    for role, metric in roles_of(indicator).items():
        if mode is Mode.SAMPLES and selectors:
            yield from _sample_questions(role, selectors[role], grid, limits, until)
        else:
            yield from _range_questions(role, query_of(metric), mode, grid, limits)


def _sample_questions(
    role: str, selector: Selector, grid: Grid, limits: Limits, until: int
) -> Iterator[Question]:
    last = max(grid.end, until)
    for start in range(grid.start - limits.lookback, last, limits.chunk):
        end = min(start + limits.chunk, last)
        yield Question(role=role, query=selector.text, start=start, end=end)


def _range_questions(
    role: str, query: str, mode: Mode, grid: Grid, limits: Limits
) -> Iterator[Question]:
    step = min(limits.step or grid.width, grid.width) if mode is Mode.POINTS else grid.width
    filled = _WINDOW.sub(format_duration(timedelta(seconds=step)), query)
    first = grid.start if mode is Mode.EDGES else grid.start + step
    for start in range(first, grid.end + 1, step * limits.max_points):
        end = min(start + step * (limits.max_points - 1), grid.end)
        yield Question(role=role, query=filled, start=start, end=end, step=step)
