"""Tables in Markdown text, as GitHub writes them; what stands in fences is no table.

Source: the GitHub Flavored Markdown specification, tables (extension).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_DASHES = re.compile(r":?-+:?")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table.

    Attributes:
        line: Where its header stands, 1-based.
        header: Its columns' names.
        rows: Each row's 1-based line and cells, as many as it has.
    """

    line: int
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def tables(text: str) -> Iterator[Table]:
    """Every table of `text`, in order."""
    lines = [*_outside_fences(text), ""]
    end = 0
    for number, (above, rule) in enumerate(pairwise(lines), 1):
        if number <= end or not _starts(above, rule):
            continue
        end = number + 1
        rows = []
        while "|" in lines[end]:
            rows.append((end + 1, _cells(lines[end])))
            end += 1
        yield Table(line=number, header=_cells(above), rows=tuple(rows))


def _starts(above: str, rule: str) -> bool:
    if "|" not in above or "|" not in rule:
        return False
    cells = _cells(rule)
    return len(cells) == len(_cells(above)) and all(map(_DASHES.fullmatch, cells))


def _outside_fences(text: str) -> Iterator[str]:
    """The lines, with those inside fences blank."""
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            closes = mark is not None and mark[1].startswith(fence)
            fence = "" if closes and not line.strip().strip(fence[0]) else fence
            yield ""
        elif mark:
            fence = mark[1]
            yield ""
        else:
            yield line


def _cells(line: str) -> tuple[str, ...]:
    """What stands between the bars; a mark after a backslash is a character of the cell."""
    line = line.strip().removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return tuple(_ESCAPED.sub(r"\1", cell.strip()) for cell in _BAR.split(line))
