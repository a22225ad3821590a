"""What every report that people write in shows of itself: the draft, what to do, the appendix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from codexreport import __version__
from codexreport.authoring.remarks import UNWRITTEN, Remark, verdict
from codexreport.display.blocks import (
    Action,
    ActionList,
    Command,
    Details,
    Group,
    Notes,
    Paragraph,
)
from codexreport.display.notebook import MachineReport, Style
from codexreport.display.numbers import moment
from codexreport.display.tables import Column, Table
from codexreport.execution.notebooks import sample_project
from codexreport.incidents.actions import ActionItem, ActionState
from codexreport.measure import Measure, Origin, State
from codexreport.pipeline.authoring import Authored
from codexreport.pipeline.incident_remarks import OVERDUE, UNDATED
from codexreport.pipeline.open import moment_of, open_project, workspace_of
from codexreport.project.model import Project, ProjectInput
from codexreport.project.workspace import Workspace
from codexreport.text import listed
from codexreport.views.appendix import files_table, inputs_table, made_with, parameters_table
from codexreport.window import Window
from codexreport.wording import count

SCHEMA = 1
_NOT_KNOWN = {
    "deployment-missing": "The deployment",
    "deployments-unknown": "Deployments",
    UNDATED: "An action item",
}
"""What is not known by a remark of this rule."""


def opening(project: str, now: str, *, offline: bool) -> tuple[Project, Workspace, datetime | None]:
    """What a report is about, where its results go, and its moment.

    Args:
        project: Folder of a project file; empty for the sample that ships with the kit.
        now: ISO 8601; empty for the project's `as_of`, else the clock.
        offline: Then, where nobody names a moment, None: only what is kept knows it.

    Raises:
        ProjectError: The project is refused.
        ParameterError: `now` is no time.
    """
    root = Path(project).resolve() if project else sample_project().resolve()
    opened = open_project(root)
    at = moment_of(now, opened)
    known = now or opened.as_of or not offline
    return opened, workspace_of(root), at if known else None


@dataclass(frozen=True, kw_only=True)
class AuthoredReport:
    """A report with prose in it; each method is what one cell shows.

    Attributes:
        project: What it is about.
        now: The moment of the report, in the project's zone.
        authored: The notebook that the prose stands in, as it is saved; None where nobody has
            begun one.
        folder: The project's folder as it was asked for; empty for the sample.
    """

    kind: ClassVar[str]

    project: Project
    now: datetime
    authored: Authored | None
    folder: str = ""

    @property
    def title(self) -> str:
        """What the page is called."""
        raise NotImplementedError

    @property
    def window(self) -> Window:
        """The span it speaks of; its label names the report."""
        raise NotImplementedError

    @property
    def provisional(self) -> bool:
        """Whether its figures may still change."""
        raise NotImplementedError

    @property
    def settled(self) -> str:
        """Whether its figures may still change, in a few words; empty where it has none."""
        return "Provisional: late data may still change it" if self.provisional else "Final figures"

    @property
    def sentence(self) -> str:
        """The headline."""
        raise NotImplementedError

    @property
    def record(self) -> Sequence[Remark]:
        """What is to be mended in what it is about, action items included."""
        raise NotImplementedError

    @property
    def items(self) -> Sequence[ActionItem]:
        """Its action items."""
        raise NotImplementedError

    @property
    def origins(self) -> Sequence[Origin]:
        """The bytes its figures were computed from."""
        raise NotImplementedError

    @property
    def again(self) -> str:
        """The command that makes it again from what was kept."""
        raise NotImplementedError

    @property
    def parameters(self) -> Mapping[str, str]:
        """What it was asked for."""
        raise NotImplementedError

    @property
    def new_command(self) -> str:
        """The command that makes the notebook to write in."""
        raise NotImplementedError

    def measures(self) -> tuple[Measure, ...]:
        """Every figure."""
        raise NotImplementedError

    def missing(self) -> list[tuple[str, str]]:
        """What could not be told, and why."""
        raise NotImplementedError

    @property
    def untold(self) -> list[tuple[str, str]]:
        """What it may lack, beside what a file that cannot be read would tell."""
        return [
            (_NOT_KNOWN[one.rule], one.message) for one in self.record if one.rule in _NOT_KNOWN
        ]

    def style(self) -> Style:
        """The look, for a notebook that is open in an editor."""
        return Style()

    @cached_property
    def draft(self) -> tuple[Remark, ...]:
        """What is to be mended in the notebook itself."""
        return self.authored.remarks(self.project, self.now) if self.authored else ()

    @property
    def state(self) -> State:
        """The worst of what is to be mended; also a page that nobody has begun is not done."""
        begun = State.PASS if self.authored else State.WARNING
        found = verdict([*self.draft, *self.record])
        return begun if found is State.PASS else found

    def progress(self) -> str:
        """How far the prose has come."""
        if self.authored is None:
            return f"Nobody has begun to write it: {self.new_command}"
        sections = self.authored.template.sections
        left = sum(one.rule in UNWRITTEN for one in self.draft)
        if not left:
            return "Written"
        return f"Draft: {len(sections) - left} of {count(len(sections), 'sections')} written"

    def _dates(self) -> list[str]:
        """Of when the report is."""
        as_of = f"As of {moment(self.now, self.project.timezone)}"
        return [*filter(None, (as_of, self.settled, self.progress()))]

    def decisions(self) -> ActionList:
        """What somebody has to do."""
        return ActionList(self._todo, empty="Nothing: all is written, owned and in time.")

    @cached_property
    def _todo(self) -> list[Action]:
        """Overdue promises first, then the draft, then what is to be mended in the record.

        Only the draft has a day of its own: the last that it may stay one.
        """
        late = [
            Action(what=f"Overdue: {one.id}, {one.title}", owner=one.owner, due=one.due)
            for one in self.items
            if one.overdue(self.now)
        ]
        due, owner = self._draft_due, self.project.owner
        unwritten = [one.cell for one in self.draft if one.rule in UNWRITTEN]
        texts = [f"Write the sections: {self._titles(unwritten)}."] if unwritten else []
        texts += [] if self.authored else [f"Begin to write: {self.new_command}"]
        begun = [*late, *(Action(what=text, owner=owner, due=due) for text in texts)]
        return [*begun, *(Action(what=text, owner=owner, due=None) for text in self._to_mend())]

    def _to_mend(self) -> Iterator[str]:
        """What else is to be mended, each said once, with the sections that it stands in."""
        cells: dict[str, list[str]] = {}
        for one in (*self.draft, *self.record):
            if one.rule not in {*UNWRITTEN, OVERDUE}:
                cells.setdefault(one.message, []).append(one.cell)
        titles = self.authored.template.sections if self.authored else {}
        for message, places in cells.items():
            within = listed([titles[cell] for cell in dict.fromkeys(places) if cell in titles])
            yield f"{message} It stands in: {within}." if within else message

    def _titles(self, cells: Sequence[str]) -> str:
        sections = self.authored.template.sections if self.authored else {}
        return listed([sections.get(cell, cell) for cell in cells])

    @property
    def _draft_due(self) -> date | None:
        """The last day it may stay a draft; None where nobody knows when it was begun."""
        created = self.authored.created if self.authored else None
        if created is None:
            return None
        return (created + self.project.authoring.draft_max_age).astimezone(self.now.tzinfo).date()

    def unknowns(self) -> Group:
        """What could not be told, by name."""
        rows = self.missing()
        if not rows:
            return Group([Paragraph("Nothing: everything that was asked could be told.")])
        columns = [Column("What"), Column("Why")]
        return Group([Table(caption="What the report could not tell", columns=columns, rows=rows)])

    def appendix(self) -> Group:
        """Parameters, inputs, versions, and how to make the report again."""
        folded = [inputs_table(self.origins), files_table(self._files)]
        return Group(
            [
                Paragraph(made_with(self.folder)),
                Command(self.again),
                parameters_table(self.parameters),
                Details("Inputs and their SHA-256", folded),
                Notes(self.project.notes),
            ]
        )

    @property
    def _files(self) -> list[ProjectInput]:
        own = [self.authored.as_input(self.project.root)] if self.authored else []
        return [*self.project.inputs, *own]

    def data(self) -> MachineReport:
        """The report for machines; it becomes `report.json`."""
        return MachineReport(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        window = self.window
        return {
            "schema": SCHEMA,
            "report": self.kind,
            "title": self.title,
            "project": self.project.name,
            "window": {
                "label": window.label,
                "start": window.start.isoformat(),
                "end": window.end.isoformat(),
                "zone": window.zone_name,
            },
            "as_of": self.now.isoformat(),
            "provisional": self.provisional,
            "state": self.state.value,
            "headline": self.sentence,
            "decisions": [
                {
                    "what": one.what,
                    "owner": one.owner,
                    "due": one.due.isoformat() if one.due else None,
                }
                for one in self._todo
            ],
            "begun": self.authored is not None,
            "written": self.authored is not None
            and not any(one.rule in UNWRITTEN for one in self.draft),
            "remarks": [one.to_dict() for one in (*self.draft, *self.record)],
            "actions": [action_dict(one, self.now) for one in self.items],
            "unknowns": [{"what": what, "reason": why} for what, why in self.missing()],
            "measures": [one.to_dict() for one in self.measures()],
            "inputs": [one.to_dict() for one in self.origins],
            "project_files": [
                {"path": one.path, "sha256": one.sha256, "size": one.size} for one in self._files
            ],
            "parameters": dict(self.parameters),
            "codexreport": __version__,
        }


def action_dict(one: ActionItem, now: datetime) -> dict[str, Any]:
    """An action item as plain JSON values."""
    return {
        "id": one.id,
        "title": one.title,
        "owner": one.owner,
        "due": one.due.isoformat() if one.due else None,
        "state": one.state.value,
        "overdue": one.overdue(now),
        "closed_in_time": one.in_time(now) if one.state is ActionState.CLOSED else None,
        "url": one.url,
    }


def unique(origins: Sequence[Origin]) -> list[Origin]:
    """Each once, in an order that does not depend on who asked first."""
    found = {(one.source, one.uri, one.query, one.sha256): one for one in origins}
    return [found[key] for key in sorted(found)]
