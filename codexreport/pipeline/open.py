"""Opening a project: load it, and ask its sources whether they can answer at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from codexreport.errors import ParameterError, Problem, ProjectError
from codexreport.execution.notebooks import sample_project
from codexreport.pipeline.gather import is_whole
from codexreport.project.load import load_project
from codexreport.project.mistakes import did_you_mean
from codexreport.project.model import Project, SourceConfig
from codexreport.project.releases import refuse_a_stranger
from codexreport.project.workspace import FILE_NAME, Workspace
from codexreport.readers import registry as readers
from codexreport.readers.settings import FileSettings
from codexreport.series import Indicator
from codexreport.sources import registry as sources
from codexreport.sources.base import Source
from codexreport.sources.openfeature import OpenFeatureSettings
from codexreport.sources.trackers import TRACKERS
from codexreport.window import Window, instant, zone

_SPECS = (
    "What a spec holds depends on the source's type: docs/objectives.md has a table of them, "
    'under "Which source answers".'
)


def open_project(root: Path, *, release: str = "") -> Project:
    """Load a project and ask every source whether it can answer what it will be asked.

    Args:
        root: Its folder.
        release: Which one is judged; empty: the one that the project file names, if any.

    Raises:
        ProjectError: With every mistake, by file, line and key.
        ParameterError: `release` cannot name one, or no file is of it and some are of others.
    """
    project = load_project(root, _settings_model, release=release)
    if project.release != project.own_release:
        written = (one.written for one in project.sources.values())
        refuse_a_stranger(root, project.release, written)
    problems = [
        Problem(objective.file, objective.line, objective.name, refusal)
        for objective in project.objectives
        if (refusal := _refusal(project, objective.indicator))
    ]
    problems += _rollout_problems(project)
    if problems:
        raise ProjectError(problems, advice=_SPECS)
    return project


def _settings_model(table: Mapping[str, Any]) -> type[BaseModel]:
    """What `[sources.NAME]` may hold: a source type's own keys, a file's, or a tracker's."""
    kind = table["type"]
    if kind in TRACKERS and "path" not in table:
        return TRACKERS[kind]
    if kind == "openfeature" and "path" not in table:
        return OpenFeatureSettings
    if kind in readers.names():
        return FileSettings
    if kind not in sources.names():
        known = sorted({*sources.names(), *readers.names()})
        raise ParameterError(f"is neither a source type nor a format{did_you_mean(kind, known)}")
    return sources.source_type(kind).Settings


def _rollout_problems(project: Project) -> Iterator[Problem]:
    """What a rollout's triggers and success criteria ask of sources that cannot answer."""
    tables = project.rollout.signals if project.rollout else ()
    for where, indicator in tables:
        refusal = f"there is no source {indicator.source!r}" + did_you_mean(
            indicator.source, list(project.sources)
        )
        if indicator.source in project.sources:
            refusal = _refusal(project, indicator)
        if refusal:
            yield Problem(FILE_NAME, 0, where, refusal)


def _refusal(project: Project, indicator: Indicator) -> str:
    """Why the indicator's source can never answer it, a sentence; empty where it can."""
    config = project.sources[indicator.source]
    if is_whole(config):
        return f"{config.name} is of type {config.type}, which counts no events over time"
    reason = source_named(project, config.name).refusal(indicator)
    return reason and f"the source {config.name}, of type {config.type}, refuses it: {reason}"


def require_environment(
    project: Project, sources: Iterable[str], environ: Mapping[str, str] = os.environ
) -> None:
    """Refuse to ask sources whose settings refer to variables that are not set.

    Raises:
        ParameterError: Names every variable, and the source that needs it.
    """
    missing = [
        f"{variable} ({name})"
        for name in sources
        for variable in variables_of(project.sources[name])
        if not environ.get(variable, "").strip()
    ]
    if missing:
        raise ParameterError(
            f"Not set in the environment: {', '.join(missing)}.",
            advice="Set each to the secret that its source's settings refer to: "
            f"export {missing[0].split()[0]}=...",
        )


def variables_of(config: SourceConfig) -> Iterator[str]:
    """The environment variables that a source's settings refer to, as `env:NAME`."""
    for text in _texts(config.settings.model_dump()):
        if text.startswith("env:"):
            yield text.removeprefix("env:")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)


def source_named(project: Project, name: str) -> Source:
    """The project's source called `name`, ready to be asked."""
    config = project.sources[name]
    return sources.source_type(config.type)(config.name, config.settings)


def choose_window(project: Project, now: datetime, *, week: str, start: str, end: str) -> Window:
    """The span a report is about: a named week, an explicit span, or the last whole week.

    Raises:
        ParameterError: The parameters contradict each other, name no real time, or one to come.
    """
    window = _window(project, now, week=week, start=start, end=end)
    if window.start_s >= now.timestamp():
        at = f"{now.astimezone(zone(project.timezone)):%Y-%m-%d %H:%M} {project.timezone}"
        raise ParameterError(
            f"{window.label} has not begun at the moment of the report, {at}.",
            advice="Name a week that has begun, or a later moment: --now TIME.",
        )
    return window


def _window(project: Project, now: datetime, *, week: str, start: str, end: str) -> Window:
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
    root = root.resolve()
    return Workspace(Path.cwd(), brought=root) if is_sample(root) else Workspace(root)


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
