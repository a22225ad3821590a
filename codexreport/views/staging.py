"""The staging report: what the cells of `notebooks/staging.ipynb` show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from codexreport.display.base import Block
from codexreport.display.blocks import Group
from codexreport.views.decision import DecisionReport
from codexreport.views.sections import flags_block


def staging(
    *,
    project: str = "",
    decision: str = "staging-stability",
    release: str = "",
    now: str = "",
    offline: bool = False,
) -> Staging:
    """Measure staging and decide whether what runs there may be promoted.

    The arguments, and what is raised, are those of `DecisionReport.make`.
    """
    return Staging.make(
        project=project, decision=decision, release=release, now=now, offline=offline
    )


@dataclass(frozen=True, kw_only=True)
class Staging(DecisionReport):
    """Whether staging is steady enough to promote."""

    kind: ClassVar[str] = "staging"
    title: ClassVar[str] = "Staging"

    def performance(self) -> Group:
        """How fast, against budgets."""
        return self.speed()

    def telemetry(self) -> Block:
        """Which services give logs, metrics and traces."""
        return self.figures("integration.telemetry", caption="Telemetry", feeds="telemetry")

    def flags(self) -> Block:
        """Feature flags, as they are defined."""
        return flags_block(self.measured.files)
