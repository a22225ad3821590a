"""What a bundle of a phase holds: all of it follows from the phase's log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from codexreport.errors import EvidenceError
from codexreport.evidence import log, manifest, sums
from codexreport.evidence.keep import derived_files
from codexreport.evidence.log import Head
from codexreport.files import sha256

SCHEMA = 1
DESCRIPTION = "bundle.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One file of a bundle.

    Attributes:
        size: In bytes.
        sha256: Of its bytes, hex.
    """

    size: int
    sha256: str

    @classmethod
    def of(cls, content: bytes) -> Expected:
        """What is expected of a file that has this content."""
        return cls(size=len(content), sha256=sha256(content))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Files by their names in a workspace and in a bundle.

    Attributes:
        head: The log's last line.
        derived: Those whose bytes follow from the log, and the log itself.
        artifacts: The others.
    """

    head: Head
    derived: Mapping[str, bytes]
    artifacts: Mapping[str, Expected]

    def expected(self) -> dict[str, Expected]:
        """Every file, sorted by name."""
        files = {name: Expected.of(content) for name, content in self.derived.items()}
        return dict(sorted({**files, **self.artifacts}.items()))


def of_phase(phase: str, log_content: bytes) -> Contents:
    """The evidence of a phase, as its log has it.

    Args:
        phase: Whose log it is.
        log_content: The bytes of `run.log`.

    Raises:
        EvidenceError: A record is not understood.
    """
    parsed = log.parse(log_content)
    listed = manifest.manifest_of(phase, parsed)["artifacts"]
    files = {log.FILE_NAME: log_content, **derived_files(phase, parsed)}
    return Contents(
        head=parsed.head,
        derived={f"evidence/{phase}/{name}": content for name, content in files.items()},
        artifacts={one["path"]: Expected(size=one["size"], sha256=one["sha256"]) for one in listed},
    )


def of_bundle(phase: str, log_content: bytes, tool: str) -> Contents:
    """What belongs into the bundle of a phase: its evidence, a description and a hash list.

    Args:
        phase: Whose log it is.
        log_content: The bytes of `run.log`.
        tool: What makes the bundle, with version.

    Raises:
        EvidenceError: A record is not understood, or an artefact has a bundle's own name.
    """
    kept = of_phase(phase, log_content)
    taken = sorted({*kept.derived, DESCRIPTION, sums.FILE_NAME} & {*kept.artifacts})
    if taken:
        raise EvidenceError(
            f"{taken[0]} is an artefact, and a bundle has a file of its own by that name.",
            advice="Have the artefact made under another name, or in a folder.",
        )
    description = {
        "schema": SCHEMA,
        "phase": phase,
        "head": {"seq": kept.head.seq, "sha256": kept.head.sha256},
        "members": len(kept.expected()) + 2,
        "tool": tool,
    }
    derived = {**kept.derived, DESCRIPTION: encoded(description)}
    hashes = {name: sha256(content) for name, content in derived.items()}
    hashes |= {path: one.sha256 for path, one in kept.artifacts.items()}
    derived[sums.FILE_NAME] = sums.encoded(hashes)
    return Contents(head=kept.head, derived=derived, artifacts=kept.artifacts)


def encoded(description: Mapping[str, Any]) -> bytes:
    """The file that says what a bundle is."""
    return json.dumps(description, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"
