"""What the weekly report says in words: its headline, what needs a decision, what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from itertools import groupby

from codexreport.display.numbers import day, percent, short_day
from codexreport.measure import Measure, Number, State, worst
from codexreport.slo.history import WeekPoint
from codexreport.slo.weekly import ObjectiveWeek
from codexreport.window import Window

LOW_BUDGET = Fraction(1, 4)
"""Share of the budget below which the reader is asked to decide what may still be risked."""

FAR_S = 10 * 365 * 86_400
"""A budget that lasts longer than this is not given a day."""

SOON_S = 7 * 86_400
"""A budget that lasts less than this at the present burn is a matter for today's meeting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Something someone has to do.

    Attributes:
        what: One sentence.
        owner: The team; empty where the project names none.
        due: The day it should be settled by.
    """

    what: str
    owner: str
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Something the report could not tell."""

    what: str
    reason: str


def overall(weeks: Sequence[ObjectiveWeek]) -> State:
    """The report's state: that of its worst objective."""
    return worst(week.state for week in weeks)


def headline(weeks: Sequence[ObjectiveWeek]) -> str:
    """The answer in one sentence, two with the deciding figure; `tally` says the rest."""
    if not weeks:
        return "There are no objectives, so nothing is promised and nothing is known."
    failed = _in(weeks, State.FAIL)
    unknown = _in(weeks, State.UNKNOWN, State.ERROR)
    if len(unknown) == len(weeks):
        which = "the objective" if len(weeks) == 1 else f"any of the {len(weeks)} objectives"
        return f"Nothing is known of {which}. {unknown[0].reason}"
    if failed:
        also = f" Not known: {_names(unknown)}." if unknown else ""
        return f"{_count(failed, weeks)} missed: {_names(failed)}. {failed[0].reason}{also}"
    if unknown:
        kept = _in(weeks, State.PASS, State.WARNING)
        return f"{_count(kept, weeks)} kept. Not known: {_names(unknown)}. {unknown[0].reason}"
    if warned := _in(weeks, State.WARNING):
        return f"{_all(weeks)} kept, with a warning: {_names(warned)}."
    return f"{_all(weeks)} kept. {tightest(weeks)}".strip()


def tally(weeks: Sequence[ObjectiveWeek]) -> str:
    """How many objectives are in each state, the worst first: `1 missed, 5 kept`."""
    counted = (
        (len(_in(weeks, State.FAIL)), "missed"),
        (len(_in(weeks, State.UNKNOWN, State.ERROR)), "not known"),
        (len(_in(weeks, State.WARNING)), "kept with a warning"),
        (len(_in(weeks, State.PASS)), "kept"),
    )
    return ", ".join(f"{number} {word}" for number, word in counted if number)


def tightest(weeks: Sequence[ObjectiveWeek]) -> str:
    """Which budget has the least left, as a sentence; empty where none is known."""
    known = [
        (remaining, week)
        for week in weeks
        if (remaining := known_value(week.budget.remaining)) is not None
    ]
    if not known:
        return ""
    left, week = min(known, key=lambda pair: pair[0])
    return f"The tightest budget is that of {week.objective.display_name}: {percent(left)} left."


def decisions(weeks: Sequence[ObjectiveWeek]) -> tuple[Decision, ...]:
    """What someone has to decide or do, with the owner and the next weekly review as its day."""
    return tuple(
        Decision(
            what=f"{week.objective.display_name}: {what}",
            owner=week.objective.owner,
            due=_next_review(week),
        )
        for week in sorted(weeks, key=lambda one: _URGENCY.get(one.state, len(_URGENCY)))
        if (what := _action(week))
    )


def unknowns(weeks: Sequence[ObjectiveWeek]) -> tuple[Unknown, ...]:
    """Everything that could not be told, by name."""
    found = []
    for week in weeks:
        name = week.objective.display_name
        if week.state in {State.UNKNOWN, State.ERROR}:
            found.append(Unknown(what=f"{name}, the week", reason=week.reason))
        elif week.budget.remaining.state is State.UNKNOWN:
            found.append(
                Unknown(what=f"{name}, the error budget", reason=week.budget.remaining.reason)
            )
        found += [
            Unknown(what=f"{name}, {_from_to(points)}", reason=points[0].reason)
            for points in _alike(week.history[:-1])
            if points[0].state is State.UNKNOWN
        ]
    return tuple(found)


