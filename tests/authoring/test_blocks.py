"""Generated blocks in files that people write: their words survive everything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.authoring.blocks import block, refreshed
from codexreport.errors import AuthoringError

WORDS = st.text(st.characters(exclude_characters="<>", exclude_categories=["Cs"]))


@given(above=WORDS, below=WORDS)
def test_what_stands_outside_stays_character_for_character(above, below):
    text = f"{above}\n{block('a', 'old')}\n{below}"
    assert refreshed(text, {"a": "new"}, "f.md") == f"{above}\n{block('a', 'new')}\n{below}"


def test_twice_is_once():
    text = f"# Title\n\n{block('a', 'one')}\n\n{block('b', 'two')}"
    once = refreshed(text, {"a": "| x |\n|---|\n", "b": "two"}, "f.md")
    assert refreshed(once, {"a": "| x |\n|---|\n", "b": "two"}, "f.md") == once


def test_line_ends_of_the_file_are_kept():
    old, new = (
        f"Words\n{block('a', content)}\n".replace("\n", "\r\n") + "lone\nend"
        for content in ("old", "one\ntwo")
    )
    assert refreshed(old, {"a": "one\ntwo"}, "f.md") == new


def test_a_block_at_the_very_end_needs_no_line_end():
    assert refreshed(block("a", "old"), {"a": "new"}, "f.md") == block("a", "new")


def test_a_block_that_somebody_took_out_stays_out():
    assert refreshed("Only words\n", {"a": "new"}, "f.md") == "Only words\n"


def test_an_empty_block_is_filled():
    text = "<!-- codexreport:begin a -->\n\n<!-- codexreport:end a -->\n"
    assert refreshed(text, {"a": "new"}, "f.md") == block("a", "new") + "\n"


def test_a_table_that_a_tool_laid_out_anew_is_still_ours():
    text = block("a", "| name | of |\n|---|---|\n| x | y |")
    laid_out = text.replace("|---|---|", "| ---- | -- |").replace("| x | y |", "| x    | y  |")
    assert "| new |" in refreshed(laid_out, {"a": "| new |"}, "f.md")


def test_words_inside_a_block_are_never_overwritten():
    text = block("a", "old").replace("old", "old\nA word of mine.")
    with pytest.raises(AuthoringError, match=r"f\.md:1: somebody wrote inside the block a"):
        refreshed(text, {"a": "new"}, "f.md")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x\n<!-- codexreport:begin a -->\n", "f.md:2: begins a, which does not end"),
        ("<!-- codexreport:end a -->", "f.md:1: ends a, which did not begin"),
        (f"{block('a', 'x')}\n{block('a', 'x')}", "f.md:4: begins a a second time"),
        (block("a", block("b", "x")), "f.md:1: begins a, which does not end"),
        (block("c", "x"), "f.md:1: names no block of this file; there are: a, b"),
        ("<!-- codexreport:begin a ->", "f.md:1: is no marker"),
        ("<!--codexreport: begin a -->", "f.md:1: is no marker"),
        ("x\n<<<<<<< HEAD\n", "f.md:2: is the mark of a merge conflict"),
        (f"text {block('a', 'x')}", "f.md:1: is no marker"),
    ],
)
def test_damaged_markers_are_refused_by_line(text, said):
    with pytest.raises(AuthoringError, match=said):
        refreshed(text, {"a": "new", "b": "new"}, "f.md")
