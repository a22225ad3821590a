"""`log-update`: an entry in the log of dependency or security updates."""

from __future__ import annotations

from enum import StrEnum
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
    from datetime import date, datetime

    from codexreport.pipeline.update_logs import Logged
    from codexreport.supply_chain.updates import Update


class Which(StrEnum):
    """Which log is written in."""

    DEPENDENCY = "dependency"
    SECURITY = "security"


def log_update(
    log: Annotated[Which, typer.Argument(help="Which log.")],
    package: Annotated[str, typer.Option("--package", help="What was updated.")],
    before: Annotated[
        str, typer.Option("--from", metavar="VERSION", help="What it was; leave out where new.")
    ] = "",
    after: Annotated[
        str, typer.Option("--to", metavar="VERSION", help="What it is; leave out where removed.")
    ] = "",
    reason: Annotated[
        str, typer.Option("--reason", help="Why, such as CVE-2026-1234 or monthly round.")
    ] = "",
    link: Annotated[str, typer.Option("--link", metavar="URL", help="The change.")] = "",
    on: Annotated[str, typer.Option("--date", metavar="DAY", help="Default: today.")] = "",
    project: ProjectOption = None,
    now: NowOption = "",
    *,
    as_json: JsonOption = False,
) -> int:
    """Write an update into the project's log, and keep it as evidence.

    The row goes into the table that is there; everything else stays byte for byte.
    """
    from codexreport.pipeline.open import moment_of, open_project
    from codexreport.pipeline.update_logs import Log
    from codexreport.pipeline.update_logs import log_update as write

    root, workspace = locate_project(project)
    opened = open_project(root)
    day = _day(on, moment_of(now, opened), opened.timezone)
    update = _update(package, before, after, reason, link, day)
    logged = write(opened, workspace, Log(log.value), update, link)
    if as_json:
        print_json(
            {
                "file": logged.file,
                "added": logged.added,
                "record": logged.record,
                "days_since_last": logged.gap,
                "cadence_days": logged.cadence.days,
                "late": logged.late,
            }
        )
    else:
        _tell(logged)
    return 0


def _tell(logged: Logged) -> None:
    if not logged.added:
        typer.echo(f"{logged.file} has this entry already; nothing was changed.")
        return
    typer.echo(f"Written into {logged.file}. Kept as record {logged.record} of phase6.")
    if logged.gap is not None and logged.late:
        typer.echo(
            f"The entry before was {count(logged.gap, 'days')} earlier; the cadence is "
            f"{count(logged.cadence.days, 'days')}."
        )


def _day(text: str, now: datetime, zone_name: str) -> date:
    """The day that is meant, in the project's zone; none that is still to come."""
    from datetime import date

    from codexreport.window import zone

    today = now.astimezone(zone(zone_name)).date()
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError as error:
        raise ParameterError(
            f"--date: {text!r} is no day.", advice="Write for example 2026-11-02."
        ) from error
    if day > today:
        raise ParameterError(f"--date: {day} is still to come; today is {today}.")
    return day


def _update(package: str, before: str, after: str, reason: str, link: str, day: date) -> Update:
    from codexreport.supply_chain.updates import Update

    if not package.isprintable() or "|" in package:
        raise ParameterError(f"--package: {package!r} is no name; it is one line without a |.")
    for option, version in (("--from", before), ("--to", after)):
        if len(version.split()) > 1 or not version.isprintable() or "|" in version:
            raise ParameterError(f"{option}: {version!r} is no version; it is one word.")
    if not package.strip():
        raise ParameterError("--package: it is empty.")
    if not before.strip() and not after.strip():
        raise ParameterError("Nothing was updated.", advice="Give --from, --to, or both.")
    if link and not link.startswith(("https://", "http://")):
        raise ParameterError(f"--link: {link!r} is no address.", advice="Write https://...")
    return Update(
        on=day,
        package=" ".join(package.split()),
        before=before.strip(),
        after=after.strip(),
        reason=reason,
        line=0,
    )
