"""How the machine is: variables, disk, memory, and the Python that the project runs in."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from codexreport.measure import Measure, State
from codexreport.text import first_line, listed, one_line

MEMORY = Path("/proc/meminfo")
_PATIENCE_S = 60
_LOOK = (
    "import json, platform, sys; print(json.dumps({'version': platform.python_version(), "
    "'virtual': sys.prefix != sys.base_prefix}))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Python:
    """An interpreter, as it says of itself.

    Attributes:
        path: Where it is.
        version: Such as `3.12.1`; empty where it does not run.
        virtual: Whether it is one of a virtual environment.
        problem: Why it does not run, a sentence.
    """

    path: str
    version: str = ""
    virtual: bool = False
    problem: str = ""


def look_at_python(root: Path, setting: str) -> Python:
    """Run the interpreter that `[health] python` names, or our own, and ask what it is."""
    path = str(root / setting) if setting else sys.executable
    shown = setting or path
    try:
        done = _run([path, "-I", "-c", _LOOK], root)
        told = json.loads(done.stdout) if done.returncode == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        said = getattr(error, "strerror", "") or str(error)
        return Python(path=path, problem=f"{shown} does not run: {one_line(said).lower()}.")
    if not isinstance(told, dict):
        return Python(path=path, problem=f"{shown} does not run: {first_line(done.stderr)}.")
    return Python(path=path, version=str(told["version"]), virtual=bool(told["virtual"]))


def environment(python: Python, variables: Sequence[str], environ: Mapping[str, str]) -> Measure:
    """Whether every variable is set, and the interpreter runs."""
    missing = [name for name in variables if not environ.get(name, "").strip()]
    said = [f"Not set: {listed(missing)}."] if missing else []
    said += [python.problem] if python.problem else []
    good = f"Python {python.version} runs" + (f", {listed(variables)} set." if variables else ".")
    return _measure(
        "health.environment", "environment", said=" ".join(said), good=good, bad=len(missing)
    )


def version(root: Path, python: Python, requires: str) -> Measure:
    """Whether the interpreter's version is one that the project wants."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    name, subject = "health.version", "python"
    if python.problem:
        return _unknown(name, subject, python.problem)
    wanted = requires or _requires_python(root)
    if not wanted:
        reason = "Nothing says which version is wanted: set requires_python in [health]."
        return _unknown(name, subject, reason)
    try:
        good = SpecifierSet(wanted).contains(python.version, prereleases=True)
    except InvalidSpecifier:
        return _unknown(name, subject, f"{wanted!r} is no version specifier, such as >=3.11.")
    said = "" if good else f"Python {python.version} is not {wanted}."
    return _measure(name, subject, said=said, good=f"Python {python.version} is {wanted}.")


def virtual_environment(python: Python) -> Measure:
    """Whether the interpreter has packages of its own, that nobody else changes."""
    name, subject = "health.virtual-environment", "python"
    if python.problem:
        return _unknown(name, subject, python.problem)
    said = "" if python.virtual else "It is the system's Python: others change its packages."
    return _measure(
        name, subject, said=said, good="It is a virtual environment.", else_=State.WARNING
    )


def dependencies(root: Path, python: Python) -> Measure:
    """Whether what is installed fits together, as `pip check` says."""
    name, subject = "health.dependencies", "pip check"
    if python.problem:
        return _unknown(name, subject, python.problem)
    try:
        done = _run([python.path, "-m", "pip", "--disable-pip-version-check", "check"], root)
    except (OSError, subprocess.TimeoutExpired):
        return _unknown(name, subject, "pip check did not end.")
    lines = [line for line in done.stdout.decode(errors="replace").splitlines() if line.strip()]
    if done.returncode and not lines:
        return _unknown(name, subject, f"pip check says nothing: {first_line(done.stderr)}.")
    said = f"{listed(lines, '; ')}." if done.returncode else ""
    bad = len(lines) if done.returncode else 0
    return _measure(name, subject, said=said, good="What is installed fits together.", bad=bad)


def disk(root: Path) -> Measure:
    """The share of the project's disk that is free."""
    name, subject = "health.disk", "the project's folder"
    try:
        usage = shutil.disk_usage(root)
    except OSError as error:
        return _unknown(name, subject, f"It cannot be looked at: {error.strerror or error}.")
    return _share(name, subject, usage.free, usage.total)


def memory(table: Path = MEMORY) -> Measure:
    """The share of memory that is available without swapping, as proc(5) has it."""
    name, subject = "health.memory", "the machine"
    try:
        text = table.read_text(encoding="ascii")
    except OSError:
        return _unknown(name, subject, "This system does not say how much memory is available.")
    told = {key: int(size) for key, size in re.findall(r"^(\w+):\s+(\d+) kB$", text, re.MULTILINE)}
    if not told.get("MemTotal") or "MemAvailable" not in told:
        return _unknown(name, subject, "The system does not say how much memory is available.")
    return _share(name, subject, told["MemAvailable"] * 1024, told["MemTotal"] * 1024)


def _requires_python(root: Path) -> str:
    try:
        table = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    project: Any = table.get("project")
    wanted = project.get("requires-python") if isinstance(project, dict) else ""
    return wanted if isinstance(wanted, str) else ""


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=_PATIENCE_S,
    )


def _share(name: str, subject: str, free: int, total: int) -> Measure:
    gib = 2**30
    return Measure(
        name=name,
        subject=subject,
        value=Fraction(free, total),
        unit="ratio",
        formula=f"{free / gib:.1f} GiB free / {total / gib:.1f} GiB",
    )


def _measure(
    name: str, subject: str, *, said: str, good: str, bad: int = 1, else_: State = State.FAIL
) -> Measure:
    return Measure(
        name=name,
        subject=subject,
        value=bad if said else 0,
        unit="problems",
        state=else_ if said else State.PASS,
        reason=said or good,
    )


def _unknown(name: str, subject: str, reason: str) -> Measure:
    return Measure(
        name=name, subject=subject, value=None, unit="1", state=State.UNKNOWN, reason=reason
    )