def gone_by(week: ObjectiveWeek) -> date | None:
    """The day the error budget is gone if the last day's burn goes on; None where never.

    It is counted from the moment that was measured at, not from that of the report.
    """
    lasting, window = known_value(week.exhaustion), week.exhaustion.window
    if lasting is None or window is None or not lasting < FAR_S:
        return None
    return datetime.fromtimestamp(window.end_s + float(lasting), window.end.tzinfo).date()


def week_name(point: WeekPoint) -> str:
    """What a reader calls a week; another span is called by its first day."""
    window = point.window
    is_week = window == Window.week_of(window.start, window.zone_name)
    return point.label if is_week else short_day(window.start)


def known_value(measure: Measure) -> Number | None:
    """A measure's value, unless too little was seen to trust it."""
    return None if measure.state is State.UNKNOWN else measure.value


_URGENCY = {State.FAIL: 0, State.ERROR: 1, State.UNKNOWN: 2, State.WARNING: 3}


def _action(week: ObjectiveWeek) -> str:
    """What to do about one objective; empty where nothing needs doing."""
    left = known_value(week.budget.remaining)
    if week.state in {State.UNKNOWN, State.ERROR}:
        return f"find out why it is not known, and restore the data. {week.reason}"
    if week.state is State.FAIL:
        return f"find the cause, and decide whether releases slow down. {_left(left)}"
    return _budget_action(week, left)


def _budget_action(week: ObjectiveWeek, left: Number | None) -> str:
    """What to do about the budget of a kept week."""
    lasting = known_value(week.exhaustion)
    if left is not None and left < 0:
        return f"decide what waits until the error budget has recovered. {_left(left)}"
    if lasting is not None and lasting < SOON_S and (gone := gone_by(week)):
        passed = gone < week.as_of.astimezone(week.week.end.tzinfo).date()
        verb = "was to be" if passed else "is"
        return (
            "stop the burn: at the rate of the window's last day the budget "
            f"{verb} gone by {day(gone)}."
        )
    if left is not None and left < LOW_BUDGET:
        return f"agree which risky changes can wait. {_left(left)}"
    if week.state is State.WARNING:
        return f"look into the fast burn. {week.reason}"
    return ""


def _next_review(week: ObjectiveWeek) -> date:
    """The day after the next whole week, when weeks are looked at; never before the report."""
    latest = max(week.week.end, week.as_of)
    return Window.week_of(latest, week.week.zone_name).end.date()


def _alike(history: Sequence[WeekPoint]) -> list[list[WeekPoint]]:
    """Consecutive weeks of the same state for the same reason, together."""
    return [list(some) for _, some in groupby(history, key=lambda one: (one.state, one.reason))]


def _from_to(points: Sequence[WeekPoint]) -> str:
    """Weeks in a row by name: `2026-W20 to W28`."""
    first, last = points[0].label, points[-1].label
    if first == last:
        return f"week {first}"
    year, _, number = last.partition("-")
    return f"weeks {first} to {number if first.startswith(f'{year}-') else last}"


def _left(left: Number | None) -> str:
    return "" if left is None else f"{percent(left)} of the error budget is left."


def _in(weeks: Sequence[ObjectiveWeek], *states: State) -> list[ObjectiveWeek]:
    return [week for week in weeks if week.state in states]


def _all(weeks: Sequence[ObjectiveWeek]) -> str:
    return "The objective was" if len(weeks) == 1 else f"All {len(weeks)} objectives were"


def _count(some: Sequence[ObjectiveWeek], weeks: Sequence[ObjectiveWeek]) -> str:
    if len(weeks) == 1:
        return _all(weeks)
    verb = "was" if len(some) == 1 else "were"
    return f"{len(some)} of {len(weeks)} objectives {verb}"


def _names(weeks: Sequence[ObjectiveWeek]) -> str:
    return ", ".join(week.objective.display_name for week in weeks)
