"""The data that integration tests run on: where it is from, and whether it is fresh enough."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import ClassVar

from codexreport.facts import About
from codexreport.integration.figures import none_of, shown, unfilled
from codexreport.measure import Measure, State
from codexreport.text import listed
from codexreport.wording import count

_LATEST_ZONE = timedelta(hours=14)
_DAYS = {
    "daily": 1,
    "nightly": 1,
    "weekly": 7,
    "fortnightly": 14,
    "monthly": 31,
    "quarterly": 92,
    "yearly": 366,
    "annually": 366,
}
_UNITS = {"day": 1, "week": 7, "month": 31, "year": 366}
_EVERY = re.compile(r"(?:every\s+)?(?P<number>[0-9]{1,4})?\s*(?P<unit>day|week|month|year)s?")
_FIXED = frozenset({"static", "never", "fixed", "frozen"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """How often a data set is made anew.

    Attributes:
        days: The most days between two times; None: it is fixed, and never is.
    """

    days: int | None


def cadence_of(written: str) -> Cadence | None:
    """What people write: `daily`, `every 2 weeks`, `30 days`, `static`; None if it is none."""
    text = written.strip().lower()
    if text in _FIXED:
        return Cadence(days=None)
    if days := _DAYS.get(text):
        return Cadence(days=days)
    match = _EVERY.fullmatch(text)
    number = int(match["number"] or 1) if match else 0
    return Cadence(days=number * _UNITS[match["unit"]]) if match and number else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """One data set.

    Attributes:
        name: What people call it.
        source: Where it is from; empty where nothing says.
        cadence: How often it is made anew; None where that is not understood.
        refreshed: The day it last was; None where nothing says.
        line: Where it stands in the file, 1-based.
    """

    name: str
    source: str
    cadence: Cadence | None
    refreshed: date | None
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TestDataInventory:
    """The data sets that somebody wrote down.

    Attributes:
        sets: In the file's order.
        blanks: Places that were never filled in.
        observed: Always None: an inventory does not say when it was written.
        commit: Always empty.
    """

    __test__: ClassVar[bool] = False  # pytest collects classes by the name Test
    kind: ClassVar[str] = "test data"

    sets: tuple[DataSet, ...]
    blanks: tuple[str, ...] = ()
    observed: datetime | None = None
    commit: str = ""

    def summary(self) -> str:
        """Such as `4 data sets, 3 of them refreshed`."""
        moving = sum(one.cadence is None or one.cadence.days is not None for one in self.sets)
        return f"{count(len(self.sets), 'data sets')}, {moving} of them refreshed"

    def measures(self, about: About) -> tuple[Measure, ...]:
        """Which are overdue, and of which nobody can tell."""
        doubts = unfilled(self.blanks)
        unsure = [*filter(None, (_unsure(one, about.now) for one in self.sets))]
        lost = (f"Not known: {listed(unsure)}.",) if unsure else ()
        return (
            shown(about, "test_data.sets", len(self.sets), "data sets", doubts),
            none_of(
                about,
                "test_data.overdue",
                [*filter(None, (_overdue(one, about.now) for one in self.sets))],
                what="Overdue",
                doubts=lost or doubts,
                of=len(self.sets),
                unit="data sets",
            ),
            none_of(
                about,
                "test_data.undated",
                unsure,
                what="Not known",
                bad=State.UNKNOWN,
                doubts=doubts,
                of=len(self.sets),
                unit="data sets",
            ),
        )


def _unsure(one: DataSet, now: datetime) -> str:
    """Why nobody can tell whether it is fresh; empty where one can."""
    name = f"line {one.line}"
    if not one.source:
        return f"{name} names no source"
    if one.cadence is None:
        return f"{name} has no refresh cadence that is understood"
    if one.cadence.days is None:
        return ""
    if one.refreshed is None:
        return f"{name} does not say when it was last refreshed"
    latest = (now.astimezone(timezone.utc) + _LATEST_ZONE).date()
    return (
        f"{name} was refreshed on {one.refreshed}, still to come" if one.refreshed > latest else ""
    )


def _overdue(one: DataSet, now: datetime) -> str:
    """Since when it should have been made anew; empty where it need not be."""
    if one.cadence is None or one.cadence.days is None or one.refreshed is None:
        return ""
    age = (now.astimezone(timezone.utc).date() - one.refreshed).days
    if age <= one.cadence.days:
        return ""
    most = count(one.cadence.days, "days")
    return f"{one.name}, refreshed {count(age, 'days')} ago, {most} is the most"
