"""A performance run: measured or taken over, judged by its thresholds, written down and kept."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from codexreport import __version__
from codexreport.errors import ParameterError
from codexreport.evidence.environment import revision
from codexreport.evidence.keep import Kind, Record, keep, phase_folder, timestamp
from codexreport.evidence.manifest import name_in
from codexreport.evidence.writing import written
from codexreport.facts import About
from codexreport.measure import State, worst
from codexreport.performance.report import SCHEMA, as_dict
from codexreport.performance.run import Run
from codexreport.performance.thresholds import threshold_of
from codexreport.pipeline.check import Checked, check_file
from codexreport.pipeline.perf_run import run_locust
from codexreport.project.mistakes import did_you_mean
from codexreport.project.model import Project
from codexreport.project.perf_schema import WAITS_S, PerfScenarioTable
from codexreport.project.workspace import FILE_NAME, Workspace
from codexreport.sources.base import Progress, silent
from codexreport.steps import PERF

DEFAULT_NAME = "perf.json"

Clock = Callable[[], datetime]
Once = Callable[..., Run]
"""Measures a scenario once, as `run_locust` does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One time that a scenario was measured."""

    started: datetime
    ended: datetime
    waited_s: int
    run: Run
    state: State

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "started": timestamp(self.started),
            "waited_s": self.waited_s,
            "state": self.state.value,
            "said": self.run.summary(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A run that is to be written down.

    Attributes:
        name: The scenario's, or `imported`.
        attempts: At least one; the last counts.
        more: What else is told of it: the target and the setting, or the file it was taken from.
    """

    name: str
    attempts: tuple[Attempt, ...]
    more: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values, which the reader `perf` takes."""
        last = self.attempts[-1]
        return {
            "schema": SCHEMA,
            "scenario": self.name,
            **self.more,
            "started": timestamp(last.started),
            "ended": timestamp(last.run.observed or last.ended),
            "attempts": [one.to_dict() for one in self.attempts],
            **as_dict(last.run),
        }


def scenario_named(project: Project, name: str) -> PerfScenarioTable:
    """The scenario called `name`.

    Raises:
        ParameterError: There is none.
    """
    known = sorted(project.perf.scenarios)
    if name not in project.perf.scenarios:
        write = f"Write [perf.scenarios.{name}] with a target and requests."
        raise ParameterError(
            f"There is no scenario {name!r} in {FILE_NAME}.",
            advice=did_you_mean(name, known).removeprefix("; ") or write,
        )
    return project.perf.scenarios[name]


def measure(
    project: Project,
    name: str,
    clock: Clock,
    *,
    environ: Mapping[str, str] = os.environ,
    sleep: Callable[[float], None] = time.sleep,
    once: Once = run_locust,
    progress: Progress = silent,
) -> Measured:
    """Measure a scenario, and again after 1, 2 and 4 seconds where it is marked for that.

    Args:
        project: Whose scenario it is.
        name: The scenario's.
        clock: Tells the time.
        environ: Where secrets are.
        sleep: Waits so many seconds.
        once: Measures a scenario once.
        progress: Called while it is measured.

    Raises:
        ParameterError: There is no such scenario, a secret is not set, or no Locust.
    """
    scenario = scenario_named(project, name)
    _require_secrets(scenario, environ)
    checked_out = revision(project.root)
    attempts: list[Attempt] = []
    for waited in (0, *WAITS_S[: scenario.retries]):
        sleep(waited)
        started = clock()
        run = once(scenario, project.root, environ, progress=progress)
        clean = checked_out is not None and not checked_out.dirty
        run = replace(run, commit=checked_out.commit if checked_out and clean else "")
        run = bounded(run, scenario)
        state = state_of(run, clock())
        attempts.append(
            Attempt(started=started, ended=clock(), waited_s=waited, run=run, state=state)
        )
        if state is State.PASS:
            break
    setting = {
        "users": scenario.users,
        "duration_s": int(scenario.duration.total_seconds()),
        "max_requests": scenario.max_requests,
    }
    more = {"target": scenario.target, "setting": setting}
    return Measured(name=name, attempts=tuple(attempts), more=more)


def take_over(project: Project, path: Path, name: str, clock: Clock) -> Measured:
    """What another tool measured, by its file; with a scenario's thresholds where one is named.

    Raises:
        ParameterError: The file is not of a performance run, or there is no such scenario.
    """
    checked = check_file(path, clock())
    if checked.facts is None:
        raise ParameterError(
            f"{path}: {checked.reason}",
            advice="`codexreport formats` lists the tools whose results are read, such as k6.",
        )
    if not isinstance(checked.facts, Run):
        raise ParameterError(f"{path} is of {checked.facts.kind}, and no performance run.")
    run = checked.facts
    if name:
        run = bounded(run, scenario_named(project, name))
    at = run.observed or clock()
    attempt = Attempt(started=at, ended=at, waited_s=0, run=run, state=state_of(run, clock()))
    return Measured(
        name=name or "imported", attempts=(attempt,), more={"imported": _origin(checked)}
    )


def bounded(run: Run, scenario: PerfScenarioTable) -> Run:
    """A run with what the scenario's thresholds make of it, after the tool's own."""
    own = tuple(
        threshold_of(run.total, statistic, bound)
        for statistic, bounds in scenario.thresholds.items()
        for bound in bounds
    )
    errors = run.errors_bounded or "errors" in scenario.thresholds
    return replace(run, thresholds=(*run.thresholds, *own), errors_bounded=errors)


def state_of(run: Run, now: datetime) -> State:
    """The worst of what a run measures."""
    return worst(one.state for one in run.measures(About(subject=PERF, now=now)))


def check_place(workspace: Workspace, phase: str, output: Path | None) -> Path:
    """Where the file of a run goes; called before it is measured, for nothing else to fail then.

    Raises:
        EvidenceError: It lies outside of the workspace, or there is no such phase.
        ParameterError: It is there, and no performance run.
    """
    folder = phase_folder(workspace.root, phase)
    path = workspace.root / output if output else folder / DEFAULT_NAME
    name_in(workspace.root, path)
    if path.exists() and check_file(path, datetime.now(timezone.utc)).format != "perf":
        raise ParameterError(
            f"{path} is there, and no performance run; it is not replaced.",
            advice="Choose another file with --output.",
        )
    return path


def keep_run(
    workspace: Workspace, phase: str, measured: Measured, output: Path | None, clock: Clock
) -> tuple[Path, Checked, dict[str, Any]]:
    """Write a run down, read it back, and keep what the file says as evidence.

    Args:
        workspace: Where the evidence goes.
        phase: Whose evidence it is.
        measured: The run.
        output: Where the file goes, below the workspace; None: to the evidence of the phase.
        clock: Tells the time.

    Returns:
        The file, what it says, and the record.

    Raises:
        EvidenceError: It cannot be written, or lies outside of the workspace.
    """
    path = check_place(workspace, phase, output)
    text = json.dumps(measured.to_dict(), indent=2, ensure_ascii=False) + "\n"
    found: list[Checked] = []

    def record() -> Record:
        artifact = written(workspace.root, path, text, {"step": PERF, "scenario": measured.name})
        found.append(check_file(path, clock()))
        return Record(
            kind=Kind.CHECK,
            time=clock(),
            step=PERF,
            subject=measured.name,
            state=found[0].state.value,
            summary=" ".join(filter(None, [f"{found[0].summary}.", found[0].reason])),
            tool=f"codexreport {__version__}",
            artifacts=[artifact],
            details={"attempts": len(measured.attempts), **measured.more},
        )

    kept = keep(workspace.root, phase, record)
    return path, found[0], kept


def _require_secrets(scenario: PerfScenarioTable, environ: Mapping[str, str]) -> None:
    names = [reference.removeprefix("env:") for reference in scenario.headers.values()]
    missing = [name for name in names if not environ.get(name, "").strip()]
    if missing:
        raise ParameterError(
            f"Not set in the environment: {', '.join(missing)}.",
            advice="Set each to the secret that the scenario's headers refer to as env:NAME.",
        )


def _origin(checked: Checked) -> dict[str, Any]:
    return {
        "format": checked.format,
        "file": Path(checked.name).name,
        "sha256": checked.origin.sha256 if checked.origin else None,
    }
