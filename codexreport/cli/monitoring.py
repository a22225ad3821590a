"""`monitor-slo`: the weekly check, by hand or from cron."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from codexreport.cli.common import (
    JsonOption,
    NowOption,
    OfflineOption,
    ProjectOption,
    QuietOption,
    SampleOption,
    WeekOption,
    exit_code,
    locate_project,
    print_json,
    progress_bar,
)
from codexreport.measure import State
from codexreport.wording import count

if TYPE_CHECKING:
    from codexreport.pipeline.monitor import Checkup


def monitor_slo(
    project: ProjectOption = None,
    week: WeekOption = "",
    now: NowOption = "",
    *,
    sample: SampleOption = False,
    offline: OfflineOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Judge the last week, keep it as evidence, and say the streak.

    A week is kept once: run again, a provisional or unknown one may be corrected, and a final one
    stands. Made for cron.

    Exits with 0 all kept, 1 one missed, 3 one is unknown.
    """
    from codexreport.pipeline.monitor import monitor
    from codexreport.pipeline.open import choose_window, moment_of, open_project

    root, workspace = locate_project(project, sample=sample)
    opened = open_project(root)
    moment = moment_of(now, opened)
    window = choose_window(opened, moment, week=week, start="", end="")
    with progress_bar(quiet=quiet or as_json) as progress:
        found = monitor(opened, workspace, window, moment, offline=offline, progress=progress)
    if as_json:
        print_json(found.to_dict())
    elif not quiet or found.state is not State.PASS:
        _tell(found, quiet=quiet)
    return exit_code(found.state)


def _tell(found: Checkup, *, quiet: bool) -> None:
    from codexreport.views.slo_summary import headline

    typer.echo(f"{found.state.value.upper()}  {found.week.label}: {headline(found.objectives)}")
    if quiet:
        return
    typer.echo(_streak(found))
    typer.echo(_kept(found))
    if found.skipped:
        more = ", and so on for each" if len(found.skipped) > 1 else ""
        typer.echo(
            f"Never kept: {', '.join(found.skipped)}. To catch up: "
            f"codexreport monitor-slo --week {found.skipped[0]}{more}"
        )


def _streak(found: Checkup) -> str:
    said = f"Streak: {count(found.streak, 'weeks')} of {found.needed}"
    if found.overtaken:
        return f"{said}, as of that week; without --week it is told as of now."
    if found.earliest is None:
        return f"{said}; that is steady."
    return f"{said}; steady on {found.earliest.end.date()} at the earliest."


def _kept(found: Checkup) -> str:
    """What became of the week in the evidence, in a sentence."""
    from codexreport.evidence.weeks import Outcome
    from codexreport.project.workspace import PHASE

    kept = found.kept
    known = "provisional: late data may still change it" if kept.provisional else "final"
    return {
        Outcome.ADDED: f"Kept, {known}: codexreport show {kept.seq} --phase {PHASE}",
        Outcome.CORRECTED: f"Record {kept.seq} corrects record {kept.corrects}; it is {known}.",
        Outcome.UNCHANGED: f"Record {kept.seq} says the same already; nothing was added.",
        Outcome.STANDS: f"Record {kept.seq} stands: {kept.state.value}, {known}. "
        "What was found now does not change it.",
    }[found.outcome]
