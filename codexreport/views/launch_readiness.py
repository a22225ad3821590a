"""The launch readiness report: what the cells of `notebooks/launch_readiness.ipynb` show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from codexreport.display.base import Block
from codexreport.display.blocks import Details, Group
from codexreport.pipeline.outcomes import delivery_rows, incident_rows, spending_rows
from codexreport.pipeline.rollout_plan import plan_of
from codexreport.views.decision import DecisionReport
from codexreport.views.rollout_blocks import plan_table
from codexreport.views.sections import (
    components_block,
    coverage_block,
    flags_block,
    nothing,
    rows_table,
)
from codexreport.views.slo_overview import objectives_table


def launch_readiness(
    *,
    project: str = "",
    decision: str = "launch",
    release: str = "",
    now: str = "",
    offline: bool = False,
) -> LaunchReadiness:
    """Measure a project and decide whether its release may go live.

    The arguments, and what is raised, are those of `DecisionReport.make`.
    """
    return LaunchReadiness.make(
        project=project, decision=decision, release=release, now=now, offline=offline
    )


@dataclass(frozen=True, kw_only=True)
class LaunchReadiness(DecisionReport):
    """GO, CONDITIONAL GO or NO-GO, and what would change it."""

    kind: ClassVar[str] = "launch_readiness"
    title: ClassVar[str] = "Launch readiness"

    def tests(self) -> Group:
        """What was tested, how much of the code that went through, and what is known broken."""
        files = self.measured.files
        defects = self.figures("quality.defects", caption="Known defects", feeds="defects")
        return Group([components_block(files, self.judged_here), coverage_block(files), defects])

    def performance(self) -> Group:
        """How fast, against budgets and the release before."""
        return self.speed()

    def objectives(self) -> Block:
        """Whether the service objectives were kept in the last whole week."""
        if not self.measured.weeks:
            return nothing("Objectives", "prometheus")
        return objectives_table(self.measured.weeks, linked=False)

    def security(self) -> Block:
        """Which vulnerabilities are open, and for how long."""
        return self.figures("supply_chain", caption="Vulnerabilities", feeds="trivy")

    def rollout(self) -> Group:
        """Feature flags, how they are rolled out, deployments, and who is woken up."""
        planned = []
        if self.project.rollout:
            table = plan_table(plan_of(self.project))
            planned = [Details("The rollout as it is planned", [table])]
        return Group(
            [
                flags_block(self.measured.files),
                *planned,
                self.figures("deployments", caption="Deployments", feeds="deployments"),
                self.figures("alerts", caption="Alerts on objectives", feeds="alert-rules"),
            ]
        )

    def delivery(self) -> Group:
        """How changes reach people, how incidents end, and what the release cost of what it may."""
        measures = self.measures()
        targets = self.project.incident_targets.targets()
        parts = (
            ("Delivery: DORA's four keys", "deployments", delivery_rows(measures)),
            ("Incidents", "incidents", incident_rows(measures, targets)),
            ("Time and cost", "spending", spending_rows(measures)),
        )
        return Group(
            [rows_table(rows, what) if rows else nothing(what, feed) for what, feed, rows in parts]
        )

    def rehearsals(self) -> Group:
        """What was tried before, and the documents to hold on to when it goes wrong."""
        return Group([self.records(), self.documents()])
