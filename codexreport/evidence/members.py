"""The files of a bundle, be they in its ZIP file or in a folder."""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from codexreport.errors import EvidenceError
from codexreport.evidence.zip_layout import Member

_PIECE = 1024 * 1024


class UnreadableError(EvidenceError):
    """Something is there and cannot be read, so that nothing is known of it."""

    exit_code = 3


class MemberError(EvidenceError):
    """A file is not there, or cannot be taken for what is asked for."""

    exit_code = 1


class Members(Protocol):
    """Files by name, each a relative path with forward slashes."""

    def names(self) -> Sequence[str]:
        """All there are, sorted."""

    def pieces(self, name: str) -> Iterator[bytes]:
        """A file's bytes, one piece after the other.

        Raises:
            MemberError: It is not there, is no regular file, or is damaged.
        """


class InZip:
    """The members of a ZIP file whose layout was checked."""

    def __init__(self, stream: BinaryIO, members: Sequence[Member]) -> None:
        self._stream = stream
        self._members = {member.name: member for member in members}

    def names(self) -> Sequence[str]:
        """All there are, sorted."""
        return list(self._members)

    def pieces(self, name: str) -> Iterator[bytes]:
        """A member's bytes, its checksum compared behind the last."""
        if name not in self._members:
            raise MemberError(f"{name!r} is missing.")
        member = self._members[name]
        crc = 0
        for at in range(member.start, member.end, _PIECE):
            self._stream.seek(at)
            piece = self._stream.read(min(_PIECE, member.end - at))
            crc = zlib.crc32(piece, crc)
            yield piece
        if crc != member.crc:
            raise MemberError(f"{name!r} has not the checksum (CRC-32) that stands before it.")


class InFolder:
    """The regular files below a folder; nothing is reached by a link."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def names(self) -> Sequence[str]:
        """Everything that is no folder, links to folders too, sorted."""
        found = (
            path
            for folder, folders, files in os.walk(self._root)
            for path in (Path(folder) / name for name in (*folders, *files))
        )
        kept = (path for path in found if path.is_symlink() or not path.is_dir())
        return sorted(path.relative_to(self._root).as_posix() for path in kept)

    def pieces(self, name: str) -> Iterator[bytes]:
        """A file's bytes."""
        path = self._root / name
        try:
            if path.resolve(strict=True) != path:
                raise MemberError(f"{name!r} is reached by a symbolic link.")
            with _opened(path, name) as stream:
                while piece := stream.read(_PIECE):
                    yield piece
        except (FileNotFoundError, NotADirectoryError) as error:
            raise MemberError(f"{name!r} is missing.") from error
        except OSError as error:
            raise UnreadableError(
                f"{name!r} could not be read: {error.strerror or error}.",
                advice="Check the file's permissions.",
            ) from error


def content(members: Members, name: str) -> bytes:
    """A small file's bytes.

    Raises:
        MemberError: As `Members.pieces`.
    """
    return b"".join(members.pieces(name))


def _opened(path: Path, name: str) -> BinaryIO:
    """Open a regular file; never wait for the other end of a pipe."""
    stream = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW), "rb")
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise MemberError(f"{name!r} is not a regular file.")
    return stream
