"""Sources that are read whole, files of a format and issues of a tracker: pull, keep, recall."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import datetime

from codexreport.errors import SourceError
from codexreport.project.model import Project, SourceConfig
from codexreport.project.releases import PLACEHOLDER
from codexreport.readers.settings import FileSettings
from codexreport.sources import openfeature, trackers
from codexreport.sources.base import Place
from codexreport.sources.files import pull_files
from codexreport.sources.openfeature import OpenFeatureSettings
from codexreport.sources.pieces import Piece, Question
from codexreport.sources.snapshots import SnapshotStore


def whole_sources(project: Project) -> list[SourceConfig]:
    """The project's sources that are files of a format, or the issues of a tracker."""
    return [one for one in project.sources.values() if is_whole(one)]


def is_whole(config: SourceConfig) -> bool:
    """Whether a source is files, issues or flags, and counts no events over time."""
    whole = FileSettings | trackers.AnyTracker | OpenFeatureSettings
    return isinstance(config.settings, whole)


def gather(
    project: Project,
    store: SnapshotStore,
    place: Place,
    *,
    offline: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> Iterator[tuple[SourceConfig, Piece]]:
    """Pull every whole source and keep what it gives, one piece at a time.

    What cannot be had is a piece that says why.

    Args:
        project: Its sources, in the order they are written.
        store: Where snapshots are kept.
        place: The moment, and who is told of the progress.
        offline: Ask no source, read what the last pull kept.
        environ: Where secrets are.

    Raises:
        EvidenceError: What was pulled cannot be kept.
    """
    configs = whole_sources(project)
    for number, config in enumerate(configs):
        place.progress(f"source {config.name}", number, len(configs))
        question = _question(config)
        pieces = (
            store.recalled(question)
            if offline
            else store.keeping(question, _pull(config, place, environ))
        )
        try:
            for piece in pieces:
                yield config, piece
        except SourceError as error:
            yield config, Piece(name=whereabouts(config), content=error)


def last_pull(project: Project, store: SnapshotStore) -> datetime | None:
    """When the newest of what is kept was pulled; None where nothing is."""
    moments = []
    for config in whole_sources(project):
        try:
            moments.append(store.pulled_at(_question(config)))
        except SourceError:
            continue  # said once it is asked for
    return max(moments, default=None)


def whereabouts(config: SourceConfig) -> str:
    """Where a source is, as people know it: its pattern of files, or its address."""
    settings = config.settings
    if isinstance(settings, trackers.AnyTracker):
        return trackers.address(settings)
    if isinstance(settings, OpenFeatureSettings):
        return openfeature.address(settings)
    return str(getattr(settings, "path", "") or getattr(settings, "url", ""))


def _pull(config: SourceConfig, place: Place, environ: Mapping[str, str]) -> Iterator[Piece]:
    settings = config.settings
    if isinstance(settings, trackers.AnyTracker):
        (snapshot,) = trackers.fetch_issues(settings, config.name, place, environ=environ)
        yield Piece(name=trackers.address(settings), content=snapshot)
    elif isinstance(settings, OpenFeatureSettings):
        snapshot = openfeature.evaluate(settings, config.name, place, environ=environ)
        yield Piece(name=openfeature.address(settings), content=snapshot)
    elif isinstance(settings, FileSettings):
        if PLACEHOLDER in settings.path:
            raise SourceError(
                f"Source {config.name}: {settings.path} asks for a release, and none is named.",
                advice="Name one with --release NAME.",
            )
        yield from pull_files(settings, config.name, place)


def _question(config: SourceConfig) -> Question:
    settings = config.settings
    asked = whereabouts(config)
    if isinstance(settings, trackers.AnyTracker):
        asked = trackers.question(settings)
    elif isinstance(settings, OpenFeatureSettings):
        asked = openfeature.question(settings)
    return Question(source=config.name, type=config.type, asked=asked)
