"""The integration report: what the cells of `notebooks/integration_validation.ipynb` show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from codexreport.display.base import Block
from codexreport.display.blocks import Group
from codexreport.views.decision import DecisionReport
from codexreport.views.sections import components_block


def integration_validation(
    *,
    project: str = "",
    decision: str = "integration",
    release: str = "",
    now: str = "",
    offline: bool = False,
) -> IntegrationValidation:
    """Measure a project and decide whether its integration may be signed off.

    The arguments, and what is raised, are those of `DecisionReport.make`.
    """
    return IntegrationValidation.make(
        project=project, decision=decision, release=release, now=now, offline=offline
    )


@dataclass(frozen=True, kw_only=True)
class IntegrationValidation(DecisionReport):
    """Whether integration may be signed off."""

    kind: ClassVar[str] = "integration_validation"
    title: ClassVar[str] = "Integration validation"

    def scope(self) -> Block:
        """Services, interfaces and what they depend on, reconciled."""
        return self.figures(
            "integration.scope",
            "integration.prerequisites",
            "integration.dependencies",
            "integration.plan",
            caption="Scope",
            feeds="scope-matrix",
        )

    def environment(self) -> Group:
        """Whether the environment is what was agreed, and its data fresh."""
        return Group(
            [
                self.figures(
                    "integration.environment", caption="Environment", feeds="environment-report"
                ),
                self.figures("integration.test_data", caption="Test data", feeds="test-data"),
            ]
        )

    def contracts(self) -> Group:
        """Whether every promise between services was verified, and what can be seen of them."""
        return Group(
            [
                self.figures("quality.contracts", caption="Contracts", feeds="pact"),
                self.figures("integration.telemetry", caption="Telemetry", feeds="telemetry"),
            ]
        )

    def execution(self) -> Group:
        """Which suites ran, which defects are open, what was looked at again."""
        return Group(
            [
                components_block(self.measured.files, self.judged_here),
                self.figures("quality.defects", caption="Known defects", feeds="defects"),
                self.figures("integration.regression", caption="Regression", feeds="regression"),
            ]
        )

    def handoff(self) -> Group:
        """What is handed on: recommendations, the evidence's manifest, who signed."""
        return Group(
            [
                self.figures(
                    "integration.recommendations",
                    caption="Recommendations",
                    feeds="recommendations",
                ),
                self.figures(
                    "integration.manifest",
                    "integration.sign_off",
                    caption="Manifest and sign-off",
                    feeds="evidence-manifest",
                ),
                self.records(),
                self.approvals(),
            ]
        )
