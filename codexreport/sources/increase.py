"""How much counters grew in each bucket, from raw samples: resets, births and gaps included.

Unlike a server's `increase()` nothing is extrapolated: every event a sample shows is counted
once, in the bucket that sample falls in. (Prometheus' documentation, "Functions": a decrease
of a counter is a reset.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from codexreport.window import format_duration

Floats = NDArray[np.float64]

MOST = 2.0**63
"""What a counter of whole events cannot reach: a minus one that lost its sign, or damage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The buckets (start + k * width, start + (k + 1) * width] of a span, in Unix seconds.

    A sample speaks of the time before it, so one that stands on an edge belongs to the bucket
    that ends there.
    """

    start: int
    width: int
    count: int

    @classmethod
    def inside(cls, start_s: float, end_s: float, width: int) -> Grid:
        """The whole buckets, at multiples of `width` seconds, inside [start_s, end_s)."""
        first, last = ceil(start_s / width), floor(end_s / width)
        return cls(start=first * width, width=width, count=max(0, last - first))

    @property
    def end(self) -> int:
        """End of the last bucket."""
        return self.start + self.count * self.width

    @property
    def starts(self) -> NDArray[np.int64]:
        """Start of each bucket."""
        return self.start + self.width * np.arange(self.count, dtype=np.int64)

    def unseen(self, observed: NDArray[np.bool_]) -> tuple[str, ...]:
        """What to say where there are samples and none of the buckets was observed whole."""
        if observed.any():
            return ()
        width = format_duration(timedelta(seconds=self.width))
        return (f"No whole bucket of {width} has been observed yet.",)

    def bucket_of(self, times: Floats) -> NDArray[np.int64]:
        """Index of the bucket each moment falls in; below 0 or from `count` up where in none."""
        return np.ceil((times - self.start) / self.width).astype(np.int64) - 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CounterSamples:
    """Raw samples of one counter.

    Attributes:
        labels: Its label set; `job` and `instance` together say which target it was scraped from.
        times: Unix seconds, strictly increasing.
        values: The counter's readings; NaN says that the series ended there.
    """

    labels: Mapping[str, str]
    times: Floats
    values: Floats

    @property
    def target(self) -> tuple[str, str]:
        """What was scraped."""
        return self.labels.get("job", ""), self.labels.get("instance", "")


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """A time in which a target was not seen.

    Attributes:
        after: The last sample before it, in Unix seconds.
        until: The first sample after it, in Unix seconds.
        reset: Whether a counter began anew meanwhile, so that events may be lost.
        target: Job and instance.
    """

    after: float
    until: float
    reset: bool
    target: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Increase:
    """What several counters counted together.

    Attributes:
        counts: Events per bucket of the grid.
        observed: Whether the bucket was looked at; where it was not, its count means nothing.
        contradictions: Readings no counter can have, in sentences.
        notes: What else a reader should know, in sentences.
        resets: When counters were first seen to have begun anew, in Unix seconds.
        gaps: When a target that came back was not seen.
    """

    counts: Floats
    observed: NDArray[np.bool_]
    contradictions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    resets: frozenset[float] = frozenset()
    gaps: frozenset[Gap] = frozenset()


def increase(
    series: Sequence[CounterSamples],
    grid: Grid,
    *,
    lookback: float,
    companions: Sequence[CounterSamples] = (),
) -> Increase:
    """Add up what `series` counted in each bucket.

    The growth between two samples goes to the bucket of the later one. A drop is a reset: the
    reading after it is what was counted since. A series that appears, or comes back after being
    away, while its target was being scraped all along counts from zero, because client
    libraries make a label set at its first event and forget it only with the process; any
    other series counts from its first sample. A bucket is observed where samples at most
    `lookback` apart span it, or where growth was counted into it.

    Args:
        series: The counters to add up, with samples from one `lookback` before the grid on.
        grid: The buckets.
        lookback: Seconds between two samples above which the time between was not observed.
        companions: Other counters of the same targets, to tell what was being scraped.
    """
    tally = _Tally(grid)
    scraped = _by_target((*series, *companions))
    for one in series:
        siblings = scraped[one.target]
        samples = _Samples.of(one)
        tally.refuse(one)
        tally.add(_growth(samples, siblings, grid.start, lookback))
        tally.cover(samples.segments(lookback))
    return tally.result()


def _by_target(series: Iterable[CounterSamples]) -> dict[tuple[str, str], list[CounterSamples]]:
    found: dict[tuple[str, str], list[CounterSamples]] = {}
    for one in series:
        siblings = found.setdefault(one.target, [])
        if one.times.size:
            siblings.append(one)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Samples:
    """A series without its NaN markers; `ended[i]` says that one stood before sample i."""

    times: Floats
    values: Floats
    ended: NDArray[np.bool_]

    @classmethod
    def of(cls, series: CounterSamples) -> _Samples:
        real = (series.values >= 0) & (series.values < MOST)
        before = np.concatenate(([0], np.cumsum(np.isnan(series.values))))[:-1][real]
        return cls(series.times[real], series.values[real], np.diff(before, prepend=0) > 0)

    def apart(self, lookback: float) -> NDArray[np.bool_]:
        """For each sample but the first: whether the time before it was not observed."""
        return (np.diff(self.times) > lookback) | self.ended[1:]

    def segments(self, lookback: float) -> list[tuple[float, float]]:
        """First and last moment of each stretch without a gap."""
        if not self.times.size:
            return []
        breaks = np.flatnonzero(self.apart(lookback))
        firsts = self.times[np.concatenate(([0], breaks + 1))]
        lasts = self.times[np.concatenate((breaks, [self.times.size - 1]))]
        return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class _Growth:
    """What one series counted: how much at which moments, and what happened on the way."""

    times: Floats
    amounts: Floats
    resets: Floats
    gaps: tuple[Gap, ...]


def _growth(
    samples: _Samples, siblings: Sequence[CounterSamples], start: float, lookback: float
) -> _Growth:
    times, values = samples.times, samples.values
    amounts = np.diff(values)
    reset = amounts < 0
    gaps: list[Gap] = []
    for at in np.flatnonzero(samples.apart(lookback)):
        before, after = float(times[at]), float(times[at + 1])
        if _scraped_between(siblings, before, after, lookback):
            reset[at] = True
        elif after - before > lookback:
            gaps.append(Gap(before, after, bool(reset[at]), siblings[0].target))
    amounts = np.where(reset, values[1:], amounts)
    moments = times[1:]
    resets = moments[reset]
    if times.size and _born(siblings, float(times[0]), start, lookback):
        moments, amounts = times, np.concatenate((values[:1], amounts))
    return _Growth(moments, amounts, resets, tuple(gaps))


def _born(siblings: Sequence[CounterSamples], first: float, start: float, lookback: float) -> bool:
    """Whether a series that begins at `first` is new rather than newly seen.

    It is where the same scrape gave a sibling that was there before, or where the target had
    been scraped for longer than a series can stay unnoticed.
    """
    if first <= start:
        return False
    elders = (one.times for one in siblings if one.times[0] < first)
    return any(times[0] <= first - lookback or bool((times == first).any()) for times in elders)


def _scraped_between(
    siblings: Sequence[CounterSamples], before: float, after: float, lookback: float
) -> bool:
    """Whether one known instance was scraped all along while a series of it was away."""
    if not siblings or not siblings[0].target[1]:
        return False
    seen = [
        one.times[np.searchsorted(one.times, before, "right") : np.searchsorted(one.times, after)]
        for one in siblings
    ]
    between = np.unique(np.concatenate(seen))
    if not between.size:
        return False
    holes = np.diff(np.concatenate(([before], between, [after])))
    return bool(holes.max() <= lookback)


class _Tally:
    """The sums so far."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._counts = np.zeros(grid.count)
        self._observed = np.zeros(grid.count, dtype=np.bool_)
        self._resets: set[float] = set()
        self._gaps: set[Gap] = set()
        self._contradictions: list[str] = []

    def refuse(self, series: CounterSamples) -> None:
        wrong = np.flatnonzero((series.values < 0) | (series.values >= MOST))
        if wrong.size:
            value, time = series.values[wrong[0]], series.times[wrong[0]]
            self._contradictions.append(
                f"A counter of {series.target[1] or 'the metric'} reads {value:g} at "
                f"{moment(time)}, which no counter can."
            )

    def add(self, growth: _Growth) -> None:
        bucket = self._grid.bucket_of(growth.times)
        inside = (bucket >= 0) & (bucket < self._grid.count)
        np.add.at(self._counts, bucket[inside], growth.amounts[inside])
        self._observed[bucket[inside]] = True
        start, end = self._grid.start, self._grid.end
        self._resets.update(time for time in growth.resets.tolist() if start < time <= end)
        self._gaps.update(gap for gap in growth.gaps if gap.until > start and gap.after < end)

    def cover(self, segments: Iterable[tuple[float, float]]) -> None:
        start, width = self._grid.start, self._grid.width
        for first, last in segments:
            low, high = ceil((first - start) / width), floor((last - start) / width)
            self._observed[max(0, low) : max(0, high)] = True

    def result(self) -> Increase:
        return Increase(
            counts=self._counts,
            observed=self._observed,
            contradictions=tuple(sorted(set(self._contradictions))),
            resets=frozenset(self._resets),
            gaps=frozenset(self._gaps),
        )


def moment(seconds: float) -> str:
    """A moment for a sentence, in UTC to the second."""
    return f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
