"""What a cell shows: each block as HTML for pages and notebooks, as Markdown for documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from codexreport.display import escape
from codexreport.display.base import Block, Shown, anchor_id
from codexreport.display.numbers import day
from codexreport.display.status import StateBadge
from codexreport.measure import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline(Shown):
    """The answer, first on the page.

    Attributes:
        sentence: In words, with the deciding figure.
        details: Short lines under it, such as the moment of the report.
        said: The state's word where it has another one here, such as `NO-GO`.
    """

    state: State
    sentence: str
    details: Sequence[str] = ()
    said: str = ""

    def html(self) -> str:
        return (
            f'<div class="cr-headline cr-headline-{self.state.value}">'
            f"{StateBadge(self.state, self.said).html()}"
            f'<p class="cr-sentence">{escape.html(self.sentence)}</p>'
            f"{_items(self.details, 'cr-facts')}</div>"
        )

    def markdown(self) -> str:
        badge = StateBadge(self.state, self.said).markdown()
        details = Notes(self.details).markdown()
        return f"**{badge}.** {escape.markdown(self.sentence)}\n\n{details}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One key figure: what it is, how much, and what to compare it with."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigures(Shown):
    """A few figures side by side."""

    figures: Sequence[Figure]

    def html(self) -> str:
        tiles = "".join(
            f"<div><dt>{escape.html(one.label)}</dt><dd><b>{escape.html(one.value)}</b>"
            f"<span>{escape.html(one.note)}</span></dd></div>"
            for one in self.figures
        )
        return f'<dl class="cr-figures">{tiles}</dl>'

    def markdown(self) -> str:
        return "\n".join(
            f"- {escape.markdown(one.label)}: **{escape.markdown(one.value)}** "
            f"{escape.markdown(one.note)}"
            for one in self.figures
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something to do, by whom and when; without a day, nobody has set one.

    Attributes:
        run: The command that does it, where one is known.
    """

    what: str
    owner: str
    due: date | None
    run: str = ""


@dataclass(frozen=True, slots=True)
class ActionList(Shown):
    """What needs a decision or an action; says so where there is nothing."""

    actions: Sequence[Action]
    empty: str = "Nothing: no objective asks for a decision."

    def html(self) -> str:
        if not self.actions:
            return f"<p>{escape.html(self.empty)}</p>"
        items = "".join(
            f'<li><p>{escape.html(one.what)}</p>{_run_html(one.run)}<p class="cr-owner">'
            f"{escape.html(_owner(one))} · {_due_html(one.due)}</p></li>"
            for one in self.actions
        )
        return f'<ol class="cr-actions">{items}</ol>'

    def markdown(self) -> str:
        if not self.actions:
            return escape.markdown(self.empty)
        return "\n".join(
            f"1. {escape.markdown(one.what)}{_run_markdown(one.run)} "
            f"**{escape.markdown(_owner(one))}**, "
            f"{escape.markdown(_due(one.due))}"
            for one in self.actions
        )


def _run_html(command: str) -> str:
    return f"<p>Run: <code>{escape.html(command)}</code></p>" if command else ""


def _run_markdown(command: str) -> str:
    return f" Run: {escape.markdown(command)}" if command else ""


def _owner(action: Action) -> str:
    return action.owner or "No owner is named"


def _due(due: date | None) -> str:
    return f"by {day(due)}" if due else "no day is set"


def _due_html(due: date | None) -> str:
    if due is None:
        return _due(due)
    return f'by <time datetime="{due.isoformat()}">{escape.html(day(due))}</time>'


def _items(lines: Sequence[str], css_class: str) -> str:
    """A list of lines as HTML; nothing where there are none."""
    items = "".join(f"<li>{escape.html(line)}</li>" for line in lines)
    return f'<ul class="{css_class}">{items}</ul>' if items else ""


@dataclass(frozen=True, slots=True)
class Paragraph(Shown):
    """A paragraph of plain text."""

    text: str

    def html(self) -> str:
        return f"<p>{escape.html(self.text)}</p>"

    def markdown(self) -> str:
        return escape.markdown(self.text) + "\n"


@dataclass(frozen=True, slots=True)
class Command(Shown):
    """A line to be typed in a shell."""

    line: str

    def html(self) -> str:
        return f'<pre class="cr-plain">{escape.html(self.line)}</pre>'

    def markdown(self) -> str:
        return escape.markdown(self.line) + "\n"


@dataclass(frozen=True, slots=True)
class Notes(Shown):
    """A plain list of remarks; nothing where there are none."""

    notes: Sequence[str]

    def html(self) -> str:
        return _items(self.notes, "cr-notes")

    def markdown(self) -> str:
        return "".join(f"- {escape.markdown(one)}\n" for one in self.notes)


@dataclass(frozen=True, slots=True)
class Details(Shown):
    """Blocks folded under a summary, for those who want to look closer."""

    summary: str
    blocks: Sequence[Block]

    def html(self) -> str:
        inner = "".join(block.html() for block in self.blocks)
        return f"<details><summary>{escape.html(self.summary)}</summary>{inner}</details>"

    def markdown(self) -> str:
        inner = "\n\n".join(block.markdown() for block in self.blocks)
        return f"**{escape.markdown(self.summary)}**\n\n{inner}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading(Shown):
    """A heading within a part of the report, with the state of what follows.

    Attributes:
        anchor: Where links of the page lead to it.
        subtitle: One line under it.
    """

    title: str
    anchor: str
    state: State | None = None
    subtitle: str = ""

    def html(self) -> str:
        badge = f" {StateBadge(self.state).html()}" if self.state else ""
        under = f'<p class="cr-subtitle">{escape.html(self.subtitle)}</p>' if self.subtitle else ""
        return f'<h3 id="{anchor_id(self.anchor)}">{escape.html(self.title)}{badge}</h3>{under}'

    def markdown(self) -> str:
        badge = f" ({StateBadge(self.state).markdown()})" if self.state else ""
        under = f"{escape.markdown(self.subtitle)}\n" if self.subtitle else ""
        return f"### {escape.markdown(self.title)}{badge}\n\n{under}"


@dataclass(frozen=True, slots=True)
class Series(Shown):
    """Blocks shown as outputs of their own, so that a document can take each in its best form."""

    blocks: Sequence[Block]

    def html(self) -> str:
        return "".join(block.html() for block in self.blocks)

    def markdown(self) -> str:
        return "\n\n".join(block.markdown() for block in self.blocks)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for block in self.blocks:
            display(block)  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Group(Shown):
    """Blocks one after the other, as one output."""

    blocks: Sequence[Block]

    def html(self) -> str:
        return "".join(block.html() for block in self.blocks)

    def markdown(self) -> str:
        return "\n\n".join(block.markdown() for block in self.blocks)
