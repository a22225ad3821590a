"""What verifying came to: findings, a sentence each, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from codexreport.evidence.log import Head


class Verdict(StrEnum):
    """What evidence is; of several, the first here that is found."""

    BROKEN = "broken"
    UNKNOWN = "unknown"
    CONSISTENT = "consistent"


class Meaning(StrEnum):
    """What a finding does to the verdict."""

    BROKEN = "broken"
    UNKNOWN = "unknown"
    NOTE = "note"
    ANCHOR = "anchor"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was seen.

    Attributes:
        meaning: What it does to the verdict.
        text: A sentence.
    """

    meaning: Meaning
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What verifying the evidence of one phase came to.

    Attributes:
        phase: Whose; empty where it could not be told.
        head: The last line of its log, where that could be read.
        files: How many files were compared.
        findings: In the order in which they were looked for.
    """

    phase: str
    head: Head | None
    files: int
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst that was found."""
        meanings = {one.meaning.value for one in self.findings}
        return next((one for one in Verdict if one.value in meanings), Verdict.CONSISTENT)

    def texts(self, meaning: Meaning) -> list[str]:
        """The sentences of one meaning."""
        return [one.text for one in self.findings if one.meaning is meaning]

    def sentence(self) -> str:
        """The result: the first thing that is wrong, or what vouches for the evidence."""
        if self.verdict is not Verdict.CONSISTENT:
            return f"{self.verdict.value}: {self.texts(Meaning(self.verdict.value))[0]}"
        anchors = self.texts(Meaning.ANCHOR)
        if anchors:
            return f"consistent, anchored: {' '.join(anchors)}"
        return (
            "consistent, unanchored: whoever can write it could have made all of it anew. "
            "A published head (--head) or a signature (--allowed-signers) would tell."
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "phase": self.phase,
            "verdict": self.verdict.value,
            "anchored": self.verdict is Verdict.CONSISTENT and bool(self.texts(Meaning.ANCHOR)),
            "sentence": self.sentence(),
            "head": self.head and {"seq": self.head.seq, "sha256": self.head.sha256},
            "files": self.files,
            "problems": self.texts(Meaning.BROKEN),
            "unknown": self.texts(Meaning.UNKNOWN),
            "anchors": self.texts(Meaning.ANCHOR),
            "notes": self.texts(Meaning.NOTE),
        }


def broken(texts: Iterable[str]) -> list[Finding]:
    """Findings that each break the evidence."""
    return [Finding(Meaning.BROKEN, text) for text in texts]
