"""`list`: what a project has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from codexreport.cli.common import (
    JsonOption,
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


def list_(
    what: Annotated[What, typer.Argument(help="What to list.")],
    project: ProjectOption = None,
    *,
    sample: SampleOption = False,
    as_json: JsonOption = False,
) -> int:
    """List notebooks, objectives, sources or reports."""
    root, workspace = locate_project(project, sample=sample)
    rows = _LISTINGS[what](root, workspace)
    if as_json:
        exact = [{key: _exact(cell) for key, cell in row.items()} for row in rows]
        print_json({what.value: exact})
    elif not rows:
        typer.echo(f"There are no {what.value} yet.")
    else:
        print_table("", list(rows[0]), [[_shown(cell) for cell in row.values()] for row in rows])
    return 0


def _exact(cell: object) -> object:
    """A cell as JSON has it."""
    return cell.isoformat() if isinstance(cell, datetime) else cell


def _shown(cell: object) -> object:
    """A cell as people read it: a moment to the minute, with its offset."""
    if not isinstance(cell, datetime):
        return cell
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
