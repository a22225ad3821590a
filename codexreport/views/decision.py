"""What every report of a decision shows: the answer, what is in the way, gates, appendix."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codexreport.display.base import Block
from codexreport.display.blocks import (
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
from codexreport.measure import Measure
from codexreport.views.appendix import files_table, inputs_table, made_with, parameters_table
from codexreport.views.decided import Decided
from codexreport.views.decision_tables import findings_blocks, gates_table, path_blocks
from codexreport.views.decision_words import (
    STATES,
    headline,
    tally,
)
from codexreport.views.figures import figures_block, grouped
from codexreport.views.sections import budgets_block, nothing, runs_table

if TYPE_CHECKING:
    import pandas as pd

_OF_EVIDENCE = {"evidence.log", "evidence.manifest", "evidence.artifacts.changed"}


def _key(one: Measure) -> tuple[str, str]:
    return one.name, one.subject


def _why_table(caption: str, rows: Sequence[tuple[str, str]]) -> Table:
    return Table(caption=caption, columns=[Column("What"), Column("Why", wide=True)], rows=rows)


@dataclass(frozen=True, kw_only=True)
class DecisionReport(Decided):
    """A report of one decision; each method is what one cell shows."""

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
                late if self.provisional else "Final: no late data is awaited",
            ],
        )

    def decisions(self) -> Group:
        """What stands in the way, what is accepted for now, and what would change the answer."""
        actions = ActionList(self.to_do, empty="Nothing: no finding is open.")
        return Group([actions, *path_blocks(self.decision), *self._ignored()])

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
        return Group([gates_table(self.decision), *findings_blocks(self.decision, self.owner_of)])

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
        return figures_block(found, caption, self.judged_here) if found else nothing(caption, feeds)

    def speed(self) -> Group:
        """Figures under load, and each endpoint against its budget."""
        runs = runs_table(self.measured.files)
        if not self.measured.budgets:
            return Group([runs])
        folded = Details("Under load, endpoint by endpoint", [runs])
        return Group([budgets_block(self.measured.budgets), folded])

    def records(self) -> Block:
        """What the gates ask to be done and recorded: smoke runs, rehearsals, deployments."""
        return self.figures(
            "evidence.record", caption="Recorded runs that are asked for", feeds="record"
        )

    def approvals(self) -> Block:
        """Who has to approve, and who has."""
        shown = self.figures("evidence.approval", caption="Sign-offs", feeds="sign-off")
        about = [
            f"{one.subject}: {one.formula}"
            for one in self.measures()
            if one.name == "evidence.approval" and one.formula
        ]
        files = [Details("What was approved, and is not what is judged now", [Notes(about)])]
        return Group([shown, *(files if about else [])])

    def evidence(self) -> Block:
        """Whether the record of what was done is whole, in each phase that was asked."""
        phases = {one.phase for file in self.asked.files for one in file.criteria if one.record} | {
            self.phase
        }
        found = [
            one for one in self.measures() if one.name in _OF_EVIDENCE and one.subject in phases
        ]
        if not found:
            return nothing("Evidence", "record")
        return figures_block(found, "Evidence", {_key(one): one.state for one in found})

    def documents(self) -> Block:
        """The files and sections that the gates ask for."""
        return self.figures("checklist", caption="Documents that are asked for", feeds="file")

    def unknowns(self) -> Group:
        """What could not be told: what a gate asks for first, and the rest folded."""
        asked = list(self.unknown_findings())
        more = grouped(self.unknown_figures())
        first: Block = Paragraph("Nothing: everything that was asked could be told.")
        if asked:
            first = _why_table("What a gate asks for, and nobody can tell", asked)
        if not more:
            return Group([first])
        table = _why_table("What no gate asks for, and nobody can tell", more)
        return Group([first, Details("Further figures that are not known", [table])])

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
