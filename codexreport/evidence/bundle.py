"""Making the bundle of a phase: one ZIP file with the log, and every file that it vouches for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from codexreport import __version__
from codexreport.errors import EvidenceError
from codexreport.evidence import log, manifest
from codexreport.evidence.bundle_contents import Contents, Expected, of_bundle
from codexreport.evidence.chain import chain_of
from codexreport.evidence.keep import Kind, Record, keep, phase_folder
from codexreport.evidence.log import Head
from codexreport.evidence.members import InFolder, MemberError, Members
from codexreport.evidence.zip_writing import write_zip
from codexreport.files import sha256_file, write_atomic
from codexreport.measure import State
from codexreport.steps import BUNDLE
from codexreport.text import listed

TOOL = f"codexreport {__version__}"
FOLDER = "bundles"
INTEGRATION = "integration"
INTEGRATION_MANIFEST = "integration-evidence-manifest.json"

_NAMES = {INTEGRATION: "INTEGRATION-EVIDENCE.zip"}


class NotAsRecordedError(EvidenceError):
    """What is to be bundled is no longer what the log says."""

    exit_code = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """A bundle that was made.

    Attributes:
        path: Where it is.
        size: In bytes.
        sha256: Of the ZIP file.
        members: How many files are in it.
        head: The log's last line in it, and what to publish.
        manifest: Where the copy of the manifest is, for a phase that has one.
        record: Of its making, as the log has it.
    """

    path: Path
    size: int
    sha256: str
    members: int
    head: Head
    manifest: Path | None
    record: Mapping[str, Any]


def name_of(phase: str) -> str:
    """What the bundle of a phase is called."""
    return _NAMES.get(phase, f"{phase}-evidence.zip")


def bundle(workspace: Path, phase: str, out: Path | None, *, time: datetime) -> Bundled:
    """Make the bundle of a phase, and record that.

    The record comes after the log that is in the bundle; the next bundle has it.

    Args:
        workspace: Where the evidence is.
        phase: Which.
        out: The bundle's file; None for the usual place.
        time: The moment, for the record.

    Raises:
        NotAsRecordedError: A file is gone or was changed since, or the log's chain is broken.
        EvidenceError: There is no evidence, `out` is part of it, or something cannot be written.
    """
    content = _log_content(workspace, phase)
    contents = of_bundle(phase, content, TOOL)
    path = out or workspace / FOLDER / name_of(phase)
    copy = path.with_name(INTEGRATION_MANIFEST) if phase == INTEGRATION else None
    for written in filter(None, (path, copy)):
        _check_place(workspace, written, contents)
    _check_sizes(workspace, contents)
    files = InFolder(workspace)
    unchanged = {
        name: _as_recorded(files, name, expected) for name, expected in contents.artifacts.items()
    }
    derived = {name: [content] for name, content in contents.derived.items()}
    write_zip(path, {**unchanged, **derived})
    if copy:
        write_atomic(copy, contents.derived[f"evidence/{phase}/{manifest.FILE_NAME}"])
    return _recorded(workspace, phase, contents, path, copy, time)


def _log_content(workspace: Path, phase: str) -> bytes:
    path = phase_folder(workspace, phase) / log.FILE_NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise EvidenceError(
            f"Nothing is kept for {phase} yet.",
            advice="codexreport record and codexreport run keep what they do.",
        ) from error
    except OSError as error:
        raise EvidenceError(
            f"{path} could not be read: {error.strerror or error}.",
            advice="Check the file's permissions.",
        ) from error
    if problems := chain_of(content).problems:
        raise NotAsRecordedError(problems[0], advice="Restore the log from where it is kept safe.")
    return content


def _check_place(workspace: Path, path: Path, contents: Contents) -> None:
    """A bundle never takes the place of what it is made from."""
    real = path.resolve()
    if path.is_dir():
        raise EvidenceError(f"{path} is a folder.", advice="Name the bundle's file with --out.")
    root = workspace.resolve()
    if real.is_relative_to(root / "evidence") or real in {
        root / name for name in contents.artifacts
    }:
        raise EvidenceError(
            f"{path} is a place of evidence.", advice="Name another file with --out."
        )


def _check_sizes(workspace: Path, contents: Contents) -> None:
    """Name at once what can be told without reading."""
    wrong = []
    for name, expected in contents.artifacts.items():
        path = workspace / name
        if not path.is_file():
            wrong.append(f"{name} is gone")
        elif path.stat().st_size != expected.size:
            wrong.append(f"{name} was changed since it was recorded")
    if wrong:
        raise _not_as_recorded(listed(wrong, "; "))


def _as_recorded(files: Members, name: str, expected: Expected) -> Iterator[bytes]:
    """A file's bytes, up to the moment where they are found to be others."""
    digest = hashlib.sha256()
    try:
        for piece in files.pieces(name):
            digest.update(piece)
            yield piece
    except MemberError as error:
        raise _not_as_recorded(error.message.rstrip(".")) from error
    if digest.hexdigest() != expected.sha256:
        raise _not_as_recorded(f"{name} was changed since it was recorded")


def _not_as_recorded(what: str) -> NotAsRecordedError:
    return NotAsRecordedError(
        f"No bundle was made: {what}.",
        advice="Bring the file back as it was, or run again what makes it and is recorded.",
    )


def _recorded(
    workspace: Path, phase: str, contents: Contents, path: Path, copy: Path | None, time: datetime
) -> Bundled:
    head, members = contents.head, len(contents.expected())
    size, digest = path.stat().st_size, sha256_file(path)
    told = {"file": path.name, "size": size, "sha256": digest, "members": members}
    record = Record(
        kind=Kind.BUNDLE,
        time=time,
        step=BUNDLE,
        subject=path.name,
        state=State.PASS.value,
        summary=f"It holds {members} files; line {head.seq} was the last of the log.",
        tool=TOOL,
        details={"bundle": {**told, "head": {"seq": head.seq, "sha256": head.sha256}}},
    )
    return Bundled(
        path=path,
        size=size,
        sha256=digest,
        members=members,
        head=head,
        manifest=copy,
        record=keep(workspace, phase, record),
    )
