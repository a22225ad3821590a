"""What every report of a decision shows: the answer, what is in the way, gates, appendix."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from codexreport import __version__
from codexreport.display.base import Block
from codexreport.display.blocks import (
    Action,
    ActionList,
    Command,
    Details,
    Group,
    Headline,
    Notes,
    Paragraph,
)
from codexreport.display.notebook import MachineReport, Style
from codexreport.display.numbers import moment
from codexreport.display.tables import Column, Table
from codexreport.measure import Measure, Origin, State, unique_origins
from codexreport.pipeline.decide import Answer, answer
from codexreport.pipeline.measures import Measured, measure_all
from codexreport.pipeline.open import is_sample, moment_of, open_project, workspace_of
from codexreport.pipeline.questions import Question, question
from codexreport.project.load import Project
from codexreport.project.releases import phase_of
from codexreport.project.workspace import Workspace
from codexreport.readiness.decision import Decision
from codexreport.readiness.wording import as_dict
from codexreport.views.appendix import files_table, inputs_table, made_with, parameters_table
from codexreport.views.decision_tables import findings_blocks, gates_table, path_blocks
from codexreport.views.decision_words import (
    STATES,
    condition,
    findings_of,
    headline,
    tally,
    told,
)
from codexreport.views.sections import budgets_block, figures_block, nothing, runs_table
from codexreport.window import zone

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = 1
_OF_EVIDENCE = {"evidence.log", "evidence.manifest", "evidence.artifacts.changed"}
THRESHOLDS = "performance.thresholds.failed"
"""What a load test's own thresholds say; budgets of the project take their place."""


