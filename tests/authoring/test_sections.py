"""What an author has written, and what is still the template's question."""

from __future__ import annotations

import pytest

from codexreport.authoring.cells import Cell
from codexreport.authoring.sections import sections

WANTED = {"summary": "Summary", "lessons": "Lessons"}
QUESTION = "> To answer: What happened?\n> All of it."


def cells(*sources):
    return [
        Cell.of({"cell_type": "markdown", "id": id_, "metadata": {}, "source": source})
        for id_, source in sources
    ]


def state(*sources):
    """Of the summary: written, asked, empty or missing."""
    found = sections(cells(*sources), WANTED)[0]
    if found.written:
        return "written"
    if not found.found:
        return "missing"
    return "empty" if found.empty else "asked"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("## Summary\n\nOrders failed.", "written"),
        ("Orders failed.", "written"),
        ("## Summary\n\n![](attachment:chart.png)", "written"),
        ("## Summary\n\n注文が失敗した。", "written"),
        ("## What happened\n\nOrders failed.", "written"),
        (f"## Summary\n\n{QUESTION}", "empty"),
        (f"## Summary\n\n{QUESTION}\n\nOrders failed.", "asked"),
        (f"## Summary\n\nOrders failed.\n\n{QUESTION}", "asked"),
        ("## Summary", "empty"),
        ("", "empty"),
        ("## Summary\n\nTBD", "empty"),
        ("## Summary\n\nTODO ...", "empty"),
        ("## Summary\n\n<!-- later -->", "empty"),
        ("## Summary\n\n### Part\n\n-", "empty"),
    ],
)
def test_a_section_is_written_where_the_author_says_something_and_no_question_is_left(
    source, expected
):
    assert state(("summary", source)) == expected


def test_a_section_without_its_cell_is_missing():
    assert state(("lessons", "## Lessons\n\nMuch.")) == "missing"


def test_a_cell_that_was_split_or_merged_is_found_by_its_heading():
    assert state(("a1b2", "## Summary\n\nOrders failed.")) == "written"
    assert state(("lessons", "## Lessons\n\nMuch.\n\n## Summary\n\nOrders failed.")) == "written"
    assert state(("summary", "## Summary"), ("a1b2", "Orders failed.")) == "written"


def test_what_follows_a_cell_of_the_kits_belongs_to_no_section():
    assert state(("summary", "## Summary"), ("cr-x", "## Figures"), ("a1", "Much.")) == "empty"


def test_a_section_ends_where_the_next_begins():
    assert state(("summary", "## Summary"), ("lessons", "## Lessons\n\nMuch.")) == "empty"
