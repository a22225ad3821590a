"""`record`: run a command and keep what it did."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Any

import typer

from codexreport.cli.common import (
    JsonOption,
    ProjectOption,
    ReleaseOption,
    exit_code,
    locate,
    print_json,
)
from codexreport.project.workspace import FILE_NAME

PhaseOption = Annotated[
    str,
    typer.Option(
        "--phase",
        metavar="PHASE",
        help="Whose evidence it is. Default: as [project] says, else operations.",
    ),
]


def record(
    step: Annotated[str, typer.Argument(help="What it is called, such as deployment.")],
    command: Annotated[list[str], typer.Argument(help="After --, the command as it is run.")],
    phase: PhaseOption = "",
    artifact: Annotated[
        list[str] | None,
        typer.Option(
            "--artifact",
            metavar="GLOB",
            help="Files it makes, seen from the project's folder; may be repeated.",
        ),
    ] = None,
    ticket: Annotated[
        str, typer.Option("--ticket", metavar="ID", help="The change it is part of.")
    ] = "",
    project: ProjectOption = None,
    release: ReleaseOption = "",
    *,
    as_json: JsonOption = False,
) -> int:
    """Run a command and keep it as evidence.

    Kept are its output, exit code, duration, commit, a few facts of the environment, and the
    hashes of the files it made; the values of secrets are masked.

    The exit code is the command's; 3 where that is 0 and not everything could be kept.
    """
    from codexreport.evidence.recording import Order, record_command
    from codexreport.project.phases import phase_here

    root, workspace = locate(project)
    phase = phase or phase_here(root, release)
    sys.stdout.flush()
    recorded = record_command(
        workspace.root,
        Order(
            step=step,
            phase=phase,
            command=command,
            artifacts=artifact or (),
            ticket=ticket,
            also_secret=_text_of(root / FILE_NAME),
        ),
        environ=os.environ,
        clock=lambda: datetime.now(timezone.utc),
        stdout=2 if as_json else 1,
    )
    _say(recorded.record, phase)
    if as_json:
        print_json({"phase": phase, **recorded.record})
    return recorded.exit_code or exit_code(recorded.state)


def _say(kept: Mapping[str, Any], phase: str) -> None:
    """To standard error: standard output is the command's."""
    lines = [kept["announcement"]]
    if kept["state"] != "pass":
        lines.append(kept["summary"])
    lines.append(f"Kept: codexreport show {kept['seq']} --phase {phase}")
    sys.stderr.write("\n".join(lines) + "\n")


def _text_of(path: Path) -> str:
    """A project file's text; recording works without one, and with one that has mistakes."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
