"""Running Locust once: in a process of its own, within bounds of users, requests and time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

from codexreport.errors import ParameterError
from codexreport.performance.run import Run
from codexreport.project.perf_schema import PerfScenarioTable
from codexreport.readers.sample_run import Samples, run_of
from codexreport.sources.base import Progress, silent
from codexreport.text import one_line

_FINISH_S = 10
"""How long requests that are under way at the end may take."""
_GRACE_S = 30
"""How much longer Locust may take than it was told, until it is killed."""
_REQUEST_TIMEOUT_S = 30
_TICK_S = 0.25


@dataclass(slots=True)
class _Row:
    """The samples as they are read, column by column."""

    names: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    failed: list[bool] = field(default_factory=list)
    causes: Counter[str] = field(default_factory=Counter)
    starts: list[float] = field(default_factory=list)
    ended: bool = False


def locust_version() -> str:
    """The version of Locust that is installed.

    Raises:
        ParameterError: None is.
    """
    try:
        return version("locust")
    except PackageNotFoundError as error:
        raise ParameterError(
            "Locust is not installed.", advice="Install it: pip install 'codexreport[load]'."
        ) from error


def run_locust(
    scenario: PerfScenarioTable,
    root: Path,
    environ: Mapping[str, str],
    *,
    progress: Progress = silent,
) -> Run:
    """Measure a scenario once.

    What Locust noted of each request is all that is used of it: percentiles are exact.

    Args:
        scenario: What is measured, and the bounds.
        root: The project's folder, where a Locust file of its own is and runs.
        environ: The environment variables.
        progress: Called with the seconds that are over.

    Raises:
        ParameterError: Locust is not installed, or its file is not there.
    """
    tool = f"Locust {locust_version()}"
    if scenario.locustfile and not (root / scenario.locustfile).is_file():
        raise ParameterError(f"There is no {scenario.locustfile} in the project's folder.")
    with tempfile.TemporaryDirectory(prefix="codexreport-perf-") as folder:
        noted, said = Path(folder) / "samples.jsonl", Path(folder) / "said.txt"
        doubts = _watched(scenario, root, environ, noted, said, progress)
        rows = _read(noted)
        if not rows.ended and not doubts:
            doubts = [f"Locust was cut off: {_last_line(said)}."]
    run = run_of(tool, _samples(rows), [_masked(one, scenario, environ) for one in doubts])
    return replace(run, cause=_masked(_cause(rows.causes), scenario, environ))


def _watched(
    scenario: PerfScenarioTable,
    root: Path,
    environ: Mapping[str, str],
    noted: Path,
    said: Path,
    progress: Progress,
) -> list[str]:
    """Run it to its end, or to the end of our patience; sentences on what went wrong."""
    seconds = int(scenario.duration.total_seconds())
    given = {**_without_locusts_own(environ), **_variables(scenario, noted)}
    patience = seconds + _FINISH_S + _GRACE_S
    with said.open("wb") as stream, _process(_command(scenario, root), root, given, stream) as one:
        for tick in range(int(patience / _TICK_S)):
            with suppress(subprocess.TimeoutExpired):
                one.wait(_TICK_S)
                break
            progress("measuring", min(int(tick * _TICK_S), seconds), seconds)
    if one.returncode == -signal.SIGKILL:
        return [f"Locust did not end within {patience} s, and was killed."]
    if one.returncode:
        return [f"Locust ended with exit code {one.returncode}: {_last_line(said)}."]
    return []


@contextmanager
def _process(
    command: list[str], root: Path, environ: dict[str, str], stream: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, of which nothing is left at the end."""
    one = subprocess.Popen(
        command,
        cwd=root,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=stream,
        start_new_session=True,
    )
    try:
        yield one
    finally:
        if one.poll() is None:
            os.killpg(one.pid, signal.SIGKILL)
            one.wait()


def _command(scenario: PerfScenarioTable, root: Path) -> list[str]:
    shipped = files("codexreport.load")
    own = str(root / scenario.locustfile) if scenario.locustfile else str(shipped / "scenario.py")
    return [
        sys.executable,
        "-m",
        "locust",
        "--headless",
        "--only-summary",
        "--loglevel=WARNING",
        "--exit-code-on-error=0",
        f"--locustfile={shipped / 'listener.py'},{own}",
        f"--host={scenario.target}",
        f"--users={scenario.users}",
        f"--spawn-rate={scenario.spawn_rate}",
        f"--run-time={int(scenario.duration.total_seconds())}s",
        f"--stop-timeout={_FINISH_S}",
    ]


def _variables(scenario: PerfScenarioTable, noted: Path) -> dict[str, str]:
    told = {
        "headers": {
            name: reference.removeprefix("env:") for name, reference in scenario.headers.items()
        },
        "wait_s": scenario.wait.total_seconds(),
        "timeout_s": _REQUEST_TIMEOUT_S,
        "requests": [
            one.model_dump(include={"method", "path", "name", "body", "weight"})
            for one in scenario.requests
        ],
    }
    return {
        "CODEXREPORT_PERF_SAMPLES": str(noted),
        "CODEXREPORT_PERF_MAX_REQUESTS": str(scenario.max_requests),
        "CODEXREPORT_PERF_SCENARIO": json.dumps(told),
    }


def _without_locusts_own(environ: Mapping[str, str]) -> dict[str, str]:
    """Locust takes options from variables as well; here the project file alone says them."""
    return {name: value for name, value in environ.items() if not name.startswith("LOCUST_")}


def _read(noted: Path) -> _Row:
    rows = _Row()
    try:
        lines = noted.read_text(encoding="utf-8").splitlines()
    except OSError:
        return rows
    for line in lines:
        try:
            row = json.loads(line)
        except ValueError:  # the last one, when the process was killed while it wrote
            break
        if row == ["end"]:
            rows.ended = True
            continue
        name, milliseconds, cause, start = row
        rows.names.append(str(name))
        rows.milliseconds.append(float("nan") if milliseconds is None else float(milliseconds))
        rows.failed.append(cause is not None)
        rows.causes.update([str(cause)] if cause is not None else [])
        rows.starts.append(float(start))
    return rows


def _cause(causes: Mapping[str, int]) -> str:
    """Why most of the failed requests failed; of equally many the first by name."""
    ordered = sorted(causes, key=lambda one: (-causes[one], one))
    return one_line(ordered[0]) if ordered else ""


def _samples(rows: _Row) -> Samples:
    import numpy as np

    if not rows.names:
        empty = np.array([], dtype=float)
        return Samples(durations=empty, per_second=1000, failed=empty.astype(bool), rows=0)
    labels, names = np.unique(rows.names, return_inverse=True)
    durations, starts = np.array(rows.milliseconds), np.array(rows.starts)
    ends = starts + np.nan_to_num(durations) / 1000
    return Samples(
        durations=durations,
        per_second=1000,
        failed=np.array(rows.failed),
        names=names,
        labels=[str(one) for one in labels],
        start=datetime.fromtimestamp(float(starts.min()), timezone.utc),
        end=datetime.fromtimestamp(float(ends.max()), timezone.utc),
        rows=len(rows.names),
    )


def _masked(text: str, scenario: PerfScenarioTable, environ: Mapping[str, str]) -> str:
    """What Locust said, without the secrets that it was given."""
    for reference in scenario.headers.values():
        text = text.replace(environ[reference.removeprefix("env:")], "***")
    return text


def _last_line(said: Path) -> str:
    lines = said.read_text(encoding="utf-8", errors="replace").splitlines()
    return next(filter(None, map(one_line, reversed(lines))), "it says nothing")
