"""A row more in a table of a Markdown file that people keep; every other byte stays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from codexreport.authoring.conflicts import conflict_line
from codexreport.errors import AuthoringError
from codexreport.readers.notation.markdown_tables import Table, tables

_MARKUP = re.compile(r"([\\`*\[\]<>|])")


def with_row(text: str, row: Mapping[str, str], needed: Sequence[str], file: str) -> str:
    """`text` with a row more in its last table that has the columns.

    It goes where the newest row is: to the end, or to the top where the dates go back. Columns
    that `row` does not know stay empty, and what has no column stands in the last of `needed`. A
    file without such a table gets one at its end.

    Args:
        text: The file, its line ends untouched.
        row: What goes in, by the name of the column in lower case; `date` is among them.
        needed: The columns that such a table has.
        file: What the file is called in messages.

    Raises:
        AuthoringError: A merge conflict is not settled.
    """
    if at := conflict_line(text):
        raise AuthoringError(
            f"{file}:{at}: is the mark of a merge conflict.",
            advice="Settle the conflict; nothing was changed.",
        )
    found = [one for one in tables(text.replace("\r", "")) if _has(one, needed)]
    if not found:
        return text + new_table(row, _gap(text), _end_of(text))
    lines = text.split("\n")
    table = found[-1]
    end = "\r" if lines[table.line - 1].endswith("\r") else ""
    place = table.line + 1 if _newest_first(table) else table.line + 1 + len(table.rows)
    names = [name.lower() for name in table.header]
    homeless = [value for name, value in row.items() if value and name not in names]
    full = {**row, needed[-1]: " ".join(filter(None, [row.get(needed[-1], ""), *homeless]))}
    fresh = _line([full.get(name, "") for name in names])
    if place == len(lines):  # the table ends the file, and its last line is not ended
        lines[-1] += end
        end = ""
    lines.insert(place, fresh + end)
    return "\n".join(lines)


def has_row(text: str, row: Mapping[str, str], needed: Sequence[str]) -> bool:
    """Whether a table with the columns has a row that says the same in them."""
    wanted = {name: _plain(row[name]) for name in needed}
    for table in tables(text.replace("\r", "")):
        if not _has(table, needed):
            continue
        names = [name.lower() for name in table.header]
        for _, cells in table.rows:
            told = dict(zip(names, (_plain(cell) for cell in cells), strict=False))
            if all(told.get(name) == value for name, value in wanted.items()):
                return True
    return False


def new_table(row: Mapping[str, str], gap: str = "", end: str = "\n") -> str:
    """A table of one row, its columns in the order of `row`.

    Args:
        row: What goes in, by the name of the column in lower case.
        gap: What stands before it.
        end: How lines end.
    """
    header = _line([name.capitalize() for name in row])
    rule = "|" + "---|" * len(row)
    return gap + end.join([header, rule, _line(list(row.values())), ""])


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of a page that is generated; what it holds can be no markup and no marker."""
    rule = "|" + "---|" * len(header)
    return "\n".join([_line(header), rule, *map(_line, rows)]).replace("\\<", "&lt;")


def _has(table: Table, needed: Sequence[str]) -> bool:
    names = [name.lower() for name in table.header]
    return all(names.count(column) == 1 for column in needed)


def _newest_first(table: Table) -> bool:
    """Whether the dates go back from row to row; ISO days sort as text."""
    place = [name.lower() for name in table.header].index("date")
    days = [cells[place] for _, cells in table.rows if len(cells) > place]
    return len(days) > 1 and days[0] > days[-1]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_escaped, cells))} |"


def _escaped(cell: str) -> str:
    """On one line, and what would be markup as the characters it is."""
    return _MARKUP.sub(r"\\\1", _flat(cell))


def _plain(cell: str) -> str:
    return _flat(_flat(cell).strip("`*"))


def _flat(text: str) -> str:
    """On one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _end_of(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _gap(text: str) -> str:
    """What parts a new table from what stands before it."""
    end = _end_of(text)
    if not text.strip():
        return ""
    return end if text.endswith("\n") else end * 2
