"""The plan of an integration test: scenarios, who has them, and when testing may begin and end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from codexreport.facts import About
from codexreport.integration.figures import none_of, shown, unfilled
from codexreport.measure import Measure
from codexreport.wording import count

SECTIONS = ("Entry criteria", "Exit criteria", "Rollback")
"""Headings under which a plan must say something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scenario.

    Attributes:
        name: What people call it.
        owner: Team that runs it; empty where none is named.
        acceptance: When it is accepted; empty where nothing says.
    """

    name: str
    owner: str
    acceptance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPlan:
    """What one plan says.

    Attributes:
        scenarios: In the file's order.
        empty: Those of `SECTIONS` that are not there, or say nothing yet.
        blanks: Places that were never filled in.
        observed: Always None: a plan does not say when it was written.
        commit: Always empty.
    """

    __test__: ClassVar[bool] = False  # pytest collects classes by the name Test
    kind: ClassVar[str] = "test plan"

    scenarios: tuple[Scenario, ...]
    empty: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()
    observed: datetime | None = None
    commit: str = ""

    def summary(self) -> str:
        """Such as `6 scenarios, 1 of 3 sections to fill in`."""
        told = count(len(self.scenarios), "scenarios")
        left = f", {len(self.empty)} of {len(SECTIONS)} sections to fill in"
        return told + (left if self.empty else "")

    def measures(self, about: About) -> tuple[Measure, ...]:
        """How many scenarios there are, and what the plan leaves open."""
        doubts = unfilled(self.blanks)
        parts = len(self.scenarios) + len(SECTIONS)
        if not self.scenarios:
            doubts += ("It lists no scenarios.",)
        return (
            shown(about, "plan.scenarios", len(self.scenarios), "scenarios", doubts),
            none_of(
                about,
                "plan.incomplete",
                self._incomplete(),
                of=parts,
                unit="parts",
                what="Incomplete",
                doubts=doubts,
            ),
        )

    def _incomplete(self) -> list[str]:
        found = [f"the section {name}" for name in self.empty]
        found += [f"{one.name} has no owner" for one in self.scenarios if not one.owner]
        without = (one for one in self.scenarios if not one.acceptance)
        return found + [f"{one.name} has no acceptance criteria" for one in without]
