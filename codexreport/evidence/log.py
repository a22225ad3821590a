"""The run log: JSON Lines, one record a line, each with the hash of the line before.

A line is written by one append under a lock, so concurrent writers lose nothing. What a power
loss leaves of a last line is kept, ended, and named by the record after it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codexreport.errors import EvidenceError

FILE_NAME = "run.log"
FIRST = "0" * 64
"""What the first record names as the hash before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogContents:
    """What a log holds.

    Attributes:
        records: Every whole record, oldest first.
        torn: 1-based numbers of lines that are not records.
    """

    records: tuple[dict[str, Any], ...]
    torn: tuple[int, ...]


def append(folder: Path, record: Mapping[str, Any]) -> dict[str, Any]:
    """Add one record, with its number and the hash of the line before it.

    Raises:
        EvidenceError: The log cannot be written; it is as it was.
    """
    path = folder / FILE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            stream.seek(0)
            return _append(stream.fileno(), stream.read(), record)
    except OSError as error:
        raise EvidenceError(
            f"{path} could not be written: {error.strerror or error}.",
            advice="Check the folder's permissions and free space.",
        ) from error


def _append(descriptor: int, before: bytes, record: Mapping[str, Any]) -> dict[str, Any]:
    lines = before.splitlines()
    torn = bool(before) and not before.endswith(b"\n")
    linked: dict[str, Any] = {
        **record,
        "seq": len(lines) + 1,
        "previous": hashlib.sha256(lines[-1]).hexdigest() if lines else FIRST,
    }
    if torn:
        linked["after_torn_line"] = True
    text = json.dumps(linked, sort_keys=True, ensure_ascii=False, allow_nan=False)
    line = (b"\n" if torn else b"") + text.encode() + b"\n"
    written = os.write(descriptor, line)
    if written != len(line):
        os.ftruncate(descriptor, len(before))
        raise OSError(28, "No space left on device")
    os.fsync(descriptor)
    return linked


def read(folder: Path) -> LogContents:
    """All records of a log; an absent log is empty.

    Raises:
        EvidenceError: It exists and cannot be read.
    """
    path = folder / FILE_NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return LogContents(records=(), torn=())
    except OSError as error:
        raise EvidenceError(f"{path} could not be read: {error.strerror}.") from error
    records, torn = [], []
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if isinstance(record, dict):
            records.append(record)
        else:
            torn.append(number)
    return LogContents(records=tuple(records), torn=tuple(torn))
