"""One cell of a CSV file that people keep: filled in, and every other byte stays.

Source: RFC 4180.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

_QUOTED = ',;\t|"\r\n'


def with_cell(
    text: str, delimiter: str, key: tuple[str, str], column: str, value: str
) -> str | None:
    """`text` with a cell filled in; None where that cannot be done without a doubt.

    Args:
        text: The file, its line ends untouched.
        delimiter: One character.
        key: A column, and the value that tells the row by it.
        column: The column of the cell, which is empty.
        value: What goes in.

    Returns:
        The new text; None where there is no such column, no such row or several, or the cell
        holds something.
    """
    rows = list(_rows(text, delimiter))
    names = [cell.strip("\ufeff ") for cell, _, _ in rows[0]] if rows else []
    if key[0] not in names or column not in names:
        return None
    wanted, place = names.index(key[0]), names.index(column)
    found = [row for row in rows[1:] if len(row) == len(names) and row[wanted][0] == key[1]]
    if len(found) != 1 or found[0][place][0]:
        return None
    _, start, end = found[0][place]
    return f"{text[:start]}{_written(value)}{text[end:]}"


def _written(value: str) -> str:
    if not any(mark in value for mark in _QUOTED):
        return value
    return '"' + value.replace('"', '""') + '"'


Cell = tuple[str, int, int]
"""What a cell says, without spaces around it, and where it stands."""


def _rows(text: str, delimiter: str) -> Iterator[list[Cell]]:
    row: list[Cell] = []
    start, quoted = 0, False
    for at, character in enumerate(text):
        if character == '"':
            quoted = not quoted  # a doubled one ends and begins again
        elif not quoted and character in (delimiter, "\n"):
            row.append(_cell(text, start, at, delimiter))
            start = at + 1
            if character == "\n":
                yield row
                row = []
    if row or start < len(text):
        row.append(_cell(text, start, len(text), delimiter))
        yield row


def _cell(text: str, start: int, end: int, delimiter: str) -> Cell:
    if text[start:end].endswith("\r"):
        end -= 1
    parsed = next(csv.reader(io.StringIO(text[start:end]), delimiter=delimiter), [""])
    return (parsed[0] if parsed else "").strip(), start, end
