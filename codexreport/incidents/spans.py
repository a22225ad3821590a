"""Arithmetic on spans of time: exact, in real elapsed time, whatever zones they are written in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from fractions import Fraction

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)

Span = tuple[datetime, datetime]
"""First moment inside, and first moment after."""


def since_epoch(moment: datetime) -> timedelta:
    """How long after 1970 in UTC an aware moment is: what moments are compared by.

    Python compares and subtracts two times of one zone by their wall clocks, which is an hour
    wrong over a change of clocks; the distance to a moment in UTC is always real.
    """
    return moment - _EPOCH


def elapsed(start: datetime, end: datetime) -> timedelta:
    """From `start` to `end`; negative where `end` comes first."""
    return since_epoch(end) - since_epoch(start)


def seconds(length: timedelta) -> Fraction:
    """A length of time in seconds, exactly."""
    return Fraction(length // _MICROSECOND, 1_000_000)


def union(spans: Iterable[Span], within: Span | None = None) -> timedelta:
    """How long at least one of `spans` goes on, clipped to `within`; overlaps count once."""
    first, last = map(since_epoch, within) if within else (None, None)
    covered, reached = timedelta(), first
    for start, end in sorted((since_epoch(start), since_epoch(end)) for start, end in spans):
        begins = start if reached is None else max(start, reached)
        ends = end if last is None else min(end, last)
        if ends > begins:
            covered += ends - begins
            reached = ends
    return covered


@dataclass(frozen=True, slots=True)
class Spread:
    """What a number of durations amount to.

    Attributes:
        number: How many they are.
        median: In seconds; the mean of the middle two of an even number.
        mean: In seconds.
    """

    number: int
    median: Fraction
    mean: Fraction


def spread(durations: Sequence[timedelta]) -> Spread | None:
    """Median and mean of durations; None of none."""
    if not durations:
        return None
    ordered, number = sorted(durations), len(durations)
    middle = ordered[(number - 1) // 2] + ordered[number // 2]
    return Spread(number, seconds(middle) / 2, seconds(sum(ordered, timedelta())) / number)
