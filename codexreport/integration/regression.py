"""Spot-checks that nothing which worked before is broken now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from codexreport.facts import About
from codexreport.integration.figures import none_of, shown, unfilled
from codexreport.measure import Measure, State
from codexreport.wording import count


class CheckOutcome(StrEnum):
    """What a spot-check said."""

    PASSED = "passed"
    FAILED = "failed"
    OPEN = "open"
    """It has not been made, or its outcome is not understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotCheck:
    """One spot-check.

    Attributes:
        name: What was looked at.
        outcome: What it said.
    """

    name: str
    outcome: CheckOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class RegressionSummary:
    """The spot-checks that somebody wrote down.

    Attributes:
        checks: In the file's order.
        blanks: Places that were never filled in.
        observed: Always None: a table does not say when it was written.
        commit: Always empty.
    """

    kind: ClassVar[str] = "regression"

    checks: tuple[SpotCheck, ...]
    blanks: tuple[str, ...] = ()
    observed: datetime | None = None
    commit: str = ""

    def summary(self) -> str:
        """Such as `6 spot-checks, 1 failed`."""
        bad = (CheckOutcome.FAILED, CheckOutcome.OPEN)
        parts = [f"{len(self._named(one))} {one.value}" for one in bad if self._named(one)]
        return ", ".join([count(len(self.checks), "spot-checks"), *parts])

    def measures(self, about: About) -> tuple[Measure, ...]:
        """The numbers; a failed one fails, an open one is unknown."""
        doubts = unfilled(self.blanks)
        open_ = none_of(
            about,
            "regression.open",
            self._named(CheckOutcome.OPEN),
            of=len(self.checks),
            unit="spot-checks",
            what="Without an outcome",
            bad=State.UNKNOWN,
            doubts=doubts,
        )
        return (
            shown(about, "regression.checks", len(self.checks), "spot-checks", doubts),
            none_of(
                about,
                "regression.failed",
                self._named(CheckOutcome.FAILED),
                of=len(self.checks),
                unit="spot-checks",
                what="Failed",
                doubts=() if open_.state is State.PASS else (open_.reason,),
            ),
            open_,
        )

    def _named(self, outcome: CheckOutcome) -> list[str]:
        return [one.name for one in self.checks if one.outcome is outcome]
