"""Where records are kept, and looked for: one phase for a release, where the project names it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

from codexreport.project.model import Project
from codexreport.project.releases import checked, phase_of
from codexreport.project.schema import ProjectFile
from codexreport.project.table import Table
from codexreport.project.workspace import FILE_NAME

OPERATIONS = "operations"
"""The phase of what nobody says more about."""
SMOKE = "phase4"
"""The phase of smoke runs, likewise. In a gate or a protocol both stand for the project's own."""
NOTIFY = "notify"
"""The step that telling people of a decision is kept as, with the decisions."""

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
        ("smoke", SMOKE): project.smoke.phase,
        ("health", OPERATIONS): project.health.phase,
        ("perf", OPERATIONS): project.perf.phase,
    }
    phase = written or default
    if step == NOTIFY and not written:
        phase = project.readiness.phase
    elif phase in {OPERATIONS, SMOKE}:
        phase = kept.get((step, phase)) or project.phase or phase
    return phase_of(phase, project.release)


def phase_here(root: Path, release: str, *, default: str = OPERATIONS) -> str:
    """The phase that a folder's project keeps what is run in.

    A project file with mistakes hinders nobody from recording: what cannot be read names none.

    Args:
        root: The folder.
        release: The release that is asked for; empty: the project's own.
        default: What it is where the project names none.

    Raises:
        ParameterError: The phase asks for a release, and none is named; or `release` cannot be one.
    """
    try:
        tables = tomllib.loads((root / FILE_NAME).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        tables = {}
    project = tables.get("project")
    named = project if isinstance(project, dict) else {}
    phase = str(named.get("phase") or default)
    return phase_of(phase, checked(release) if release else str(named.get("release", "")))
