"""Writing a bundle's ZIP file: piece by piece, and in its place only once it is whole."""

from __future__ import annotations

import os
import secrets
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from codexreport.errors import EvidenceError
from codexreport.evidence.zip_layout import (
    MOST_BYTES,
    MOST_MEMBERS,
    Member,
    directory,
    local_header,
)
from codexreport.files import sync_folder


def write_zip(path: Path, files: Mapping[str, Iterable[bytes]]) -> None:
    """Write a ZIP file that is the same wherever and whenever it is written.

    Args:
        path: Where; what is there is replaced once everything is on disk.
        files: The pieces of each member, by name.

    Raises:
        EvidenceError: It would be too large for a ZIP file, or cannot be written; nothing was
            changed.
    """
    if len(files) > MOST_MEMBERS:
        raise EvidenceError(f"{len(files)} files are more than a bundle can hold, {MOST_MEMBERS}.")
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            members = [_written(stream, name, files[name]) for name in sorted(files)]
            stream.write(directory(members))
            stream.flush()
            os.fchmod(stream.fileno(), 0o644)
            os.fsync(stream.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise EvidenceError(
            f"{path} could not be written: {error.strerror or error}.",
            advice="Check the folder's permissions and free space; nothing was changed.",
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def _written(stream: BinaryIO, name: str, pieces: Iterable[bytes]) -> Member:
    """Write a member; its header, which tells its checksum, when that is known."""
    offset = stream.tell()
    member = Member(name=name, size=0, crc=0, offset=offset)
    stream.write(local_header(member))
    crc = 0
    for piece in _limited(stream, pieces):
        crc = zlib.crc32(piece, crc)
        stream.write(piece)
    member = Member(name=name, size=stream.tell() - member.start, crc=crc, offset=offset)
    stream.seek(offset)
    stream.write(local_header(member))
    stream.seek(member.end)
    return member


def _limited(stream: BinaryIO, pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        if stream.tell() + len(piece) > MOST_BYTES:
            raise EvidenceError(
                "The bundle would be larger than 4 GiB, the most that every unzip can read.",
                advice="Record the hash of a large file in its place, or split the phase.",
            )
        yield piece
