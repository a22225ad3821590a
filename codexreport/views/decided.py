"""A decision about a project, with everything it was made from, as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

from codexreport import __version__
from codexreport.display.blocks import Action
from codexreport.measure import Measure, Origin, State, unique_origins, worst
from codexreport.pipeline.decide import Answer, answer
from codexreport.pipeline.measures import Measured, measure_all
from codexreport.pipeline.next_steps import command_for
from codexreport.pipeline.open import is_sample, moment_of, open_project, workspace_of
from codexreport.pipeline.questions import Question, question
from codexreport.project.model import Project
from codexreport.project.releases import phase_of
from codexreport.project.workspace import Workspace
from codexreport.readiness.decision import Decision
from codexreport.readiness.judging import Finding
from codexreport.readiness.wording import as_dict
from codexreport.views.decision_words import (
    STATES,
    findings_of,
    headline,
)
from codexreport.window import zone

SCHEMA = 1
THRESHOLDS = "performance.thresholds.failed"
"""What a load test's own thresholds say; budgets of the project take their place."""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """One decision about one project, and everything it was made from.

    Attributes:
        project: What it is about, with the release in its place.
        workspace: Where snapshots and evidence are.
        asked: The gates that are decided together.
        measured: Everything that is known.
        given: The decision.
        folder: The project's folder as it was asked for; empty for the sample.
    """

    kind: ClassVar[str]
    title: ClassVar[str]

    project: Project
    workspace: Workspace
    asked: Question
    measured: Measured
    given: Answer
    folder: str = ""

    @classmethod
    def make(cls, *, project: str, decision: str, release: str, now: str, offline: bool) -> Self:
        """Measure, judge and decide.

        Args:
            project: Folder of a project file; empty for the sample that ships with the kit.
            decision: A gate, or a decision of the project's.
            release: Which release is judged; empty for the project's own, if it names one.
            now: The moment of the decision, ISO 8601; empty for the project's `as_of`, else the
                clock.
            offline: Ask no source, use what the last pull kept.

        Raises:
            ProjectError: The project, or a gate, is refused.
            ParameterError: There is no such decision, or `now` is no time.
            EvidenceError: What was judged before cannot be read.
        """
        from codexreport.execution.notebooks import sample_project

        root = Path(project).resolve() if project else sample_project().resolve()
        opened = open_project(root, release=release)
        workspace = workspace_of(root)
        at = moment_of(now, opened)
        asked = question(opened, decision)
        measured = measure_all(opened, workspace, at, offline=offline)
        given = answer(opened, workspace, asked, measured)
        return cls(
            project=opened,
            workspace=workspace,
            asked=asked,
            measured=measured,
            given=given,
            folder=project,
        )

    @property
    def decision(self) -> Decision:
        """What was decided."""
        return self.given.decision

    @property
    def now(self) -> datetime:
        """The moment of the decision."""
        return self.measured.now

    @property
    def label(self) -> str:
        """What the report is called among its kind: the release, else the day."""
        there = self.now.astimezone(zone(self.project.timezone))
        return self.project.release or there.date().isoformat()

    @property
    def phase(self) -> str:
        """The phase whose evidence the report is: the first in which approvals are looked for."""
        return self.phases[0]

    @property
    def phases(self) -> tuple[str, ...]:
        """Every phase in which approvals of it are looked for; else that of decisions."""
        asked = [one.phase for file in self.asked.files for one in file.criteria if one.approval]
        named = phase_of(self.project.readiness.phase, self.project.release)
        return tuple(dict.fromkeys(asked)) or (named,)

    @property
    def provisional(self) -> bool:
        """Whether the figures of an objective may still change."""
        return any(week.provisional for week in self.measured.weeks)

    @cached_property
    def to_do(self) -> list[Action]:
        """What has to be done about blockers and conditions, by whom and when."""
        by_key = {one.key: one for one in findings_of(self.decision)}
        blockers = [
            self._action(one, self.owner_of(one), one.criterion.due)
            for one in self.decision.blockers
        ]
        conditions = [
            self._action(by_key[one.finding], one.owner, one.due)
            for one in self.decision.conditions
        ]
        return [*blockers, *conditions]

    def owner_of(self, finding: Finding) -> str:
        """Who acts on a finding; empty where nobody is named."""
        return finding.criterion.owner

    def _action(self, finding: Finding, owner: str, due: datetime | None) -> Action:
        return Action(
            what=finding.told,
            owner=owner,
            due=due and due.astimezone(zone(self.project.timezone)).date(),
            run="" if finding.waiver else command_for(self.project, self.asked, finding),
        )

    @cached_property
    def judged_here(self) -> Mapping[tuple[str, str], State]:
        """What the gates make of the figures that they ask for, by name and subject; the worst."""
        states: dict[tuple[str, str], list[State]] = {}
        for one in findings_of(self.decision):
            if one.measure:
                states.setdefault((one.measure.name, one.measure.subject), []).append(one.state)
        return {key: worst(some) for key, some in states.items()}

    def unknown_findings(self) -> Iterator[tuple[str, str]]:
        """What gates ask for and nobody can tell, and why."""
        for one in findings_of(self.decision):
            if one.state is State.UNKNOWN:
                yield one.criterion.title, one.reason

    def unknown_figures(self) -> Iterator[Measure]:
        """Figures that cannot be told, and that no gate asks for."""
        bounded = {row.source for row in self.measured.budgets}
        for measure in self.measured.measures:
            unknown = measure.state in {State.UNKNOWN, State.ERROR}
            other = (measure.name, measure.subject) not in self.judged_here
            unbounded = measure.name == THRESHOLDS and measure.subject in bounded
            elsewhere = measure.name.startswith("evidence.") and measure.subject not in self.phases
            if unknown and other and not unbounded and not elsewhere:
                yield measure

    def not_known(self) -> Iterator[tuple[str, str]]:
        """What could not be told and why: findings first, then figures that no gate asks."""
        yield from self.unknown_findings()
        for one in self.unknown_figures():
            yield f"{one.subject}, {one.name}", one.reason

    @cached_property
    def origins(self) -> tuple[Origin, ...]:
        """All bytes behind any figure: what was measured, and what the checklists looked at."""
        return unique_origins(
            [*self.measured.origins, *(one for each in self.measures() for one in each.origins)]
        )

    @property
    def parameters(self) -> Mapping[str, str]:
        """What the report was asked for."""
        sample = is_sample(self.project.root)
        return {
            "project": "sample" if sample else self.project.name,
            "decision": self.asked.name,
            "release": self.project.release or "none",
        }

    def measures(self) -> tuple[Measure, ...]:
        """Every figure of the report, the gates' checklists and approvals included."""
        return self.given.measures

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        decision = as_dict(self.decision)
        return {
            "schema": SCHEMA,
            "report": self.kind,
            "title": self.title,
            "project": self.project.name,
            "release": self.project.release,
            "phase": self.phase,
            "approved_in": list(self.phases),
            "window": {
                "label": self.label,
                "start": self.now.isoformat(),
                "end": self.now.isoformat(),
                "zone": self.project.timezone,
            },
            "as_of": self.now.isoformat(),
            "provisional": self.provisional,
            "state": STATES[self.decision.verdict].value,
            "verdict": self.decision.verdict.value,
            "headline": headline(self.decision),
            "decisions": [
                {
                    "what": one.what,
                    "owner": one.owner,
                    "due": one.due.isoformat() if one.due else None,
                    "run": one.run,
                }
                for one in self.to_do
            ],
            "conditions": decision["conditions"],
            "blockers": decision["blockers"],
            "decision": {"name": self.asked.name, "title": self.asked.title, **decision},
            "judged": dict(self.given.judged),
            "unknowns": [{"what": what, "reason": why} for what, why in self.not_known()],
            "measures": [one.to_dict() for one in self.measures()],
            "inputs": [one.to_dict() for one in self.origins],
            "project_files": [
                {"path": one.path, "sha256": one.sha256, "size": one.size}
                for one in self.project.inputs
            ],
            "parameters": dict(self.parameters),
            "codexreport": __version__,
        }
