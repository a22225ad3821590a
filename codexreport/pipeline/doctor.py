"""What is installed, what is reachable, and what to do about what is not."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from codexreport.errors import CodexReportError
from codexreport.pipeline.open import open_project, require_environment, source_named
from codexreport.project.model import Project
from codexreport.project.workspace import Workspace
from codexreport.readers.settings import FileSettings
from codexreport.render.registry import find, names
from codexreport.sources import openfeature, paths, trackers
from codexreport.sources.base import Place
from codexreport.wording import count

_PACKAGES = ("papermill", "nbclient", "ipykernel", "pandas", "matplotlib", "duckdb")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at.

    Attributes:
        what: The thing.
        ok: Whether reports can be made with it as it is.
        found: Its version, or what is wrong.
        advice: What to do; empty where nothing need be done.
    """

    what: str
    ok: bool
    found: str
    advice: str = ""


def examine(root: Path, workspace: Workspace) -> list[Check]:
    """Look at everything a report needs, from Python to the project's sources."""
    checks = [Check(what="python", ok=True, found=sys.version.split()[0])]
    checks += [_package(name) for name in _PACKAGES]
    checks += list(_renderers())
    checks.append(_writable(workspace))
    checks += list(_project(root, workspace))
    return checks


def _package(name: str) -> Check:
    try:
        return Check(what=name, ok=True, found=importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Check(
            what=name, ok=False, found="not installed", advice="Install codexreport again."
        )


def _renderers() -> Iterator[Check]:
    found = {name: find(name) for name in names()}
    for name, renderer in found.items():
        if renderer:
            yield Check(what=f"renderer {name}", ok=True, found=renderer.version)
        else:
            yield Check(
                what=f"renderer {name}",
                ok=any(found.values()),
                found="not found",
                advice="Optional: put quarto on PATH or name it in QUARTO_PATH."
                if name == "quarto"
                else "Install codexreport again.",
            )


def _writable(workspace: Workspace) -> Check:
    folder = workspace.root
    if os.access(folder, os.W_OK):
        return Check(what="results folder", ok=True, found=str(folder))
    return Check(
        what="results folder",
        ok=False,
        found=f"{folder} cannot be written to",
        advice="Work in a folder of your own.",
    )


def _project(root: Path, workspace: Workspace) -> Iterator[Check]:
    try:
        project = open_project(root)
    except CodexReportError as error:
        yield Check(what="project", ok=False, found=error.message, advice=error.advice)
        return
    yield Check(
        what="project",
        ok=True,
        found=f"{project.name}, with {count(len(project.objectives), 'objectives')} "
        f"from {count(len(project.sources), 'sources')}",
    )
    for name in project.sources:
        yield _source(project, name, workspace)


def _source(project: Project, name: str, workspace: Workspace) -> Check:
    try:
        return Check(what=f"source {name}", ok=True, found=_probed(project, name, workspace))
    except CodexReportError as error:
        return Check(what=f"source {name}", ok=False, found=error.message, advice=error.advice)


def _probed(project: Project, name: str, workspace: Workspace) -> str:
    """What a source says of itself; raises where it cannot be reached, or lacks what is asked."""
    require_environment(project, [name])
    settings = project.sources[name].settings
    if isinstance(settings, FileSettings):
        files = paths.find(name, settings.path, project.root)
        return f"{count(len(files), 'files')} of {settings.type}"
    if isinstance(settings, trackers.AnyTracker):
        return trackers.probe(settings)
    if isinstance(settings, openfeature.OpenFeatureSettings):
        return openfeature.probe(settings)
    place = Place(root=project.root, cache=workspace.rollups, now=datetime.now(timezone.utc))
    asked = [one.indicator for one in project.objectives if one.indicator.source == name]
    return source_named(project, name).probe(place, asked)
