"""`rollout`: the plan, the flags, and whether to go on."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from codexreport.pipeline.rollout_check import Checked
    from codexreport.pipeline.rollout_flags import FlagsSeen
    from codexreport.pipeline.rollout_moment import LookedAt
    from codexreport.project.model import Project

rollout = typer.Typer(
    name="rollout", no_args_is_help=True, help="Bring a release to users step by step."
)


@rollout.command("plan")
def plan(
    project: ProjectOption = None,
    now: NowOption = "",
    ics: Annotated[
        Path | None, typer.Option("--ics", metavar="FILE", help="Write it as a calendar, too.")
    ] = None,
    *,
    as_json: JsonOption = False,
) -> int:
    """Show when which percentage of users is to have the release."""
    from codexreport.pipeline.open import moment_of, open_project
    from codexreport.pipeline.rollout_calendar import write_calendar
    from codexreport.pipeline.rollout_plan import plan_document, plan_of

    root, _ = locate_project(project)
    opened = open_project(root)
    moment = moment_of(now, opened)
    document = plan_document(opened, moment)
    if ics:
        write_calendar(ics, plan_of(opened), opened.name, root)
    if as_json:
        print_json({**document, "written": str(ics) if ics else None})
        return 0
    _show_plan(opened, moment)
    if ics:
        typer.echo(f"Written: {ics}")
    return 0


def _show_plan(opened: Project, now: datetime) -> None:
    from codexreport.display.numbers import moment, percent
    from codexreport.pipeline.rollout_plan import plan_of

    planned = plan_of(opened)
    current, zone_name = planned.step_at(now), planned.zone_name
    rows = [
        [
            moment(one.at, zone_name),
            percent(one.share, decimals=0),
            "now" if one is current else "",
            f"after the freeze: {one.delayed_by}" if one.delayed_by else "",
        ]
        for one in planned.steps
    ]
    print_table("", ["from", "users", "", ""], rows)
    for freeze in planned.freezes:
        start, end = moment(freeze.start, zone_name), moment(freeze.end, zone_name)
        typer.echo(f"Frozen from {start} to {end}: {freeze.reason}")


@rollout.command("flags")
def flags(
    project: ProjectOption = None,
    now: NowOption = "",
    release: ReleaseOption = "",
    *,
    offline: OfflineOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Show the feature flags, what is wrong with them, and what changed on them.

    Changes since the last time are kept as evidence; where nothing changed, nothing is.

    Exits with 0 all right, 1 something is wrong, 3 not known.
    """
    from codexreport.measure import State
    from codexreport.pipeline.open import open_project
    from codexreport.pipeline.rollout_evidence import phase_name
    from codexreport.pipeline.rollout_flags import keep_flags, see_flags
    from codexreport.pipeline.rollout_moment import looked_at
    from codexreport.project.workspace import PHASE

    root, workspace = locate_project(project)
    opened = open_project(root, release=release)
    looked = looked_at(now, opened, datetime.now(timezone.utc))
    with progress_bar(quiet=quiet or as_json) as progress:
        seen = see_flags(opened, workspace, looked.at, offline=offline, progress=progress)
    if looked.is_now:
        phase = phase_name(opened) if opened.rollout else PHASE
        seen = keep_flags(workspace, phase, seen, looked.clock)
    if as_json:
        print_json({**seen.to_dict(), "looked": looked.sentence})
    elif not quiet or looked.stale or seen.state is not State.PASS:
        _show_flags(seen, looked, quiet=quiet)
    return exit_code(seen.state)


def _show_flags(seen: FlagsSeen, looked: LookedAt, *, quiet: bool) -> None:
    if looked.stale:
        typer.echo(f"{looked.mistake} {looked.way_out}")
    for one in seen.sources:
        if one.reason:
            typer.echo(f"{one.name}: {one.state.value}. {one.reason}")
    if not seen.sources:
        typer.echo("The project has no source of flags: flagd, flags or openfeature.")
    if quiet:
        return
    rows = [
        [
            one.key,
            one.category.value,
            one.rollout(),
            one.strategy.value,
            one.owner,
            one.expires.isoformat() if one.expires else "",
            one.backlog,
        ]
        for one in seen.flags
    ]
    columns = ["flag", "for", "users", "strategy", "owner", "expires", "backlog"]
    if rows:
        print_table("", columns, rows)
    for _, change in seen.changes:
        typer.echo(f"Changed: {change.sentence}")
    if not looked.is_now and not looked.stale:
        typer.echo(looked.sentence)


@rollout.command("check")
def check(
    project: ProjectOption = None,
    now: NowOption = "",
    release: ReleaseOption = "",
    *,
    offline: OfflineOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Say whether to go on, hold or roll back, and keep the answer as evidence.

    Made for cron: it is kept where it is a new one, and once at each checkpoint. A look at another
    moment than now is shown and not kept, and undecided where as_of alone pins it there.

    Exits with 0 go on, 1 roll back, 3 hold or undecided: change nothing.
    """
    from codexreport.pipeline.open import open_project
    from codexreport.pipeline.rollout_check import check_rollout, keep_check, of_now
    from codexreport.pipeline.rollout_moment import looked_at
    from codexreport.pipeline.rollout_signals import Asking
    from codexreport.rollout.verdict import EXIT_CODES, Verdict

    root, workspace = locate_project(project)
    opened = open_project(root, release=release)
    looked = looked_at(now, opened, datetime.now(timezone.utc))
    with progress_bar(quiet=quiet or as_json) as progress:
        asking = Asking(
            project=opened, workspace=workspace, now=looked.at, offline=offline, progress=progress
        )
        found = of_now(check_rollout(asking), looked)
    kept = keep_check(workspace, found, looked)
    if as_json:
        print_json({**found.to_dict(), "looked": looked.sentence, "kept": kept})
    elif not quiet or found.answer.verdict is not Verdict.GO_ON:
        _show_check(found, looked, quiet=quiet)
    return EXIT_CODES[found.answer.verdict]


def _show_check(found: Checked, looked: LookedAt, *, quiet: bool) -> None:
    answer = found.answer
    told = answer.sentence if quiet else answer.reasons[0]
    typer.echo(f"{answer.verdict.value.upper()}: {told}")
    if quiet:
        return
    for reason in answer.reasons[1:]:
        typer.echo(f"Also: {reason}")
    if found.compared and found.compared[1] not in answer.reasons:
        typer.echo(found.compared[1])
    print_table(
        "",
        ["trigger", "trips at", "now", "why"],
        [
            [one.trigger.name, one.trigger.shown, one.now.value, one.reason]
            for one in found.triggers
        ],
    )
    typer.echo(answer.following)
    if not looked.stale:
        typer.echo(looked.sentence)
