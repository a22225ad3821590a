"""Keeping a run: log, manifest and summary, each whole at any moment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from codexreport.errors import EvidenceError
from codexreport.evidence import log, manifest, validation
from codexreport.evidence.manifest import Artifact
from codexreport.files import write_atomic

_PHASE = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """What is remembered of one run.

    Attributes:
        time: Its moment, ISO 8601.
        step: What was done.
        subject: What it was done for, such as a week.
        state: What came of it.
        summary: One sentence.
        tool: Who did it, with version.
        artifacts: What it made.
    """

    time: str
    step: str
    subject: str
    state: str
    summary: str
    tool: str
    artifacts: Sequence[Artifact] = ()


def keep_run(workspace: Path, phase: str, run: RunRecord) -> None:
    """Append a run to the evidence of a phase.

    The log comes first: it alone is never rewritten, and the other two are made from it.

    Raises:
        EvidenceError: Something could not be written; every file there is is still whole.
    """
    if not _PHASE.fullmatch(phase):
        raise EvidenceError(
            f"{phase!r} is not the name of a phase.",
            advice="Name it by lower-case letters, digits and hyphens, such as phase6.",
        )
    folder = workspace / "evidence" / phase
    record = {
        "time": run.time,
        "step": run.step,
        "subject": run.subject,
        "state": run.state,
        "summary": run.summary,
        "tool": run.tool,
        "artifacts": [one.to_dict() for one in run.artifacts],
    }
    with log.locked(folder) as append:
        _sweep(folder)
        append(record)
        contents = log.read(folder)
        listed = manifest.manifest_of(contents.records)
        text = validation.validation_markdown(phase, listed, contents)
        write_atomic(folder / manifest.FILE_NAME, manifest.encoded(listed))
        write_atomic(folder / validation.FILE_NAME, text.encode("utf-8", "backslashreplace"))


def _sweep(folder: Path) -> None:
    """Remove what killed runs left of files they never finished; the lock says none is in use."""
    for name in (manifest.FILE_NAME, validation.FILE_NAME):
        for unfinished in folder.glob(f".{name}.*"):
            unfinished.unlink(missing_ok=True)
