"""The printed document, as Typst sets it."""

from __future__ import annotations

import pytest
import typst

from codexreport.errors import RenderError
from codexreport.render.base import Document, Format
from codexreport.render.outputs import prose
from codexreport.render.raw import typst_string, verbatim
from codexreport.render.typeset import compile_pdf, compile_png, typst_document

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="48"></svg>'


def test_the_printed_report_meets_the_standard_for_accessible_pdf(executed):
    """PDF/UA-1 (ISO 14289-1), as far as the typesetter itself can tell."""
    body = verbatim("text", Format.PDF).removeprefix("```{=typst}\n").removesuffix("\n```")
    picture = f'#picture({typst_string(SVG)}, alt: "Nothing.")'
    table = "#table(columns: 1, table.header([Name]), [checkout])"
    source = typst_document(
        f"== Figures\n{body}\n{picture}\n{table}", Document(notebook=executed, title="Report"), "x"
    )
    assert typst.compile(source.encode(), ignore_system_fonts=True, pdf_standards="ua-1")


def test_a_picture_is_as_large_as_what_it_shows():
    png = compile_png(f"#image(bytes({typst_string(SVG)}))", ppi=192)
    # 96 x 48 CSS pixels are 1 x 0.5 inches, so 192 x 96 pixels at 192 to the inch.
    assert png[16:24] == (192).to_bytes(4) + (96).to_bytes(4)


@pytest.mark.parametrize("source", ['#read("/etc/hostname")', "#unknown-function()"])
def test_what_the_typesetter_refuses_is_an_error_of_ours(source):
    with pytest.raises(RenderError, match="Typst refused the document"):
        compile_pdf(source, 0)


def test_no_raw_block_of_an_author_reaches_the_typesetter():
    assert "{=typst}" not in prose('`#read("x")`{=typst}', Format.PDF)
