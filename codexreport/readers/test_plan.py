"""Plans of integration tests: a table of scenarios in Markdown, and sections."""

from __future__ import annotations

from typing import ClassVar

from codexreport.integration.plan import SECTIONS, Scenario, TestPlan
from codexreport.readers.notation.columns import Columns, rows_of
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.markdown_sections import lacks, section_of

_COLUMNS = Columns(
    names={
        "scenario": "scenario",
        "owner": "owner|team",
        "acceptance": "acceptance criteria|acceptance|accepted when",
    },
    needed=("scenario", "owner", "acceptance"),
)


class TestPlanReader:
    """A row for each scenario, and sections of entry criteria, exit criteria and rollback."""

    format: ClassVar[str] = "test-plan"
    title: ClassVar[str] = "Plan of integration tests"
    made_by: ClassVar[str] = "codexreport new integration"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.MARKDOWN})

    def recognises(self, document: Document) -> bool:
        """A table of scenarios."""
        return _COLUMNS.stand_in(document)

    def parse(self, document: Document) -> TestPlan:
        """Every row and section; a row without a scenario is refused by its line."""
        found = rows_of(document, _COLUMNS)
        told = {title: lacks(section_of(document.text, title)) for title in SECTIONS}
        return TestPlan(
            scenarios=tuple(
                Scenario(name=row["scenario"], owner=row["owner"], acceptance=row["acceptance"])
                for _, row in found.rows
            ),
            empty=tuple(f"{title} {lack}" for title, lack in told.items() if lack),
            blanks=tuple(found.blanks),
        )
