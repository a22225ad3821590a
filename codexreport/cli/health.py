"""`health`: tests, coverage, flags, files, environment and machine in one table."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from typing import Annotated

import typer

from codexreport.cli.common import (
    JsonOption,
    NowOption,
    OfflineOption,
    ProjectOption,
    QuietOption,
    ReleaseOption,
    exit_code,
    locate_project,
    print_json,
    print_table,
    progress_bar,
)
from codexreport.measure import State


def health(
    project: ProjectOption = None,
    now: NowOption = "",
    release: ReleaseOption = "",
    *,
    full: Annotated[
        bool,
        typer.Option("--full", help="Also version, virtual environment, dependencies and syntax."),
    ] = False,
    offline: OfflineOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Check the project's health: tests, coverage, flags, files, environment, resources.

    Bounds stand under [health] in codexreport.toml. What was found is kept as the step health,
    which the operations gate asks for.

    Exits with 0 all well, 1 something fails, 3 something is unknown.
    """
    from codexreport.pipeline.health import examine, keep_health, reason_of
    from codexreport.pipeline.measures import measure_all
    from codexreport.pipeline.open import moment_of, open_project
    from codexreport.project.releases import phase_of

    root, workspace = locate_project(project)
    opened = open_project(root, release=release)
    phase = phase_of(opened.health.phase, opened.release)
    moment = moment_of(now, opened)
    with progress_bar(quiet=quiet or as_json) as progress:
        known = measure_all(opened, workspace, moment, offline=offline, progress=progress)
        found = examine(opened, known.measures, os.environ, full=full)
    kept = keep_health(workspace, phase, found, moment, datetime.now(timezone.utc))
    if as_json:
        print_json({**found.to_dict(), "record": kept["seq"], "phase": phase})
    elif not quiet:
        rows = [[one.criterion.id, one.state.value, reason_of(one)] for one in found.findings]
        print_table("", ["check", "state", "why"], rows)
        typer.echo(f"{opened.name}: {found.state.value}. {found.summary}")
        typer.echo(f"Kept: codexreport show {kept['seq']} --phase {phase}")
    elif found.state is not State.PASS:
        typer.echo(f"{opened.name}: {found.state.value}. {found.summary}")
    return exit_code(found.state)
