"""Lighthouse's bands of a category's score, and what a score says by them."""

from __future__ import annotations

from fractions import Fraction

from codexreport.measure import State
from codexreport.performance.percentiles import exact
from codexreport.performance.values import Threshold
from codexreport.readers.notation.document import Document

GOOD = Fraction(9, 10)
AVERAGE = Fraction(1, 2)
"""As the documentation of Lighthouse scoring colours them: green from 90, orange from 50."""


def score_threshold(
    document: Document, category: str, score: float | None, where: str, page: str = ""
) -> Threshold:
    """A category's score against Lighthouse's band of good ones.

    Args:
        document: For its errors.
        category: `performance`, `accessibility` ...
        score: 0 to 1; None where Lighthouse could not compute it.
        where: Its place in the document.
        page: Which page it is of, where the file has several.

    Raises:
        SourceError: It is outside 0 to 1.
    """
    named = f"{category} of {page}" if page else category
    value = None if score is None else exact(score)
    if value is not None and not 0 <= value <= 1:
        raise document.error(f"{where} has the score {score!r}, expected 0 to 1 or null")
    state, said = _band(value)
    return Threshold(
        of=named,
        expression="score >= 0.9",
        state=state,
        reason=f"{named} {said}.",
        value=value,
        unit="ratio",
    )


def _band(score: Fraction | None) -> tuple[State, str]:
    if score is None:
        return State.UNKNOWN, "has no score: Lighthouse could not compute it"
    shown = f"scores {float(score * 100):.6g} of 100"
    if score >= GOOD:
        return State.PASS, f"{shown}, which is good"
    if score >= AVERAGE:
        return State.WARNING, f"{shown} and needs improvement; good is 90"
    return State.FAIL, f"{shown}, which is poor; good is 90"
