"""Whether a rollout succeeded: what was kept while everybody had the release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from statistics import median
from typing import Any

from codexreport.bounds import Bound
from codexreport.measure import Measure, Origin, State
from codexreport.rollout.signals import Kind, Signal, unfit
from codexreport.rollout.trend import FEWEST, theil_sen
from codexreport.series import EventSeries
from codexreport.window import Window, format_duration
from codexreport.wording import figure, percent

_HOUR = 3600


class Aim(StrEnum):
    """What a success criterion is about."""

    ERROR_RATE = "error_rate"
    P95 = "p95"
    P99 = "p99"
    UPTIME = "uptime"
    MEMORY = "memory"

    @property
    def kind(self) -> Kind:
        """What its source is asked for."""
        if self in {Aim.UPTIME, Aim.MEMORY}:
            return Kind.HEALTH
        return Kind(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing that has to be kept.

    Attributes:
        aim: What it is about.
        signal: What is asked.
        limit: What has to hold, such as `< 0.1 %`, `<= 200 ms`, `>= 99.9 %`; of memory the most
            that it may grow in the span, as a share of its level.
    """

    aim: Aim
    signal: Signal
    limit: Bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What a gauge said.

    Attributes:
        times: Unix seconds, increasing.
        values: What was read.
        problem: Why they cannot be taken, a sentence; empty where they can.
        origins: The bytes.
    """

    times: Sequence[float] = ()
    values: Sequence[float] = ()
    problem: str = ""
    origins: tuple[Origin, ...] = ()


def judge_events(
    criterion: Criterion,
    series: EventSeries | None,
    *,
    window: Window,
    now: datetime,
    problem: str,
    min_coverage: Fraction,
) -> Measure:
    """Whether a share of events was kept over the whole span.

    Uptime is told exactly from what was seen: what was not seen may have been up or down, and where
    that decides it is unknown. Of the others enough has to be seen.

    Args:
        criterion: What has to hold.
        series: What was counted; None where its source gave nothing.
        window: The span, of which everybody had the release.
        now: The moment of the judgement, aware.
        problem: Why there is no series.
        min_coverage: The share of the span that must be observed.
    """
    why = unfit(series, problem)
    if why or series is None:
        return _measure(criterion, window, None, State.UNKNOWN, why)
    inside = series.between(window.start_s, min(window.end_s, now.timestamp()))
    good, valid = Fraction(float(inside.good.sum())), Fraction(float(inside.valid.sum()))
    coverage = min(Fraction(1), len(inside.start) * inside.width / _seconds(window))
    if not valid:
        value, state, told = None, State.UNKNOWN, "Nothing was counted."
    elif criterion.aim is Aim.UPTIME:
        value = good / valid
        state, told = _uptime(criterion, value, coverage)
    else:
        value = 1 - good / valid
        state, told = _kept(criterion, value), f"{percent(value)} of {figure(valid)} were bad."
        if coverage < min_coverage:
            state, told = State.UNKNOWN, f"Only {percent(coverage)} of the span was observed."
    state, told = _when_over(window, now, state, told)
    return _measure(
        criterion,
        window,
        value,
        state,
        told,
        coverage=coverage,
        sample_size=int(valid),
        origins=series.origins,
    )


def _uptime(criterion: Criterion, value: Fraction, coverage: Fraction) -> tuple[State, str]:
    """Judged both ways: all that was not seen was down, and all of it was up."""
    down, up = value * coverage, 1 - (1 - value) * coverage
    states = {_kept(criterion, down), _kept(criterion, up)}
    told = f"{percent(value)} of what was seen was up, {percent(coverage)} was seen."
    return (states.pop() if len(states) == 1 else State.UNKNOWN), told


def _when_over(window: Window, now: datetime, state: State, told: str) -> tuple[State, str]:
    if now.timestamp() < window.end_s:
        return State.UNKNOWN, f"The span is not over. {told}"
    return state, told


def judge_growth(
    criterion: Criterion,
    readings: Readings,
    *,
    window: Window,
    now: datetime,
    min_coverage: Fraction,
) -> Measure:
    """Whether a gauge such as memory grew: its growth over the span, as a share of its level.

    The slope is Theil and Sen's of the hours' medians, so that a few odd readings do not count. It
    is a leak where even the lower bound of its 95 % interval is over the limit, none where the
    upper bound is under it, and unknown between. Enough hours have to be seen.

    Args:
        criterion: The most that it may grow.
        readings: What was read.
        window: The span.
        now: The moment of the judgement, aware.
        min_coverage: The share of the span's hours that must have a reading.
    """
    levels = _hourly(readings, window, now)
    trend = theil_sen([at for at, _ in levels], [level for _, level in levels])
    level = median(value for _, value in levels) if levels else 0.0
    problem = readings.problem
    if not problem and trend is None:
        problem = f"It takes readings of {FEWEST} hours; there are {len(levels)}."
    elif not problem and level <= 0:
        problem = "Its level is not over 0."
    if problem or trend is None:
        return _measure(criterion, window, None, State.UNKNOWN, problem, origins=readings.origins)
    scale = float(_seconds(window)) / level
    growth, low, high = (one * scale for one in (trend.slope, trend.low, trend.high))
    limit = float(criterion.limit.limit("ratio", None))
    state = State.FAIL if low > limit else State.PASS if high <= limit else State.UNKNOWN
    told = f"It grows by {growth:.1%} in {format_duration(window.length)}"
    told += f", 95 % interval {low:.1%} to {high:.1%}."
    coverage = min(Fraction(1), len(levels) * _HOUR / _seconds(window))
    if coverage < min_coverage:
        state, told = State.UNKNOWN, f"Only {percent(coverage)} of the span was observed. {told}"
    state, told = _when_over(window, now, state, told)
    return _measure(
        criterion,
        window,
        growth,
        state,
        told,
        interval=(low, high),
        sample_size=len(levels),
        coverage=coverage,
        origins=readings.origins,
    )


def _hourly(readings: Readings, window: Window, now: datetime) -> list[tuple[int, float]]:
    """The median of each hour of the span, with its seconds since the span began."""
    hours: dict[int, list[float]] = {}
    for at, value in zip(readings.times, readings.values, strict=True):
        if window.start_s <= at < min(window.end_s, now.timestamp()):
            hours.setdefault(int((at - window.start_s) // _HOUR), []).append(value)
    return [(hour * _HOUR, median(values)) for hour, values in sorted(hours.items())]


def _seconds(window: Window) -> Fraction:
    return Fraction(round(window.length.total_seconds()))


def _kept(criterion: Criterion, value: Fraction) -> State:
    bound = criterion.limit
    if criterion.aim in {Aim.P95, Aim.P99}:
        return State.PASS if value <= criterion.aim.kind.beyond else State.FAIL
    return State.PASS if bound.holds(value, bound.limit("ratio", None)) else State.FAIL


def _measure(
    criterion: Criterion,
    window: Window,
    value: Fraction | float | None,
    state: State,
    reason: str,
    **more: Any,
) -> Measure:
    return Measure(
        name=f"rollout.success.{criterion.aim.value}",
        subject=criterion.signal.name,
        value=value,
        unit="ratio",
        window=window,
        state=state,
        reason=f"{criterion.signal.title} {criterion.limit.text}: {reason}",
        **more,
    )
