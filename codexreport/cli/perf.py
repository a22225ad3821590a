"""`perf`: how fast it is, measured by Locust or taken over from another tool."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated

import typer

from codexreport.cli.common import (
    JsonOption,
    ProjectOption,
    QuietOption,
    ReleaseOption,
    exit_code,
    locate_project,
    print_json,
    progress_bar,
)
from codexreport.measure import State


def perf(
    scenario: Annotated[
        str, typer.Option("--scenario", metavar="NAME", help="What is measured, or judged by.")
    ] = "",
    import_: Annotated[
        Path | None,
        typer.Option(
            "--import", metavar="FILE", help="A result of k6, Locust or JMeter to take over."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Default: perf.json in the phase's evidence."),
    ] = None,
    phase: Annotated[
        str,
        typer.Option("--phase", metavar="PHASE", help="Whose evidence. Default: as [perf] says."),
    ] = "",
    project: ProjectOption = None,
    release: ReleaseOption = "",
    *,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Measure a scenario of the project with Locust, or take over what another tool measured.

    Target, users, requests and time stand under [perf] in codexreport.toml, and nowhere else.
    The figures are kept as the step perf, with their method and number of samples.

    Exits with 0 every threshold kept, 1 one failed, 3 unknown, such as without a threshold.
    """
    from codexreport.errors import ParameterError
    from codexreport.pipeline import perf as runs
    from codexreport.pipeline.open import open_project
    from codexreport.project.releases import phase_of

    if not scenario and not import_:
        raise ParameterError(
            "Nothing says what to measure.", advice="Add --scenario NAME, or --import FILE."
        )
    root, workspace = locate_project(project)
    opened = open_project(root, release=release)
    whose = phase or phase_of(opened.perf.phase, opened.release)
    runs.check_place(workspace, whose, output)
    with progress_bar(quiet=quiet or as_json) as progress:
        if import_:
            measured = runs.take_over(opened, import_, scenario, _clock)
        else:
            measured = runs.measure(opened, scenario, _clock, environ=os.environ, progress=progress)
    path, found, kept = runs.keep_run(workspace, whose, measured, output, _clock)
    if as_json:
        print_json({**found.to_dict(), "record": kept["seq"], "phase": whose})
    elif not quiet or found.state is not State.PASS:
        for number, one in enumerate(measured.attempts[:-1], start=1):
            typer.echo(f"Attempt {number}: {one.state.value}. {one.run.summary()}.")
        typer.echo(f"{measured.name}: {found.state.value}. {kept['summary']}")
    if not quiet and not as_json:
        typer.echo(f"Written: {path}")
        typer.echo(f"Kept: codexreport show {kept['seq']} --phase {whose}")
    return exit_code(found.state)


def _clock() -> datetime:
    return datetime.now(timezone.utc)
