"""`protocol`: the integration protocol's phases, announced and kept."""

from __future__ import annotations

from datetime import datetime, timezone
from enum import StrEnum
from typing import Annotated

import typer

from codexreport.cli.common import (
    NowOption,
    OfflineOption,
    ProjectOption,
    ReleaseOption,
    locate_project,
)


class Action(StrEnum):
    """What is announced."""

    START = "start"
    COMPLETE = "complete"
    FINISH = "finish"


def protocol(
    action: Annotated[Action, typer.Argument(help="What is announced.")],
    number: Annotated[
        int | None, typer.Argument(metavar="[N]", help="The phase, 1 to 4; not for finish.")
    ] = None,
    project: ProjectOption = None,
    release: ReleaseOption = "",
    now: NowOption = "",
    *,
    offline: OfflineOption = False,
) -> int:
    """Announce a phase of the integration protocol.

    A phase is complete when its gate is GO or CONDITIONAL GO, and the protocol is finished when
    all four are; else it says what is missing and what to do. Announcements are kept as evidence.
    """
    from codexreport.errors import ParameterError
    from codexreport.pipeline import protocol as phases
    from codexreport.pipeline.open import moment_of, open_project

    if (action is Action.FINISH) is (number is not None):
        raise ParameterError("start and complete need the number of a phase, finish needs none.")
    if number is not None and not 1 <= number <= len(phases.GATES):
        raise ParameterError(f"There is no phase {number}.", advice="The phases are 1 to 4.")
    root, workspace = locate_project(project)
    opened = open_project(root, release=release)
    moment = moment_of(now, opened)
    clock = datetime.now(timezone.utc)
    if action is Action.START and number is not None:
        line = phases.start(workspace, number, clock)
    else:
        gates = phases.GATES if number is None else phases.GATES[number - 1 : number]
        phases.require(opened, workspace, gates, moment, offline=offline)
        line = phases.done(workspace, number, clock)
    typer.echo(line)
    return 0
