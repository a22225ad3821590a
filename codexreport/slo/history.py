"""Week after week: verdicts, the streak of kept weeks, and when steady state can be reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache

from codexreport.measure import State
from codexreport.slo.reading import Basis, verdict
from codexreport.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPoint:
    """One week of an objective's history.

    Attributes:
        label: What people call the week.
        window: The whole week.
        over: Whether it had ended at the moment of the report.
        state: Whether the objective was kept: `PASS`, `FAIL` or `UNKNOWN`.
        sli: Good / valid; None where nothing was valid. Shown even where `state` is unknown.
        coverage: Observed share of the week, or of the part of it that had passed.
        valid: Valid units.
        bad: Bad units.
        reason: The verdict in a sentence.
    """

    label: str
    window: Window
    over: bool
    state: State
    sli: Fraction | None
    coverage: Fraction
    valid: Fraction
    bad: Fraction
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Steadiness:
    """How far an objective is on its way to steady state.

    Attributes:
        streak: Kept weeks in a row, up to the last week that is over.
        whole: Whether it reaches back to the start of the history, and so may be longer.
        needed: Kept weeks in a row that make steady state.
        earliest: The week at whose end steady state can first be reached if every week from
            now on is kept; None where it is reached.
    """

    streak: int
    whole: bool
    needed: int
    earliest: Window | None

    @property
    def reached(self) -> bool:
        """Whether steady state is reached."""
        return self.streak >= self.needed


def history(basis: Basis, week: Window, *, weeks: int, until: datetime) -> tuple[WeekPoint, ...]:
    """The last `weeks` weeks up to and with `week`, oldest first, as known at `until`."""
    return tuple(_point(basis, one, until) for one in weeks_until(week, weeks))


@lru_cache(maxsize=64)
def weeks_until(week: Window, weeks: int) -> tuple[Window, ...]:
    """So many consecutive weeks, `week` the last of them."""
    found = [week]
    while len(found) < weeks:
        found.append(found[-1].previous_week())
    return tuple(reversed(found))


def streak(states: Iterable[State]) -> int:
    """Number of `PASS` at the end of a history, oldest first; all else breaks it."""
    length = 0
    for state in states:
        length = length + 1 if state is State.PASS else 0
    return length


def steadiness(points: Sequence[WeekPoint], needed: int) -> Steadiness:
    """How many weeks in a row were kept, and when `needed` of them can first be complete.

    A week that still runs adds nothing; one that is failing already ends the streak.
    """
    told = [point.state for point in points if point.over or point.state is State.FAIL]
    length = streak(told)
    return Steadiness(
        streak=length,
        whole=0 < length == len(told),
        needed=needed,
        earliest=_earliest(points[-1], needed - length),
    )


def _earliest(last: WeekPoint, missing: int) -> Window | None:
    if missing <= 0:
        return None
    first = last.window.end if last.over or last.state is State.FAIL else last.window.start
    week = Window.week_of(first, last.window.zone_name)
    for _ in range(missing - 1):
        week = Window.week_of(week.end, week.zone_name)
    return week


def _point(basis: Basis, week: Window, until: datetime) -> WeekPoint:
    reading = basis.read(week.clipped(until) or week)
    state, reason = verdict(basis, reading)
    return WeekPoint(
        label=week.label,
        window=week,
        over=week.end_s <= until.timestamp(),
        state=state,
        sli=reading.tally.sli,
        coverage=reading.coverage,
        valid=reading.tally.valid,
        bad=reading.tally.bad,
        reason=reason,
    )
