"""An environment against its baseline: what is the same, what is not, and what nobody looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from codexreport.facts import About
from codexreport.integration.parity import Component, Parity, measures_of
from codexreport.measure import Measure
from codexreport.wording import count


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentReport:
    """What one validation of an environment says.

    Attributes:
        environment: Its name; empty where nothing says.
        baseline: What it was compared with; empty where nothing says.
        components: What was compared.
        observed: When, aware; None where nothing says.
        commit: The revision it names; empty where it names none.
        doubts: Why it cannot be taken as the whole comparison, a sentence each.
        notes: Where it contradicts itself, a sentence each.
    """

    kind: ClassVar[str] = "environment"

    environment: str
    baseline: str
    components: tuple[Component, ...]
    observed: datetime | None = None
    commit: str = ""
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def summary(self) -> str:
        """Such as `12 components of integration, 1 different`."""
        parts = [count(len(self.components), "components")]
        parts[0] += f" of {self.environment}" if self.environment else ""
        for parity in Parity:
            number = sum(one.parity is parity for one in self.components)
            if number and parity is not Parity.SAME:
                parts.append(f"{number} {parity.value}")
        return ", ".join(parts)

    def measures(self, about: About) -> tuple[Measure, ...]:
        """The numbers, and the share that is as the baseline has it."""
        return measures_of(about, "environment", "components", self.components, self._doubts())

    def _doubts(self) -> tuple[str, ...]:
        missing = [
            what
            for what, value in (
                ("which environment it is of", self.environment),
                ("which baseline it was compared with", self.baseline),
                ("when it was made", self.observed),
            )
            if not value
        ]
        said = (f"It does not say {', '.join(missing)}.",) if missing else ()
        return (*self.doubts, *said, *self.notes)
