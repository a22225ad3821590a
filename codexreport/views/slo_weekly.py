"""The weekly SLO report: what the cells of `notebooks/slo_weekly.ipynb` show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    Series,
)
from codexreport.display.notebook import MachineReport, Style
from codexreport.display.numbers import moment, span
from codexreport.display.tables import Column, Table
from codexreport.measure import Origin, unique_origins
from codexreport.pipeline.collect import Collection, collect, evaluate_all
from codexreport.pipeline.open import (
    choose_window,
    is_sample,
    moment_of,
    open_project,
    workspace_of,
)
from codexreport.project.model import Project
from codexreport.project.workspace import Workspace
from codexreport.slo.weekly import ObjectiveWeek
from codexreport.views.appendix import (
    asked,
    command,
    files_table,
    inputs_table,
    made_with,
    parameters_table,
)
from codexreport.views.revisions import Revision, revision_blocks, revisions, state_changed
from codexreport.views.slo_objective import objective_blocks
from codexreport.views.slo_overview import history_table, objectives_table
from codexreport.views.slo_summary import (
    decisions,
    headline,
    overall,
    tally,
    unknowns,
)
from codexreport.window import Window

if TYPE_CHECKING:
    import pandas as pd

KIND = "slo_weekly"
TITLE = "Weekly SLO report"
SCHEMA = 1


def slo_weekly(
    *,
    project: str = "",
    week: str = "",
    start: str = "",
    end: str = "",
    now: str = "",
    offline: bool = False,
) -> SloWeekly:
    """Collect and compute the weekly report of a project.

    Args:
        project: Folder of a project file; empty for the sample that ships with the kit.
        week: ISO week such as `2026-W40`; empty for the last whole week.
        start: Start of an explicit span instead, ISO 8601.
        end: Its end.
        now: The moment of the report, ISO 8601; empty for the project's `as_of`, else the clock.
        offline: Ask no source, use what the last pull kept.

    Raises:
        ProjectError: The project is refused.
        ParameterError: The parameters contradict each other, or name no real time.
    """
    from codexreport.execution.notebooks import sample_project

    root = Path(project).resolve() if project else sample_project().resolve()
    opened = open_project(root)
    workspace = workspace_of(root)
    asked_at = moment_of(now, opened)
    window = choose_window(opened, asked_at, week=week, start=start, end=end)
    known_moment = now or opened.as_of or not offline
    collection = collect(
        opened, workspace, window, now=asked_at if known_moment else None, offline=offline
    )
    parameters = {"project": "sample" if is_sample(root) else opened.name, **asked(window)}
    return SloWeekly(opened, workspace, window, collection, parameters, project)


@dataclass(frozen=True)
class SloWeekly:
    """The report; each method is what one cell shows."""

    project: Project
    workspace: Workspace
    window: Window
    collection: Collection
    parameters: Mapping[str, str]
    folder: str = ""
    """The project's folder as it was asked for; empty for the sample."""

    @cached_property
    def weeks(self) -> tuple[ObjectiveWeek, ...]:
        """Every objective, judged."""
        return evaluate_all(self.project, self.window, self.collection)

    def style(self) -> Style:
        """The look, for a notebook that is open in an editor."""
        return Style()

    def headline(self) -> Headline:
        """The answer, and of when it is."""
        zone_name = self.project.timezone
        return Headline(
            state=overall(self.weeks),
            sentence=headline(self.weeks),
            details=[
                *filter(None, [tally(self.weeks)]),
                self._when(),
                f"As of {moment(self.collection.as_of, zone_name)}",
                "Provisional: late data may still change it" if self.provisional else "Final",
            ],
        )

    def _when(self) -> str:
        """The window by name, where it has one, and from when to when."""
        days = span(self.window.start, self.window.end, self.project.timezone)
        return f"{self.window.label}, {days}" if "week" in asked(self.window) else days

    @property
    def provisional(self) -> bool:
        """Whether any objective's figures may still change."""
        return any(week.provisional for week in self.weeks)

    def decisions(self) -> Group:
        """What someone has to do; a published state that became another belongs to it."""
        actions = [Action(what=d.what, owner=d.owner, due=d.due) for d in decisions(self.weeks)]
        changed = self._revised() if state_changed(self.revisions) else []
        return Group([ActionList(actions), *changed])

    @cached_property
    def revisions(self) -> tuple[Revision, ...]:
        """What earlier publications of this window said otherwise."""
        path = self.workspace.report_folder(KIND, self.window.label) / "report.json"
        return revisions(path, [one for week in self.weeks for one in week.measures()])

    def _revised(self) -> list[Block]:
        names = {week.objective.name: week.objective.display_name for week in self.weeks}
        return revision_blocks(self.revisions, names, self.project.timezone)

    def objectives(self) -> Table:
        """All objectives at a glance."""
        return objectives_table(self.weeks)

    def history(self) -> Group:
        """The last weeks of all objectives, and what was published of them otherwise."""
        revised = [] if state_changed(self.revisions) else self._revised()
        return Group([history_table(self.weeks), *revised])

    def details(self) -> Series:
        """Each objective with its figures, charts and how they follow."""
        return Series(
            [
                block
                for week in self.weeks
                for block in objective_blocks(week, self.project.incidents, self.project.timezone)
            ]
        )

    def unknowns(self) -> Group:
        """What could not be told, by name."""
        found = unknowns(self.weeks)
        if not found:
            return Group([Paragraph("Nothing: every objective and every week could be told.")])
        table = Table(
            caption="What the report could not tell",
            columns=[Column("What"), Column("Why")],
            rows=[(one.what, one.reason) for one in found],
        )
        return Group([table])

    def appendix(self) -> Group:
        """Parameters, inputs, versions, and how to make the report again."""
        again = command(KIND, project=self.folder, window=self.window, as_of=self.collection.as_of)
        folded = [inputs_table(self._origins()), files_table(self.project.inputs)]
        return Group(
            [
                Paragraph(made_with(self.folder)),
                Command(again),
                parameters_table(self.parameters),
                Details("Inputs and their SHA-256", folded),
                Notes(self.project.notes),
            ]
        )

    def data(self) -> MachineReport:
        """The report for machines; it becomes `report.json`."""
        return MachineReport(self.to_dict())

    def frame(self) -> pd.DataFrame:
        """All measures as a table, for an analyst."""
        import pandas as pd

        return pd.DataFrame([one.to_dict() for week in self.weeks for one in week.measures()])

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return {
            "schema": SCHEMA,
            "report": KIND,
            "title": TITLE,
            "project": self.project.name,
            "window": {
                "label": self.window.label,
                "start": self.window.start.isoformat(),
                "end": self.window.end.isoformat(),
                "zone": self.window.zone_name,
            },
            "as_of": self.collection.as_of.isoformat(),
            "provisional": self.provisional,
            "state": overall(self.weeks).value,
            "headline": headline(self.weeks),
            "decisions": [
                {"what": one.what, "owner": one.owner, "due": one.due.isoformat()}
                for one in decisions(self.weeks)
            ],
            "unknowns": [{"what": one.what, "reason": one.reason} for one in unknowns(self.weeks)],
            "measures": self._measures(),
            "revisions": [one.to_dict() for one in self.revisions],
            "inputs": [one.to_dict() for one in self._origins()],
            "project_files": [
                {"path": one.path, "sha256": one.sha256, "size": one.size}
                for one in self.project.inputs
            ],
            "parameters": dict(self.parameters),
            "codexreport": __version__,
        }

    def _measures(self) -> list[dict[str, Any]]:
        return [measure.to_dict() for week in self.weeks for measure in week.measures()]

    def _origins(self) -> tuple[Origin, ...]:
        series = self.collection.series.values()
        return unique_origins(one for each in series for one in each.origins)
