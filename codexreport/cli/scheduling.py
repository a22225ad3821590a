"""`schedule`: meetings for the calendar."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codexreport.cli.common import (
    JsonOption,
    NowOption,
    ProjectOption,
    locate_project,
    print_json,
)
from codexreport.errors import ParameterError
from codexreport.wording import count

if TYPE_CHECKING:
    from datetime import date, time, timedelta

    from codexreport.authoring.meetings import Rhythm
    from codexreport.project.model import Project

DEFAULT_NUMBER = 6
_MINUTE = "%Y-%m-%d %H:%M"

schedule = typer.Typer(
    name="schedule", no_args_is_help=True, help="Plan meetings, as a file for the calendar."
)


@schedule.callback()
def _schedule() -> None:
    """Plan meetings, as a file for the calendar."""


@schedule.command("retros")
def retros(
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="Day of the first.")],
    every: Annotated[
        str, typer.Option("--every", metavar="SPAN", help="Whole weeks from one to the next.")
    ] = "2w",
    number: Annotated[
        int | None, typer.Option("--count", min=1, help="How many. Default: 6.")
    ] = None,
    until: Annotated[
        str, typer.Option("--until", metavar="DAY", help="Instead: the last day for one.")
    ] = "",
    at: Annotated[str, typer.Option("--at", metavar="HH:MM", help="Local time.")] = "10:00",
    length: Annotated[
        str, typer.Option("--duration", metavar="SPAN", help="How long each lasts.")
    ] = "1h",
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Default: retros/retros.ics."),
    ] = None,
    project: ProjectOption = None,
    now: NowOption = "",
    *,
    as_json: JsonOption = False,
) -> int:
    """Plan retros, and make a page for the topics of each.

    The file can be imported again after a change: entries are updated, and cancelled where they
    are planned no more; what moved and what is cancelled is said. Those that are over stay.
    """
    from codexreport.authoring.meetings import meetings
    from codexreport.pipeline.open import moment_of, open_project
    from codexreport.pipeline.scheduling import FOLDER, schedule_retros

    if number is not None and until:
        raise ParameterError("Give --count or --until, not both.")
    root, workspace = locate_project(project)
    opened = open_project(root)
    planned = meetings(
        _rhythm(first, every, at, length, opened),
        number=None if until else number or DEFAULT_NUMBER,
        until=_day("--until", until) if until else None,
    )
    file = output or workspace.root / FOLDER / "retros.ics"
    done = schedule_retros(opened, workspace, planned, file, moment_of(now, opened))
    if as_json:
        told = [{"label": one.label, "start": one.start.isoformat()} for one in done.meetings]
        print_json(
            {
                "calendar": str(done.calendar),
                "meetings": told,
                "moved": [
                    {"label": label, "from": was.isoformat(), "to": is_.isoformat()}
                    for label, (was, is_) in done.moved.items()
                ],
                "cancelled": [
                    {"label": label, "start": start.isoformat()}
                    for label, start in done.cancelled.items()
                ],
                "written": list(done.written),
                "record": done.record,
            }
        )
        return 0
    if not done.written:
        typer.echo("Nothing changed: all of it is planned already.")
        return 0
    last = done.meetings[-1].start.date()
    typer.echo(f"Planned {count(len(done.meetings), 'retros')}, the last on {last}.")
    for label, (was, is_) in done.moved.items():
        typer.echo(f"Moved: {label}, from {was:{_MINUTE}} to {is_:{_MINUTE}}.")
    for label, start in done.cancelled.items():
        typer.echo(f"Cancelled: {label}, {start:{_MINUTE}}.")
    typer.echo(f"Import {done.calendar} into your calendar.")
    typer.echo(f"Written: {', '.join(done.written)}. Kept as record {done.record} of phase6.")
    return 0


def _rhythm(first: str, every: str, at: str, length: str, project: Project) -> Rhythm:
    from datetime import timedelta

    from codexreport.authoring.meetings import Rhythm

    weeks, rest = divmod(_span("--every", every), timedelta(weeks=1))
    if rest:
        raise ParameterError(f"--every: {every} is no number of weeks.", advice="Write 1w or 2w.")
    if (lasting := _span("--duration", length)) > timedelta(days=1):
        raise ParameterError("--duration: a retro that lasts more than a day is none.")
    return Rhythm(
        first=_day("--from", first),
        weeks=weeks,
        at=_time(at),
        length=lasting,
        zone_name=project.timezone,
    )


def _span(option: str, text: str) -> timedelta:
    from codexreport.window import duration

    try:
        return duration(text)
    except ValueError as error:
        raise ParameterError(f"{option}: {error}.") from error


def _day(option: str, text: str) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ParameterError(
            f"{option}: {text!r} is no day.", advice="Write for example 2026-11-02."
        ) from error


def _time(text: str) -> time:
    from datetime import datetime

    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007, a time of the clock on the wall
    except ValueError as error:
        raise ParameterError(
            f"--at: {text!r} is no time of day.", advice="Write for example 10:00."
        ) from error
