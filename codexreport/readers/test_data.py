"""Inventories of test data, as tables in Markdown."""

from __future__ import annotations

from typing import ClassVar

from codexreport.integration.data_sets import DataSet, TestDataInventory, cadence_of
from codexreport.readers.notation.columns import Columns, rows_of
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import day_of

_COLUMNS = Columns(
    names={
        "data set": "data set|dataset",
        "source": "source|sources|origin",
        "refresh cadence": "refresh cadence|cadence|refresh",
        "last refreshed": "last refreshed|last refresh|refreshed",
    },
    needed=("data set", "source", "refresh cadence"),
)


class TestDataReader:
    """A row for each data set: its source, its refresh cadence, and when it was last refreshed.

    A cadence is `daily`, `weekly`, `every 2 weeks`, `30 days` or the like, or `static`.
    """

    format: ClassVar[str] = "test-data"
    title: ClassVar[str] = "Inventory of test data"
    made_by: ClassVar[str] = "codexreport new integration"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.MARKDOWN})

    def recognises(self, document: Document) -> bool:
        """A table of data sets."""
        return _COLUMNS.stand_in(document)

    def parse(self, document: Document) -> TestDataInventory:
        """Every row; one without a name, or with a day that is none, is refused by its line."""
        found = rows_of(document, _COLUMNS)
        return TestDataInventory(
            sets=tuple(_set(document, line, row) for line, row in found.rows),
            blanks=tuple(found.blanks),
        )


def _set(document: Document, line: int, row: dict[str, str]) -> DataSet:
    return DataSet(
        name=row["data set"],
        source=row["source"],
        cadence=cadence_of(row["refresh cadence"]),
        refreshed=day_of(document, row["last refreshed"], "last refreshed", line=line),
        line=line,
    )
