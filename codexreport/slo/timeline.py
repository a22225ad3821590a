"""Observed time and exact counts: a series, less its corrections, as running integer sums.

Counts come as floats because servers extrapolate. They are held as integers, in millionths
of an event where any is fractional, so that sums are exact, do not depend on their order,
and the parts of a window add up to the whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from codexreport.series import EventSeries
from codexreport.slo.objective import Correction

Integers = NDArray[np.int64]

_FINEST_UNIT = 2**20
_LARGEST_SUM = 2.0**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Good and valid units over one span; a unit is an event or a time slice."""

    good: Fraction
    valid: Fraction

    @property
    def bad(self) -> Fraction:
        """Units that were not good."""
        return self.valid - self.good

    @property
    def sli(self) -> Fraction | None:
        """Good / valid; None where nothing was valid."""
        return self.good / self.valid if self.valid else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts:
    """Good and valid units by interval, with their running sums.

    Attributes:
        start: Unix seconds of each interval's start, increasing.
        good: Good units in it, in parts of 1 / `parts`.
        valid: Valid units in it, in the same parts.
        parts: Parts that make one unit.
        reach: Seconds from an interval's start that must lie inside a span for it to count there.
    """

    start: Integers
    good: Integers
    valid: Integers
    parts: int
    reach: int
    _good_before: Integers
    _valid_before: Integers

    @classmethod
    def of(
        cls, start: Integers, good: Integers, valid: Integers, *, parts: int, reach: int
    ) -> Counts:
        """Counts with their running sums worked out."""
        return cls(
            start=start,
            good=good,
            valid=valid,
            parts=parts,
            reach=reach,
            _good_before=_running(good),
            _valid_before=_running(valid),
        )

    def places(self, starts: ArrayLike, ends: ArrayLike) -> tuple[Integers, Integers]:
        """For each span, the index of its first interval and of the one after its last."""
        # Whole seconds, for numpy would turn all of `start` into floats to compare it with one.
        earliest = np.ceil(starts).astype(np.int64)
        latest = np.floor(ends).astype(np.int64) - self.reach
        first = np.searchsorted(self.start, earliest, side="left")
        return first, np.maximum(first, np.searchsorted(self.start, latest, side="right"))

    def sums(self, starts: ArrayLike, ends: ArrayLike) -> tuple[Integers, Integers]:
        """Good and valid parts over each span, in Unix seconds."""
        first, last = self.places(starts, ends)
        return (
            self._good_before[last] - self._good_before[first],
            self._valid_before[last] - self._valid_before[first],
        )

    def over(self, start_s: float, end_s: float) -> Tally:
        """Good and valid units over one span, in Unix seconds."""
        first, last = self.place(start_s, end_s)
        good = int(self._good_before[last] - self._good_before[first])
        valid = int(self._valid_before[last] - self._valid_before[first])
        return Tally(good=Fraction(good, self.parts), valid=Fraction(valid, self.parts))

    def place(self, start_s: float, end_s: float) -> tuple[int, int]:
        """The same as `places`, for one span."""
        first = int(self.start.searchsorted(math.ceil(start_s)))
        last = int(self.start.searchsorted(math.floor(end_s) - self.reach, side="right"))
        return first, max(first, last)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timeline:
    """What was observed, less what does not count.

    Attributes:
        width: Seconds in a bucket.
        events: Events by bucket, without the excluded buckets.
        excluded: Starts and ends of the excluded spans, in Unix seconds, flat, increasing.
    """

    width: int
    events: Counts
    excluded: Integers

    def excluded_s(self, starts: ArrayLike, ends: ArrayLike) -> NDArray[np.float64]:
        """Seconds of each span that do not count."""
        if not len(self.excluded):
            return np.zeros(np.shape(starts))
        lengths = np.diff(self.excluded)
        lengths[1::2] = 0
        before = np.concatenate(([0], np.cumsum(lengths)))
        through = np.interp(np.asarray(ends, dtype=float), self.excluded, before)
        return np.asarray(
            through - np.interp(np.asarray(starts, dtype=float), self.excluded, before)
        )

    def counted_s(self, start_s: float, end_s: float) -> Fraction:
        """Seconds of a span that count, observed or not."""
        if not len(self.excluded):
            return Fraction(end_s) - Fraction(start_s)
        return (
            Fraction(end_s) - Fraction(start_s) - Fraction(float(self.excluded_s(start_s, end_s)))
        )

    def coverage(self, start_s: float, end_s: float) -> Fraction:
        """Observed seconds / seconds that count, 0 to 1; 0 where no second counts."""
        first, last = self.events.place(start_s, end_s)
        length = self.counted_s(start_s, end_s)
        return (last - first) * self.width / length if length > 0 else Fraction(0)


def contradiction(series: EventSeries) -> str:
    """Why the counts cannot be true, in a sentence; empty where they can."""
    good, valid = series.good, series.valid
    if not (np.isfinite(good).all() and np.isfinite(valid).all()):
        return "A count is not a finite number."
    if (good < 0).any() or (valid < 0).any():
        return "A count is below zero."
    if (good > valid).any():
        return "More events were good than were valid."
    return "" if valid.sum() < _LARGEST_SUM else "The counts are too large to be events."


def timeline(series: EventSeries, corrections: Iterable[Correction] = ()) -> Timeline:
    """Take the corrected spans out of a series that does not contradict itself.

    A bucket that a correction touches anywhere is out as a whole, and so is its time.
    """
    excluded = _excluded(series, corrections)
    place = np.searchsorted(excluded, series.start, side="right")
    outside = np.searchsorted(excluded, series.start + series.width, side="left") == place
    kept = (place % 2 == 0) & outside
    parts = _parts(series)
    return Timeline(
        width=series.width,
        events=Counts.of(
            series.start[kept],
            _whole(series.good[kept], parts),
            _whole(series.valid[kept], parts),
            parts=parts,
            reach=series.width,
        ),
        excluded=excluded,
    )


def _excluded(series: EventSeries, corrections: Iterable[Correction]) -> Integers:
    """The union of the corrected spans, widened to whole buckets."""
    width = series.width
    phase = int(series.start[0]) % width if len(series.start) else 0
    spans = sorted(
        (
            int((one.start.timestamp() - phase) // width) * width + phase,
            -int(-(one.end.timestamp() - phase) // width) * width + phase,
        )
        for one in corrections
    )
    union: list[int] = []
    for start, end in spans:
        if union and start <= union[-1]:
            union[-1] = max(union[-1], end)
        else:
            union += [start, end]
    return np.array(union, dtype=np.int64)


def _parts(series: EventSeries) -> int:
    """1 where all counts are whole, else a power of two that keeps the sum within 64 bits."""
    counts = (series.good, series.valid)
    if all(bool((one == np.floor(one)).all()) for one in counts):
        return 1
    parts = _FINEST_UNIT
    while parts > 1 and float(series.valid.sum()) * parts >= _LARGEST_SUM:
        parts //= 2
    return parts


def _whole(counts: NDArray[np.float64], parts: int) -> Integers:
    return np.rint(counts * parts).astype(np.int64)


def _running(counts: Integers) -> Integers:
    sums = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=sums[1:])
    return sums
