"""`smoke`: whether what was deployed answers as it should."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codexreport.cli.common import (
    JsonOption,
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

if TYPE_CHECKING:
    from codexreport.pipeline.smoke import Smoked


def smoke(
    env: Annotated[
        str,
        typer.Option("--env", metavar="NAME", help="Which environment. Default: the only one."),
    ] = "",
    phase: Annotated[
        str,
        typer.Option("--phase", metavar="PHASE", help="Whose evidence. Default: as [smoke] says."),
    ] = "",
    project: ProjectOption = None,
    release: ReleaseOption = "",
    *,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Ask an environment what the project's smoke checks ask, and run its own smoke command.

    What is asked stands under [smoke] in codexreport.toml. The run is kept as evidence, with a
    JUnit file; a green one on staging is what gates ask for.

    Exits with 0 all pass, 1 one fails, 3 one is unknown.
    """
    from codexreport.pipeline.open import open_project
    from codexreport.pipeline.smoke import run_smoke
    from codexreport.pipeline.smoke_asked import asked_of
    from codexreport.project.releases import phase_of

    root, workspace = locate_project(project)
    opened = open_project(root, release=release)
    asked = asked_of(opened, env, phase or phase_of(opened.smoke.phase, opened.release))
    with progress_bar(quiet=quiet or as_json) as progress:
        smoked = run_smoke(
            opened,
            workspace,
            asked,
            lambda: datetime.now(timezone.utc),
            progress=progress,
            environ=os.environ,
            stdout=2 if as_json or quiet else 1,
        )
    if as_json:
        print_json(_document(smoked))
    elif not quiet:
        _print(smoked)
    elif smoked.state is not State.PASS:
        typer.echo(f"{asked.name}: {smoked.state.value}. {smoked.record['summary']}")
    return exit_code(smoked.state)


def _print(smoked: Smoked) -> None:
    rows = [
        [
            one.check.name,
            one.state.value,
            "" if one.exchange.seconds is None else f"{one.exchange.seconds * 1000:.0f} ms",
            one.reason,
        ]
        for one in smoked.results
    ]
    if rows:
        print_table("", ["check", "state", "took", "why"], rows)
    typer.echo(f"{smoked.asked.name}: {smoked.state.value}. {smoked.record['summary']}")
    typer.echo(f"Kept: codexreport show {smoked.record['seq']} --phase {smoked.asked.phase}")


def _document(smoked: Smoked) -> dict[str, Any]:
    from codexreport.smoke.results import as_dict

    return {
        "environment": smoked.asked.name,
        "state": smoked.state.value,
        "summary": smoked.record["summary"],
        "checks": [as_dict(one) for one in smoked.results],
        "command": smoked.command and smoked.command.record,
        "results": smoked.file
        and {
            "state": smoked.file.state.value,
            "summary": smoked.file.summary,
            "reason": smoked.file.reason,
        },
        "record": smoked.record["seq"],
        "phase": smoked.asked.phase,
    }
