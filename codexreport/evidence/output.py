"""The output of a command while it is being kept, and after its recording was cut off."""

from __future__ import annotations

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import IO

from codexreport.errors import EvidenceError
from codexreport.evidence import log
from codexreport.evidence.keep import phase_folder
from codexreport.evidence.masking import Mask
from codexreport.files import sync_folder

FOLDER = "logs"
_NAME = re.compile(r"(\d{8}T\d{6}\.\d{3}Z)-(.+?)(?:\.\d+)?\.log")


@dataclass(slots=True)
class KeptOutput:
    """A file that output goes to, masked; locked by whoever writes it.

    Attributes:
        path: Where it is.
        problem: Why not everything is in it, a sentence; empty if everything is.
    """

    path: Path
    _stream: IO[bytes]
    _mask: Mask
    problem: str = field(default="")

    def keep(self, chunk: bytes) -> None:
        """Add what came; a full disk ends the keeping, not the command."""
        self._write(self._mask.feed(chunk))

    def finish(self) -> None:
        """Add what the mask held back, and see everything to disk."""
        self._write(self._mask.end())
        try:
            os.fsync(self._stream.fileno())
            for folder in self.path.parents[:2]:  # the inner one may be new as well
                sync_folder(folder)
        except OSError as error:
            self._fail(error)

    def _write(self, content: bytes) -> None:
        if self.problem:
            return
        try:
            self._stream.write(content)
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        self.problem = f"Its output could not be kept whole: {error.strerror or error}."


@dataclass(frozen=True, slots=True)
class CutOff:
    """Output of a recording that was killed before it was a record.

    Attributes:
        path: Where it is.
        step: What was being recorded.
        started: When, ISO 8601 in its short form.
    """

    path: Path
    step: str
    started: str


@contextmanager
def begun(
    workspace: Path, phase: str, step: str, moment: datetime, mask: Mask
) -> Iterator[KeptOutput]:
    """A new file for the output of a step.

    Raises:
        EvidenceError: It could not be made.
    """
    folder = phase_folder(workspace, phase)
    # Under the log's lock, so that nobody takes it for cut off before it is locked itself.
    with log.locked(folder):
        stream, path = _created(folder / FOLDER, f"{_compact(moment)}-{step}")
        fcntl.flock(stream, fcntl.LOCK_EX)
    with stream:
        yield KeptOutput(path, stream, mask)


@contextmanager
def cut_off(workspace: Path, phase: str) -> Iterator[list[CutOff]]:
    """The outputs that no record names and nobody is writing, held until the block ends.

    Raises:
        EvidenceError: The log cannot be read.
    """
    folder = phase_folder(workspace, phase)
    streams, found = [], []
    with log.locked(folder):
        for path in sorted((folder / FOLDER).glob("*.log")):
            if match := _NAME.fullmatch(path.name):
                stream = path.open("rb")
                if _lock(stream):
                    streams.append(stream)
                    found.append(CutOff(path=path, started=match[1], step=match[2]))
                else:
                    stream.close()
        named = _named(folder)
    try:
        prefix = f"evidence/{phase}/{FOLDER}/"
        yield [one for one in found if prefix + one.path.name not in named]
    finally:
        for stream in streams:
            stream.close()


def _named(folder: Path) -> set[object]:
    records = log.read(folder).records
    return {one.get("path") for record in records for one in record.get("artifacts", ())}


def _created(folder: Path, name: str) -> tuple[IO[bytes], Path]:
    for number in range(1000):
        path = folder / (f"{name}.{number}.log" if number else f"{name}.log")
        try:
            folder.mkdir(exist_ok=True)
            with tempfile.TemporaryFile(dir=folder.parent):
                pass  # what the record needs later: better refused now than after the command
            return path.open("xb", buffering=0), path
        except FileExistsError:
            continue
        except OSError as error:
            raise EvidenceError(
                f"{path} could not be written: {error.strerror or error}.",
                advice="Check the folder's permissions and free space; nothing was run.",
            ) from error
    raise EvidenceError(f"{folder} holds too many outputs of one moment.")


def _lock(stream: IO[bytes]) -> bool:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _compact(moment: datetime) -> str:
    there = moment.astimezone(timezone.utc)
    return f"{there:%Y%m%dT%H%M%S}.{there.microsecond // 1000:03d}Z"
