"""Keeping a record: log, manifest, hash list and summary, each whole at any moment."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from enum import StrEnum
from pathlib import Path
from typing import Any

from codexreport.errors import EvidenceError
from codexreport.evidence import chain, log, manifest, sums, validation
from codexreport.evidence.log import LogContents
from codexreport.evidence.manifest import Artifact
from codexreport.files import write_atomic

SCHEMA = 2
"""Of a record. Those of schema 1 name neither schema nor kind; each is of a report."""

_PHASE = re.compile(r"[a-z][a-z0-9-]{0,39}")
DERIVED = (manifest.FILE_NAME, sums.FILE_NAME, validation.FILE_NAME)
"""What is made from the log, anew with each record."""


class Kind(StrEnum):
    """What a record is of."""

    RUN = "run"
    COMMAND = "command"
    SIGN_OFF = "sign-off"
    BUNDLE = "bundle"
    CHECK = "check"
    ANNOUNCEMENT = "announcement"
    CHANGE = "change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is remembered of one step.

    Attributes:
        kind: What it is of.
        time: The moment it is kept, by the clock.
        step: What was done.
        subject: What it was done for, such as a week.
        state: What came of it.
        summary: One sentence.
        tool: Who did it, with version.
        artifacts: What it made.
        details: What only its kind has, as plain JSON values: `as_of` of a run, `command` and
            `exit_code` of a command.
    """

    kind: Kind
    time: datetime
    step: str
    state: str
    summary: str
    tool: str
    subject: str = ""
    artifacts: Sequence[Artifact] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values, without its place in the log."""
        return {
            **self.details,
            "schema": SCHEMA,
            "kind": self.kind.value,
            "time": timestamp(self.time),
            "step": self.step,
            "subject": self.subject,
            "state": self.state,
            "summary": self.summary,
            "tool": self.tool,
            "artifacts": [one.to_dict() for one in self.artifacts],
        }


def keep(workspace: Path, phase: str, record: Record | Callable[[], Record]) -> dict[str, Any]:
    """Append a record to the evidence of a phase.

    The log comes first: it alone is never rewritten, and the others are made from it.

    Args:
        workspace: The folder that `evidence` is in.
        phase: Whose evidence it is.
        record: What is kept, or what makes it. It is called once, while nobody else can add a
            record: a file that it reads, changes and names as artefact is changed by nobody in
            between, so that the manifest and the file cannot disagree.

    Returns:
        The record as the log has it, with its number.

    Raises:
        EvidenceError: Something could not be written; every file there is is still whole.
    """
    kept = keep_if(workspace, phase, lambda _: record() if callable(record) else record)
    if kept is None:
        raise AssertionError("a record was given")
    return kept


def keep_if(
    workspace: Path, phase: str, decide: Callable[[LogContents], Record | None]
) -> dict[str, Any] | None:
    """Append a record unless the log shows that there is no need.

    Args:
        workspace: The folder that `evidence` is in.
        phase: Whose evidence it is.
        decide: Sees the log, which nobody else can add to meanwhile, and makes the record; None
            keeps nothing.

    Returns:
        The record as the log has it, with its number; None where nothing was kept.

    Raises:
        EvidenceError: Something could not be written; every file there is is still whole.
    """
    folder = phase_folder(workspace, phase)
    with log.locked(folder) as append:
        _sweep(folder)
        before = chain.whole(folder)
        manifest.manifest_of(phase, before)  # a log that is not understood is not added to
        record = decide(before)
        if record is None:
            return None
        kept = append(record.to_dict())
        for name, content in derived_files(phase, before.followed_by(kept)).items():
            write_atomic(folder / name, content)
    return kept


def derived_files(phase: str, contents: LogContents) -> dict[str, bytes]:
    """Manifest, hash list and summary by name: what follows from a log, and from nothing else.

    Raises:
        EvidenceError: A record is not understood.
    """
    listed = manifest.manifest_of(phase, contents)
    hashes = {entry["path"]: entry["sha256"] for entry in listed["artifacts"]}
    text = validation.validation_markdown(phase, listed, contents)
    return {
        manifest.FILE_NAME: manifest.encoded(listed),
        sums.FILE_NAME: sums.encoded(hashes),
        validation.FILE_NAME: text.encode("utf-8", "backslashreplace"),
    }


def phase_folder(workspace: Path, phase: str) -> Path:
    """Where the evidence of a phase is.

    Raises:
        EvidenceError: `phase` is not the name of one.
    """
    if not _PHASE.fullmatch(phase):
        raise EvidenceError(
            f"{phase!r} is not the name of a phase.",
            advice="Name it by lower-case letters, digits and hyphens, such as phase6.",
        )
    return workspace / "evidence" / phase


def phases(workspace: Path) -> list[str]:
    """The phases that have a log, sorted."""
    logs = (workspace / "evidence").glob(f"*/{log.FILE_NAME}")
    return sorted(path.parent.name for path in logs if _PHASE.fullmatch(path.parent.name))


def kind_of(record: Mapping[str, Any]) -> str:
    """What a record of any schema is of."""
    return str(record.get("kind", Kind.RUN.value))


def timestamp(moment: datetime) -> str:
    """A moment as records say it: ISO 8601, UTC, to the millisecond."""
    text = moment.astimezone(timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _sweep(folder: Path) -> None:
    """Remove what killed runs left of files they never finished; the lock says none is in use."""
    for name in DERIVED:
        for unfinished in folder.glob(f".{name}.*"):
            unfinished.unlink(missing_ok=True)
