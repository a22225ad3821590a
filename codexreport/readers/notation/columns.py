"""Tables in Markdown whose columns people name in their own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from codexreport.readers.notation.blanks import cell, is_blank
from codexreport.readers.notation.column_roles import roles_in
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.markdown_tables import Table, tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the columns of a table say, whatever they are called.

    Attributes:
        names: What each may be called, by what it says: `data set|dataset`. The first name that
            is there counts; other columns are passed over.
        needed: Those by which the table is known; the first names a row, and is never empty.
    """

    names: Mapping[str, str]
    needed: Sequence[str]

    def roles(self, header: tuple[str, ...]) -> dict[str, int]:
        """Where each column stands, by what it says."""
        found = roles_in(header, self.names)
        return {role: header.index(name) for role, name in found.items()}

    def fit(self, table: Table) -> bool:
        """Whether a table has every column that is needed."""
        return self.roles(table.header).keys() >= set(self.needed)

    def stand_in(self, document: Document) -> bool:
        """Whether any table of a document fits."""
        return any(map(self.fit, tables(document.text)))


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of every table that fits.

    Attributes:
        rows: Each row's 1-based line, and its cells by what they say; empty where nothing stands,
            or what is still to be filled in.
        blanks: Cells that were never filled in, such as `line 9 (owner)`.
    """

    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    blanks: list[str] = field(default_factory=list)


def rows_of(document: Document, columns: Columns) -> Rows:
    """Read every table that fits.

    Raises:
        SourceError: None does, a row has more or fewer cells than its header, or no name.
    """
    fitting = [table for table in tables(document.text) if columns.fit(table)]
    if not fitting:
        needed = ", ".join(columns.names[role].partition("|")[0] for role in columns.needed)
        raise document.error(f"has no table with the columns {needed}")
    found = Rows()
    first = columns.needed[0]
    for line, cells, roles in document.counted(_cells(document, fitting, columns)):
        row = {role: cells[roles[role]] if role in roles else "" for role in columns.names}
        left = [role for role, said in row.items() if is_blank(said)]
        found.blanks.extend(f"line {line} ({role})" for role in left)
        said = {role: cell(text) for role, text in row.items()}
        if not said[first]:
            raise document.error(f"{first} is empty", line=line)
        found.rows.append((line, said | {role: "" for role in left if role != first}))
    return found


def _cells(
    document: Document, fitting: list[Table], columns: Columns
) -> Iterator[tuple[int, tuple[str, ...], dict[str, int]]]:
    for table in fitting:
        roles = columns.roles(table.header)
        for line, cells in table.rows:
            if len(cells) != len(table.header):
                message = f"has {len(cells)} cells where the header names {len(table.header)}"
                raise document.error(message, line=line)
            yield line, cells, roles
