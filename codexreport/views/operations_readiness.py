"""The operations report: what the cells of `notebooks/operations_readiness.ipynb` show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from codexreport.display.blocks import Group
from codexreport.pipeline.outcomes import delivery_rows, incident_rows
from codexreport.views.decision import DecisionReport
from codexreport.views.sections import nothing, rows_table


def operations_readiness(
    *,
    project: str = "",
    decision: str = "operations",
    release: str = "",
    now: str = "",
    offline: bool = False,
) -> OperationsReadiness:
    """Measure a project and decide whether it can be run, seen and undone.

    The arguments, and what is raised, are those of `DecisionReport.make`.
    """
    return OperationsReadiness.make(
        project=project, decision=decision, release=release, now=now, offline=offline
    )


@dataclass(frozen=True, kw_only=True)
class OperationsReadiness(DecisionReport):
    """Whether a project can be run, seen and undone."""

    kind: ClassVar[str] = "operations_readiness"
    title: ClassVar[str] = "Operations readiness"

    def monitoring(self) -> Group:
        """What is watched: alerts on objectives, and telemetry by service."""
        return Group(
            [
                self.figures("alerts", caption="Alerts on objectives", feeds="alert-rules"),
                self.figures("integration.telemetry", caption="Telemetry", feeds="telemetry"),
            ]
        )

    def deployments(self) -> Group:
        """How the latest deployments ended, and how changes reach people."""
        keys = delivery_rows(self.measures())
        what = "Delivery: DORA's four keys"
        return Group(
            [
                self.figures("deployments", caption="Deployments", feeds="deployments"),
                rows_table(keys, what) if keys else nothing(what, "deployments"),
            ]
        )

    def incidents(self) -> Group:
        """Which incidents are open, and how long the others took."""
        times = incident_rows(self.measures(), self.project.incident_targets.targets())
        return Group(
            [
                self.figures("incidents.open", caption="Open incidents", feeds="incidents"),
                *([rows_table(times, "How long incidents took")] if times else []),
            ]
        )
