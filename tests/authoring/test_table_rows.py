"""A row more in a table that people keep."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.authoring.table_rows import has_row, with_row
from codexreport.errors import AuthoringError
from codexreport.readers.notation.document import Document
from codexreport.readers.registry import reader

NEEDED = ("date", "package", "from", "to", "reason")
ROW = {"date": "2026-10-06", "package": "zlib", "from": "1.2", "to": "1.3", "reason": "CVE-2026-1"}
HEAD = "| Date | Package | From | To | Reason |\n|---|---|---|---|---|\n"
LINE = "| 2026-10-06 | zlib | 1.2 | 1.3 | CVE-2026-1 |\n"
OLD = "| 2026-09-01 | x | 1 | 2 | y |\n"
OLDER = "| 2026-08-01 | x | 0 | 1 | y |\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", HEAD + LINE),
        ("# Updates\n", f"# Updates\n\n{HEAD}{LINE}"),
        ("# Updates", f"# Updates\n\n{HEAD}{LINE}"),
        (HEAD, HEAD + LINE),
        (f"{HEAD}{OLD}\nWords.\n", f"{HEAD}{OLD}{LINE}\nWords.\n"),
        (f"{HEAD}{OLDER}{OLD}", f"{HEAD}{OLDER}{OLD}{LINE}"),
        (f"{HEAD}{OLD}{OLDER}", f"{HEAD}{LINE}{OLD}{OLDER}"),
        (f"{HEAD}{OLD}".rstrip("\n"), f"{HEAD}{OLD}{LINE}".rstrip("\n")),
        (f"{HEAD}{OLD}\n{HEAD}{OLD}\nend", f"{HEAD}{OLD}\n{HEAD}{OLD}{LINE}\nend"),
        (f"```\n{HEAD}{OLD}```\n", f"```\n{HEAD}{OLD}```\n\n{HEAD}{LINE}"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_it_goes_where_the_newest_is_and_all_else_stays(before, after, end):
    if "\n" in before or end == "\n":
        before, after = before.replace("\n", end), after.replace("\n", end)
    assert with_row(before, ROW, NEEDED, "log.md") == after


def test_columns_that_are_not_known_stay_empty_and_others_find_theirs():
    text = "| By | to | FROM | Reason | Package | Date |\n|---|---|---|---|---|---|\n"
    assert with_row(text, ROW, NEEDED, "log.md") == (
        f"{text}|  | 1.3 | 1.2 | CVE-2026-1 | zlib | 2026-10-06 |\n"
    )


def test_what_has_no_column_stands_in_the_last_of_those_that_must_be_there():
    row = {**ROW, "link": "https://t.example/7"}
    assert with_row(HEAD, row, NEEDED, "log.md") == HEAD + LINE.replace(
        "CVE-2026-1 |", "CVE-2026-1 https://t.example/7 |"
    )


@given(reason=st.text(max_size=200))
def test_whatever_is_written_is_read_back_as_one_row(reason):
    text = with_row("# Updates\n", {**ROW, "reason": reason}, NEEDED, "log.md")
    facts = reader("update-log").parse(Document("log.md", text.encode("utf-8", "replace")))
    assert len(facts.entries) == 1
    assert has_row(text, {**ROW, "reason": reason}, NEEDED)


def test_the_same_row_is_known_again():
    text = with_row(HEAD + OLD, ROW, NEEDED, "log.md")
    assert has_row(text, {**ROW, "link": "anything"}, NEEDED)
    assert not has_row(text, {**ROW, "to": "1.4"}, NEEDED)


def test_a_conflict_is_refused():
    with pytest.raises(AuthoringError, match=r"log\.md:1: is the mark of a merge conflict"):
        with_row("<<<<<<< HEAD\n", ROW, NEEDED, "log.md")
