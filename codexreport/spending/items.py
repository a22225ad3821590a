"""Work items with a budget of money or time, and how much of it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.text import listed
from codexreport.wording import NO_BREAK, count, percent

WARNING_SHARE = Fraction(9, 10)
"""Where more of a budget is used, it is nearly gone."""

DECIMALS = 6
"""How many an amount has at most."""


class Kind(StrEnum):
    """What a budget is of."""

    COST = "cost"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of a budget.

    Attributes:
        name: The work item, in the team's own words.
        kind: Whether it is about money or time.
        unit: The currency, or the unit of time; amounts of different units are never added.
        budget: What it may take, exact and not negative; None where nothing says.
        actual: What it has taken, likewise.
        period: The span it is of, in the team's own words; empty where it is the whole.
        owner: The team or role that acts; empty where none is named.
    """

    name: str
    kind: Kind
    unit: str
    budget: Fraction | None
    actual: Fraction | None
    period: str = ""
    owner: str = ""

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What no two lines of one budget share."""
        return self.name, self.kind.value, self.unit, self.period

    @property
    def over(self) -> bool:
        """Whether it is known to have taken more than it may."""
        if self.budget is None or self.actual is None:
            return False
        return self.actual > self.budget


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """One budget, line by line.

    Attributes:
        items: In the order of the file.
        observed: When its oldest line was brought up to date; None where nothing says.
        commit: Always empty: budgets are of no revision.
    """

    kind: ClassVar[str] = "spending"

    items: tuple[Item, ...]
    observed: datetime | None = None
    commit: str = ""

    def summary(self) -> str:
        """Such as `12 budget items, 1 over its budget`."""
        total = count(len(self.items), "budget items")
        return f"{total}, {sum(one.over for one in self.items)} over budget"

    def measures(self, about: About) -> tuple[Measure, ...]:
        """How many lines there are; for each unit what was planned, taken, used and exceeded."""
        empty = "" if self.items else "It lists no item."
        state = State.UNKNOWN if empty else State.NOT_APPLICABLE
        total = about.measure("spending.items", len(self.items), "items", state, empty)
        return (total, *self._by_unit(about))

    def _by_unit(self, about: About) -> Iterator[Measure]:
        for kind, unit in sorted({(one.kind, one.unit) for one in self.items}):
            some = [one for one in self.items if (one.kind, one.unit) == (kind, unit)]
            yield from _measures(replace(about, subject=f"{about.subject}: {unit}"), kind, some)


def _measures(about: About, kind: Kind, items: Sequence[Item]) -> Iterator[Measure]:
    """Of lines of one kind and unit."""
    unit = items[0].unit
    budgets = [one.budget for one in items if one.budget is not None]
    actuals = [one.actual for one in items if one.actual is not None]
    missing = _missing("Without a budget", items, lambda one: one.budget is None)
    unspent = _missing("Without an actual figure", items, lambda one: one.actual is None)
    for word, amounts, reason in (("budget", budgets, missing), ("actual", actuals, unspent)):
        yield about.measure(
            f"spending.{kind.value}.{word}",
            sum(amounts, Fraction()),
            unit,
            State.UNKNOWN if reason else State.NOT_APPLICABLE,
            reason,
            formula=f"sum over {len(amounts)} of {count(len(items), 'items')}",
            sample_size=len(amounts),
        )
    planned, taken = sum(budgets, Fraction()), sum(actuals, Fraction())
    yield _used(about, kind, unit, planned, taken, missing, unspent)
    yield _over(about, kind, items, " ".join(filter(None, (missing, unspent))))


def _used(
    about: About,
    kind: Kind,
    unit: str,
    planned: Fraction,
    taken: Fraction,
    missing: str,
    unspent: str,
) -> Measure:
    """Over budget is certain where every budget is known; anything else needs every figure."""
    share = taken / planned if planned and not missing else None
    state, reason = State.PASS, ""
    if taken > planned and not missing:
        state, reason = State.FAIL, "More is used than there is."
    elif missing or unspent:
        state, reason = State.UNKNOWN, " ".join(filter(None, (missing, unspent)))
    elif share is None:
        state, reason = State.UNKNOWN, "There is no budget, and nothing of it is used."
    elif share > WARNING_SHARE:
        shown = percent(share, apart_from=WARNING_SHARE)
        state, reason = State.WARNING, f"{shown} is used, and a warning begins over 90 %."
    return about.measure(
        f"spending.{kind.value}.used",
        share,
        "ratio",
        state,
        reason,
        formula=f"{_amount(taken)} of {_amount(planned)} {unit}",
    )


def _over(about: About, kind: Kind, items: Sequence[Item], doubt: str) -> Measure:
    """The lines that took more than they may, by name, each with its owner."""
    over = [one for one in items if one.over]
    state, reason = State.PASS, ""
    if over:
        state, reason = State.WARNING, f"Over budget: {listed([_told(one) for one in over], '; ')}."
    if doubt:
        state, reason = State.UNKNOWN, " ".join(filter(None, (reason, doubt)))
    return about.measure(
        f"spending.{kind.value}.items_over",
        len(over),
        "items",
        state,
        reason,
        formula=f"of {count(len(items), 'items')}",
        sample_size=len(items),
    )


def _missing(what: str, items: Sequence[Item], which: Callable[[Item], bool]) -> str:
    found = [_name(one) for one in items if which(one)]
    return f"{what}: {listed(found)}." if found else ""


def _name(one: Item) -> str:
    return f"{one.name} ({one.period})" if one.period else one.name


def _told(one: Item) -> str:
    owner = f", {one.owner}" if one.owner else ""
    taken, planned = _amount(one.actual or Fraction()), _amount(one.budget or Fraction())
    return f"{_name(one)} with {taken} of {planned} {one.unit}{owner}"


def _amount(value: Fraction) -> str:
    """An amount as it was written: every decimal, none of them rounded."""
    whole, rest = divmod(round(value * 10**DECIMALS), 10**DECIMALS)
    decimals = f".{rest:0{DECIMALS}d}".rstrip("0").rstrip(".")
    return f"{whole:,}".replace(",", NO_BREAK) + decimals
