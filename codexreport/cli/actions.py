"""`actions`: the work that incidents and retros left, and its way into the tracker."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from codexreport.cli.common import (
    UNKNOWN_EXIT_CODE,
    JsonOption,
    NowOption,
    ProjectOption,
    locate_project,
    print_json,
    print_table,
    told_when_slow,
)
from codexreport.errors import ParameterError
from codexreport.wording import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexreport.pipeline.pushing import Planned, Pushed

actions = typer.Typer(name="actions", no_args_is_help=True, help="Work with action items.")


@actions.callback()
def _actions() -> None:
    """Work with action items; codexreport list actions shows them."""


@actions.command("push")
def push(
    to: Annotated[
        str, typer.Option("--to", metavar="SOURCE", help="The tracker. Default: the only one.")
    ] = "",
    project: ProjectOption = None,
    now: NowOption = "",
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be made.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Make an issue of every open action item that no tracker has.

    Run again, it finds what it made before by a word in the issue, and makes nothing twice. Each
    address is kept as evidence, and written into the item's own row where that has a url.

    Exits with 3 where an item could not be made, or a file or the tracker not be read; a dry run
    then shows what is planned without it.
    """
    from codexreport.pipeline.happenings import ACTIONS
    from codexreport.pipeline.open import moment_of, open_project, require_environment
    from codexreport.pipeline.pushing import answered, plan, promises, tracker_of
    from codexreport.pipeline.pushing import push as push_all
    from codexreport.pipeline.unread import unread

    root, workspace = locate_project(project)
    opened = open_project(root)
    name, settings = tracker_of(opened, to)
    if not dry_run:
        require_environment(opened, [name])
    with told_when_slow(settings.deadline) as progress:
        results = promises(opened, workspace, moment_of(now, opened), progress)
    compared = answered(results, name, needed=not dry_run)
    planned = plan(opened, settings, results)
    gaps = unread(results, ACTIONS)
    if not as_json:
        _show(planned, name, compared=compared)
    for gap in gaps:
        typer.echo(f"Not read: {gap}", err=True)
    pushed: list[Pushed] = []
    if planned and not dry_run and (yes or _agreed(len(planned), name)):
        with told_when_slow(settings.deadline) as progress:
            for one in push_all(opened, workspace, settings, planned, progress=progress):
                pushed.append(one)
                if not as_json:
                    _tell(one)
    if as_json:
        print_json(_document(name, planned, pushed, gaps, compared=compared))
    failed = any(not one.url for one in pushed)
    return UNKNOWN_EXIT_CODE if failed or gaps else 0


def _show(planned: Sequence[Planned], name: str, *, compared: bool) -> None:
    if not planned:
        typer.echo("Nothing to make: every open action item names its issue.")
        return
    unless = "unless they are there" if compared else f"not compared with {name}"
    print_table(
        f"{count(len(planned), 'issues')} to make in {name}, {unless}",
        ["id", "title", "owner", "due", "labels", "file"],
        [
            [
                one.item.id,
                one.issue.title,
                one.item.owner or "nobody",
                one.item.due or "",
                ", ".join(one.issue.labels),
                one.file,
            ]
            for one in planned
        ],
    )


def _agreed(number: int, name: str) -> bool:
    if not sys.stdin.isatty():
        raise ParameterError(
            "Issues are only made once somebody agreed.",
            advice="Look at it with --dry-run, then add --yes.",
        )
    return typer.confirm(f"Make {count(number, 'issues')} in {name}?", err=True)


def _tell(one: Pushed) -> None:
    id_ = one.planned.item.id
    if not one.url:
        typer.echo(f"{id_}: not made. {one.reason}", err=True)
        return
    where = "" if one.noted else f" Write it into {one.planned.file}: there is no empty url."
    typer.echo(f"{id_}: {one.came.value}, {one.url}.{where}")


def _document(
    name: str,
    planned: Sequence[Planned],
    pushed: Sequence[Pushed],
    gaps: list[str],
    *,
    compared: bool,
) -> dict[str, object]:
    return {
        "tracker": name,
        "compared": compared,
        "planned": [
            {
                "id": one.item.id,
                "title": one.issue.title,
                "owner": one.item.owner,
                "due": one.item.due and one.item.due.isoformat(),
                "labels": list(one.issue.labels),
                "file": one.file,
                "marker": one.issue.marker,
            }
            for one in planned
        ],
        "pushed": [
            {
                "id": one.planned.item.id,
                "came": one.came.value,
                "url": one.url,
                "noted": one.noted,
                "reason": one.reason,
            }
            for one in pushed
        ],
        "unread": gaps,
    }
