"""From a path to bytes: regular files only, read once, within the cap."""

from __future__ import annotations

import stat
from pathlib import Path

from codexreport.errors import SourceError
from codexreport.readers.notation.limits import Limits


def read_whole(path: Path, name: str, limits: Limits) -> bytes:
    """The bytes of the file at `path`.

    Args:
        path: The file.
        name: How messages call it.
        limits: What it may cost; here, `max_stream_bytes`.

    Raises:
        SourceError: There is none, it is no regular file, cannot be read, or is too large.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise SourceError(f"{name}: is a folder in which no file could be found.")
        if not stat.S_ISREG(mode):  # opening a pipe or a device could wait for ever
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
    return body
