"""From a Prometheus server's answers to an indicator's event series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from codexreport.errors import SourceError
from codexreport.series import Ask, EventSeries, Indicator, RatioIndicator, ThresholdIndicator
from codexreport.sources.base import Snapshot
from codexreport.sources.counters import Selected, count_events, event_series
from codexreport.sources.increase import MOST, CounterSamples, Floats, Grid, Increase, moment
from codexreport.sources.observations import observations
from codexreport.sources.prometheus_api import Answer, read_answer
from codexreport.sources.prometheus_plan import (
    Mode,
    is_per_second,
    mode_of,
    other_windows,
    query_of,
    roles_of,
    selectors_of,
)

_PULL_AGAIN = "Run once without --offline, to pull it again."
_WRITE_ZERO = "If that means no such events, write ... or vector(0)."


def read_series(
    indicator: Indicator, ask: Ask, snapshots: Sequence[Snapshot], lookback: float
) -> EventSeries:
    """Understand the answers to all of an indicator's questions.

    Args:
        indicator: What was asked for.
        ask: The span and the buckets.
        snapshots: The answers, each with its question as `request`.
        lookback: Seconds between two samples above which the time between was not observed.

    Raises:
        SourceError: An answer is missing or not understood.
    """
    answers = {role: _answer(role, snapshots) for role in roles_of(indicator)}
    grid = _grid(ask, snapshots)
    series = _series(indicator, answers, grid, lookback)
    said = answers.values()
    return replace(
        series,
        contradictions=_joined(*(one.contradictions for one in said), series.contradictions),
        notes=_joined(*(one.notes for one in said), series.notes),
        origins=tuple(origin for snapshot in snapshots for origin in snapshot.origins),
    )


def read_gauge(snapshots: Sequence[Snapshot]) -> tuple[Floats, Floats, str]:
    """What a gauge said: Unix seconds, what was read, and why it cannot be taken.

    The last, a sentence, is empty where it can.

    Args:
        snapshots: What answered a `ThresholdIndicator`.

    Raises:
        SourceError: An answer is missing or not understood.
    """
    answer = _answer("value", snapshots)
    one = _One.of(answer, "value")
    return one.times, one.values, " ".join(filter(None, [one.refusal, *answer.contradictions]))


def _joined(*sentences: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentence for group in sentences for sentence in group))


def _answer(role: str, snapshots: Sequence[Snapshot]) -> Answer:
    mine = [snapshot for snapshot in snapshots if snapshot.request.get("role") == role]
    if not mine:
        raise SourceError(
            f"There is no answer to the {role} query.",
            advice=_PULL_AGAIN,
        )
    return read_answer(mine)


def _grid(ask: Ask, snapshots: Sequence[Snapshot]) -> Grid:
    ends = [end for one in snapshots if isinstance(end := one.request.get("end"), int)]
    if len(ends) < len(snapshots):
        raise SourceError("A snapshot does not say until when it answers.", advice=_PULL_AGAIN)
    width = int(ask.bucket.total_seconds())
    return Grid.inside(ask.span.start_s, min(ask.span.end_s, max(ends)), width)


def _series(
    indicator: Indicator, answers: Mapping[str, Answer], grid: Grid, lookback: float
) -> EventSeries:
    if isinstance(indicator, ThresholdIndicator):
        return _observed(indicator, answers["value"], grid)
    selectors = selectors_of(indicator)
    if mode_of(indicator) is not Mode.SAMPLES or selectors is None:
        return _server_counts(indicator, answers, grid)
    total, part = (
        Selected(
            selector=selectors[role],
            series=[
                CounterSamples(labels=one.labels, times=one.times, values=one.values)
                for one in answers[role].series
            ],
        )
        for role in roles_of(indicator)
    )
    return count_events(indicator, total, part, grid, lookback)


@dataclass(frozen=True, slots=True, eq=False)
class _One:
    """The one series of an expression, without its NaN; or why it is not one."""

    times: Floats
    values: Floats
    refusal: str = ""

    @classmethod
    def of(cls, answer: Answer, role: str) -> _One:
        if refusal := _not_one(len(answer.series), role):
            return cls(np.empty(0), np.empty(0), refusal)
        times, values = answer.series[0].times, answer.series[0].values
        real = ~np.isnan(values)
        return cls(times[real], values[real])


def _not_one(found: int, role: str) -> str:
    if found > 1:
        return f"The {role} query gives {found} series where one is expected; write sum(...)."
    if found == 1:
        return ""
    advice = "" if role in ("total", "value") else f" {_WRITE_ZERO}"
    return f"The {role} query gives no series.{advice}"


def _observed(indicator: ThresholdIndicator, answer: Answer, grid: Grid) -> EventSeries:
    one = _One.of(answer, "value")
    if one.refusal:
        return EventSeries(width=grid.width, contradictions=(one.refusal,))
    return observations(indicator, one.times, one.values, grid)


def _server_counts(
    indicator: RatioIndicator, answers: Mapping[str, Answer], grid: Grid
) -> EventSeries:
    singles = {role: _One.of(answer, role) for role, answer in answers.items()}
    if refusals := tuple(one.refusal for one in singles.values() if one.refusal):
        return EventSeries(width=grid.width, contradictions=refusals)
    counting = _from_edges if indicator.counter else _from_buckets
    total_role, part_role = roles_of(indicator)
    total, part = (
        counting(role, query_of(metric), singles[role], grid)
        for role, metric in roles_of(indicator).items()
    )
    alone = int(np.sum(total.observed & ~part.observed))
    if alone:
        note = (
            f"In {alone} buckets the {part_role} query gave nothing while the {total_role} query "
            f"did: they count as not observed. {_WRITE_ZERO}"
        )
        seen = total.observed & part.observed
        total = replace(total, observed=seen, notes=(*total.notes, note))
    return event_series(part_role, total, part, grid)


def _from_buckets(role: str, query: str, one: _One, grid: Grid) -> Increase:
    """Counts that the server worked out, one evaluation at each bucket's end."""
    at = np.searchsorted(grid.starts + grid.width, one.times)
    on_edge = (at < grid.count) & (one.times == grid.start + (at + 1) * grid.width)
    counts, observed = np.zeros(grid.count), np.zeros(grid.count, dtype=np.bool_)
    factor = grid.width if is_per_second(query) else 1
    counts[at[on_edge]] = one.values[on_edge] * factor
    observed[at[on_edge]] = True
    return Increase(
        counts=np.where(np.abs(counts) < MOST, counts, 0),
        observed=observed,
        contradictions=(*_unfit_windows(role, query, grid.width), *_impossible(role, one)),
        notes=("The server extrapolates these counts; they need not be whole.",),
    )


