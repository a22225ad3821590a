"""`new integration`: the artefacts of an integration, to fill in."""

from __future__ import annotations

from datetime import datetime, timezone

import typer

from codexreport.cli.common import JsonOption, ProjectOption, locate_project, print_json


def integration(project: ProjectOption = None, *, as_json: JsonOption = False) -> int:
    """Make the artefacts of an integration that are not there.

    They name the project's services and flags; what is marked TODO is unknown to a gate until
    it is filled in. What is there already stays as it is.
    """
    from codexreport.pipeline.integration_templates import write_templates
    from codexreport.pipeline.open import open_project

    root, _ = locate_project(project)
    made = write_templates(open_project(root), datetime.now(timezone.utc))
    if as_json:
        print_json({"written": made.written, "kept": made.kept, "sources": made.sources})
        return 0
    for name in made.written:
        typer.echo(f"Written: {name}")
    for name in made.kept:
        typer.echo(f"Kept as it is: {name}")
    if made.sources:
        typer.echo("\nFor a gate to read them, add to codexreport.toml:\n")
        typer.echo(made.sources)
    return 0
