"""What the weekly report says in words: its headline, what needs a decision, what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from codexreport.display.numbers import duration, percent
from codexreport.measure import Measure, Number, State, worst
from codexreport.slo.weekly import ObjectiveWeek

LOW_BUDGET = Fraction(1, 4)
"""Share of the budget below which the reader is asked to decide what may still be risked."""

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
        return f"Nothing is known of any of the {len(weeks)} objectives. {unknown[0].reason}"
    if failed:
        return f"{_count(failed, weeks)} missed: {_names(failed)}. {failed[0].reason}"
    if unknown:
        kept = _in(weeks, State.PASS, State.WARNING)
        return f"{_count(kept, weeks)} kept. Not known: {_names(unknown)}. {unknown[0].reason}"
    if warned := _in(weeks, State.WARNING):
        return f"All {len(weeks)} objectives were kept, with a warning: {_names(warned)}."
    return f"All {len(weeks)} objectives were kept. {tightest(weeks)}".strip()


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
            due=(week.week.end + timedelta(days=7)).date(),
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
            Unknown(what=f"{name}, week {point.label}", reason=point.reason)
            for point in week.history[:-1]
            if point.state is State.UNKNOWN
        ]
    return tuple(found)


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
    if left is not None and lasting is not None and lasting < SOON_S:
        return f"stop the burn: at the last day's rate the budget is gone in {duration(lasting)}."
    if left is not None and left < LOW_BUDGET:
        return f"agree which risky changes can wait. {_left(left)}"
    if week.state is State.WARNING:
        return f"look into the fast burn. {week.reason}"
    return ""


def _left(left: Number | None) -> str:
    return "" if left is None else f"{percent(left)} of the error budget is left."


def _in(weeks: Sequence[ObjectiveWeek], *states: State) -> list[ObjectiveWeek]:
    return [week for week in weeks if week.state in states]


def _count(some: Sequence[ObjectiveWeek], weeks: Sequence[ObjectiveWeek]) -> str:
    verb = "was" if len(some) == 1 else "were"
    return f"{len(some)} of {len(weeks)} objectives {verb}"


def _names(weeks: Sequence[ObjectiveWeek]) -> str:
    return ", ".join(week.objective.display_name for week in weeks)
