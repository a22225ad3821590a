"""`list`: what a project has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from codexreport.cli import listing_work
from codexreport.cli.common import (
    UNKNOWN_EXIT_CODE,
    JsonOption,
    NowOption,
    OfflineOption,
    ProjectOption,
    SampleOption,
    locate_project,
    print_json,
    print_table,
)
from codexreport.cli.listing_work import Listed, Row
from codexreport.project.workspace import Workspace


class What(StrEnum):
    """What can be listed."""

    NOTEBOOKS = "notebooks"
    OBJECTIVES = "objectives"
    SOURCES = "sources"
    REPORTS = "reports"
    INCIDENTS = "incidents"
    ACTIONS = "actions"
    VULNERABILITIES = "vulnerabilities"


def list_(
    what: Annotated[What, typer.Argument(help="What to list.")],
    project: ProjectOption = None,
    now: NowOption = "",
    *,
    sample: SampleOption = False,
    offline: OfflineOption = False,
    as_json: JsonOption = False,
) -> int:
    """List what a project has, and what is open in it.

    Incidents, actions and vulnerabilities are pulled and kept first; --now and --offline are
    theirs. Exits with 3 where something could not be read, contradicts itself, or names a severity
    or an incident that nobody knows.
    """
    root, workspace = locate_project(project, sample=sample)
    if what in _WORK:
        found = _WORK[what](root, workspace, now, offline=offline)
    else:
        found = Listed(rows=_LISTINGS[what](root, workspace))
    rows = found.rows
    if as_json:
        exact = [{key: _exact(cell) for key, cell in row.items()} for row in rows]
        told = {
            "unread": found.unread,
            "contradictions": found.contradictions,
            "doubts": found.doubts,
        }
        print_json({what.value: exact, **(told if what in _WORK else {})})
    elif not rows and not found.unread:
        typer.echo(f"There are no {what.value} yet.")
    elif rows:
        columns = [key.replace("_", " ") for key in rows[0]]
        print_table("", columns, [[_shown(cell) for cell in row.values()] for row in rows])
    _tell(found)
    known = not (found.unread or found.contradictions or found.doubts)
    return 0 if known else UNKNOWN_EXIT_CODE


def _tell(found: Listed) -> None:
    """What the rows do not say, beside them."""
    for one in found.unread:
        typer.echo(f"Not read: {one}", err=True)
    for one in found.contradictions:
        typer.echo(f"Contradictory: {one}", err=True)
    for one in found.doubts:
        typer.echo(one, err=True)


def _exact(cell: object) -> object:
    """A cell as JSON has it."""
    return cell.isoformat() if isinstance(cell, date) else cell


def _shown(cell: object) -> object:
    """A cell as people read it: a moment to the minute, with its offset."""
    if isinstance(cell, list):
        return ", ".join(map(str, cell))
    if not isinstance(cell, datetime):
        return "" if cell is None else cell
    return f"{cell:%Y-%m-%d %H:%M} UTC{cell.isoformat()[-6:]}"


def _notebooks(root: Path, _workspace: Workspace) -> list[Row]:
    from codexreport.execution.notebooks import find_notebook, notebook_names, read_notebook
    from codexreport.execution.parameters import Parameters

    rows: list[Row] = []
    for name in notebook_names(root):
        path = find_notebook(name, root)
        parameters = Parameters.read(read_notebook(path), str(path))
        rows.append({"name": name, "parameters": [one.name for one in parameters]})
    return rows


def _objectives(root: Path, _workspace: Workspace) -> list[Row]:
    from codexreport.pipeline.open import open_project

    return [
        {
            "name": objective.name,
            "service": objective.service,
            "target": f"{float(objective.target * 100):.10g} %",
            "period": str(objective.period),
            "source": objective.indicator.source,
            "file": objective.file,
        }
        for objective in open_project(root).objectives
    ]


def _sources(root: Path, _workspace: Workspace) -> list[Row]:
    from codexreport.pipeline.gather import whereabouts
    from codexreport.pipeline.open import open_project

    project = open_project(root)
    return [
        {
            "name": config.name,
            "type": config.type,
            "from": whereabouts(config),
            "objectives": sum(one.indicator.source == config.name for one in project.objectives),
        }
        for config in project.sources.values()
    ]


def _reports(_root: Path, workspace: Workspace) -> list[Row]:
    from codexreport.pipeline.site import read_site

    site = read_site(workspace.reports)
    rows: list[Row] = [
        {
            "report": entry.kind,
            "window": entry.label,
            "state": entry.state.value,
            "as_of": entry.as_of,
            "headline": entry.headline,
        }
        for entry in site.entries
    ]
    for one in site.unreadable:
        kind, label = one.folder.split("/")
        found = {"report": kind, "window": label, "state": "error", "as_of": ""}
        rows.append({**found, "headline": f"Unreadable: {one.reason}"})
    return rows


_LISTINGS: dict[What, Callable[[Path, Workspace], list[Row]]] = {
    What.NOTEBOOKS: _notebooks,
    What.OBJECTIVES: _objectives,
    What.SOURCES: _sources,
    What.REPORTS: _reports,
}

_WORK: dict[What, Callable[..., Listed]] = {
    What.INCIDENTS: listing_work.incidents,
    What.ACTIONS: listing_work.actions,
    What.VULNERABILITIES: listing_work.vulnerabilities,
}
