"""Keeping a run: log, manifest and summary, each whole at any moment."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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

    The log comes first: it alone is never rewritten, the other two can be made from what is there.

    Raises:
        EvidenceError: Something could not be written; every file there is is still whole.
    """
    if not _PHASE.fullmatch(phase):
        raise EvidenceError(
            f"{phase!r} is not the name of a phase: lower-case words, such as phase6."
        )
    folder = workspace / "evidence" / phase
    with _alone(folder):
        log.append(
            folder,
            {
                "time": run.time,
                "step": run.step,
                "subject": run.subject,
                "state": run.state,
                "summary": run.summary,
                "tool": run.tool,
                "artifacts": {one.path: one.sha256 for one in run.artifacts},
            },
        )
        listed = manifest.update(folder, run.artifacts)
        text = validation.validation_markdown(phase, listed, log.read(folder))
        write_atomic(folder / validation.FILE_NAME, text.encode())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the phase's lock, so that no concurrent run's artefacts are lost from the manifest."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise EvidenceError(
            f"{folder} could not be written: {error.strerror or error}.",
            advice="Check the folder's permissions and free space.",
        ) from error
