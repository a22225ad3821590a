"""The weekly SLO report: what the cells of `notebooks/slo_weekly.ipynb` show."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codexreport import __version__
from codexreport.display.blocks import (
    Action,
    ActionList,
    Details,
    Group,
    Headline,
    Notes,
    Paragraph,
    Series,
)
from codexreport.display.notebook import MachineReport, Style
from codexreport.display.numbers import burn, count, moment, percent, span, target
from codexreport.display.status import StateBadge, StateMark
from codexreport.display.tables import Code, Column, Link, Table
from codexreport.errors import ParameterError
from codexreport.measure import Origin
from codexreport.pipeline.collect import Collection, collect, evaluate_all
from codexreport.pipeline.open import (
    choose_window,
    is_sample,
    moment_of,
    open_project,
    workspace_of,
)
from codexreport.project.load import Project
from codexreport.project.workspace import Workspace
from codexreport.slo.weekly import ObjectiveWeek
from codexreport.views.slo_objective import objective_blocks
from codexreport.views.slo_summary import (
    decisions,
    headline,
    known_value,
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
    if window.start_s >= asked_at.timestamp():
        raise ParameterError(
            f"{window.label} has not begun at the moment of the report, {asked_at.isoformat()}.",
            advice="Name a week that has begun, or a later moment with now.",
        )
    known_moment = now or opened.as_of or not offline
    collection = collect(
        opened, workspace, window, now=asked_at if known_moment else None, offline=offline
    )
    parameters = {"project": "sample" if is_sample(root) else opened.name, "week": window.label}
    return SloWeekly(opened, workspace, window, collection, parameters)


@dataclass(frozen=True)
class SloWeekly:
    """The report; each method is what one cell shows."""

    project: Project
    workspace: Workspace
    window: Window
    collection: Collection
    parameters: Mapping[str, str]

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
                f"{self.window.label}, {span(self.window.start, self.window.end, zone_name)}",
                f"As of {moment(self.collection.as_of, zone_name)}",
                "Provisional: late data may still change it" if self.provisional else "Final",
            ],
        )

    @property
    def provisional(self) -> bool:
        """Whether any objective's figures may still change."""
        return any(week.provisional for week in self.weeks)

    def decisions(self) -> Group:
        """What someone has to do, and what changed since the last publication."""
        actions = [Action(what=d.what, owner=d.owner, due=d.due) for d in decisions(self.weeks)]
        return Group([ActionList(actions), *self._revision_blocks()])

    def objectives(self) -> Table:
        """All objectives at a glance."""
        return Table(
            caption="Every objective in the week, the state decided by the SLI of the week",
            columns=[
                Column("Objective"),
                Column("State"),
                Column("SLI", figures=True),
                Column("Target", figures=True),
                Column("Budget left", figures=True),
                Column("Burn, 1 d", figures=True),
                Column("Streak", figures=True),
                Column("Service"),
            ],
            rows=[self._row(week) for week in self.weeks],
        )

    def _row(self, week: ObjectiveWeek) -> list[Any]:
        objective = week.objective
        return [
            Link(objective.display_name, objective.name),
            StateBadge(week.state),
            percent(week.sli.value, objective.target),
            target(objective.target),
            percent(known_value(week.budget.remaining), decimals=0),
            burn(known_value(week.burn["1d"])),
            _weeks(week.steadiness.streak),
            objective.service,
        ]

    def history(self) -> Table:
        """The last weeks of all objectives, one shape a week."""
        weeks = self.weeks[0].history if self.weeks else ()
        return Table(
            caption=f"The last {len(weeks)} weeks: ✓ pass, ✕ fail, ? unknown",
            columns=[Column("Objective"), *(Column(one.label.partition("-")[2]) for one in weeks)],
            rows=[
                [week.objective.display_name, *(StateMark(one.state) for one in week.history)]
                for week in self.weeks
            ],
        )

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
        inputs = Table(
            caption="The bytes every figure was computed from",
            columns=[
                Column("Source"),
                Column("Origin"),
                Column("Bytes", figures=True),
                Column("SHA-256"),
            ],
            rows=[
                (one.source, _origin(one), f"{one.size:,}".replace(",", " "), Code(one.sha256))
                for one in self._origins()
            ],
        )
        files = Table(
            caption="The files the project was read from",
            columns=[Column("File"), Column("Bytes", figures=True), Column("SHA-256")],
            rows=[(one.path, count(one.size), Code(one.sha256)) for one in self.project.inputs],
        )
        again = (
            f"codexreport run {KIND} --week {self.window.label} --offline "
            f"--now {self.collection.as_of.isoformat()}"
        )
        return Group(
            [
                Paragraph(
                    f"Made by codexreport {__version__}. To make it again from the same bytes:"
                ),
                Table(
                    caption="Parameters",
                    columns=[Column("Parameter"), Column("Value")],
                    rows=[*self.parameters.items(), ("again", Code(again))],
                ),
                Details("Inputs and their SHA-256", [inputs, files]),
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
            "revisions": self._revisions(),
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

    def _origins(self) -> list[Origin]:
        series = self.collection.series.values()
        unique = {
            (one.source, one.uri, one.query, one.sha256): one for s in series for one in s.origins
        }
        return [unique[key] for key in sorted(unique)]

    def _revisions(self) -> list[dict[str, Any]]:
        """What earlier publications of this window said otherwise, oldest first."""
        path = self.workspace.report_folder(KIND, self.window.label) / "report.json"
        try:
            before = json.loads(path.read_bytes())
            return [*before["revisions"], *self._changes(before)]
        except (OSError, ValueError, KeyError, TypeError):
            return []

    def _changes(self, before: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
        published = {(one["name"], one["subject"]): one["value"] for one in before["measures"]}
        changed = [
            {"name": one["name"], "subject": one["subject"], "old": old, "new": one["value"]}
            for one in self._measures()
            if one["name"] in {"slo.sli", "slo.budget_remaining"}
            and (old := published.get((one["name"], one["subject"]), one["value"])) != one["value"]
        ]
        if changed:
            yield {"published": before["as_of"], "changes": changed}

    def _revision_blocks(self) -> list[Table]:
        rows = [
            (
                one["subject"],
                one["name"],
                _figure(one["old"]),
                _figure(one["new"]),
                entry["published"],
            )
            for entry in self._revisions()
            for one in entry["changes"]
        ]
        if not rows:
            return []
        return [
            Table(
                caption="Figures that were published and have changed since",
                columns=[
                    Column("Objective"),
                    Column("Figure"),
                    Column("Published", figures=True),
                    Column("Now", figures=True),
                    Column("As of then"),
                ],
                rows=rows,
            )
        ]


def _weeks(number: int) -> str:
    return f"{number} week{'' if number == 1 else 's'}"


def _figure(value: object) -> str:
    return percent(value) if isinstance(value, int | float) else "not known"


def _origin(origin: Origin) -> str:
    return f"{origin.uri}: {origin.query}" if origin.query else origin.uri
