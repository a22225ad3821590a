"""Tables that can be read by eye, by screen reader and on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from codexreport.addresses import is_http_url
from codexreport.display import escape
from codexreport.display.base import Block, Shown, Text, anchor_id
from codexreport.display.status import StateMark

_IN_ADDRESSES = "%/:?#=&+,;@!$'*~"
"""Characters that an address holds as they are; a parenthesis would end it in Markdown."""

_SHORT = 20
"""Characters that a link's text may have and still stand on one line."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and what it holds.

    Attributes:
        figures: Figures, which stand at the right.
        wide: Sentences, which on a phone take a line of their own.
    """

    title: str
    figures: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Shown):
    """Rows under columns. The first column names the row.

    Attributes:
        caption: What the table says; also its name for screen readers.
        rows: Text, or small blocks such as a state.
        stacked: On a phone each row is a small block of its own, every figure in sight; the
            second column stands beside the name there.
        latest: Where it is too wide it opens at its last column, not at its first.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str | Block]]
    stacked: bool = False
    latest: bool = False

    def html(self) -> str:
        classes = [_class(column, cells) for column, cells in self._by_column()]
        heads = "".join(
            f'<th scope="col"{css}>{escape.html(column.title)}</th>'
            for column, css in zip(self.columns, classes, strict=True)
        )
        rows = "".join(f"<tr>{self._row(row, classes)}</tr>" for row in self.rows)
        label = escape.html(self.caption)
        return (
            f'<div class="cr-scroll{" cr-latest" if self.latest else ""}" '
            f'role="group" tabindex="0" aria-label="{label}">'
            f'<table class="cr-table{" cr-stack" if self.stacked else ""}">'
            f"<caption><span>{label}</span></caption>"
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def _row(self, row: Sequence[str | Block], classes: Sequence[str]) -> str:
        first, *rest = [_block(cell).html() for cell in row]
        cells = "".join(
            f"<td{css}{self._label(column)}>{cell}</td>"
            for css, column, cell in zip(classes[1:], self.columns[1:], rest, strict=True)
        )
        return f'<th scope="row">{first}</th>{cells}'

    def _label(self, column: Column) -> str:
        """What a cell is called where there is no room for a row of headings."""
        return f' data-label="{escape.html(column.title)}"' if self.stacked else ""

    def _by_column(self) -> list[tuple[Column, list[str | Block]]]:
        return [(one, [row[at] for row in self.rows]) for at, one in enumerate(self.columns)]

    def markdown(self) -> str:
        heads = " | ".join(escape.markdown(one.title) for one in self.columns)
        rules = " | ".join("---:" if one.figures else ":---" for one in self.columns)
        rows = [" | ".join(_block(cell).markdown() for cell in row) for row in self.rows]
        lines = [f"| {line} |" for line in (heads, rules, *rows)]
        return "\n".join(lines) + f"\n\n: {escape.markdown(self.caption)}\n"


@dataclass(frozen=True, slots=True)
class Link(Shown):
    """A link to a place on the same page; plain text where a document has no such place."""

    text: str
    anchor: str

    def html(self) -> str:
        return f'<a href="#{anchor_id(self.anchor)}">{escape.html(self.text)}</a>'

    def markdown(self) -> str:
        return escape.markdown(self.text)


@dataclass(frozen=True, slots=True)
class WebLink(Shown):
    """A link to a page of somewhere else; what is no http or https address is plain text."""

    address: str

    @property
    def name(self) -> str:
        """The last piece of the address, such as a ticket's id; `#7` where that is a number."""
        parts = urlsplit(self.address)
        last = unquote(parts.path).rstrip("/").rpartition("/")[2] or parts.netloc
        return f"#{last}" if last.isdecimal() else last

    def html(self) -> str:
        if not is_http_url(self.address):
            return escape.html(self.address)
        short = ' class="cr-short"' if len(self.name) <= _SHORT else ""
        return f'<a href="{escape.html(self.address)}"{short}>{escape.html(self.name)}</a>'

    def markdown(self) -> str:
        if not is_http_url(self.address):
            return escape.markdown(self.address)
        return f"[{escape.markdown(self.name)}]({quote(self.address, safe=_IN_ADDRESSES)})"


@dataclass(frozen=True, slots=True)
class Code(Shown):
    """A short piece of fixed-width text, such as a hash."""

    text: str

    def html(self) -> str:
        return f"<code>{escape.html(self.text)}</code>"

    def markdown(self) -> str:
        return escape.markdown(self.text)


def _block(cell: str | Block) -> Block:
    return Text(cell) if isinstance(cell, str) else cell


def _class(column: Column, cells: Sequence[str | Block]) -> str:
    """Figures stand at the right; a column of nothing but marks stands close to the next one."""
    if column.figures:
        return ' class="cr-number"'
    if column.wide:
        return ' class="cr-wide"'
    marks = bool(cells) and all(isinstance(cell, StateMark) for cell in cells)
    return ' class="cr-marks"' if marks else ""
