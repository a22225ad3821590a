"""Code coverage: how much of the code the tests went through, by counts and never by rates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import ClassVar

from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.wording import count, percent

_NO_BOUND = "No bound is set for coverage."


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many lines or branches."""

    covered: int
    total: int

    @property
    def ratio(self) -> Fraction | None:
        """Exact; None where there is nothing to cover, or more is covered than there is."""
        return Fraction(self.covered, self.total) if 0 <= self.covered <= self.total > 0 else None


NOTHING = Share(covered=0, total=0)


def total(shares: Iterable[Share]) -> Share:
    """The sum of parts that do not overlap; ratios are never averaged."""
    parts = list(shares)
    return Share(covered=sum(p.covered for p in parts), total=sum(p.total for p in parts))


def worse(counted: Share, told: Share | None) -> Share:
    """Of what the entries come to and what a summary says: the one with the lower ratio."""
    if told is None or told == counted:
        return counted
    if not counted.total:
        return told
    if counted.ratio is None or told.ratio is None:
        return counted if counted.ratio is None else told
    return min(counted, told, key=lambda share: share.ratio or Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCoverage:
    """One source file, named as the tool names it."""

    name: str
    lines: Share
    branches: Share = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What one coverage report says.

    Attributes:
        lines: Lines or statements that ran, of those that could.
        branches: Branches that were taken; none in total where they were not measured.
        files: The source files; empty where a report holds totals alone.
        observed: When it was measured, aware; None where nothing says.
        commit: The revision it names; empty where it names none.
        notes: Where it contradicts itself, a sentence each.
    """

    kind: ClassVar[str] = "coverage"

    lines: Share
    branches: Share = NOTHING
    files: tuple[FileCoverage, ...] = ()
    observed: datetime | None = None
    commit: str = ""
    notes: tuple[str, ...] = ()

    def summary(self) -> str:
        """Such as `91.2 % of 1 204 lines, 80 % of 310 branches`."""
        parts = [_told(share, unit) for share, unit in self._shares()]
        return ", ".join(parts)

    def measures(self, about: About) -> tuple[Measure, ...]:
        """The ratios. A team sets its own bound, in a gate: there is none that fits everybody."""
        return tuple(self._measure(about, share, unit) for share, unit in self._shares())

    def _shares(self) -> list[tuple[Share, str]]:
        branches = [(self.branches, "branches")] if self.branches.total else []
        return [(self.lines, "lines"), *branches]

    def _measure(self, about: About, share: Share, unit: str) -> Measure:
        reason = _NO_BOUND
        sound = share.ratio is not None and not self.notes
        if not share.total:
            reason = f"It holds no {unit}."
        elif share.ratio is None:
            reason = f"It says that {share.covered} of {share.total} {unit} are covered."
        return about.measure(
            f"quality.coverage.{unit}",
            share.ratio,
            "ratio",
            State.NOT_APPLICABLE if sound else State.UNKNOWN,
            " ".join([reason, *self.notes]),
            formula=f"{share.covered} covered / {share.total} {unit}",
            sample_size=share.total,
        )


def _told(share: Share, unit: str) -> str:
    if share.ratio is None:
        return f"{share.covered} of {count(share.total, unit)}"
    return f"{percent(share.ratio)} of {count(share.total, unit)}"


def compared(counted: Share, told: Share | None, unit: str) -> tuple[Share, tuple[str, ...]]:
    """The share to believe, and the sentence that says where a summary disagrees."""
    if told is None or told == counted or not counted.total:
        return worse(counted, told), ()
    note = (
        f"Its summary says {told.covered} of {told.total} {unit}, its entries come to "
        f"{counted.covered} of {counted.total}: the lower share counts."
    )
    return worse(counted, told), (note,)
