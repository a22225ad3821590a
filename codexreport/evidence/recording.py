"""Recording a command: its output, how it ended, where it ran, and what it made."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from codexreport import __version__
from codexreport.errors import EvidenceError
from codexreport.evidence import artifacts, chain, environment, output, secret_values
from codexreport.evidence.announcements import automation
from codexreport.evidence.keep import Kind, Record, keep, phase_folder, timestamp
from codexreport.evidence.manifest import Artifact
from codexreport.evidence.masking import Mask, masked
from codexreport.evidence.secrets import SHORTEST, SecretSearch
from codexreport.evidence.signals import held
from codexreport.evidence.streams import Ended, run_shown
from codexreport.measure import State
from codexreport.steps import is_own

TOOL = f"codexreport {__version__}"

_STEP = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_SUBJECT_LENGTH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be recorded.

    Attributes:
        step: Its name, such as deployment.
        phase: Whose evidence it is.
        command: Program and arguments.
        artifacts: Patterns of the files it is to make, relative to the workspace.
        ticket: The change it is part of; empty if none was given.
        also_secret: Text whose `env:NAME` name further secret variables.
    """

    step: str
    phase: str
    command: Sequence[str]
    artifacts: Sequence[str] = ()
    ticket: str = ""
    also_secret: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What came of it.

    Attributes:
        record: As the log has it.
        exit_code: The command's.
    """

    record: Mapping[str, Any]
    exit_code: int

    @property
    def state(self) -> State:
        """Pass only where the command ended with 0 and everything is kept."""
        return State(self.record["state"])


def record_command(
    workspace: Path,
    order: Order,
    *,
    environ: Mapping[str, str],
    clock: Callable[[], datetime],
    stdout: int = 1,
    stderr: int = 2,
) -> Recorded:
    """Run a command in the current folder and keep what an auditor will ask for.

    Args:
        workspace: Where the evidence goes.
        order: What is to be recorded.
        environ: The environment variables, of which secrets are looked for.
        clock: Tells the time.
        stdout: Descriptor that the command's standard output is shown on.
        stderr: Descriptor that its standard error is shown on.

    Raises:
        EvidenceError: Something could not be kept; said before the command if that is known.
    """
    _check(order)
    workspace = workspace.resolve()
    chain.whole(phase_folder(workspace, order.phase))  # before anything is run
    search = _search(order, environ)
    _keep_what_was_cut_off(workspace, order.phase, clock())
    revision = environment.revision(workspace)
    before = artifacts.stamps(workspace, order.artifacts)
    with (
        held() as signals,
        output.begun(workspace, order.phase, order.step, clock(), Mask(search)) as kept,
    ):
        started, tick = clock(), time.monotonic()
        ended = run_shown(order.command, signals, keep=kept.keep, stdout=stdout, stderr=stderr)
        details = {
            "started": timestamp(started),
            "ended": timestamp(clock()),
            "duration_s": round(time.monotonic() - tick, 3),
            "environment": environment.snapshot(environ),
            "commit": revision and revision.commit,
            "dirty": revision and revision.dirty,
        }
        kept.finish()
        origin = {"step": order.step}
        found = artifacts.made(workspace, order.artifacts, before, search, origin)
        own = [Artifact.of_file(kept.path, workspace, origin)] if kept.path.exists() else []
        problems = [*filter(None, [kept.problem]), *found.problems]
        told = _masked({**details, **_told(order, ended, problems)}, search)
        record = _record(order, ended, told, [*own, *found.artifacts], clock())
        return Recorded(record=_kept(workspace, order, record, ended), exit_code=ended.exit_code)


def is_recordable(step: str) -> bool:
    """Whether a command may be recorded as `step`: it is a plain name, and not the kit's own."""
    return bool(_STEP.fullmatch(step)) and not is_own(step)


