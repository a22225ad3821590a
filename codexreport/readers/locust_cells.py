"""What both of Locust's CSV files share: cells that may say N/A, and the row of everything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from codexreport.readers.notation.document import Document
from codexreport.text import one_line

MILLISECONDS = 1000
NAMELESS = "(no name)"

_DIGITS = 18
_NUMBER = re.compile(r"\d{1,18}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,2})?")
_NOTHING = frozenset({"", "N/A"})
_EVERYTHING = frozenset({"Aggregated", "Total"})
_NO_TYPE = frozenset({"", "None"})

Row = Mapping[str, str]


def is_everything(row: Row) -> bool:
    """Whether a row sums up all the others."""
    return row["Name"] in _EVERYTHING and row["Type"] in _NO_TYPE


def name_of(row: Row) -> str:
    """What a row is of: `GET /cart`; empty for the row of everything."""
    return "" if is_everything(row) else f"{row['Type']} {row['Name']}".strip() or NAMELESS


def shown(name: str) -> str:
    """A name for a table."""
    return one_line(name, 120)


def number(document: Document, row: Row, column: str, line: int) -> Fraction | None:
    """A cell that is a number from 0; None where it says N/A, or the file lacks the column.

    Raises:
        SourceError: It is anything else.
    """
    cell = row.get(column, "").strip()
    if cell in _NOTHING:
        return None
    if not _NUMBER.fullmatch(cell):
        raise document.error(
            f"{column} is {one_line(repr(cell), 40)}, expected a number or N/A", line=line
        )
    return Fraction(cell)


def whole(document: Document, row: Row, column: str, line: int) -> int:
    """A cell that is a number of requests.

    Raises:
        SourceError: It is not whole, or not there.
    """
    cell = row.get(column, "")
    if cell.isascii() and cell.isdigit() and len(cell) <= _DIGITS:
        return int(cell)
    value = number(document, row, column, line)
    if value is None or value.denominator != 1:
        said = one_line(repr(cell), 40)
        raise document.error(f"{column} is {said}, expected a whole number", line=line)
    return int(value)
