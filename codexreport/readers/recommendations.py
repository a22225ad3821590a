"""Recommendations to those who come after, as tables in Markdown."""

from __future__ import annotations

from typing import ClassVar

from codexreport.integration.recommendations import Recommendation, Recommendations
from codexreport.readers.notation.columns import Columns, rows_of
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import day_of

_COLUMNS = Columns(
    names={
        "recommendation": "recommendation|recommendations",
        "owner": "owner|team",
        "due": "due|due date|until",
        "link": "link|ticket|backlog|url",
    },
    needed=("recommendation", "owner", "due"),
)


class RecommendationsReader:
    """A row for each recommendation: its owner, the day it is due, and where it is followed."""

    format: ClassVar[str] = "recommendations"
    title: ClassVar[str] = "Forward recommendations"
    made_by: ClassVar[str] = "codexreport new integration"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.MARKDOWN})

    def recognises(self, document: Document) -> bool:
        """A table of recommendations."""
        return _COLUMNS.stand_in(document)

    def parse(self, document: Document) -> Recommendations:
        """Every row; one that recommends nothing, or is due on no day, is refused by its line."""
        found = rows_of(document, _COLUMNS)
        return Recommendations(
            entries=tuple(_entry(document, line, row) for line, row in found.rows),
            blanks=tuple(found.blanks),
        )


def _entry(document: Document, line: int, row: dict[str, str]) -> Recommendation:
    return Recommendation(
        text=row["recommendation"],
        owner=row["owner"],
        due=day_of(document, row["due"], "due", line=line),
        link=row["link"],
    )
