"""What an author has written, section by section, and what is still the template's question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from codexreport.authoring.cells import Cell

QUESTION = "> To answer:"
"""How a template's question begins; the author writes in its place."""

_HEADING = re.compile(r"##? +(?P<title>.+?)[ #]*")
_HEADING_LINE = re.compile(r"^##? ", re.MULTILINE)
_BEGINS_HEADED = re.compile(
    r"(?:\s|<!--.*?-->)*(?:#{1,6}\s|[^\n]+\n(?:=+|-+)\s*(?:\n|$))", re.DOTALL
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NOTHING_SAID = re.compile(r"(?:\W|_|\b(?:to ?do|tbd|tba|xxx|fixme)\b)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section.

    Attributes:
        id: Of the template's cell that asks for it.
        title: Its heading.
        found: Whether it is there at all.
        asked: Whether the template's question still stands in it.
        empty: Whether nothing else does.
        headed: Whether it begins with a heading, its own or another.
    """

    id: str
    title: str
    found: bool
    asked: bool
    empty: bool
    headed: bool

    @property
    def written(self) -> bool:
        """Whether the author is done with it."""
        return self.found and not self.asked and not self.empty


def title_of(source: str) -> str:
    """The heading that a cell begins with, of level 1 or 2; empty where it begins with none."""
    first = source.lstrip().split("\n", 1)[0].rstrip()
    found = _HEADING.fullmatch(first)
    return found["title"] if found else ""


def sections(cells: Iterable[Cell], wanted: Mapping[str, str]) -> tuple[Section, ...]:
    """The wanted sections as they stand.

    A section begins at its own cell, or where that was split or merged at its heading, and goes
    on over the author's cells that follow, up to the next section or the next cell of the kit's.

    Args:
        cells: The notebook's.
        wanted: Title of each section by its cell's id.
    """
    by_title = {title.casefold(): id_ for id_, title in wanted.items()}
    bodies: dict[str, list[str]] = {}
    current: list[str] = []
    for cell in cells:
        if cell.is_kit:
            current = []
            continue
        for number, (title, text) in enumerate(_parts(cell)):
            own = cell.id if number == 0 and cell.id in wanted else ""
            if begins := by_title.get(title.casefold(), own):
                current = bodies.setdefault(begins, [])
            current.append(text)
    return tuple(_section(id_, title, bodies.get(id_)) for id_, title in wanted.items())


def _parts(cell: Cell) -> list[tuple[str, str]]:
    """A cell cut at its headings: the title of each part, and its text."""
    if cell.kind != "markdown":
        return [("", cell.source if cell.kind == "code" else "")]
    cuts = [at.start() for at in _HEADING_LINE.finditer(cell.source)]
    bounds = [*dict.fromkeys([0, *cuts]), len(cell.source)]
    texts = [cell.source[start:end] for start, end in pairwise(bounds)]
    return [(title_of(one), one) for one in texts] or [("", "")]


def _section(id_: str, title: str, body: list[str] | None) -> Section:
    lines = "\n\n".join(body or ()).splitlines()
    return Section(
        id=id_,
        title=title,
        found=body is not None,
        asked=any(line.lstrip().startswith(QUESTION) for line in lines),
        empty=not _said("\n".join(lines)),
        headed=bool(_BEGINS_HEADED.match("\n".join(lines))),
    )


def _said(prose: str) -> bool:
    """Whether anything is left without headings, questions, comments and words that say nothing."""
    lines: list[str] = []
    asking = False
    for line in _COMMENT.sub("", prose).splitlines():
        text = line.strip()
        asking = text.startswith(QUESTION) or (asking and bool(text))
        if not asking and not text.startswith("#"):
            lines.append(text)
    return _NOTHING_SAID.fullmatch(" ".join(lines)) is None
