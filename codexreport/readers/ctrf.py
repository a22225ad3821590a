"""CTRF, the Common Test Report Format: JSON of many test tools."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, ClassVar

from codexreport.quality.runs import Outcome, Tally, TestCase, TestRun
from codexreport.readers.commits import the_one
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.wording import count

_OUTCOMES = {
    "passed": Outcome.PASSED,
    "failed": Outcome.FAILED,
    "skipped": Outcome.SKIPPED,
    "pending": Outcome.SKIPPED,
    "other": Outcome.UNKNOWN,
}
_MS = 1000


class CtrfReader:
    """Test results as CTRF."""

    format: ClassVar[str] = "ctrf"
    title: ClassVar[str] = "CTRF test results"
    made_by: ClassVar[str] = "npx jest --reporters=jest-ctrf-json-reporter"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """`results` with a tool and a summary; older files do not name their format."""
        top = document.json
        if not isinstance(top, dict):
            return False
        results = top.get("results")
        return isinstance(results, dict) and {"tool", "summary"} <= results.keys()

    def parse(self, document: Document) -> TestRun:
        """Count the tests, and what the summary says beyond them."""
        top = fields.as_mapping(document, document.json, "")
        results = fields.mapping_at(document, top, "results", "")
        summary = fields.mapping_at(document, results, "summary", "results")
        tests = fields.objects(document, results, "tests", "results", [])
        cases = tuple(_case(document, one, f"results.tests[{n}]") for n, one in enumerate(tests))
        seen = Tally.of(cases)
        planned = sum(map(_is_planned, tests))
        told = _of_summary(document, summary, planned)
        started, stopped = _span(document, summary)
        written = fields.moment(document, top, "timestamp", "", None)
        return TestRun(
            tally=_worse(seen, told),
            cases=cases,
            seconds=_seconds(document, summary, started, stopped),
            observed=stopped or written,
            commit=_commit(document, results),
            doubts=tuple(_doubts(seen, told, started, stopped)),
            notes=tuple(_notes(seen, told)),
        )


def _case(document: Document, test: dict[str, Any], where: str) -> TestCase:
    word = fields.text(document, test, "status", where)
    outcome = Outcome.SKIPPED if _is_planned(test) else _OUTCOMES.get(word, Outcome.UNKNOWN)
    milliseconds = fields.number(document, test, "duration", where, None)
    return TestCase(
        name=fields.text(document, test, "name", where),
        group=fields.text(document, test, "filePath", where, ""),
        suite=_suite(document, test, where),
        outcome=outcome,
        flaky=outcome is Outcome.PASSED and _tried_again(document, test, where),
        seconds=None if milliseconds is None else milliseconds / _MS,
    )


def _is_planned(test: dict[str, Any]) -> bool:
    """Jest's `todo`, for which CTRF has no status but `other`: nobody wrote the test yet."""
    return test.get("status") == "other" and test.get("rawStatus") == "todo"


def _tried_again(document: Document, test: dict[str, Any], where: str) -> bool:
    """Whether an attempt failed; the flag, the number and the attempts say so, or one of them."""
    attempts = fields.objects(document, test, "retryAttempts", where, [])
    here = fields.place(where, "retryAttempts")
    said = {
        fields.text(document, one, "status", fields.place(here, n))
        for n, one in enumerate(attempts)
    }
    retries = fields.count(document, test, "retries", where, 0)
    return fields.flag(document, test, "flaky", where, False) or retries > 0 or "failed" in said


def _suite(document: Document, test: dict[str, Any], where: str) -> str:
    """The suites from the outermost in: a list, and one string before version 0.1."""
    suite = test.get("suite")
    if suite is None or isinstance(suite, str):
        return suite or ""
    return " > ".join(str(one) for one in fields.items(document, test, "suite", where))


def _of_summary(document: Document, summary: dict[str, Any], planned: int) -> Tally:
    """The numbers of the summary, `planned` tests of its `other` among the skipped."""

    def number(key: str) -> int:
        return fields.count(document, summary, key, "results.summary", 0)

    return Tally(
        total=number("tests"),
        passed=number("passed"),
        failed=number("failed"),
        skipped=number("skipped") + number("pending") + planned,
        unknown=max(number("other") - planned, 0),
        flaky=number("flaky"),
    )


def _worse(seen: Tally, told: Tally) -> Tally:
    """The tests as listed, with the larger number of whatever is not a pass."""
    return replace(
        seen,
        passed=min(seen.passed, told.passed),
        failed=max(seen.failed, told.failed),
        skipped=max(seen.skipped, told.skipped),
        unknown=max(seen.unknown, told.unknown),
        flaky=max(seen.flaky, told.flaky),
    )


def _span(document: Document, summary: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    """When the run started and stopped; 0 is what tools write that do not know."""
    where = "results.summary"
    started, stopped = (
        fields.epoch(document, summary, key, where, per_second=_MS) if summary.get(key) else None
        for key in ("start", "stop")
    )
    return started, stopped


def _seconds(
    document: Document,
    summary: dict[str, Any],
    started: datetime | None,
    stopped: datetime | None,
) -> Fraction | None:
    told = fields.number(document, summary, "duration", "results.summary", None)
    if told is not None:
        return Fraction(told) / _MS
    if started is None or stopped is None or stopped < started:
        return None
    return Fraction((stopped - started) // timedelta(microseconds=1), 1_000_000)


def _commit(document: Document, results: dict[str, Any]) -> str:
    environment = fields.mapping_at(document, results, "environment", "results", {})
    return the_one([fields.text(document, environment, "commit", "results.environment", "")])


def _doubts(
    seen: Tally, told: Tally, started: datetime | None, stopped: datetime | None
) -> Iterator[str]:
    if told.total > seen.total:
        yield f"It holds {seen.total} of {count(told.total, 'tests')}: it is incomplete."
    if told.passed < seen.passed:
        yield f"Its summary counts {told.passed} passed, its tests {seen.passed}."
    if started is not None and stopped is not None and stopped < started:
        yield "It says that it stopped before it started."


def _notes(seen: Tally, told: Tally) -> Iterator[str]:
    for word in ("failed", "skipped", "flaky"):
        listed, summed = getattr(seen, word), getattr(told, word)
        if listed != summed and (word != "flaky" or summed):
            yield (
                f"Its summary counts {summed} {word}, its tests {listed}: the larger number counts."
            )
