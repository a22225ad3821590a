"""Tables that can be read by eye, by screen reader and on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codexreport.display import escape
from codexreport.display.blocks import Block, Shown, Text


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and whether it holds figures (those stand at the right)."""

    title: str
    figures: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Shown):
    """Rows under columns. The first column names the row.

    Attributes:
        caption: What the table says; also its name for screen readers.
        rows: Text, or small blocks such as a state.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str | Block]]

    def html(self) -> str:
        heads = "".join(
            f'<th scope="col"{_class(one)}>{escape.html(one.title)}</th>' for one in self.columns
        )
        rows = "".join(f"<tr>{self._row(row)}</tr>" for row in self.rows)
        label = escape.html(self.caption)
        return (
            f'<div class="cr-scroll" role="group" tabindex="0" aria-label="{label}">'
            f'<table class="cr-table"><caption>{label}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def _row(self, row: Sequence[str | Block]) -> str:
        cells = [_block(cell).html() for cell in row]
        rest = "".join(
            f"<td{_class(column)}>{cell}</td>"
            for column, cell in zip(self.columns[1:], cells[1:], strict=True)
        )
        return f'<th scope="row">{cells[0]}</th>{rest}'

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
        return f'<a href="#{escape.html(self.anchor)}">{escape.html(self.text)}</a>'

    def markdown(self) -> str:
        return escape.markdown(self.text)


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


def _class(column: Column) -> str:
    return ' class="cr-number"' if column.figures else ""
