"""Files of a source: a path or pattern below the project, found in a stable order."""

from __future__ import annotations

import stat
from datetime import datetime
from pathlib import Path

from codexreport.errors import SourceError
from codexreport.files import sha256
from codexreport.measure import Origin

MAX_READ_BYTES = 200_000_000

OWN = ("reports", "evidence")
"""Folders of a project that are written, never read as data."""
STATE = ".codexreport"
"""What is kept between runs, in whichever project's folder."""


def find(source: str, pattern: str, root: Path) -> list[Path]:
    """The files that `pattern` names, sorted.

    Args:
        source: The source's name, for messages.
        pattern: A file or a glob such as `events/*.parquet`, relative to `root`; an absolute
            path is its author's choice and is taken as it is.
        root: The project's folder; a relative pattern may not lead out of it, by `..` or by a link.

    What a project writes itself (its state, reports and evidence) is passed over, so that a wide
    pattern does not count its own results.

    Raises:
        SourceError: Nothing matches, or something that is no file inside does.
    """
    base, relative = root, pattern
    if Path(pattern).is_absolute():
        base, relative = Path("/"), str(Path(pattern).relative_to("/"))
    elif ".." in Path(pattern).parts:
        raise SourceError(f"Source {source}: {pattern!r} leads out of the project's folder.")
    try:
        found = sorted(path for path in base.glob(relative) if not _is_own(path, root))
    except (OSError, ValueError, NotImplementedError) as error:
        raise SourceError(f"Source {source}: {pattern!r} cannot be looked up: {error}.") from error
    if not found:
        raise SourceError(
            f"Source {source}: no file matches {pattern!r} in {base}.",
            advice="Correct its path in codexreport.toml, or put the data there; what lies in "
            f"{STATE}, {' or '.join(OWN)} is never read as data.",
        )
    for path in found:
        if not path.resolve().is_relative_to(base.resolve()):
            raise SourceError(
                f"Source {source}: {path.name} is a link out of the project's folder."
            )
        if (kind := _kind(path)) != "file":
            raise SourceError(
                f"Source {source}: {shown(path, root)} is a {kind}, not a file.",
                advice="Let its path match files only, such as events/*.parquet.",
            )
    return found


def _is_own(path: Path, root: Path) -> bool:
    """Whether a path, or what it links to, is something that the project wrote."""
    for place, top in ((path, root), (path.resolve(), root.resolve())):
        if place.is_relative_to(top):
            parts = place.relative_to(top).parts
            if STATE in parts or parts[:1] in {(name,) for name in OWN}:
                return True
    return False


def _kind(path: Path) -> str:
    """What a path leads to; opening a pipe or a device could wait for ever."""
    kinds = {
        stat.S_IFREG: "file",
        stat.S_IFDIR: "folder",
        stat.S_IFIFO: "pipe",
        stat.S_IFSOCK: "socket",
    }
    try:
        return kinds.get(stat.S_IFMT(path.stat().st_mode), "device")
    except OSError:
        return "link that leads nowhere"


def shown(path: Path, root: Path) -> str:
    """The path as a reader of the report knows it."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def read_bytes(source: str, path: Path, root: Path) -> bytes:
    """The whole file.

    Raises:
        SourceError: It cannot be read, is empty, or is larger than a report should hold in memory.
    """
    name = shown(path, root)
    try:
        size = path.stat().st_size
        if size > MAX_READ_BYTES:
            raise SourceError(
                f"Source {source}: {name} has {size} bytes, more than {MAX_READ_BYTES}.",
                advice="Split it into several files, or give it as raw events.",
            )
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(
            f"Source {source}: {name} cannot be read: {error.strerror or error}."
        ) from error
    if not content.strip():
        raise SourceError(f"Source {source}: {name} is empty.")
    return content


def origin_of(source: str, path: Path, root: Path, content: bytes, now: datetime) -> Origin:
    """Where a file's bytes came from."""
    return Origin(
        source=source,
        uri=shown(path, root),
        query="",
        retrieved=now,
        sha256=sha256(content),
        size=len(content),
    )
