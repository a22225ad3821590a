"""The document in an executed notebook, and the report in it for machines."""

from __future__ import annotations

import base64
import copy

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, writes

from codexreport.errors import RenderError
from codexreport.render.base import Format
from codexreport.render.stage import REPORT_MIME, machine_report, moment_of, stage

EVERY_FORM = {
    "text/html": "<p>as HTML</p>",
    "text/markdown": "as *Markdown*",
    "image/svg+xml": "<svg>as SVG</svg>",
    "text/plain": "as text",
}


def shown(*data, form=Format.HTML, metadata=None):
    """The Markdown that outputs with these forms become."""
    outputs = [new_output("display_data", forms, metadata=metadata or {}) for forms in data]
    document = stage(new_notebook(cells=[new_code_cell(outputs=outputs)]), form)
    return "\n\n".join(cell.source for cell in document.cells)


def without(*mimes):
    return {mime: text for mime, text in EVERY_FORM.items() if mime not in mimes}


@pytest.mark.parametrize(
    ("left_out", "taken"),
    [
        ((), "as HTML"),
        (("text/html",), "as *Markdown*"),
        (("text/html", "text/markdown"), "![as text](data:image/svg+xml;base64,"),
        (("text/html", "text/markdown", "image/svg+xml"), '<pre class="cr-plain">as text</pre>'),
    ],
)
def test_a_page_takes_html_then_markdown_then_a_picture_then_text(left_out, taken):
    assert taken in shown(without(*left_out))


@pytest.mark.parametrize(
    ("left_out", "taken"),
    [
        ((), "#picture("),
        (("image/svg+xml",), "as *Markdown*"),
        (("image/svg+xml", "text/markdown"), '#raw("as text", block: true)'),
    ],
)
def test_print_takes_a_picture_then_markdown_then_text(left_out, taken):
    assert taken in shown(without(*left_out), form=Format.PDF)


def test_one_form_of_an_output_is_shown_only():
    text = shown(EVERY_FORM)
    assert "as HTML" in text
    assert "as text" not in text
    assert "as *Markdown*" not in text


def test_an_empty_form_gives_way_to_the_next():
    assert "as text" in shown({"text/html": " \n", "text/plain": "as text"})


def test_an_output_without_a_form_for_readers_is_left_out(executed):
    assert shown({"application/json": {"a": 1}}) == ""


def test_only_markdown_cells_remain(executed):
    document = stage(executed, Format.HTML)
    assert {cell.cell_type for cell in document.cells} == {"markdown"}


def test_nothing_tells_one_execution_from_the_next(executed):
    again = copy.deepcopy(executed)
    again.metadata["papermill"] = {"duration": 9.9}
    for number, cell in enumerate(again.cells):
        cell["id"] = f"other-{number}"
        cell.metadata["execution"] = {"iopub.execute_input": "later"}
    again.cells[1]["execution_count"] = 42
    assert writes(stage(again, Format.HTML)) == writes(stage(executed, Format.HTML))


def test_staging_leaves_the_notebook_as_it_was(executed):
    before = copy.deepcopy(executed)
    stage(executed, Format.PDF)
    assert executed == before


@pytest.mark.parametrize("tag", ["parameters", "injected-parameters", "remove-output", "hidden"])
def test_a_cell_tagged_to_be_unseen_is_unseen(executed, tag):
    executed.cells[4].metadata["tags"] = [tag]
    assert "checkout" not in writes(stage(executed, Format.HTML))


def test_the_title_that_opens_the_notebook_is_not_shown_twice(executed):
    first = stage(executed, Format.HTML).cells[0].source
    assert first == "What we promised, and what we kept."


def test_a_title_further_down_stays():
    notebook = new_notebook(cells=[new_markdown_cell("Prose"), new_markdown_cell("# Part two")])
    assert [cell.source for cell in stage(notebook, Format.HTML).cells] == ["Prose", "# Part two"]


def test_colours_and_control_characters_of_a_terminal_are_left_out():
    text = shown({"text/plain": "\x1b[31mred\x1b[0m\x00\x08 plain\ud800\r\nnext"})
    assert "red plain\nnext" in text


def test_a_style_sheet_beside_content_stays():
    assert "<b>bold</b>" in shown({"text/html": "<style>b{}</style><b>bold</b><style>i{}</style>"})


def test_a_picture_without_a_description_says_so():
    assert "A picture without a description" in shown({"image/svg+xml": "<svg/>"})


@pytest.mark.parametrize(
    "metadata", [{"alt": "Falls."}, {"image/svg+xml": {"alt": "Falls."}, "alt": "Other."}]
)
def test_a_description_is_found_where_notebooks_keep_it(metadata):
    assert r"![Falls\.](" in shown({"image/svg+xml": "<svg/>"}, metadata=metadata)


@pytest.mark.parametrize("png", ["!!!", "aGVsbG8="])
@pytest.mark.parametrize("form", [Format.PDF, Format.DOCX])
def test_a_damaged_picture_is_refused(png, form):
    with pytest.raises(RenderError, match="image/png"):
        shown({"image/png": png}, form=form)


def test_a_picture_attached_to_prose_is_shown():
    cell = new_markdown_cell("![shop](attachment:shop.png) ![](attachment:gone.png)")
    cell["attachments"] = {"shop.png": {"image/png": "QUJD"}}
    (staged,) = stage(new_notebook(cells=[cell]), Format.HTML).cells
    assert staged.source == "![shop](data:image/png;base64,QUJD) ![](attachment:gone.png)"


def test_a_picture_inside_markdown_becomes_what_the_document_can_show():
    chart = base64.b64encode(b'<svg width="10" height="10"/>').decode()
    prose = f"**Title** ![A \\[chart\\]](data:image/svg+xml;base64,{chart}) end"
    assert prose in shown({"text/markdown": prose})
    assert 'alt: "A [chart]");`{=typst} end' in shown({"text/markdown": prose}, form=Format.PDF)


def test_print_prefers_markdown_that_brings_its_picture():
    chart = base64.b64encode(b'<svg width="10" height="10"/>').decode()
    forms = {"text/markdown": f"**Title** ![A](data:image/svg+xml;base64,{chart})"}
    assert "**Title**" in shown({**EVERY_FORM, **forms}, form=Format.PDF)


def test_the_report_for_machines_is_found(executed, report):
    assert machine_report(executed) == report


def test_a_notebook_without_a_report_has_none(cells):
    assert machine_report(cells("# Notes")) is None


def test_two_reports_in_one_notebook_are_refused(executed):
    executed.cells.append(copy.deepcopy(executed.cells[-1]))
    with pytest.raises(RenderError, match="holds 2 reports"):
        machine_report(executed)


def test_a_report_that_is_no_object_is_refused(cells):
    with pytest.raises(RenderError, match="is not an object"):
        machine_report(cells(new_output("display_data", {REPORT_MIME: [1]})))


@pytest.mark.parametrize(
    ("as_of", "seconds"),
    [
        # 2026-10-06 is 20 732 days after 1970-01-01: 1 791 244 800 s; 07:00 UTC is 25 200 s more.
        ("2026-10-06T09:00:00+02:00", 1_791_270_000),
        ("2026-10-06T07:00:00", 1_791_270_000),
        ("1970-01-01T00:00:00+00:00", 315_532_800),
        ("soon", 315_532_800),
        (None, 315_532_800),
    ],
)
def test_a_document_is_dated_by_its_figures_never_by_the_clock(executed, as_of, seconds):
    executed.cells[-1].outputs[0]["data"][REPORT_MIME]["as_of"] = as_of
    assert moment_of(executed) == seconds
