"""The OpenMetrics and Prometheus text formats: samples with their times, of the metrics wanted."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from codexreport.errors import SourceError
from codexreport.sources.increase import CounterSamples, Floats

_SAMPLE = re.compile(
    r"(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)"
    r"(?:\{(?P<labels>(?:[^\"}]|\"(?:[^\"\\]|\\.)*\")*)\})?"
    r"[ \t]+(?P<value>\S+)"
    r"(?:[ \t]+(?P<time>[0-9.eE+-]+))?"
    r"(?P<exemplar>[ \t]+\#.*)?[ \t]*"
)
_LABEL = re.compile(r"\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*\"((?:[^\"\\]|\\.)*)\"\s*(?:,|$)")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "\\": "\\", '"': '"'}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_NO_NUMBER = re.compile(r"[+-]?inf(?:inity)?|nan", re.IGNORECASE | re.ASCII)
_END = "# EOF"
_MILLISECONDS = 100_000_000_000
"""Prometheus text has times in milliseconds, OpenMetrics in seconds; sizes tell them apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One series of a file."""

    labels: Mapping[str, str]
    times: Floats
    values: Floats

    def as_counter(self) -> CounterSamples:
        """The same for counting."""
        return CounterSamples(labels=self.labels, times=self.times, values=self.values)


def parse(text: str, name: str, wanted: Collection[str]) -> dict[str, list[Series]]:
    """Read the samples of the metrics `wanted`, in order of time.

    Args:
        text: The whole export.
        name: What messages call it.
        wanted: Metric names, as they stand in the samples.

    Returns:
        Series by metric name.

    Raises:
        SourceError: A line is none of the format, a sample has no time, or the export is cut off:
            OpenMetrics text ends in `# EOF`, Prometheus text in a line's end.
    """
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    lines, ended = _lines(text, name)
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        place = f"{name}, line {number}"
        match = _SAMPLE.fullmatch(line)
        if match is None:
            raise SourceError(f"{place}: {line[:60]!r} is not a sample.")
        # The time of every sample is looked at: it is what gives a cut-off text away.
        time = _seconds(match["time"], place, ended=ended) if match["time"] else None
        if match["name"] in wanted:
            sample = _sample(match, time, place)
            found.setdefault((match["name"], match["labels"] or ""), []).append(sample)
    result: dict[str, list[Series]] = {}
    for (metric, labels), samples in found.items():
        result.setdefault(metric, []).append(_series(metric, labels, samples, name))
    return result


def _lines(text: str, name: str) -> tuple[list[str], bool]:
    """The lines, and whether they end as OpenMetrics does; Prometheus text has no such end."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if _END in lines:
        if any(line.strip() for line in lines[lines.index(_END) + 1 :]):
            raise SourceError(f"{name}: something follows the line {_END}.")
        return lines, True
    if "# TYPE" not in text:
        raise SourceError(f"{name} is neither OpenMetrics nor Prometheus text.")
    if lines[-1]:
        raise SourceError(f"{name} is cut off: its last line has no end.")
    return lines, False


def _seconds(text: str, place: str, *, ended: bool) -> float:
    """A time in Unix seconds, of a whole OpenMetrics text or else of Prometheus text."""
    time = _number(text, place)
    if ended and not 0 <= time < _MILLISECONDS:
        raise SourceError(f"{place}: {text[:30]} is no time in seconds, as OpenMetrics has it.")
    if not ended and 0 <= time < _MILLISECONDS:
        raise SourceError(
            f"{place}: the time is in seconds, as OpenMetrics has it, but no line {_END} ends the "
            "text: it is cut off.",
            advice="Export it again, whole; Prometheus text has its times in milliseconds.",
        )
    if not ended and not 0 <= time < _MILLISECONDS * 1000:
        raise SourceError(f"{place}: {text[:30]} is no time in milliseconds.")
    return time if ended else time / 1000


def _sample(match: re.Match[str], time: float | None, place: str) -> tuple[float, float]:
    if time is None:
        raise SourceError(
            f"{place}: the sample has no time.",
            advice="Export with timestamps; a single scrape tells nothing of a week.",
        )
    return time, _number(match["value"], place)


def _number(text: str, place: str) -> float:
    if not _NUMBER.fullmatch(text) and not _NO_NUMBER.fullmatch(text):
        raise SourceError(f"{place}: {text[:60]!r} is no number.")
    return float(text)


def _series(metric: str, labels: str, samples: list[tuple[float, float]], name: str) -> Series:
    data = np.array(samples, dtype=np.float64)
    order = np.argsort(data[:, 0], kind="stable")
    times, values = data[order, 0], data[order, 1]
    if np.any(np.diff(times) == 0):
        raise SourceError(f"{name}: {metric}{{{labels[:60]}}} has two samples of the same time.")
    return Series(_labels(labels, f"{name}: {metric}"), times, values)


def _labels(text: str, place: str) -> dict[str, str]:
    labels: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = _LABEL.match(text, position)
        if match is None:
            raise SourceError(f"{place}{{{text[:60]}}} has broken labels.")
        if match[1] in labels:
            raise SourceError(f"{place}{{{text[:60]}}} has the label {match[1]} twice.")
        labels[match[1]] = _ESCAPE.sub(lambda one: _ESCAPES.get(one[1], one[0]), match[2])
        position = match.end()
    return labels
