"""What `protocol status`, `validate` and `complete NAME` show of a protocol's steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import typer

from codexreport.cli.common import exit_code, print_json, print_table
from codexreport.cli.protocol import Action
from codexreport.measure import State, worst
from codexreport.pipeline.measures import Measured, measure_all
from codexreport.pipeline.protocol_steps import (
    Progress,
    keep_complete,
    look,
    protocol_named,
    protocol_names,
)

if TYPE_CHECKING:
    from codexreport.project.model import Project
    from codexreport.project.workspace import Workspace


def go_through(
    opened: Project,
    workspace: Workspace,
    action: Action,
    name: str,
    moment: datetime,
    *,
    skip_missing: bool,
    offline: bool,
    as_json: bool,
) -> int:
    """Look at the steps, show them, and announce a protocol that is complete."""
    names = [name] if name else protocol_names(opened)
    for one in names:
        protocol_named(opened, one)  # refused before anything is measured
    measured: list[Measured] = []

    def measure() -> Measured:
        if not measured:
            measured.append(measure_all(opened, workspace, moment, offline=offline))
        return measured[0]

    seen = [
        look(opened, workspace, one, moment, measure, skip_missing=skip_missing) for one in names
    ]
    code = exit_code(worst(one.state for one in seen))
    line = ""
    if action is Action.COMPLETE and code == 0:
        line = keep_complete(workspace, seen[0], datetime.now(timezone.utc))
    if as_json:
        print_json({"protocols": [one.to_dict() for one in seen], "announcement": line or None})
    else:
        _show(seen, line, whole=bool(name))
    if action is Action.STATUS:
        return 0
    for progress in seen if code else ():
        _tell_open(progress, "" if name else f"{progress.name}: ")
    return code


def _tell_open(progress: Progress, about: str) -> None:
    """What is in the way, to standard error: what has to be done, and what may be left out."""
    steps = [f"{one.table.id} ({one.word.value})" for one in progress.open if not one.skippable]
    if steps:
        typer.echo(f"{about}Not complete, still open: {', '.join(steps)}.", err=True)
    if optional := [one.table.id for one in progress.open if one.skippable]:
        names = ", ".join(optional)
        typer.echo(f"{about}Open and optional, left out by --skip-missing: {names}.", err=True)
    if not progress.open and progress.state is State.UNKNOWN:
        typer.echo(f"{about}Not known: every step was skipped.", err=True)


def _show(seen: Sequence[Progress], line: str, *, whole: bool) -> None:
    if not whole:
        rows = [
            [
                one.name,
                one.table.title,
                one.summary,
                next((f"{step.table.id}: {step.do}" for step in one.open), ""),
            ]
            for one in seen
        ]
        print_table("", ["protocol", "title", "steps", "next"], rows)
        return
    (progress,) = seen
    rows = [
        [
            one.table.stage,
            one.table.id,
            one.word.value + (" (optional)" if one.table.optional else ""),
            one.reason,
            one.do if one in progress.open else "",
        ]
        for one in progress.steps
    ]
    title = f"{progress.table.title}: {progress.summary}"
    print_table(title, ["stage", "step", "", "why", "what to do"], rows)
    if items := progress.handoff():
        typer.echo("\nHandoff")
        for item in items:
            typer.echo(f"[{'x' if item['met'] else ' '}] {item['item']}")
    if line:
        typer.echo(f"\n{line}")
