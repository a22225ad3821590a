"""What is to be checked: each file's bytes, and the terms it is judged by."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from codexreport.errors import ParameterError
from codexreport.pipeline.gather import whole_sources
from codexreport.project.model import Project, SourceConfig
from codexreport.readers.freshness import Demands
from codexreport.readers.notation.limits import Limits
from codexreport.readers.settings import FileSettings
from codexreport.sources.base import Progress, silent
from codexreport.sources.files import file_piece
from codexreport.sources.pieces import Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a file is read, and what makes it evidence.

    Attributes:
        source: The project's source it belongs to; empty for a file given by hand.
        format: The format it is said to have; empty: its shape tells.
        demands: What makes it evidence.
        limits: What it may cost.
        timezone: Zone of times written without one; empty: such times say nothing.
    """

    source: str = ""
    format: str = ""
    demands: Demands = field(default_factory=Demands)
    limits: Limits = field(default_factory=Limits)
    timezone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One thing to check.

    Attributes:
        piece: Its name and its bytes, or why there are none.
        terms: What it is judged by.
    """

    piece: Piece
    terms: Terms = field(default_factory=Terms)


def exhibits_of_paths(
    paths: Iterable[Path], terms: Terms, now: datetime, *, progress: Progress = silent
) -> Iterator[Exhibit]:
    """One exhibit a file, read when its turn comes.

    A folder stands for every file below it that is not hidden. One that cannot be listed, or
    holds nothing, is an exhibit that says so.
    """
    found = [
        path
        for given in paths
        for path in (_files_below(given) if os.path.isdir(given) else [given])  # noqa: PTH112, Path.is_dir raises where it may not look
    ]
    for number, path in enumerate(found):
        progress(path.as_posix(), number, len(found))
        piece = file_piece(path, path.as_posix(), source=terms.source, limits=terms.limits, now=now)
        yield Exhibit(piece=piece, terms=terms)


def _files_below(folder: Path) -> list[Path]:
    """In order; a folder that gives nothing stands for itself."""
    found: list[Path] = []
    unlisted: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=unlisted.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(parent, name) for name in sorted(names) if not name.startswith(".")]
    found += [Path(error.filename) for error in unlisted]
    return found or [folder]


def terms_of(project: Project, environ: Mapping[str, str] = os.environ) -> dict[str, Terms]:
    """The terms of each of the project's sources that are files or issues, by name.

    Raises:
        ParameterError: A commit is to come from a variable that is not set.
    """
    return {config.name: _terms(config, environ) for config in whole_sources(project)}


def _terms(config: SourceConfig, environ: Mapping[str, str]) -> Terms:
    settings = config.settings
    if not isinstance(settings, FileSettings):
        return Terms(source=config.name, format=config.type)
    commit = _commit(settings.commit, environ)
    return Terms(
        source=config.name,
        format=config.type,
        demands=Demands(max_age=settings.max_age, commit=commit),
        limits=settings.limits,
        timezone=settings.timezone,
    )


def _commit(setting: str, environ: Mapping[str, str]) -> str:
    if not setting.startswith("env:"):
        return setting
    name = setting.removeprefix("env:")
    if not environ.get(name):
        raise ParameterError(
            f"The environment variable {name} is not set.",
            advice="Set it to the commit that the evidence must speak of.",
        )
    return environ[name]
