"""Files that a tool left behind, as a source: each one whole, or why it could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from codexreport.errors import SourceError
from codexreport.files import sha256
from codexreport.measure import Origin
from codexreport.readers.notation.limits import Limits
from codexreport.readers.notation.opening import read_whole
from codexreport.readers.settings import FileSettings
from codexreport.sources.base import Place, Snapshot
from codexreport.sources.paths import find, shown
from codexreport.sources.pieces import Piece


def pull_files(settings: FileSettings, source: str, place: Place) -> Iterator[Piece]:
    """Read what the source's pattern names, one file at a time.

    Raises:
        SourceError: Nothing matches, or something that is no file inside the project does.
    """
    for path in find(source, settings.path, place.root):
        yield file_piece(
            path,
            shown(path, place.root),
            source=source,
            limits=settings.limits,
            now=place.now,
        )


def file_piece(path: Path, name: str, *, source: str, limits: Limits, now: datetime) -> Piece:
    """One file.

    Args:
        path: Where it is.
        name: How it is called.
        source: The project's source it belongs to; empty for a file given by hand.
        limits: What it may cost.
        now: The moment.
    """
    name = name.encode("utf-8", "backslashreplace").decode()  # a name may be any bytes
    try:
        body = read_whole(path, name, limits)
    except SourceError as error:
        return Piece(name=name, content=error)
    origin = Origin(
        source=source,
        uri=name,
        query="",
        retrieved=now,
        sha256=sha256(body),
        size=len(body),
    )
    snapshot = Snapshot(body=body, media_type="application/octet-stream", origins=(origin,))
    return Piece(name=name, content=snapshot)
