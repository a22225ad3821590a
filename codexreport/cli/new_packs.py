"""`new observability` and `new operations`: documents that people complete."""

from __future__ import annotations

import typer

from codexreport.cli.common import JsonOption, ProjectOption, locate_project, print_json


def observability(project: ProjectOption = None, *, as_json: JsonOption = False) -> int:
    """Make the documents of observability and objectives, or renew them.

    What the project says is filled in between markers and renewed each time; everything that
    people wrote stays byte for byte. What is marked TODO counts as not filled.
    """
    return _write("observability", project, as_json=as_json)


def operations(project: ProjectOption = None, *, as_json: JsonOption = False) -> int:
    """Make runbook, escalation, checklist, templates and logs, or renew them.

    What the project says is filled in between markers and renewed each time; everything that
    people wrote stays byte for byte. What is marked TODO counts as not filled.
    """
    return _write("operations", project, as_json=as_json)


def _write(pack: str, project: ProjectOption, *, as_json: bool) -> int:
    from codexreport.pipeline.open import open_project
    from codexreport.pipeline.packs import Pack, write_pack

    root, _ = locate_project(project)
    came = write_pack(open_project(root), Pack(pack))
    if as_json:
        print_json({"documents": [{"file": file, "came": one.value} for file, one in came.items()]})
        return 0
    for file, one in came.items():
        typer.echo(f"{one.value.capitalize()}: {file}")
    return 0
