"""The one scale of severity that every scanner's own scale is read as."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Severity(StrEnum):
    """How bad a vulnerability is. `UNKNOWN` is judged as `HIGH` until somebody classifies it."""

    CRITICAL = "critical"
    HIGH = "high"
    UNKNOWN = "unknown"
    MODERATE = "moderate"
    LOW = "low"
    NONE = "none"


_MILDEST_FIRST = (
    Severity.NONE,
    Severity.LOW,
    Severity.MODERATE,
    Severity.HIGH,
    Severity.CRITICAL,
)
_SAME = {
    "medium": Severity.MODERATE,
    "info": Severity.LOW,
    "informational": Severity.LOW,
    "negligible": Severity.LOW,
}


def named(word: str) -> Severity:
    """The severity that a tool calls `word`; a word that is not known is `UNKNOWN`."""
    word = word.strip().lower()
    try:
        return _SAME.get(word) or Severity(word)
    except ValueError:
        return Severity.UNKNOWN


def scored(score: float, *, version: int = 3) -> Severity:
    """The severity of a CVSS base score.

    From version 3 on by the qualitative scale of the CVSS specification (critical from 9.0, high
    from 7.0, moderate from 4.0); version 2 knows no critical, as the NVD reads it. A score of 0 is
    what tools write where they have none, and says nothing, as does one above 10.

    Args:
        score: 0 to 10.
        version: Major version of CVSS.
    """
    if not 0 < score <= 10:  # noqa: PLR2004, the ends of the scale
        return Severity.UNKNOWN
    bounds = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MODERATE))
    for bound, severity in bounds[1:] if version == 2 else bounds:  # noqa: PLR2004
        if score >= bound:
            return severity
    return Severity.LOW


def of_vector(vector: str) -> Severity:
    """The severity of the base score of a CVSS vector, version 2, 3 or 4.

    What is no vector says nothing.
    """
    from cvss import CVSS2, CVSS3, CVSS4, CVSSError  # type: ignore[import-untyped]

    kinds = (("CVSS:4", CVSS4, 4), ("CVSS:3", CVSS3, 3), ("AV:", CVSS2, 2))
    vector = vector.strip().strip("()")
    for prefix, kind, version in kinds:
        if vector.startswith(prefix):
            try:
                score = float(kind(vector).scores()[0])
                return scored(score, version=version) if score else Severity.NONE
            except CVSSError:
                break
    return Severity.UNKNOWN


def worst(severities: Iterable[Severity]) -> Severity:
    """The worst that is known; `UNKNOWN` where none is."""
    known = set(severities) - {Severity.UNKNOWN}
    return max(known, key=_MILDEST_FIRST.index, default=Severity.UNKNOWN)
