"""How bad an incident is: the words that teams use, in one order."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache


class Severity(StrEnum):
    """Worst first. `UNKNOWN` is treated as `HIGH` until somebody classifies it."""

    CRITICAL = "critical"
    HIGH = "high"
    UNKNOWN = "unknown"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def urgent(self) -> bool:
        """Whether an open one of these stops a launch."""
        return self in {Severity.CRITICAL, Severity.HIGH, Severity.UNKNOWN}


SEVERITIES = "critical, high, medium or low, or SEV1 to SEV5"
"""What people are told to write; `severity_of` knows more words."""

_BY_NUMBER = {
    "0": Severity.CRITICAL,
    "1": Severity.CRITICAL,
    "2": Severity.HIGH,
    "3": Severity.MEDIUM,
    "4": Severity.LOW,
    "5": Severity.LOW,
}
_BY_WORD = {
    **dict.fromkeys(("critical", "blocker", "highest", "emergency"), Severity.CRITICAL),
    **dict.fromkeys(("high", "major", "urgent"), Severity.HIGH),
    **dict.fromkeys(("medium", "moderate", "normal"), Severity.MEDIUM),
    **dict.fromkeys(("low", "lowest", "minor", "trivial"), Severity.LOW),
}
_LEVEL = re.compile(r"\b(?:severity|sev|priority|prio|p|s)[ _-]?(\d+)\b")
_WORD = re.compile(r"[a-z]+")


@lru_cache(maxsize=1024)
def severity_of(written: str) -> Severity:
    """The severity that a team's own word means: `SEV-1`, `P2`, `Major`, `P1 (critical)`.

    Where several words stand together the worst counts; where none is known, `UNKNOWN`.
    """
    text = written.lower()
    found = [_BY_NUMBER.get(level) for level in _LEVEL.findall(text)]
    found += [_BY_WORD.get(word) for word in _WORD.findall(text)]
    known = [severity for severity in found if severity is not None]
    return min(known, key=list(Severity).index, default=Severity.UNKNOWN)