@dataclass(frozen=True, kw_only=True)
class DecisionReport:
    """A report of one decision; each method is what one cell shows.

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
        """The phase whose evidence the report is: that in which its approvals are looked for."""
        asked = (one.phase for file in self.asked.files for one in file.criteria if one.approval)
        named = phase_of(self.project.readiness.phase, self.project.release)
        return next(asked, named)

    @property
    def provisional(self) -> bool:
        """Whether the figures of an objective may still change."""
        return any(week.provisional for week in self.measured.weeks)

    def style(self) -> Style:
        """The look, for a notebook that is open in an editor."""
        return Style()

    def headline(self) -> Headline:
        """The answer, and of when it is."""
        late = "Provisional: late data may still change the objectives"
        return Headline(
            state=STATES[self.decision.verdict],
            said=self.decision.verdict.value,
            sentence=headline(self.decision),
            details=[
                *([f"Release {self.project.release}"] if self.project.release else []),
                tally(self.decision),
                f"As of {moment(self.now, self.project.timezone)}",
                late if self.provisional else "Final",
            ],
        )

    def decisions(self) -> Group:
        """What stands in the way, what is accepted for now, and what would change the answer."""
        blocks: list[Block] = [
            ActionList(self._actions, empty="Nothing: no finding asks for a decision.")
        ]
        return Group([*blocks, *path_blocks(self.decision), *self._ignored()])

    @cached_property
    def _actions(self) -> list[Action]:
        there = zone(self.project.timezone)
        blockers = [
            Action(
                what=told(one),
                owner=one.criterion.owner,
                due=one.criterion.due and one.criterion.due.astimezone(there).date(),
            )
            for one in self.decision.blockers
        ]
        conditions = [
            Action(
                what=condition(one, self.decision),
                owner=one.owner,
                due=one.due and one.due.astimezone(there).date(),
            )
            for one in self.decision.conditions
        ]
        return [*blockers, *conditions]

    def _ignored(self) -> Iterator[Block]:
        """Waivers that somebody relies on, and that count for nothing."""
        notes = [
            f"The waiver of {one.gate}/{one.criterion} counts for nothing: {flaw}"
            for one, flaw in self.decision.ignored
        ]
        if notes:
            yield Notes(notes)

    def gates(self) -> Group:
        """Each gate with its score, and each of its findings."""
        return Group([gates_table(self.decision), *findings_blocks(self.decision)])

    def figures(self, *prefixes: str, caption: str, feeds: str) -> Block:
        """Every figure whose name begins so, as a table.

        Args:
            prefixes: Such as `supply_chain`.
            caption: What the table says.
            feeds: A type of source that would give such figures, for where there is none.
        """
        found = [
            one
            for one in self.measures()
            if any(f"{one.name}.".startswith(f"{prefix}.") for prefix in prefixes)
        ]
        return figures_block(found, caption) if found else nothing(caption, feeds)

    def speed(self) -> Group:
        """Figures under load, and each endpoint against its budget."""
        runs = runs_table(self.measured.files)
        budgets = self.measured.budgets
        return Group([*([budgets_block(budgets)] if budgets else []), runs])

    def records(self) -> Block:
        """What the gates ask to be done and recorded: smoke runs, rehearsals, deployments."""
        return self.figures(
            "evidence.record", caption="Recorded runs that are asked for", feeds="record"
        )

    def approvals(self) -> Block:
        """Who has to approve, and who has."""
        return self.figures("evidence.approval", caption="Sign-offs", feeds="sign-off")

    def evidence(self) -> Block:
        """Whether the record of what was done is whole, in each phase that was asked."""
        phases = {one.phase for file in self.asked.files for one in file.criteria if one.record} | {
            self.phase
        }
        found = [
            one for one in self.measures() if one.name in _OF_EVIDENCE and one.subject in phases
        ]
        return figures_block(found, "Evidence") if found else nothing("Evidence", "record")

    def documents(self) -> Block:
        """The files and sections that the gates ask for."""
        return self.figures("checklist", caption="Documents that are asked for", feeds="file")

    def unknowns(self) -> Group:
        """What could not be told, by name."""
        rows = list(self._unknowns())
        if not rows:
            return Group([Paragraph("Nothing: everything that was asked could be told.")])
        table = Table(
            caption="What the report could not tell",
            columns=[Column("What"), Column("Why")],
            rows=rows,
        )
        return Group([table])

    def _unknowns(self) -> Iterator[tuple[str, str]]:
        """Findings first, then figures that no gate asks."""
        asked = set()
        for one in findings_of(self.decision):
            if one.state is State.UNKNOWN:
                asked.add(one.measure and (one.measure.name, one.measure.subject))
                reason = one.measure.reason if one.measure and one.measure.reason else one.reason
                yield one.criterion.title, reason
        bounded = {row.source for row in self.measured.budgets}
        for measure in self.measured.measures:
            other = (measure.name, measure.subject) not in asked
            unbounded = measure.name == THRESHOLDS and measure.subject in bounded
            if other and not unbounded and measure.state in {State.UNKNOWN, State.ERROR}:
                yield f"{measure.subject}, {measure.name}", measure.reason

    def appendix(self) -> Group:
        """Parameters, inputs, versions, and how to make the report again."""
        folded = [inputs_table(self.origins), files_table(self.project.inputs)]
        return Group(
            [
                Paragraph(made_with(self.folder)),
                Command(self._command()),
                parameters_table(self.parameters),
                Details("Inputs and their SHA-256", folded),
                Notes(self.project.notes),
            ]
        )

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

    def _command(self) -> str:
        """The command that makes the report again from what was kept."""
        parts = ["codexreport", "run", self.kind]
        parts += ["--project", self.folder] if self.folder else ["--sample"]
        parts += ["--release", self.project.release] if self.project.release else []
        parts += ["-p", f"decision={self.asked.name}"]
        return shlex.join([*parts, "--offline", "--now", self.now.isoformat()])

    def data(self) -> MachineReport:
        """The report for machines; it becomes `report.json`."""
        return MachineReport(self.to_dict())

    def frame(self) -> pd.DataFrame:
        """All measures as a table, for an analyst."""
        import pandas as pd

        return pd.DataFrame([one.to_dict() for one in self.measures()])

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
                }
                for one in self._actions
            ],
            "conditions": decision["conditions"],
            "blockers": decision["blockers"],
            "decision": {"name": self.asked.name, "title": self.asked.title, **decision},
            "judged": dict(self.given.judged),
            "unknowns": [{"what": what, "reason": why} for what, why in self._unknowns()],
            "measures": [one.to_dict() for one in self.measures()],
            "inputs": [one.to_dict() for one in self.origins],
            "project_files": [
                {"path": one.path, "sha256": one.sha256, "size": one.size}
                for one in self.project.inputs
            ],
            "parameters": dict(self.parameters),
            "codexreport": __version__,
        }
