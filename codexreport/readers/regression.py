"""Summaries of regression spot-checks, as tables in Markdown."""

from __future__ import annotations

from typing import ClassVar

from codexreport.integration.regression import CheckOutcome, RegressionSummary, SpotCheck
from codexreport.readers.notation.columns import Columns, rows_of
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document

_COLUMNS = Columns(
    names={
        "spot check": "spot check|spotcheck|regression check",
        "outcome": "outcome|result|status",
    },
    needed=("spot check", "outcome"),
)
_OUTCOMES = {
    "pass": CheckOutcome.PASSED,
    "passed": CheckOutcome.PASSED,
    "ok": CheckOutcome.PASSED,
    "✓": CheckOutcome.PASSED,
    "✔": CheckOutcome.PASSED,
    "✅": CheckOutcome.PASSED,
    "fail": CheckOutcome.FAILED,
    "failed": CheckOutcome.FAILED,
    "broken": CheckOutcome.FAILED,
    "error": CheckOutcome.FAILED,
    "✗": CheckOutcome.FAILED,
    "✘": CheckOutcome.FAILED,
    "❌": CheckOutcome.FAILED,
}


class RegressionReader:
    """A row for each spot-check, with its outcome: `passed`, `failed`, or anything else: open."""

    format: ClassVar[str] = "regression"
    title: ClassVar[str] = "Summary of regression spot-checks"
    made_by: ClassVar[str] = "codexreport new integration"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.MARKDOWN})

    def recognises(self, document: Document) -> bool:
        """A table of spot-checks."""
        return _COLUMNS.stand_in(document)

    def parse(self, document: Document) -> RegressionSummary:
        """Every row; one without a name is refused by its line."""
        found = rows_of(document, _COLUMNS)
        checks = tuple(
            SpotCheck(
                name=row["spot check"],
                outcome=_OUTCOMES.get(row["outcome"].lower(), CheckOutcome.OPEN),
            )
            for _, row in found.rows
        )
        return RegressionSummary(checks=checks, blanks=tuple(found.blanks))
