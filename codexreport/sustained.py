"""Sustained conditions: over 1 % for 5 minutes, 5 in a row; gaps neither trip nor clear.

The row of samples. A sample says one thing of its step, the half-open span [at, at + step). Where
a whole step between `since` and `as_of` has no sample, or one without a value, there is a gap: one
missing sample for each whole step. What is shorter than a step is none: a check that came late,
or a bucket that is still being filled at `as_of`. Steps that do not lie wholly inside the span are
not looked at, and what was before `since` does not count.

What it takes. `for 5m` takes as many bad samples in a row as cover 5 minutes: 5 of a minute,
20 of 15 seconds, 3 of 2 minutes (which are 6). `in_a_row = 5` takes 5, whatever the step.

What gaps do. The condition is tripped where it was whatever the missing samples were (`fail`),
clear where it was not whatever they were (`pass`), and `unknown` where it depends on them. So one
missing minute between good ones hides nothing, and one between 2 bad minutes on either side hides
5 in a row. Where nothing at all was observed it is `unknown` too.

A step wider than the hold. One bad sample of 10 minutes is over the bound as a whole, so at
least one 5 minutes in it were: of a share, or a percentile, a whole cannot be over what all its
parts keep to. It trips. A good one may hide 5 bad minutes: it never clears, and what did not trip
is `unknown`.

Taking a sample away never turns `fail` or `unknown` into `pass`. The rule that a condition must
last for a time is that of the `for` clause of alerting rules in Prometheus' documentation, where
a missing sample would clear it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import groupby, pairwise

from codexreport.bounds import Bound
from codexreport.measure import Number, State
from codexreport.moments import moment
from codexreport.window import format_duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What was seen over one step.

    Attributes:
        at: The step's first moment, aware. What a server tells at a moment about the step before
            it has that moment less the step.
        value: What was seen; None, or not a number, is the same as no sample.
    """

    at: datetime
    value: Number | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """How long a condition must last to trip. Exactly one of the two is given.

    Attributes:
        length: In time, longer than zero.
        in_a_row: In samples, at least 1.
    """

    length: timedelta | None = None
    in_a_row: int | None = None

    def __post_init__(self) -> None:
        if (self.length is None) == (self.in_a_row is None):
            raise ValueError("a hold is a length or a number in a row")
        if self.length is not None and self.length <= timedelta():
            raise ValueError("a hold is longer than zero")
        if self.in_a_row is not None and self.in_a_row < 1:
            raise ValueError("a hold is at least one in a row")

    @property
    def shown(self) -> str:
        """As in a sentence: `for 5m`, `5 times in a row`."""
        if self.length is not None:
            return f"for {format_duration(self.length)}"
        return "once" if self.in_a_row == 1 else f"{self.in_a_row} times in a row"

    def samples(self, step: timedelta) -> int:
        """How many bad samples in a row it takes, where each stands for `step`."""
        return -(-self.length // step) if self.length is not None else self.in_a_row or 1

    def finer_than(self, step: timedelta) -> bool:
        """Whether a sample stands for more time than the condition must last."""
        return self.length is not None and self.length < step


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What must not last.

    Attributes:
        bound: A sample is bad where it holds, such as `> 1 %`; not relative to a baseline.
        unit: The samples' unit, such as `ratio` or `seconds`.
        hold: How long it must last to trip.
    """

    bound: Bound
    unit: str
    hold: Hold

    @property
    def shown(self) -> str:
        """As in a sentence: `> 1 % for 5m`."""
        return f"{self.bound.text} {self.hold.shown}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Bad samples in a row, without a gap.

    Attributes:
        start: First moment of the first one, UTC.
        end: First moment after the last one, UTC.
        samples: Their number.
    """

    start: datetime
    end: datetime
    samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sustained:
    """What became of a condition over a span.

    Attributes:
        now: Whether it is tripped at the span's end: `fail`, `pass` (clear) or `unknown`.
        now_reason: The same in a sentence.
        ever: Whether it tripped anywhere in the span.
        ever_reason: The same in a sentence.
        since: Start of the stretch that is tripped now, UTC; None where none is.
        trips: The stretches that lasted long enough to trip, in order.
        longest: The longest stretch that is known, the first of equal ones; None: no bad sample.
        longest_time: What its samples stand for together.
        could_be: Samples in a row that may have been bad, had every missing one been.
        needed: Samples in a row that it takes.
        seen: Number of samples looked at.
        missing: Number of samples that are missing.
    """

    now: State
    now_reason: str
    ever: State
    ever_reason: str
    since: datetime | None
    trips: tuple[Stretch, ...]
    longest: Stretch | None
    longest_time: timedelta
    could_be: int
    needed: int
    seen: int
    missing: int


def sustained(
    samples: Iterable[Sample],
    condition: Condition,
    *,
    step: timedelta,
    since: datetime,
    as_of: datetime,
    zone_name: str = "UTC",
) -> Sustained:
    """Whether a condition lasted long enough to trip, now and ever; see the module for the rules.

    Args:
        samples: In any order, at least a step apart.
        condition: The bound they must not be over, and for how long.
        step: The time that each sample stands for.
        since: First moment looked at, aware.
        as_of: First moment not looked at, aware.
        zone_name: IANA zone that moments are told in.

    Raises:
        BoundError: The bound does not fit the unit, or is relative to a baseline.
        ValueError: Two samples are less than a step apart, or a moment has no time zone.
    """
    marks = tuple(_marks(samples, condition, step, _utc(since), _utc(as_of)))
    seen = sum(mark.count for mark in marks if mark.bad is not None)
    known = [_stretch(run, step) for run in _runs(marks, possible=False)]
    possible = [sum(mark.count for mark in run) for run in _runs(marks, possible=True)]
    longest = max(known, key=lambda one: one.samples, default=None)
    needed = condition.hold.samples(step)
    told = _Told(
        condition=condition,
        step=step,
        needed=needed,
        longest=longest,
        seen=seen,
        missing=sum(mark.count for mark in marks) - seen,
        zone_name=zone_name,
    )
    last = known[-1] if known and marks[-1].bad else None
    last_possible = possible[-1] if possible and marks[-1].bad is not False else 0
    trips = tuple(one for one in known if one.samples >= needed)
    could_be = max(possible, default=0)
    now, now_reason = told.now(last, last_possible, trips)
    ever, ever_reason = told.ever(trips, could_be)
    return Sustained(
        now=now,
        now_reason=now_reason,
        ever=ever,
        ever_reason=ever_reason,
        since=last.start if last and now is State.FAIL else None,
        trips=trips,
        longest=longest,
        longest_time=step * longest.samples if longest else timedelta(),
        could_be=could_be,
        needed=needed,
        seen=seen,
        missing=told.missing,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """One sample, or some that are missing.

    Attributes:
        bad: Whether the bound held; None where the samples are missing.
        count: Number of samples.
        at: First moment of the first one, UTC.
    """

    bad: bool | None
    count: int
    at: datetime


def _marks(
    samples: Iterable[Sample],
    condition: Condition,
    step: timedelta,
    since: datetime,
    as_of: datetime,
) -> Iterator[_Mark]:
    """The samples in order, with what is missing before, between and after them."""
    limit = condition.bound.limit(condition.unit, None)
    in_order = sorted(((_utc(one.at), one.value) for one in samples), key=lambda one: one[0])
    if any(later - earlier < step for (earlier, _), (later, _) in pairwise(in_order)):
        raise ValueError("two samples are less than a step apart")
    end = since
    for at, value in in_order:
        if at < since or at + step > as_of or value is None or math.isnan(value):
            continue
        if missing := (at - end) // step:
            yield _Mark(bad=None, count=missing, at=end)
        yield _Mark(bad=condition.bound.holds(value, limit), count=1, at=at)
        end = at + step
    if (missing := (as_of - end) // step) > 0:
        yield _Mark(bad=None, count=missing, at=end)


def _runs(marks: Iterable[_Mark], *, possible: bool) -> list[list[_Mark]]:
    """The bad marks in a row; where `possible`, with the missing ones that stand among them."""
    runs = groupby(marks, key=lambda mark: mark.bad or (possible and mark.bad is None))
    return [list(run) for bad, run in runs if bad]


def _stretch(run: list[_Mark], step: timedelta) -> Stretch:
    return Stretch(start=run[0].at, end=run[-1].at + step, samples=len(run))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What is the same in every sentence of an answer."""

    condition: Condition
    step: timedelta
    needed: int
    longest: Stretch | None
    seen: int
    missing: int
    zone_name: str

    def now(self, last: Stretch | None, possible: int, trips: tuple[Stretch, ...]) -> _Answer:
        """Whether it is tripped at the end: the last stretch, and how long it may have been."""
        if not self.seen:
            return State.UNKNOWN, "Nothing was observed."
        if last and last.samples >= self.needed:
            lasted = self._lasting(last.samples)
            return State.FAIL, f"It is {self._bad} {lasted}, since {self._at(last.start)}."
        if possible >= self.needed:
            reason = f"The last samples are not all there: it may be {self.condition.shown} now."
            return State.UNKNOWN, reason
        if self.condition.hold.finer_than(self.step):
            return State.UNKNOWN, self._too_coarse
        return State.PASS, f"It is {'no longer' if trips else 'not'} {self.condition.shown}."

    def ever(self, trips: tuple[Stretch, ...], could_be: int) -> _Answer:
        """Whether it tripped anywhere: the stretches that did, and the longest that may have."""
        if not self.seen:
            return State.UNKNOWN, "Nothing was observed."
        if trips and self.longest:
            times = f", the longest of {len(trips)} times" if len(trips) > 1 else ""
            span = f"from {self._at(self.longest.start)} to {self._at(self.longest.end)}"
            lasted = self._lasting(self.longest.samples)
            return State.FAIL, f"It was {self._bad} {lasted}, {span}{times}."
        if could_be >= self.needed:
            known = self._lasting(self.longest.samples) if self.longest else "at no time"
            reason = f"It is known to have been {self._bad} {known}, and {self._are_missing}:"
            return State.UNKNOWN, f"{reason} it may have been {self._lasting(could_be)}."
        if self.condition.hold.finer_than(self.step):
            return State.UNKNOWN, self._too_coarse
        longest = f" {self.condition.hold.shown}" if self.longest else ""
        most = f"; the most was {self._lasting(self.longest.samples)}" if self.longest else ""
        return State.PASS, f"It was never {self._bad}{longest}{most}."

    @property
    def _bad(self) -> str:
        return self.condition.bound.text

    @property
    def _are_missing(self) -> str:
        return "1 sample is missing" if self.missing == 1 else f"{self.missing} samples are missing"

    @property
    def _too_coarse(self) -> str:
        step = format_duration(self.step)
        return f"Samples of {step} cannot show that it was not {self.condition.shown}."

    def _lasting(self, samples: int) -> str:
        """That many samples in a row, in the terms of the hold."""
        if self.condition.hold.length is not None:
            return Hold(length=self.step * samples).shown
        return Hold(in_a_row=samples).shown

    def _at(self, at: datetime) -> str:
        return moment(at, self.zone_name, precise=True)


_Answer = tuple[State, str]


def _utc(at: datetime) -> datetime:
    """In UTC, where a difference is elapsed time over a change of clocks too."""
    if at.tzinfo is None:
        raise ValueError("a sample's moment carries a time zone")
    return at.astimezone(timezone.utc)
