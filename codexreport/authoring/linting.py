"""What is to be mended in a notebook itself: its sections, its age, its cells."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from codexreport.authoring.cells import AuthoredNotebook, Cell
from codexreport.authoring.conflicts import conflict_line
from codexreport.authoring.remarks import Remark
from codexreport.authoring.sections import QUESTION, Section, sections
from codexreport.authoring.templates import Template, fingerprint
from codexreport.measure import State
from codexreport.moments import in_utc
from codexreport.readers.freshness import CLOCK_SKEW
from codexreport.text import one_line
from codexreport.window import format_duration, recorded_moment
from codexreport.wording import count

_OUR_HTML = ('<div class="cr">', '<style class="cr-style">')
_OUR_MIME = "application/vnd.codexreport.report+json"


def lint(
    notebook: AuthoredNotebook, template: Template, now: datetime, draft_max_age: timedelta
) -> Iterator[Remark]:
    """Everything to mend in the file by itself.

    Args:
        notebook: The file.
        template: The one it was made of, as it is today.
        now: The moment of the judgement, aware.
        draft_max_age: How old it may become with a section unwritten.
    """
    for cell in notebook.cells:
        yield from _conflict(cell)
    found = sections(notebook.cells, template.sections)
    unwritten = any(not one.written for one in found)
    doubt = _age(notebook, now, draft_max_age) if unwritten else None
    for section in found:
        yield from _section(section, doubt.state if doubt else State.WARNING)
    if doubt:
        yield doubt
    yield from _kit(notebook, template)
    for cell in notebook.cells:
        if not cell.is_kit:
            yield from _broken(cell)
            yield from _prose(cell)
        yield from _pasted(cell)


def _conflict(cell: Cell) -> Iterator[Remark]:
    if line := conflict_line(cell.source):
        yield Remark(
            rule="merge-conflict",
            state=State.FAIL,
            cell=cell.id,
            message=f"A merge conflict is not settled in line {line} of the cell.",
        )


def _section(section: Section, unwritten: State) -> Iterator[Remark]:
    """What a section lacks; `unwritten` is how bad it is that nobody has written it."""
    name = f"The section {section.title!r}"
    if section.written:
        if not section.headed:
            said = f"{name} has lost its heading; begin the cell with '## {section.title}'."
            yield Remark(rule="section-heading", state=State.WARNING, message=said, cell=section.id)
        return
    if not section.found:
        rule, said = "section-missing", f"{name} is missing; write it under a heading ## of it."
    elif section.empty:
        rule, said = "section-empty", f"{name} is not written yet."
    else:
        rule = "question-left"
        said = f"{name} still holds the template's question; remove the line {QUESTION!r}."
    yield Remark(rule=rule, state=unwritten, message=said, cell=section.id)


def _age(notebook: AuthoredNotebook, now: datetime, allowed: timedelta) -> Remark | None:
    """Why its sections may no longer be unwritten; None where its age is known and allowed."""
    created, not_known = created_at(notebook), "How old the draft is, is not known: its metadata"
    state = State.UNKNOWN
    if created is None:
        said = f"{not_known} does not say when it was made."
    elif created > now + CLOCK_SKEW:
        said = f"{not_known} says that it was made {in_utc(created)}, after {in_utc(now)}."
    elif now - created > allowed:
        days = count((now - created) // timedelta(days=1), "days")
        said = f"It has been a draft for {days}; {format_duration(allowed)} are allowed."
        state = State.FAIL
    else:
        return None
    return Remark(rule="draft-too-old", state=state, message=said)


def created_at(notebook: AuthoredNotebook) -> datetime | None:
    """When it was made, aware; None where its metadata does not say."""
    return recorded_moment(notebook.ours.get("created"))


def _kit(notebook: AuthoredNotebook, template: Template) -> Iterator[Remark]:
    """The kit's cells: all there, and as the kit wrote them."""
    known = notebook.ours.get("cells")
    prints: Mapping[str, Any] = known if isinstance(known, dict) else {}
    there = {one.id: one for one in notebook.cells}
    for id_ in prints if notebook.version != template.version else template.kit:
        if id_ not in there:
            yield _of_kit("kit-cell-missing", id_, "This cell of the kit's is missing")
    for cell in notebook.cells:
        if cell.is_kit and prints.get(cell.id) != fingerprint(cell):
            said = "This cell is the kit's and was changed"
            if problem := syntax_problem(cell):
                said += f", and is not valid Python: {problem}"
            yield _of_kit("kit-cell-edited", cell.id, said)
    if notebook.version < template.version:
        yield Remark(
            rule="old-template",
            state=State.WARNING,
            message=f"It was made of version {notebook.version} of the template; "
            f"codexreport upgrade brings version {template.version}.",
        )


def _of_kit(rule: str, cell: str, said: str) -> Remark:
    advice = "codexreport upgrade mends it, and keeps what was written."
    return Remark(rule=rule, state=State.FAIL, cell=cell, message=f"{said}; {advice}")


def _broken(cell: Cell) -> Iterator[Remark]:
    if problem := syntax_problem(cell):
        yield Remark(
            rule="broken-cell",
            state=State.FAIL,
            cell=cell.id,
            message=f"The cell is not valid Python: {problem}.",
        )


def syntax_problem(cell: Cell) -> str:
    """Why a code cell is no Python that IPython would run; empty where it is."""
    if cell.kind != "code":
        return ""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            python = TransformerManager().transform_cell(cell.source)  # type: ignore[no-untyped-call]
            compile(python, cell.id, "exec")
    except (SyntaxError, ValueError) as error:
        return one_line(str(error))
    return ""


def _pasted(cell: Cell) -> Iterator[Remark]:
    """Figures that no run has computed, and none will refresh."""
    if any(not _computed(cell, one) for one in cell.outputs):
        yield Remark(
            rule="pasted-output",
            state=State.FAIL,
            cell=cell.id,
            message="The cell holds an output that running it did not make; clear its outputs.",
        )


def _prose(cell: Cell) -> Iterator[Remark]:
    """What the page will not show as its author meant it."""
    if cell.kind != "markdown":
        return
    from codexreport.authoring.prose import dead_links, html_in

    if found := html_in(cell.source):
        yield Remark(
            rule="raw-html",
            state=State.WARNING,
            cell=cell.id,
            message=f"The cell holds HTML ({found}), which pages show as text; write Markdown.",
        )
    for target in dead_links(cell.source):
        yield Remark(
            rule="dead-link",
            state=State.WARNING,
            cell=cell.id,
            message=f"The link to {one_line(target)!r} leads nowhere on the page; give an address "
            "of https, http or mailto.",
        )


def _computed(cell: Cell, output: Mapping[str, Any]) -> bool:
    """Whether an output can be of the cell's own run."""
    if cell.value.get("execution_count") is None:
        return False
    if not cell.is_kit or output.get("output_type") not in {"display_data", "execute_result"}:
        return True
    data = output.get("data")
    if not isinstance(data, dict):
        return False
    html = data.get("text/html", "")
    text = html if isinstance(html, str) else "".join(map(str, html))
    return _OUR_MIME in data or text.startswith(_OUR_HTML)
