"""Summaries of test runs by suite, in the project's own plain JSON.

    {
      "schema": 1,
      "generated_at": "2026-10-05T09:00Z",
      "commit": "4f2a9c1",
      "suites": [
        {"name": "orders", "state": "completed", "total": 14, "passed": 13, "failed": 0,
         "errors": 0, "skipped": 1, "seconds": 12.5}
      ]
    }

A suite needs `name`, `state` and `passed`; a number that is left out is 0, and `total` the sum of
the others. A suite whose state is not `completed` leaves the whole run unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from codexreport.integration.figures import unfilled
from codexreport.quality.runs import Tally, TestRun
from codexreport.readers.notation import fields
from codexreport.readers.notation.blanks import blanks_in, filled
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import moment_of
from codexreport.readers.notation.plain_keys import refuse_others, refuse_schema
from codexreport.text import one_line

_TOP = frozenset({"schema", "project", "environment", "generated_at", "commit", "suites"})
_NUMBERS = ("passed", "failed", "errors", "skipped")
_SUITE = frozenset({"name", "state", "total", "seconds", *_NUMBERS})
_COMPLETED = frozenset({"completed", "complete", "done", "finished"})


class TestSummaryReader:
    """The project's own plain form."""

    __test__: ClassVar[bool] = False  # pytest collects classes by the name Test

    format: ClassVar[str] = "test-summary"
    title: ClassVar[str] = "Test results by suite, plain JSON"
    made_by: ClassVar[str] = "codexreport new integration"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether it lists suites with a state and numbers, or lists none."""
        top = document.json
        suites = top.get("suites") if isinstance(top, dict) else None
        if not isinstance(suites, list) or top.keys() - _TOP:
            return False
        return not suites or (
            isinstance(suites[0], dict) and {"state", "passed"} <= suites[0].keys()
        )

    def parse(self, document: Document) -> TestRun:
        """Add the suites up.

        Raises:
            SourceError: A key is missing, not known, or holds what it cannot.
        """
        top = fields.as_mapping(document, document.json, "")
        refuse_schema(document, top)
        refuse_others(document, top, _TOP, "")
        rows = fields.objects(document, top, "suites", "")
        suites = [(row, fields.place("suites", n)) for n, row in document.counted(enumerate(rows))]
        tallies = [_tally(document, *suite) for suite in suites]
        seconds = [fields.number(document, row, "seconds", at, default=0) for row, at in suites]
        return TestRun(
            tally=Tally(
                total=sum(one.total for one in tallies),
                passed=sum(one.passed for one in tallies),
                failed=sum(one.failed for one in tallies),
                errors=sum(one.errors for one in tallies),
                skipped=sum(one.skipped for one in tallies),
            ),
            seconds=sum(seconds) if any(seconds) else None,
            observed=moment_of(document, filled(top.get("generated_at")), "generated_at"),
            commit=fields.text(document, top, "commit", "", default=""),
            doubts=(*unfilled([*blanks_in(top)]), *_unfinished(document, suites)),
        )


def _tally(document: Document, row: dict[str, Any], where: str) -> Tally:
    refuse_others(document, row, _SUITE, where)
    numbers = {key: fields.count(document, row, key, where, default=0) for key in _NUMBERS}
    fields.count(document, row, "passed", where)
    told = fields.count(document, row, "total", where, default=0)
    return Tally(total=max(sum(numbers.values()), told), **numbers)


def _unfinished(document: Document, suites: list[tuple[dict[str, Any], str]]) -> Iterator[str]:
    """Suites that are not done, or ran no test."""
    for row, where in suites:
        name = one_line(fields.text(document, row, "name", where))
        state = fields.text(document, row, "state", where)
        if state.strip().lower() not in _COMPLETED:
            yield f"The suite {name} is {one_line(state) or 'in no state'}."
        elif not any(row.get(key) for key in ("total", *_NUMBERS)):
            yield f"The suite {name} holds no test."
