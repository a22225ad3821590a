r"""The run log: JSON Lines, one record a line, each with the hash of the line before.

A line is written by one append under a lock, so concurrent writers lose nothing. What a power
loss leaves of a last line is kept, ended, and named by the record after it. `seq` is always the
number of the record's own line, and `previous` the SHA-256 of the line before it without its
newline, so `sed -n Np run.log | tr -d '\n' | sha256sum` checks a link of the chain. A cut-off line
names nothing before it; the record after it does, as `previous_record`, so the chain has no gap.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from codexreport.errors import EvidenceError
from codexreport.files import sha256, sync_folder

FILE_NAME = "run.log"
FIRST = "0" * 64
"""What the first record names as the hash before it."""

Append = Callable[[Mapping[str, Any]], dict[str, Any]]

_BLOCK = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last line of a log; whoever knows it can tell that nothing before it was changed.

    Attributes:
        seq: Its 1-based number, 0 for an empty log.
        sha256: Of the line without its newline; the next record will name it.
    """

    seq: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogContents:
    """What a log holds.

    Attributes:
        records: Every whole record, oldest first.
        torn: 1-based numbers of lines that are not records.
        head: Its last line, be it a record or not.
    """

    records: tuple[dict[str, Any], ...]
    torn: tuple[int, ...]
    head: Head

    def followed_by(self, record: dict[str, Any]) -> LogContents:
        """The contents once `record`, as `append` returned it, is the last line."""
        head = Head(seq=record["seq"], sha256=sha256(encoded(record)))
        return LogContents(records=(*self.records, record), torn=self.torn, head=head)


def append(folder: Path, record: Mapping[str, Any]) -> dict[str, Any]:
    """Add one record, with its number and the hash of the line before it.

    Once this returns, the record is on disk.

    Args:
        folder: Where the log is.
        record: Plain JSON values; it says its own `time`.

    Raises:
        EvidenceError: The record is no JSON, or the log cannot be written; it is as it was.
    """
    with locked(folder) as held:
        return held(record)


@contextmanager
def locked(folder: Path) -> Iterator[Append]:
    """Hold the log's lock, to write in the same breath what is made from it.

    Yields:
        What `append` does, for as long as the lock is held.

    Raises:
        EvidenceError: The log cannot be opened.
    """
    path = folder / FILE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield partial(_append, stream.fileno(), folder)
    except OSError as error:
        raise EvidenceError(
            f"{path} could not be written: {error.strerror or error}.",
            advice="Check the folder's permissions and free space; this file is as it was.",
        ) from error


def read(folder: Path) -> LogContents:
    """All records of a log; an absent log is empty.

    Raises:
        EvidenceError: It exists and cannot be read.
    """
    return parse(bytes_of(folder))


def bytes_of(folder: Path) -> bytes:
    """The bytes of a log; an absent log is empty.

    Raises:
        EvidenceError: It exists and cannot be read.
    """
    path = folder / FILE_NAME
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise _unreadable(path, error) from error


@contextmanager
def unchanging(folder: Path) -> Iterator[bytes]:
    """Hold off whoever would add to a log, to look at it and at what is made from it as one.

    Yields:
        The bytes of the log.

    Raises:
        EvidenceError: It cannot be read, or is not there.
    """
    path = folder / FILE_NAME
    try:
        stream = path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from error
    with stream:
        fcntl.flock(stream, fcntl.LOCK_SH)
        yield stream.read()


def _unreadable(path: Path, error: OSError) -> EvidenceError:
    return EvidenceError(
        f"{path} could not be read: {error.strerror or error}.",
        advice="Check the file's permissions.",
    )


def parse(content: bytes) -> LogContents:
    """What the bytes of a log hold."""
    lines = lines_of(content)
    parsed = [_record(line) for line in lines]
    return LogContents(
        records=tuple(record for record in parsed if record is not None),
        torn=tuple(number for number, record in enumerate(parsed, start=1) if record is None),
        head=Head(seq=len(lines), sha256=sha256(lines[-1]) if lines else FIRST),
    )


def _append(descriptor: int, folder: Path, record: Mapping[str, Any]) -> dict[str, Any]:
    size = os.fstat(descriptor).st_size
    end = _end_of(descriptor, size)
    linked: dict[str, Any] = {
        **record,
        "seq": end.count + 1,
        "previous": sha256(end.line) if end.count else FIRST,
    }
    if not end.ended:
        linked["after_torn_line"] = True
    if end.count and end.line != end.record:
        linked["previous_record"] = FIRST if end.record is None else sha256(end.record)
    line = (b"" if end.ended else b"\n") + encoded(linked) + b"\n"
    try:
        _write_whole(descriptor, line)
    except OSError:
        os.ftruncate(descriptor, size)
        raise
    if not end.count:
        for new in (folder, *folder.parents[:2]):
            sync_folder(new)
    return linked


def _write_whole(descriptor: int, line: bytes) -> None:
    """By one write, which a reader without the lock sees whole or not at all, then to disk."""
    if os.write(descriptor, line) != len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(descriptor)


def encoded(record: Mapping[str, Any]) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8; what UTF-8 cannot say stays escaped."""
    try:
        text = json.dumps(
            record, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )
    except (TypeError, ValueError) as error:
        raise EvidenceError(f"A record for the log is not JSON: {error}.") from error
    return text.encode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """How a log ends.

    Attributes:
        line: Its last line.
        record: The last line that is a record, if any is.
        count: How many lines there are.
        ended: Whether the last one was.
    """

    line: bytes
    record: bytes | None
    count: int
    ended: bool


def _end_of(descriptor: int, size: int) -> _End:
    """Read backwards, only as far as a record that knows its own number: a log grows for years."""
    content, start = b"", size
    while start > 0:
        step = min(start, max(_BLOCK, len(content)))
        start -= step
        content = os.pread(descriptor, step, start) + content
        lines = lines_of(content)
        whole = lines if start == 0 else lines[1:]  # the first may have begun before
        for behind, line in enumerate(reversed(whole)):
            record = _record(line)
            if record is not None and isinstance(record.get("seq"), int):
                count = record["seq"] + behind
                ended = content.endswith(b"\n")
                return _End(line=lines[-1], record=line, count=count, ended=ended)
    lines = lines_of(content)
    return _End(
        line=lines[-1] if lines else b"",
        record=None,
        count=len(lines),
        ended=not content or content.endswith(b"\n"),
    )


def lines_of(content: bytes) -> list[bytes]:
    """The lines as every other tool counts them: ended by a newline and nothing else."""
    lines = content.split(b"\n")
    return lines[:-1] if lines[-1] == b"" else lines


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None
