"""Logs of dependency and security updates, as CSV or as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from codexreport.errors import SourceError
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.markdown_tables import Table, tables
from codexreport.readers.notation.moments import day_of
from codexreport.supply_chain.updates import Update, UpdateLog

COLUMNS = ("date", "package", "from", "to", "reason")
"""What every row of a log says."""


class UpdateLogReader:
    """A row for each update, with the columns date, package, from, to and reason.

    Other columns are passed over, and upper case makes no difference. Of a Markdown file every
    table that has these columns is read.
    """

    format: ClassVar[str] = "update-log"
    title: ClassVar[str] = "Log of dependency and security updates"
    made_by: ClassVar[str] = 'echo "date,package,from,to,reason" > updates.csv'
    containers: ClassVar[frozenset[Container]] = frozenset({Container.CSV, Container.MARKDOWN})

    def recognises(self, document: Document) -> bool:
        """The five columns."""
        if document.container is Container.CSV:
            return _has_columns(document.columns)
        return any(_has_columns(table.header) for table in tables(document.text))

    def parse(self, document: Document) -> UpdateLog:
        """Every row; one without a date, a package or a version is refused by its line."""
        rows = _csv if document.container is Container.CSV else _markdown
        return UpdateLog(
            entries=tuple(_update(document, line, row) for line, row in rows(document))
        )


def _has_columns(header: tuple[str, ...]) -> bool:
    """Whether each column stands there once."""
    names = [name.lower() for name in header]
    return all(names.count(column) == 1 for column in COLUMNS)


def _no_columns(document: Document) -> SourceError:
    return document.error(f"has no table with the columns {', '.join(COLUMNS)}")


def _lowered(row: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): cell.strip() for name, cell in row.items()}


def _csv(document: Document) -> Iterator[tuple[int, dict[str, str]]]:
    if not _has_columns(document.columns):
        raise _no_columns(document)
    for line, row in document.rows():
        yield line, _lowered(row)


def _markdown(document: Document) -> Iterator[tuple[int, dict[str, str]]]:
    found = [table for table in tables(document.text) if _has_columns(table.header)]
    if not found:
        raise _no_columns(document)
    yield from document.counted(row for table in found for row in _rows(document, table))


def _rows(document: Document, table: Table) -> Iterator[tuple[int, dict[str, str]]]:
    for line, cells in table.rows:
        if len(cells) != len(table.header):
            raise document.error(
                f"has {len(cells)} cells where the header names {len(table.header)}", line=line
            )
        row = _lowered(dict(zip(table.header, cells, strict=True)))
        yield line, {name: cell.strip("`*") for name, cell in row.items()}


def _update(document: Document, line: int, row: dict[str, str]) -> Update:
    on = day_of(document, row["date"], "date", line=line)
    if on is None:
        raise document.error("date is empty", line=line)
    if not row["package"]:
        raise document.error("package is empty", line=line)
    if not row["from"] and not row["to"]:
        raise document.error("from and to are empty: nothing was updated", line=line)
    return Update(
        on=on,
        package=row["package"],
        before=row["from"],
        after=row["to"],
        reason=row["reason"],
        line=line,
    )
