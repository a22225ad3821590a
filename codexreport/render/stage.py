"""From an executed notebook to the document it holds: what readers see, nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

import nbformat
from nbformat import NotebookNode

from codexreport.errors import RenderError
from codexreport.render.base import Format
from codexreport.render.outputs import as_markdown, prose
from codexreport.render.raw import clean

REPORT_MIME = "application/vnd.codexreport.report+json"

_UNSEEN = frozenset({"parameters", "injected-parameters", "remove-cell", "remove-output", "hidden"})
_STYLE_ONLY = re.compile(r"\s*<style\b(?:(?!</style).)*</style>\s*", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"\A\s*# [^\n]*\n*")
_ATTACHMENT = re.compile(r"\(attachment:([^)\s]+)\)")


def stage(notebook: NotebookNode, form: Format) -> NotebookNode:
    """The document in `notebook`: Markdown cells only, each output in the form that suits.

    Code, diagnostics, parameters, style sheets, data for machines, and everything that tells
    one execution from the next are left out. So is a title that opens the first cell:
    every page shows `Document.title`.

    Args:
        notebook: An executed notebook; it is not changed.
        form: The kind of document the result will become.

    Raises:
        RenderError: A cell failed; a report with a hole in it is none.
    """
    sources: list[str] = []
    for number, cell in enumerate(notebook.cells, start=1):
        _refuse_failed(cell, number)
        if _UNSEEN.isdisjoint(cell.metadata.get("tags", ())):
            sources += _shown(cell, form)
    if sources:
        sources[0] = _TITLE.sub("", sources[0])
    return _document(source for source in sources if source.strip())


def machine_report(notebook: NotebookNode) -> dict[str, Any] | None:
    """What the notebook says to machines, the content of `report.json`; None where it says nothing.

    Raises:
        RenderError: It holds two reports, or one that is not an object.
    """
    found = [
        output["data"][REPORT_MIME]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if REPORT_MIME in output.get("data", {})
    ]
    if not found:
        return None
    if len(found) > 1:
        raise RenderError(
            f"The notebook holds {len(found)} reports.", advice="Show report.data() in one cell."
        )
    report = json.loads(json.dumps(found[0]))
    if not isinstance(report, dict):
        raise RenderError(f"The notebook's {REPORT_MIME} output is not an object.")
    return report


def moment_of(notebook: NotebookNode) -> int:
    """The time a rendered file carries, in Unix seconds: the report's `as_of`.

    A fixed day where it has none, so that the same notebook always gives the same bytes.
    """
    earliest_in_a_zip = 315_532_800  # 1980-01-01
    as_of = (machine_report(notebook) or {}).get("as_of")
    try:
        moment = datetime.fromisoformat(str(as_of))
    except ValueError:
        return earliest_in_a_zip
    aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return max(earliest_in_a_zip, int(aware.timestamp()))


def _refuse_failed(cell: NotebookNode, number: int) -> None:
    for output in cell.get("outputs", ()):
        if output["output_type"] == "error":
            said = clean(f"{output['ename']}: {output['evalue']}")
            raise RenderError(
                f"Cell {number} of the notebook failed: {said}",
                advice="A failed notebook is not rendered; mend it and run it again.",
            )


def _shown(cell: NotebookNode, form: Format) -> list[str]:
    if cell.cell_type == "markdown":
        return [prose(_with_attachments(cell.source, cell.get("attachments", {})), form)]
    return [
        as_markdown(output, form) for output in cell.get("outputs", ()) if _is_for_readers(output)
    ]


def _is_for_readers(output: NotebookNode) -> bool:
    data = output.get("data", {})
    return REPORT_MIME not in data and not _STYLE_ONLY.fullmatch(str(data.get("text/html", "")))


def _with_attachments(source: str, attachments: NotebookNode) -> str:
    """Pictures kept inside a Markdown cell, written where they are shown."""

    def address(match: re.Match[str]) -> str:
        bundle = attachments.get(match[1], {})
        return next((f"(data:{mime};base64,{data})" for mime, data in bundle.items()), match[0])

    return _ATTACHMENT.sub(address, source)


def _document(sources: Iterable[str]) -> NotebookNode:
    cells = [nbformat.v4.new_markdown_cell(source) for source in sources]
    for number, cell in enumerate(cells, start=1):
        cell["id"] = f"cell-{number}"
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    document: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    return document