def _check(order: Order) -> None:
    if not _STEP.fullmatch(order.step):
        raise EvidenceError(
            f"{order.step!r} is not the name of a step.",
            advice="Name it by letters, digits, hyphens and underscores, such as smoke-staging.",
        )
    if is_own(order.step):  # a gate that asks for it is not to be met by any command
        raise EvidenceError(
            f"{order.step} is a step that codexreport keeps itself.",
            advice=f"Name the command by another, such as my-{order.step}.",
        )
    if not order.ticket.isprintable():
        raise EvidenceError("The ticket is not printable text.")
    artifacts.check_patterns(order.artifacts)


def _search(order: Order, environ: Mapping[str, str]) -> SecretSearch:
    return SecretSearch(
        [
            *secret_values.of_environment(environ, order.also_secret),
            *secret_values.of_arguments(order.command),
        ]
    )


def _told(order: Order, ended: Ended, problems: Sequence[str]) -> dict[str, Any]:
    """What the record says of the command, with secrets still in it."""
    held_open = "What it left running still held its output, of which the rest is lost."
    return {
        "command": _shown(order.command),
        "exit_code": ended.exit_code,
        "ended_by": ended.ended_by or None,
        "ticket": order.ticket or None,
        "problems": [*problems, held_open] if ended.left_running else [*problems],
    }


def _record(
    order: Order,
    ended: Ended,
    told: Mapping[str, Any],
    made: Sequence[Artifact],
    moment: datetime,
) -> Record:
    problems = told["problems"]
    state = State.FAIL if ended.exit_code else State.UNKNOWN if problems else State.PASS
    return Record(
        kind=Kind.COMMAND,
        time=moment,
        step=order.step,
        subject=_cut(shlex.join(told["command"])),
        state=state.value,
        summary=" ".join([_outcome(ended, told["duration_s"]), *problems]),
        tool=TOOL,
        artifacts=made,
        details={**told, "announcement": automation(order.step, state.value)},
    )


def _outcome(ended: Ended, seconds: float) -> str:
    if ended.refusal:
        return f"It could not be started: {ended.refusal}."
    how = f"by {ended.ended_by}" if ended.ended_by else f"with exit code {ended.exit_code}"
    return f"It ended {how} after {seconds:.1f} s."


def _shown(command: Sequence[str]) -> list[str]:
    """The command without the secrets that are too short to be looked for anywhere else."""
    short = [one for one in secret_values.of_arguments(command) if 0 < len(one[1]) < SHORTEST]
    shown = list(command)
    for name, value in short:
        for number, argument in enumerate(shown):
            if argument.endswith(value):
                shown[number] = f"{argument.removesuffix(value)}[masked: {name}]"
    return shown


def _cut(text: str) -> str:
    return text if len(text) <= _SUBJECT_LENGTH else f"{text[:_SUBJECT_LENGTH]}…"


def _masked(value: Any, search: SecretSearch) -> Any:
    if isinstance(value, str):
        return masked(value, search)
    if isinstance(value, Mapping):
        return {key: _masked(inner, search) for key, inner in value.items()}
    if isinstance(value, list):
        return [_masked(inner, search) for inner in value]
    return value


def _kept(workspace: Path, order: Order, record: Record, ended: Ended) -> dict[str, Any]:
    try:
        return keep(workspace, order.phase, record)
    except EvidenceError as error:
        raise EvidenceError(
            f"{error.message} The command itself had ended with exit code {ended.exit_code}.",
            advice=error.advice,
        ) from error


def _keep_what_was_cut_off(workspace: Path, phase: str, moment: datetime) -> None:
    """Give the outputs of killed recordings the record that they never got."""
    with output.cut_off(workspace, phase) as left:
        for one in left:
            origin = {"step": one.step}
            record = Record(
                kind=Kind.COMMAND,
                time=moment,
                step=one.step,
                state=State.UNKNOWN.value,
                summary=f"Its recording, begun {one.started}, was cut off; nothing tells its end.",
                tool=TOOL,
                artifacts=[Artifact.of_file(one.path, workspace, origin)],
            )
            keep(workspace, phase, record)
