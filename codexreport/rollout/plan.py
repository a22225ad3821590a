"""The plan of a rollout: which share of users is to have it, at any time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from fractions import Fraction

from codexreport.window import zone


class Strategy(StrEnum):
    """How fast a rollout goes. `CUSTOM` names its own steps."""

    SAFE = "safe"
    FAST = "fast"
    INSTANT = "instant"
    CUSTOM = "custom"


class AfterFreeze(StrEnum):
    """What becomes of the steps behind one that a freeze was in the way of.

    Attributes:
        SHIFT: It and all behind it wait as many days as it takes to be out of the freeze, at
            their time of day. No share is given less time than was planned for it.
        HOLD: It waits for the end of the freeze, the others keep their days. Of several that wait
            for one end, the last counts.
    """

    SHIFT = "shift"
    HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A share, and when it is reached.

    Attributes:
        day: Days of the calendar after the start, at its time of day.
        after: Real time that passes on top of it.
        share: Of the users, 0 to 1.
    """

    day: int = 0
    after: timedelta = timedelta()
    share: Fraction


def _daily(*percentages: int) -> tuple[Step, ...]:
    return tuple(Step(day=day, share=Fraction(one, 100)) for day, one in enumerate(percentages))


STRATEGIES: Mapping[Strategy, tuple[Step, ...]] = {
    Strategy.SAFE: _daily(0, 5, 10, 25, 50, 75, 100),
    Strategy.FAST: _daily(10, 50, 100),
    Strategy.INSTANT: (
        Step(share=Fraction(0)),
        Step(after=timedelta(minutes=1), share=Fraction(1)),
    ),
}
"""The steps that each strategy stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """A span in which the share does not move.

    Attributes:
        start: First moment of it, aware.
        end: First moment after it, aware.
        reason: Why, for the reader.
    """

    start: datetime
    end: datetime
    reason: str

    def holds(self, moment: datetime) -> bool:
        """Whether `moment` is inside."""
        return self.start.timestamp() <= moment.timestamp() < self.end.timestamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """One step of a plan.

    Attributes:
        at: When it is taken, in the plan's zone.
        share: Of the users, from then on.
        delayed_by: Reason of the freeze that moved it; empty where none did.
    """

    at: datetime
    share: Fraction
    delayed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which share is planned at any time.

    Attributes:
        steps: In order of time, at least one.
        freezes: In order of time.
        zone_name: IANA zone that days are counted in.
    """

    steps: tuple[PlannedStep, ...]
    freezes: tuple[Freeze, ...]
    zone_name: str

    @property
    def start(self) -> datetime:
        """When it begins."""
        return self.steps[0].at

    @property
    def full_at(self) -> datetime:
        """When everybody is to have it: the last step."""
        return self.steps[-1].at

    def step_at(self, moment: datetime) -> PlannedStep | None:
        """The step that is in force; None before the first."""
        number = bisect_right([one.at.timestamp() for one in self.steps], moment.timestamp())
        return self.steps[number - 1] if number else None

    def planned(self, moment: datetime) -> Fraction:
        """The share of users that is to have it; 0 before the first step."""
        step = self.step_at(moment)
        return step.share if step else Fraction(0)

    def next_step(self, moment: datetime) -> PlannedStep | None:
        """The first step after `moment`; None after the last."""
        later = (one for one in self.steps if one.at.timestamp() > moment.timestamp())
        return next(later, None)

    def freeze_at(self, moment: datetime) -> Freeze | None:
        """The freeze that `moment` is in."""
        return next((one for one in self.freezes if one.holds(moment)), None)


def make_plan(
    steps: Sequence[Step],
    *,
    start: datetime,
    zone_name: str,
    freezes: Iterable[Freeze] = (),
    after_freeze: AfterFreeze = AfterFreeze.SHIFT,
) -> Plan:
    """The moments at which the steps are taken.

    A day of the calendar may have 23 or 25 hours where clocks change: the step of the next day is
    taken at the same time of day. Where that time is skipped it is an hour later; of a time that
    comes twice it is the first.

    Args:
        steps: In order of time, at least one.
        start: The moment of day 0, aware.
        zone_name: IANA zone that days are counted in.
        freezes: In any order; they may overlap.
        after_freeze: What becomes of steps that fall into one, and of those behind them.
    """
    ordered = tuple(sorted(freezes, key=lambda one: (one.start, one.end, one.reason)))
    planned: list[PlannedStep] = []
    days = 0
    for step in steps:
        at, reason = _moment(step, start, zone_name, days), ""
        while freeze := next((one for one in ordered if one.holds(at)), None):
            reason = freeze.reason
            if after_freeze is AfterFreeze.SHIFT:
                days += 1
                at = _moment(step, start, zone_name, days)
            else:
                at = freeze.end.astimezone(zone(zone_name))
        if planned and planned[-1].at.timestamp() == at.timestamp():
            planned.pop()  # both waited for the end of one freeze
        planned.append(PlannedStep(at=at, share=step.share, delayed_by=reason))
    return Plan(steps=tuple(planned), freezes=ordered, zone_name=zone_name)


def _moment(step: Step, start: datetime, zone_name: str, days: int) -> datetime:
    there = zone(zone_name)
    day = start.astimezone(there) + timedelta(days=step.day + days)  # by the clock on the wall
    if step.day + days:
        day = day.replace(fold=0)
    return (day.astimezone(timezone.utc) + step.after).astimezone(there)
