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
from codexreport.project.workspace import Workspace

Row = dict[str, object]


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
    theirs. Exits with 3 where something could not be read.
    """
    root, workspace = locate_project(project, sample=sample)
    unread: list[str] = []
    if what in _WORK:
        rows, unread = _WORK[what](root, workspace, now, offline=offline)
    else:
        rows = _LISTINGS[what](root, workspace)
    if as_json:
        exact = [{key: _exact(cell) for key, cell in row.items()} for row in rows]
        print_json({what.value: exact, **({"unread": unread} if what in _WORK else {})})
    elif not rows and not unread:
        typer.echo(f"There are no {what.value} yet.")
    elif rows:
        print_table("", list(rows[0]), [[_shown(cell) for cell in row.values()] for row in rows])
    for one in unread:
        typer.echo(f"Not read: {one}", err=True)
    return UNKNOWN_EXIT_CODE if unread else 0


def _exact(cell: object) -> object:
    """A cell as JSON has it."""
    return cell.isoformat() if isinstance(cell, date) else cell


def _shown(cell: object) -> object:
    """A cell as people read it: a moment to the minute, with its offset."""
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
        rows.append({"name": name, "parameters": ", ".join(one.name for one in parameters)})
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
            "as of": entry.as_of,
            "headline": entry.headline,
        }
        for entry in site.entries
    ]
    for one in site.unreadable:
        kind, label = one.folder.split("/")
        found = {"report": kind, "window": label, "state": "error", "as of": ""}
        rows.append({**found, "headline": f"Unreadable: {one.reason}"})
    return rows


_LISTINGS: dict[What, Callable[[Path, Workspace], list[Row]]] = {
    What.NOTEBOOKS: _notebooks,
    What.OBJECTIVES: _objectives,
    What.SOURCES: _sources,
    What.REPORTS: _reports,
}

_WORK: dict[What, Callable[..., listing_work.Listed]] = {
    What.INCIDENTS: listing_work.incidents,
    What.ACTIONS: listing_work.actions,
    What.VULNERABILITIES: listing_work.vulnerabilities,
}
