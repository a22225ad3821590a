"""Writing files so that a reader sees the old one or the new one, never a half."""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from codexreport.errors import EvidenceError


def sha256(content: bytes) -> str:
    """Hex SHA-256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def sha256_file(path: Path) -> str:
    """Hex SHA-256 of a file's bytes, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_atomic(path: Path, content: bytes) -> None:
    """Put `content` at `path`: written beside it, flushed to disk, then put in its place.

    A process that is killed leaves nothing half-written, and next to never a file at all: where
    the file system can, the new one has no name until it is whole.

    Raises:
        EvidenceError: No permission, no space, or no such place; nothing is left behind.
    """
    # Its name is chosen before it is made: an interrupt may come at any moment in between.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not _written_without_name(path, temporary, content):
            with temporary.open("wb") as stream:
                _fill(stream, content)
            temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        for one in path.parents:
            if one.exists() and not one.is_dir():
                raise EvidenceError(
                    f"{path} could not be written: {one} is a file, not a folder.",
                    advice="Move the file away, or give it another name.",
                ) from error
        raise EvidenceError(
            f"{path} could not be written: {error.strerror or error}.",
            advice="Check the folder's permissions and free space; this file is as it was.",
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def _written_without_name(path: Path, temporary: Path, content: bytes) -> bool:
    """Put a file at `path` that had no name before; False where there is no such thing."""
    flags = os.O_WRONLY | getattr(os, "O_TMPFILE", 0)
    try:
        with os.fdopen(os.open(path.parent, flags, 0o600), "wb") as stream:
            _fill(stream, content)
            try:
                _link(stream, path)
            except FileExistsError:  # a link replaces nothing
                _link(stream, temporary)
                temporary.replace(path)
    except OSError:
        return False
    return True


def _link(stream: BinaryIO, path: Path) -> None:
    # As open(2) says of O_TMPFILE. Only if it is given a descriptor does os.link follow the
    # symbolic link; for an absolute path it has no other meaning.
    os.link(f"/proc/self/fd/{stream.fileno()}", path, src_dir_fd=stream.fileno())


def _fill(stream: BinaryIO, content: bytes) -> None:
    stream.write(content)
    stream.flush()
    os.fchmod(stream.fileno(), 0o644)
    os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to disk: a new name in it survives a power loss from here on."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
