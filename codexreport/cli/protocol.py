"""`protocol`: how far a protocol is, and its announcements, kept."""

from __future__ import annotations

from datetime import datetime, timezone
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from codexreport.cli.common import (
    JsonOption,
    NowOption,
    OfflineOption,
    ProjectOption,
    ReleaseOption,
    locate_project,
)

if TYPE_CHECKING:
    from codexreport.project.model import Project
    from codexreport.project.workspace import Workspace


class Action(StrEnum):
    """What is done."""

    STATUS = "status"
    VALIDATE = "validate"
    START = "start"
    COMPLETE = "complete"
    FINISH = "finish"


def protocol(
    action: Annotated[Action, typer.Argument(help="What is done.")],
    which: Annotated[
        str,
        typer.Argument(
            metavar="[NAME|N]",
            help="A protocol, such as operations; or a phase of the integration protocol, 1 to 4.",
        ),
    ] = "",
    project: ProjectOption = None,
    release: ReleaseOption = "",
    now: NowOption = "",
    *,
    skip_missing: Annotated[
        bool,
        typer.Option("--skip-missing", help="Leave out optional steps of which nothing is there."),
    ] = False,
    offline: OfflineOption = False,
    as_json: JsonOption = False,
) -> int:
    """Say how far a protocol is, and announce what is complete.

    status shows the steps of one protocol, or of all; validate also exits with 0 where all are
    done, 1 where one failed or is missing, 3 where one is unknown; complete NAME announces that,
    and refuses while a step is open.

    start N, complete N and finish announce phases of the integration protocol: a phase is complete
    when its gate is GO or CONDITIONAL GO, and the protocol is finished when all four are.
    Announcements are kept as evidence.
    """
    from codexreport.pipeline.open import moment_of, open_project

    phase = _phase(action, which)
    root, workspace = locate_project(project)
    opened = open_project(root, release=release)
    moment = moment_of(now, opened)
    if phase is not None or action is Action.FINISH:
        return _announce(opened, workspace, action, phase, moment, offline=offline)
    from codexreport.cli.protocol_steps import go_through

    return go_through(
        opened,
        workspace,
        action,
        which,
        moment,
        skip_missing=skip_missing,
        offline=offline,
        as_json=as_json,
    )


def _phase(action: Action, which: str) -> int | None:
    """The phase of the integration protocol that is meant; None where none is."""
    from codexreport.errors import ParameterError
    from codexreport.pipeline.protocol import GATES

    numbered = which.isdecimal()
    if action is Action.START and not numbered:
        raise ParameterError("start needs the number of a phase.")
    if action is Action.COMPLETE and not which:
        raise ParameterError("complete needs the name of a protocol, or the number of a phase.")
    if action is Action.FINISH and which:
        raise ParameterError("finish needs no number of a phase.")
    if not numbered:
        return None
    if action in {Action.STATUS, Action.VALIDATE}:
        raise ParameterError(f"{action.value} takes the name of a protocol, and no number.")
    if not 1 <= int(which) <= len(GATES):
        raise ParameterError(f"There is no phase {which}.", advice="The phases are 1 to 4.")
    return int(which)


def _announce(
    opened: Project,
    workspace: Workspace,
    action: Action,
    number: int | None,
    moment: datetime,
    *,
    offline: bool,
) -> int:
    from codexreport.pipeline import protocol as phases

    clock = datetime.now(timezone.utc)
    if action is Action.START and number is not None:
        line = phases.start(workspace, number, clock)
    else:
        gates = phases.GATES if number is None else phases.GATES[number - 1 : number]
        phases.require(opened, workspace, gates, moment, offline=offline)
        line = phases.done(workspace, number, clock)
    typer.echo(line)
    return 0