def _unfit_windows(role: str, query: str, width: int) -> tuple[str, ...]:
    windows = ", ".join(other_windows(query, width))
    if not windows:
        return ()
    sentence = (
        f"The {role} query counts over {windows} while a bucket is {width} s long; "
        "write [{{.window}}]."
    )
    return (sentence,)


def _from_edges(role: str, _query: str, one: _One, grid: Grid) -> Increase:
    """Differences of an expression's readings at the buckets' edges.

    After a drop nothing can be said about the bucket: which part of the expression began anew,
    and at what reading, is not visible.
    """
    edges = grid.start + grid.width * np.arange(grid.count + 1)
    readings = np.full(grid.count + 1, np.nan)
    known = np.isin(edges, one.times)
    readings[known] = one.values[np.isin(one.times, edges)]
    growth = np.diff(np.where(np.abs(readings) < MOST, readings, np.nan))
    observed = growth >= 0
    drops = int(np.sum(growth < 0))
    method = (
        f"The {role} query is no plain selector: its counts are differences between the edges "
        "of buckets, where the reset of a part can hide events."
    )
    notes = [method]
    if drops:
        notes.append(f"The {role} query dropped in {drops} buckets; they count as not observed.")
    return Increase(
        counts=np.where(observed, growth, 0),
        observed=observed,
        contradictions=_impossible(role, one),
        notes=tuple(notes),
    )


def _impossible(role: str, one: _One) -> tuple[str, ...]:
    wrong = np.flatnonzero((one.values < 0) | (one.values >= MOST))
    if not wrong.size:
        return ()
    value, time = one.values[wrong[0]], one.times[wrong[0]]
    return (f"The {role} query counts {value:g} events at {moment(time)}, which cannot be.",)
