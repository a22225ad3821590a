"""A smoke run: the project's own command, its checks over HTTP, and one record of both."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from codexreport import __version__
from codexreport.evidence.keep import Kind, Record, keep, phase_folder, timestamp
from codexreport.evidence.manifest import Artifact
from codexreport.evidence.recording import Order, Recorded, record_command
from codexreport.evidence.writing import written
from codexreport.measure import State, worst
from codexreport.pipeline.check import Checked, check_file
from codexreport.pipeline.smoke_asked import Asked, require_secrets, variables
from codexreport.project.model import Project
from codexreport.project.workspace import Workspace
from codexreport.smoke.check import Result
from codexreport.smoke.judging import judge
from codexreport.smoke.results import as_dict, as_junit
from codexreport.sources.access import Access
from codexreport.sources.base import Progress, silent
from codexreport.wording import count

SCHEMA = 1

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Smoked:
    """What came of a run.

    Attributes:
        asked: What was run.
        results: Of each check.
        command: The team's own command as it was recorded; None where there is none.
        file: What its file of results says; None where none is named.
        record: As the log has it.
    """

    asked: Asked
    results: tuple[Result, ...]
    command: Recorded | None
    file: Checked | None
    record: Mapping[str, Any]

    @property
    def state(self) -> State:
        """The worst of everything that was run."""
        return State(self.record["state"])


def run_smoke(
    project: Project,
    workspace: Workspace,
    asked: Asked,
    clock: Clock,
    *,
    progress: Progress = silent,
    environ: Mapping[str, str] = os.environ,
    stdout: int = 1,
) -> Smoked:
    """Run the command, ask the checks, keep what came of both as one record.

    The record comes last: a run that is cut off leaves none that could pass.

    Args:
        project: Its timeouts count, and its folder is where the command runs.
        workspace: Where the evidence goes.
        asked: What is run.
        clock: Tells the time.
        progress: Called check by check.
        environ: Where secrets are.
        stdout: Descriptor that the command's standard output is shown on.

    Raises:
        ParameterError: A variable that a header refers to is not set.
        EvidenceError: What came of it cannot be kept.
    """
    phase_folder(workspace.root, asked.phase)  # refused before anything is asked
    require_secrets(asked, environ)
    started = clock()
    command = _commanded(project, workspace, asked, clock, environ, stdout)
    file = None
    if command and project.smoke.results:
        file = check_file(project.root / project.smoke.results, clock())
    results = tuple(_results(project, asked, started, progress, environ))
    state = worst(_states(results, command, file))

    def record() -> Record:
        return Record(
            kind=Kind.CHECK,
            time=clock(),
            step=asked.step,
            subject=asked.name,
            state=state.value,
            summary=_summary(results, command, file),
            tool=f"codexreport {__version__}",
            artifacts=_written(workspace, asked, results, state, started),
            details={
                "environment": asked.name,
                "base_url": asked.environment.base_url,
                "started": timestamp(started),
                "command_record": command.record["seq"] if command else None,
            },
        )

    kept = keep(workspace.root, asked.phase, record)
    return Smoked(asked=asked, results=results, command=command, file=file, record=kept)


def _commanded(
    project: Project,
    workspace: Workspace,
    asked: Asked,
    clock: Clock,
    environ: Mapping[str, str],
    stdout: int,
) -> Recorded | None:
    """The team's own command, run and recorded under a name that no gate asks for."""
    if not asked.command:
        return None
    order = Order(
        step=f"{asked.step}-command",
        phase=asked.phase,
        command=asked.command,
        artifacts=tuple(filter(None, [project.smoke.results])),
        also_secret=" ".join(f"env:{name}" for _, name in variables(asked)),
    )
    with chdir(project.root):
        return record_command(workspace.root, order, environ=environ, clock=clock, stdout=stdout)


def _results(
    project: Project,
    asked: Asked,
    started: datetime,
    progress: Progress,
    environ: Mapping[str, str],
) -> Iterator[Result]:
    if not asked.checks:
        return
    from codexreport.sources.probe import Patience, Probe, Target

    environment, smoke = asked.environment, project.smoke
    target = Target(
        base_url=environment.base_url,
        access=Access(headers=environment.headers),
        allow_hosts=environment.allow_hosts,
    )
    patience = Patience(
        timeout=smoke.timeout.total_seconds(), deadline=smoke.deadline.total_seconds()
    )
    with Probe(target, patience, environ=environ) as probe:
        for number, one in enumerate(asked.checks):
            progress(one.name, number, len(asked.checks))
            yield judge(one, probe.ask(one), started)


def _states(
    results: tuple[Result, ...], command: Recorded | None, file: Checked | None
) -> Iterator[State]:
    yield from (one.state for one in results)
    if command:
        yield command.state
    if file:
        yield file.state


def _summary(results: tuple[Result, ...], command: Recorded | None, file: Checked | None) -> str:
    """How many checks, which of them are no pass, and what came of the command."""
    said = []
    if results:
        parts = [count(len(results), "checks")]
        for state, word in ((State.FAIL, "failed"), (State.UNKNOWN, "unknown")):
            names = [one.check.name for one in results if one.state is state]
            parts += [f"{len(names)} {word} ({', '.join(names)})"] if names else []
        said.append(", ".join(parts if len(parts) > 1 else [*parts, "all passed"]) + ".")
    if command:
        program = command.record["command"][0]
        said.append(f"The command {program}: {command.state.value}. {command.record['summary']}")
    if file:
        found = file.summary or file.reason.rstrip(".")
        said.append(f"Its results: {file.state.value}, {found}.")
    return " ".join(said)


def _written(
    workspace: Workspace, asked: Asked, results: tuple[Result, ...], state: State, started: datetime
) -> list[Artifact]:
    """The results as files: JSON, and JUnit where there are checks."""
    origin = {"step": asked.step, "environment": asked.name}
    document = {
        "schema": SCHEMA,
        "smoke": asked.name,
        "base_url": asked.environment.base_url,
        "started": timestamp(started),
        "state": state.value,
        "checks": [as_dict(one) for one in results],
    }
    files = {f"{asked.step}.json": json.dumps(document, indent=2, ensure_ascii=False) + "\n"}
    if results:
        files[f"{asked.step}.xml"] = as_junit(asked.step, results, started)
    return [
        written(workspace.root, phase_folder(workspace.root, asked.phase) / name, text, origin)
        for name, text in files.items()
    ]
