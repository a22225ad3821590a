"""The JSON report of pytest (pytest-json-report): tests, collectors and exit code together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

from codexreport.quality.runs import Outcome, Tally, TestCase, TestRun, worst_outcome
from codexreport.readers.commits import COMMIT_NAMES, the_one
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.wording import count

_OUTCOMES = {
    "passed": Outcome.PASSED,
    "subtests passed": Outcome.PASSED,
    "xpassed": Outcome.PASSED,
    "rerun": Outcome.PASSED,
    "failed": Outcome.FAILED,
    "subtests failed": Outcome.FAILED,
    "error": Outcome.ERROR,
    "skipped": Outcome.SKIPPED,
    "subtests skipped": Outcome.SKIPPED,
    "xfailed": Outcome.SKIPPED,
}
"""`rerun` stays the word for a test whose last attempt passed; its stages say whether it did."""

_STAGES = {"setup": Outcome.ERROR, "call": Outcome.FAILED, "teardown": Outcome.ERROR}
_NUMBERS_OF_NO_OUTCOME = frozenset({"total", "collected", "deselected"})
_EXIT_CODES = {
    2: "It was interrupted (exit code 2).",
    3: "pytest ended in an internal error (exit code 3).",
    4: "pytest was called wrongly (exit code 4).",
    5: "pytest collected no test (exit code 5).",
}
_FAILED = 1


class PytestJsonReader:
    """Test results as pytest-json-report writes them."""

    format: ClassVar[str] = "pytest-json"
    title: ClassVar[str] = "pytest-json-report test results"
    made_by: ClassVar[str] = "pytest --json-report --json-report-file=report.json"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """An object with an exit code and a summary, as no other test report has."""
        top = document.json
        return isinstance(top, dict) and {"created", "exitcode", "summary"} <= top.keys()

    def parse(self, document: Document) -> TestRun:
        """Count the tests, and what summary, collectors and exit code say beyond them."""
        top = fields.as_mapping(document, document.json, "")
        summary = fields.mapping_at(document, top, "summary", "")
        listed = fields.objects(document, top, "tests", "", None)
        cases = [_case(document, one, f"tests[{n}]") for n, one in enumerate(listed or [])]
        told = _of_summary(document, summary)
        seen = told if listed is None else Tally.of(cases)
        tally = _worse(seen, told)
        broken = list(_broken_collectors(document, top))
        tally = _with_errors(tally, len(broken))
        exit_code = fields.integer(document, top, "exitcode", "")
        if exit_code == _FAILED and not tally.failed + tally.errors:
            name = "pytest itself (exit code 1 without a failed test)"
            broken.append(TestCase(name=name, outcome=Outcome.ERROR))
            tally = _with_errors(tally, 1)
        return TestRun(
            tally=tally,
            cases=(*cases, *broken),
            seconds=fields.number(document, top, "duration", "", None),
            observed=fields.epoch(document, top, "created", ""),
            commit=_commit(document, top),
            doubts=(*_contradiction(seen, told), *_doubts(document, summary, listed, exit_code)),
            notes=tuple(_notes(seen, told, exit_code)),
        )


def _case(document: Document, test: dict[str, Any], where: str) -> TestCase:
    name = fields.text(document, test, "nodeid", where)
    word = fields.text(document, test, "outcome", where)
    said, seconds = [_OUTCOMES.get(word, Outcome.UNKNOWN)], 0.0
    for stage, bad in _STAGES.items():
        here = fields.place(where, stage)
        told = fields.mapping_at(document, test, stage, where, {})
        ended = fields.text(document, told, "outcome", here, "passed")
        said.append(
            {"passed": Outcome.PASSED, "skipped": Outcome.SKIPPED, "failed": bad}.get(
                ended, Outcome.UNKNOWN
            )
        )
        seconds += fields.number(document, told, "duration", here, 0)
    if word == "rerun" and "call" not in test:
        said.append(Outcome.UNKNOWN)
    outcome = worst_outcome(said)
    return TestCase(
        name=name,
        group=name.partition("::")[0],
        outcome=outcome,
        flaky=word == "rerun" and outcome is Outcome.PASSED,
        seconds=seconds,
    )


def _of_summary(document: Document, summary: dict[str, Any]) -> Tally:
    """The numbers of the summary, which holds one for each word that occurred."""
    numbers = dict.fromkeys(Outcome, 0)
    for word in summary:
        if word in _NUMBERS_OF_NO_OUTCOME:
            continue
        number = fields.count(document, summary, word, "summary", 0)
        numbers[_OUTCOMES.get(word, Outcome.UNKNOWN)] += number
    return Tally(
        total=max(sum(numbers.values()), fields.count(document, summary, "total", "summary", 0)),
        passed=numbers[Outcome.PASSED],
        failed=numbers[Outcome.FAILED],
        errors=numbers[Outcome.ERROR],
        skipped=numbers[Outcome.SKIPPED],
        unknown=numbers[Outcome.UNKNOWN],
        flaky=fields.count(document, summary, "rerun", "summary", 0),
    )


def _worse(seen: Tally, told: Tally) -> Tally:
    """The tests as listed, with the larger number of whatever is not a pass."""
    return Tally(
        total=seen.total,
        passed=min(seen.passed, told.passed),
        failed=max(seen.failed, told.failed),
        errors=max(seen.errors, told.errors),
        skipped=max(seen.skipped, told.skipped),
        unknown=seen.unknown,
        flaky=max(seen.flaky, told.flaky),
    )


def _with_errors(tally: Tally, more: int) -> Tally:
    return replace(tally, total=tally.total + more, errors=tally.errors + more)


def _broken_collectors(document: Document, top: dict[str, Any]) -> Iterator[TestCase]:
    """What could not be collected never ran, and stands in no list of tests."""
    for n, collector in enumerate(fields.objects(document, top, "collectors", "", [])):
        where = f"collectors[{n}]"
        if fields.text(document, collector, "outcome", where) not in ("passed", "skipped"):
            name = fields.text(document, collector, "nodeid", where)
            yield TestCase(name=f"{name} (collection)", group=name, outcome=Outcome.ERROR)


def _doubts(
    document: Document,
    summary: dict[str, Any],
    listed: list[dict[str, Any]] | None,
    exit_code: int,
) -> Iterator[str]:
    total = fields.count(document, summary, "total", "summary", 0)
    collected = fields.count(document, summary, "collected", "summary", total)
    deselected = fields.count(document, summary, "deselected", "summary", 0)
    wanted = collected - deselected
    ran = total if listed is None else len(listed)
    if max(wanted, total) > ran:
        yield f"Only {ran} of {count(max(wanted, total), 'tests')} ran: the run is incomplete."
    if exit_code not in (0, _FAILED):
        yield _EXIT_CODES.get(exit_code, f"pytest ended with exit code {exit_code}.")


def _contradiction(seen: Tally, told: Tally) -> tuple[str, ...]:
    if told.passed >= seen.passed:
        return ()
    return (f"Its summary counts {told.passed} passed, its tests {seen.passed}.",)


def _notes(seen: Tally, told: Tally, exit_code: int) -> Iterator[str]:
    listed, summed = seen.failed + seen.errors, told.failed + told.errors
    if listed != summed:
        yield (
            f"Its summary counts {summed} failed or in error, its tests {listed}: "
            "the larger number counts."
        )
    if exit_code == 0 and max(listed, summed):
        yield "Its exit code is 0 although tests failed."


def _commit(document: Document, top: dict[str, Any]) -> str:
    environment = fields.mapping_at(document, top, "environment", "", {})
    values = (value for name, value in environment.items() if name.lower() in COMMIT_NAMES)
    return the_one(value for value in values if isinstance(value, str))
