"""Action items with the state that their tracker has them in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from codexreport.display.base import Block
from codexreport.display.numbers import day
from codexreport.display.status import StateBadge
from codexreport.display.tables import Column, Table, WebLink
from codexreport.incidents.actions import ActionItem


def action_table(items: Sequence[ActionItem], now: datetime, caption: str) -> Table:
    """Each action item: where it stands, whose it is, and where it can be read."""
    return Table(
        caption=caption,
        columns=[
            Column("Action"),
            Column("State"),
            Column("How it stands", wide=True),
            Column("Owner"),
            Column("Due"),
            Column("Link"),
        ],
        rows=[_row(one, now) for one in items],
        stacked=True,
    )


def _row(one: ActionItem, now: datetime) -> list[str | Block]:
    return [
        f"{one.id}: {one.title}",
        StateBadge(one.judged(now)),
        one.told(now),
        one.owner or "nobody",
        day(one.due) if one.due else "no day is set",
        WebLink(one.url) if one.url else "none",
    ]
