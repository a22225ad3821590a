"""One `testcase` of JUnit XML, in whatever dialect."""

from __future__ import annotations

import math

from codexreport.quality.runs import Outcome, TestCase, worst_outcome
from codexreport.readers.notation.xml import Element

_BY_CHILD = {
    "failure": Outcome.FAILED,
    "error": Outcome.ERROR,
    "rerunFailure": Outcome.FAILED,
    "rerunError": Outcome.FAILED,
    "skipped": Outcome.SKIPPED,
    "disabled": Outcome.SKIPPED,
}
FLAKY = frozenset({"flakyFailure", "flakyError"})
"""How Maven Surefire writes the failed attempts of a test that passed in the end."""

_WORDS = {
    Outcome.PASSED: "run ran pass passed ok success successful succeeded complete completed "
    "executed fixed",
    Outcome.FAILED: "fail failed failure regression broken timeout timedout",
    Outcome.ERROR: "error errored crashed aborted cancelled canceled interrupted",
    Outcome.SKIPPED: "skip skipped notrun not_run disabled suppressed ignored pending todo",
}
_BY_STATUS = {word: outcome for outcome, words in _WORDS.items() for word in words.split()}
_LONGEST = 10 * 365 * 24 * 3600.0


def read_case(element: Element, suite: str) -> TestCase:
    """What a testcase says, by its children and attributes together: the worst of them."""
    said = [_BY_CHILD[child.tag] for child in element if child.tag in _BY_CHILD]
    said += [_BY_CHILD[name] for name in ("failure", "error") if element.get(name)]
    said += [
        _BY_STATUS.get(word.lower(), Outcome.UNKNOWN)
        for word in (element.get("status"), element.get("result"))
        if word
    ]
    outcome = worst_outcome(said)
    return TestCase(
        name=element.get("name", ""),
        group=element.get("classname") or element.get("file") or "",
        suite=suite,
        outcome=outcome,
        flaky=outcome is Outcome.PASSED and any(child.tag in FLAKY for child in element),
        seconds=seconds(element.get("time")),
    )


def identity(element: Element, nth: int) -> tuple[str, ...]:
    """What tells a test from others in its suite; a test without a name is only itself."""
    if not element.get("name"):
        return (str(nth),)
    return tuple(element.get(key, "") for key in ("name", "classname", "file", "line"))


def seconds(written: str | None) -> float | None:
    """A duration as it is written (`1.5`, `1,204.5`, `0,5`); None where it says nothing."""
    text = (written or "").strip()
    if "." not in text and text.count(",") == 1:
        text = text.replace(",", ".")
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value < _LONGEST else None
