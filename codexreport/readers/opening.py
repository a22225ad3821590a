"""From a path to a document: regular files only, read once, within the caps."""

from __future__ import annotations

import stat
from pathlib import Path
from zoneinfo import ZoneInfo

from codexreport.errors import SourceError
from codexreport.readers.document import Document
from codexreport.readers.limits import Limits


def open_document(
    path: Path, name: str, *, limits: Limits | None = None, zone: ZoneInfo | None = None
) -> Document:
    """Read the file at `path` into memory, once.

    Args:
        path: The file.
        name: How messages call it.
        limits: What it may cost.
        zone: The zone of times that are written without one.

    Raises:
        SourceError: There is none, it is no regular file, cannot be read, or is too large.
    """
    limits = limits or Limits()
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SourceError(f"{name}: is not a regular file.")
        with path.open("rb") as stream:
            body = stream.read(limits.max_stream_bytes + 1)
    except FileNotFoundError as error:
        raise SourceError(f"{name}: there is no such file.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SourceError(f"{name}: cannot be read: {reason}.") from error
    if len(body) > limits.max_stream_bytes:
        raise SourceError(
            f"{name}: has more than max_stream_bytes = {limits.max_stream_bytes} bytes.",
            advice="Raise the limit if the file is what it should be.",
        )
    return Document(name, body, limits=limits, zone=zone)
