"""Opening a project: load it, and ask its sources whether they can answer at all."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from pydantic import BaseModel

from codexreport.errors import ParameterError, Problem, ProjectError
from codexreport.execution.notebooks import sample_project
from codexreport.project.load import Project, load_project
from codexreport.project.workspace import Workspace
from codexreport.readers import registry as readers
from codexreport.readers.settings import FileSettings
from codexreport.slo.objective import Objective
from codexreport.sources.base import Source
from codexreport.sources.registry import source_type
from codexreport.window import Window, instant, zone


def open_project(root: Path) -> Project:
    """Load a project and ask every source whether it can answer what it will be asked.

    Raises:
        ProjectError: With every mistake, by file, line and key.
    """
    project = load_project(root, _settings_model)
    problems = [
        Problem(objective.file, 0, objective.name, refusal)
        for objective in project.objectives
        if (refusal := _refusal(project, objective))
    ]
    if problems:
        raise ProjectError(problems)
    return project


def _settings_model(kind: str) -> type[BaseModel]:
    """What `[sources.NAME]` may hold for a type: a source's own keys, or a file's."""
    return FileSettings if kind in readers.names() else source_type(kind).Settings


def _refusal(project: Project, objective: Objective) -> str:
    """Why the objective's source can never answer it, a sentence; empty where it can."""
    config = project.sources[objective.indicator.source]
    if isinstance(config.settings, FileSettings):
        return f"{config.name} is files of {config.type}, and counts no events over time"
    return source_named(project, config.name).refusal(objective.indicator)


def source_named(project: Project, name: str) -> Source:
    """The project's source called `name`, ready to be asked."""
    config = project.sources[name]
    return source_type(config.type)(config.name, config.settings)


def choose_window(project: Project, now: datetime, *, week: str, start: str, end: str) -> Window:
    """The span a report is about: a named week, an explicit span, or the last whole week.

    Raises:
        ParameterError: The parameters contradict each other or name no real time.
    """
    there = zone(project.timezone)
    if week and (start or end):
        raise ParameterError("Give a week, or a start and an end, not both.")
    if bool(start) != bool(end):
        raise ParameterError("A start needs an end, and an end a start.")
    if start:
        return Window.between(instant(start, there), instant(end, there), project.timezone)
    if week:
        return Window.iso_week(week, project.timezone)
    return Window.week_of(now, project.timezone).previous_week()


def workspace_of(root: Path) -> Workspace:
    """Where the results of the project in `root` go."""
    return Workspace(Path.cwd() if is_sample(root) else root.resolve())


def is_sample(root: Path) -> bool:
    """Whether `root` is the sample that ships with the kit, which may be read-only."""
    return root.resolve() == sample_project().resolve()


def moment_of(text: str, project: Project) -> datetime:
    """The report's moment: the one asked for, else the project's own, else the clock's.

    Raises:
        ParameterError: `text` is not an ISO 8601 time.
    """
    if text:
        return instant(text, zone(project.timezone))
    return project.as_of or datetime.now(timezone.utc)
