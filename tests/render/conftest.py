"""Notebooks as papermill leaves them, and readers for the three forms of a document."""

from __future__ import annotations

import html
import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from codexreport.render import registry
from codexreport.render.base import Document, Format
from codexreport.render.raw import markdown_text
from codexreport.render.stage import REPORT_MIME

HOSTILE = [
    "W" * 300,
    "<script>alert('x')</script>",
    "<img src=x onerror=alert(1)>",
    "{{< include /etc/hostname >}}",
    "{{< video https://example.org/v >}}",
    "$x^2$ costs $5 and $6",
    "@cite [@cite] [^1]",
    r"\input{/etc/hostname}",
    '#read("/etc/hostname") #import "@preview/x:1.0.0"',
    "[link](https://example.org) ![picture](/etc/hostname) <https://example.org>",
    '`#panic("x")`{=typst} ::: {.x}',
    "````{=html} ```",
    "| a | b | -- ... -? 'quoted' \"quoted\"",
    "# *strong* _em_ ~~gone~~ H~2~O :smile: --- &amp; &lt;",
    "${title} $title$ $body$ @@BODY@@ %s {0}",
    "rocket 🚀 café 日本語",
    "مرحبا بالعالم",
    "שלום עולם",
]
"""Each must be seen as the characters it is, whatever the document and the place."""

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="120">'
    '<rect width="640" height="120" fill="#dde6f0"/>'
    '<path d="M10 90 L320 30 L630 60" stroke="#224" fill="none"/></svg>'
)
PNG = (  # two grey pixels
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGNoOAAAAcMBQT2mB/IAAAAASUVORK5CYII="
)
REPORT = {
    "schema": 1,
    "report": "slo_weekly",
    "title": "Weekly SLO report",
    "project": "shop",
    "window": {"label": "2026-W40", "start": "2026-09-28T00:00:00+02:00"},
    "as_of": "2026-10-06T09:00:00+02:00",
    "provisional": False,
    "state": "warning",
    "headline": "Checkout has spent 80 % of its budget.",
    "measures": [],
}


def display(data, **metadata):
    return new_output("display_data", data, metadata=metadata)


def code(*outputs, tags=()):
    return new_code_cell("secret_source()", outputs=list(outputs), metadata={"tags": list(tags)})


def escaped_table(strings):
    """The strings as the house's displays write them: escaped for each form."""
    rows = "".join(f"<tr><td>{html.escape(text)}</td></tr>" for text in strings)
    lines = "".join(f"| {markdown_text(text)} |\n" for text in strings)
    return {
        "text/html": f"<table><thead><tr><th>Name</th></tr></thead><tbody>{rows}</tbody></table>",
        "text/markdown": f"| Name |\n|:-----|\n{lines}",
        "text/plain": "\n".join(strings),
    }


@pytest.fixture
def executed():
    """A report such as papermill leaves it: code, tags, times, styles, data for machines."""
    return new_notebook(
        cells=[
            new_markdown_cell("# Weekly SLO report\n\nWhat we promised, and what we kept."),
            code(new_output("stream", name="stdout", text="PARAMETER"), tags=["parameters"]),
            code(display({"text/html": "<style>.cr{color:red}</style>", "text/plain": "STYLE"})),
            code(new_output("stream", name="stderr", text="DIAGNOSTIC")),
            code(display(escaped_table(["checkout", "search"]))),
            new_markdown_cell("## Burn-down"),
            code(
                display(
                    {"image/svg+xml": SVG, "text/plain": "Chart()"},
                    **{"image/svg+xml": {"alt": "Budget falls to 20 % on Friday."}},
                ),
                display({"image/png": PNG}, **{"image/png": {"alt": "Two grey pixels."}}),
            ),
            code(display({REPORT_MIME: REPORT, "text/plain": "MACHINE"})),
        ],
        metadata={"papermill": {"duration": 3.5, "start_time": "2026-10-06T09:00:00"}},
    )


@pytest.fixture
def hostile():
    """The hostile strings in every place data can stand: tables, plain text, print, prose."""
    return new_notebook(
        cells=[
            new_markdown_cell("\n\n".join(markdown_text(text) for text in HOSTILE)),
            code(display(escaped_table(HOSTILE))),
            code(display({"text/plain": "\n".join(HOSTILE)})),
            code(new_output("stream", name="stdout", text="\n".join(HOSTILE))),
            code(display({"image/svg+xml": SVG}, alt=" ".join(HOSTILE))),
        ]
    )


@pytest.fixture
def failed(executed):
    executed.cells.append(
        code(new_output("error", ename="KeyError", evalue="'week'", traceback=["..."]))
    )
    return executed


@pytest.fixture(
    params=[
        pytest.param(n, marks=getattr(pytest.mark, n, ())) if n == "quarto" else n
        for n in registry.names()
    ]
)
def renderer(request):
    found = registry.find(request.param)
    if found is None:
        reason = f"the renderer {request.param} was not found; codexreport doctor says what to do"
        if request.param == "pandoc":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture
def document(executed):
    return Document(
        notebook=executed,
        title="Weekly SLO report",
        subtitle="shop · 2026-W40",
        breadcrumbs=(("All reports", "../../index.html"),),
    )


class Page(HTMLParser):
    """What a browser would find in a page: text, elements with attributes, style sheets."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source
        self.texts: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.styles: list[str] = []
        self._inside = ""
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {key: value or "" for key, value in attrs}))
        self._inside = tag

    def handle_endtag(self, tag):
        self._inside = ""

    def handle_data(self, data):
        (self.styles if self._inside == "style" else self.texts).append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self):
        return "".join(self.texts)


@pytest.fixture
def pdf_text(tmp_path) -> Callable[[bytes], str]:
    """The text of a PDF, by poppler."""
    if shutil.which("pdftotext") is None:
        message = "pdftotext is not installed; on Debian: apt-get install poppler-utils"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)

    def read(content: bytes) -> str:
        path = tmp_path / "read.pdf"
        path.write_bytes(content)
        return subprocess.run(
            ["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True
        ).stdout

    return read


def docx_text(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        document = parts.read("word/document.xml").decode()
    paragraphs = re.findall(r"<w:p[ >].*?</w:p>|<w:p/>", document, re.DOTALL)
    runs = ("".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", text)) for text in paragraphs)
    return html.unescape("\n".join(runs))


@pytest.fixture
def text_of(pdf_text) -> Callable[[bytes, Format], str]:
    """What a reader sees of a document in any form."""

    def read(content: bytes, form: Format) -> str:
        match form:
            case Format.HTML:
                return Page(content.decode()).text
            case Format.PDF:
                return pdf_text(content)
            case Format.DOCX:
                return docx_text(content)

    return read


@pytest.fixture
def page() -> Callable[[bytes], Page]:
    return lambda content: Page(content.decode())


@pytest.fixture
def hostile_strings() -> list[str]:
    return HOSTILE


@pytest.fixture
def cells():
    """How tests make cells: `cells(prose)` or `cells(output, ...)`."""

    def make(*parts):
        made = [new_markdown_cell(part) if isinstance(part, str) else code(part) for part in parts]
        return new_notebook(cells=made)

    return make


@pytest.fixture
def report():
    return nbformat.from_dict(REPORT)
