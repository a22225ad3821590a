"""Where records are kept, and looked for: one phase for a release, where the project names it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from codexreport import steps
from codexreport.errors import ParameterError
from codexreport.project.mistakes import dotted, explained
from codexreport.project.model import Project
from codexreport.project.releases import checked, phase_of, refuse_a_stranger
from codexreport.project.schema import ProjectFile, ProjectTable
from codexreport.project.table import Table
from codexreport.project.workspace import FILE_NAME

OPERATIONS = "operations"
"""The phase of what nobody says more about."""
SMOKE = "phase4"
"""The phase of smoke runs, likewise. In a gate or a protocol both stand for the project's own."""

Phased = TypeVar("Phased", bound=Table)


def kept_together(file: ProjectFile) -> ProjectFile:
    """A project file whose runs and decisions are kept in `[project] phase`, where it has one.

    A table that names a phase of its own keeps it.
    """
    phase = file.project.phase
    if not phase:
        return file

    def kept(table: Phased) -> Phased:
        named = "phase" in table.model_fields_set
        return table if named else table.model_copy(update={"phase": phase})

    return file.model_copy(
        update={
            "smoke": kept(file.smoke),
            "health": kept(file.health),
            "perf": kept(file.perf),
            "readiness": kept(file.readiness),
        }
    )


def looked_in(project: Project, step: str, written: str, *, default: str = OPERATIONS) -> str:
    """The phase in which records of a step are looked for, with the release in its place.

    Args:
        project: Says where it keeps what is run.
        step: What is looked for; empty for an approval.
        written: The phase that a gate's or a protocol's author names; empty: none.
        default: What it is then.

    Raises:
        ParameterError: It asks for a release, and none is named.
    """
    kept = {
        (steps.SMOKE, SMOKE): project.smoke.phase,
        (steps.HEALTH, OPERATIONS): project.health.phase,
        (steps.PERF, OPERATIONS): project.perf.phase,
    }
    phase = written or default
    if step == steps.NOTIFY and not written:
        phase = project.readiness.phase  # people are told of a decision where that is kept
    elif phase in {OPERATIONS, SMOKE}:
        phase = kept.get((step, phase)) or project.phase or phase
    return phase_of(phase, project.release)


def phase_here(root: Path, release: str, *, default: str = OPERATIONS) -> str:
    """The phase that a folder's project keeps what is run in.

    Only `[project]` has to be right: mistakes elsewhere in the file hinder nobody from recording.

    Args:
        root: The folder; without a project file nothing there names a phase.
        release: The release that is asked for; empty: the project's own.
        default: What it is where the project names none.

    Raises:
        ParameterError: The project file does not say which phase it is: it cannot be read, or the
            phase asks for a release and none is named. Or `release` cannot be the project's.
    """
    if not (root / FILE_NAME).exists():
        return phase_of(default, release and checked(release))
    tables, project = _read(root)
    if release and checked(release) != project.release:
        refuse_a_stranger(root, release, _patterns(tables))
    return phase_of(project.phase or default, release or project.release)


def _read(root: Path) -> tuple[dict[str, Any], ProjectTable]:
    """The tables of a project file, and what it says of the project."""
    try:
        tables = tomllib.loads((root / FILE_NAME).read_text(encoding="utf-8-sig"))
        return tables, ProjectTable.model_validate(tables.get("project", {}))
    except (OSError, ValueError) as error:
        raise ParameterError(
            f"{FILE_NAME} does not say in which phase this is kept: {_why(error)}.",
            advice="Mend it, or name the phase: --phase PHASE.",
        ) from error


def _why(error: Exception) -> str:
    """What is wrong with a project file, in people's words."""
    if isinstance(error, ValidationError):
        found = explained(error, ProjectTable, ("project",))
        return "; ".join(f"{dotted(path)} {said}" for path, said in found)
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    if isinstance(error, OSError):
        return f"it cannot be read, {error.strerror or error}"
    return f"it is not TOML, {error}"


def _patterns(tables: Mapping[str, Any]) -> Iterator[str]:
    """The paths of a project's sources, as they are written."""
    sources = tables.get("sources")
    for source in sources.values() if isinstance(sources, dict) else ():
        if isinstance(source, dict) and isinstance(source.get("path"), str):
            yield source["path"]
