"""How Quarto reads an executed notebook for its website: the document it holds, with a title.

`_quarto.yml` names this module as a notebook filter: a notebook on standard
input, the notebook to lay out on standard output. As they are, executed
notebooks would bring their authors' notes into the pages, and Quarto gives
every notebook with HTML in it scripts from elsewhere.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import nbformat
from nbformat import NotebookNode

from codexreport.render.base import Format
from codexreport.render.raw import markdown_text
from codexreport.render.stage import machine_report, stage

_WORD_JOINER = "\u2060"  # not seen, and no place to break a line


def page_of(notebook: NotebookNode) -> NotebookNode:
    """The document in `notebook`, and what a list of pages says of it.

    Raises:
        RenderError: A cell failed; a report with a hole in it is none.
    """
    page = stage(notebook, Format.HTML)
    front_matter = json.dumps(_about(machine_report(notebook) or {}), indent=1)  # JSON is YAML
    page.cells.insert(0, nbformat.v4.new_raw_cell(f"---\n{front_matter}\n---", id="about"))
    return page


def _about(report: dict[str, Any]) -> dict[str, Any]:
    """Title, subtitle, summary, date and state, as far as the report says them."""
    label = report.get("window", {}).get("label")
    texts = {
        "title": report.get("title", "Report"),
        "subtitle": " · ".join(filter(None, (report.get("project"), label))),
        "description": report.get("headline"),
    }
    shown = {name: _inert(text) for name, text in texts.items() if text}
    state = {"categories": [report["state"]]} if "state" in report else {}
    date = {"date": report["as_of"]} if "as_of" in report else {}
    return {**shown, **state, **date}


def _inert(text: str) -> str:
    """One line of Markdown that shows `text`; nothing stands beside a brace, as in a shortcode."""
    markdown = markdown_text(text)
    return markdown.replace(r"\{", rf"\{{{_WORD_JOINER}").replace(r"\}", rf"{_WORD_JOINER}\}}")


def main() -> None:
    """Filter standard input to standard output."""
    page = page_of(nbformat.reads(sys.stdin.read(), as_version=4))
    sys.stdout.write(nbformat.writes(page))


if __name__ == "__main__":
    main()
