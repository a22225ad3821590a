"""Budgets of money and time as CSV: a line for each work item, in a team's own words.

Amounts are plain decimals: digits, and a point before at most six decimals. Currencies and units
stand in a column of their own, and are never converted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from codexreport.readers.notation.column_roles import column_roles, plain, require_roles
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import day_of
from codexreport.spending.items import DECIMALS, Item, Kind, Spending
from codexreport.text import one_line

_COLUMNS = {
    "item": "item|work item|budget item|line item|task|feature|epic|story|ticket|key|id|name",
    "kind": "kind|type|category",
    "unit": "unit|units|currency",
    "budget": "budget|budgeted|planned|plan|estimate|estimated|approved|allocated",
    "actual": "actual|actuals|spent|used|consumed|logged|taken",
    "period": "period|month|quarter|sprint",
    "as of": "as of|date|updated",
    "owner": "owner|responsible|assignee|assigned to|team",
}
"""What a column may be called, by what it says; the first name that is there counts."""

_NEEDED = ("item", "unit", "budget", "actual")
_KINDS = {
    **dict.fromkeys(("cost", "costs", "money", "expense", "expenses"), Kind.COST),
    **dict.fromkeys(("time", "effort", "work", "duration"), Kind.TIME),
}
_TIME_UNITS = {
    **dict.fromkeys(("minute", "minutes", "min"), "minutes"),
    **dict.fromkeys(("hour", "hours", "h", "hrs", "person hours"), "hours"),
    **dict.fromkeys(("day", "days", "d", "person days"), "days"),
    **dict.fromkeys(("week", "weeks", "w", "person weeks"), "weeks"),
}
_CURRENCY = re.compile(r"[A-Z]{3}")
_AMOUNT = re.compile(rf"\d{{1,15}}(?:\.\d{{1,{DECIMALS}}})?")
_MAYBE_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
"""`1.200` is twelve hundred to some and one and a fifth to others."""
_SHOWN = 40
_FIRST_ZONE = timedelta(hours=14)
"""How much earlier than in UTC a day begins somewhere."""


class SpendingReader:
    """What was planned and what was taken, for each work item."""

    format: ClassVar[str] = "spending"
    title: ClassVar[str] = "Cost and time against budget (CSV)"
    made_by: ClassVar[str] = "by hand or from a tracker: item,kind,unit,budget,actual,owner"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.CSV})

    def recognises(self, document: Document) -> bool:
        """It has an item, a unit, a budget and an actual figure."""
        return set(_NEEDED) <= column_roles(document, _COLUMNS).keys()

    def parse(self, document: Document) -> Spending:
        """Understand every row.

        Raises:
            SourceError: A column is missing, an amount is none, or an item stands there twice.
        """
        roles = column_roles(document, _COLUMNS)
        require_roles(document, roles, _COLUMNS, _NEEDED)
        lines: dict[tuple[str, ...], int] = {}
        items, moments = [], []
        for line, row in document.rows():
            cells = {role: row[column].strip() for role, column in roles.items()}
            item = _item(document, line, cells)
            if (first := lines.setdefault(item.identity, line)) != line:
                raise document.error(f"{item.name} stands on line {first} already", line=line)
            items.append(item)
            moments.append(_as_of(document, line, cells.get("as of", "")))
        known = [moment for moment in moments if moment is not None]
        observed = min(known) if known and len(known) == len(moments) else None
        return Spending(items=tuple(items), observed=observed)


def _item(document: Document, line: int, cells: Mapping[str, str]) -> Item:
    if not cells["item"]:
        raise document.error("the item has no name", line=line)
    kind, unit = _kind_and_unit(document, line, cells)
    return Item(
        name=cells["item"],
        kind=kind,
        unit=unit,
        budget=_amount(document, line, cells["budget"], "budget"),
        actual=_amount(document, line, cells["actual"], "actual"),
        period=cells.get("period", ""),
        owner=cells.get("owner", ""),
    )


def _kind_and_unit(document: Document, line: int, cells: Mapping[str, str]) -> tuple[Kind, str]:
    """A currency is money and a unit of time is time, whatever a column of kinds repeats."""
    written = cells["unit"]
    if unit := _TIME_UNITS.get(plain(written)):
        found = Kind.TIME
    elif _CURRENCY.fullmatch(unit := written.upper()):
        found = Kind.COST
    else:
        raise document.error(
            f"the unit is {one_line(written, _SHOWN)!r}, expected a currency such as EUR, or hours,"
            " days or weeks",
            line=line,
        )
    said = cells.get("kind", "")
    if _KINDS.get(plain(said), found) is not found:
        raise document.error(
            f"the kind is {one_line(said, _SHOWN)!r}, expected {found.value}: the unit is {unit}",
            line=line,
        )
    return found, unit


def _amount(document: Document, line: int, written: str, what: str) -> Fraction | None:
    """An exact amount; None where nothing stands there.

    Raises:
        SourceError: It is negative, has a comma, a separator of thousands, or a currency.
    """
    if not written:
        return None
    shown = f"{what} is {one_line(written, _SHOWN)!r}"
    if _MAYBE_THOUSANDS.fullmatch(written):
        raise document.error(
            f"{shown}, which may be thousands or decimals",
            line=line,
            advice="Write 1200 for twelve hundred, or 1.2 for one and a fifth.",
        )
    if not _AMOUNT.fullmatch(written) or not written.isascii():
        raise document.error(
            f"{shown}, expected a number from 0 with digits and a decimal point alone",
            line=line,
            advice="Write for example 1200.50.",
        )
    return Fraction(Decimal(written))


def _as_of(document: Document, line: int, written: str) -> datetime | None:
    """The first moment of that day anywhere, so that a line never looks younger than it is."""
    day = day_of(document, written, "as of", line=line)
    if day is None:
        return None
    try:
        return datetime.combine(day, time(), timezone.utc) - _FIRST_ZONE
    except OverflowError as error:
        raise document.error(f"as of is {one_line(written, _SHOWN)!r}", line=line) from error
