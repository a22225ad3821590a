"""Action items with the state that their tracker has them in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from codexreport.display.base import Block
from codexreport.display.numbers import day
from codexreport.display.status import StateBadge
from codexreport.display.tables import Column, Table
from codexreport.incidents.actions import ActionItem, ActionState
from codexreport.measure import State
from codexreport.wording import count


def action_table(items: Sequence[ActionItem], now: datetime, caption: str) -> Table:
    """Each action item: where it stands, whose it is, and where it can be read."""
    return Table(
        caption=caption,
        columns=[
            Column("Action"),
            Column("State"),
            Column("Tracker says"),
            Column("Owner"),
            Column("Due"),
            Column("Link"),
        ],
        rows=[_row(one, now) for one in items],
        stacked=True,
    )


def standing(one: ActionItem, now: datetime) -> tuple[State, str]:
    """Whether an action item is as it was promised, and what its tracker says of it."""
    if reason := one.contradiction(now):
        return State.UNKNOWN, reason
    match one.state:
        case ActionState.CLOSED:
            return _closed(one, now)
        case ActionState.DROPPED:
            return State.NOT_APPLICABLE, "Closed without being done"
        case ActionState.OPEN:
            return _open(one, now)


def _closed(one: ActionItem, now: datetime) -> tuple[State, str]:
    match one.in_time(now):
        case True:
            return State.PASS, "Closed in time"
        case False:
            return State.FAIL, "Closed late"
        case None:
            return State.UNKNOWN, "Closed; whether in time is not known"


def _open(one: ActionItem, now: datetime) -> tuple[State, str]:
    if one.due is None:
        return State.WARNING, "Open, without a day"
    if one.overdue(now):
        return State.FAIL, f"Open, {count((now.date() - one.due).days, 'days')} overdue"
    return State.PASS if one.owner else State.WARNING, "Open"


def _row(one: ActionItem, now: datetime) -> list[str | Block]:
    state, said = standing(one, now)
    return [
        f"{one.id}: {one.title}",
        StateBadge(state),
        said,
        one.owner or "nobody",
        day(one.due) if one.due else "no day is set",
        one.url or "none",
    ]
