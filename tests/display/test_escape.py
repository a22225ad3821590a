from __future__ import annotations

import csv
import io
import re
import subprocess
from html import unescape

import pypandoc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.display import escape

ANY_TEXT = st.text(st.characters(codec="utf-8") | st.sampled_from("{<>}&\"'`$@[]|\\*_~^#-+.:\n\t"))


def pandoc(markdown, *, reader="markdown"):
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "-f", reader, "-t", "plain", "--wrap=none"],
        input=markdown,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.rstrip("\n")


@given(ANY_TEXT)
def test_html_shows_every_character_and_nothing_else(text):
    written = escape.html(text)
    assert unescape(written) == escape.shown(text)
    assert not set(written) & set("<>{}\"'")


@given(ANY_TEXT)
def test_markdown_is_one_line_in_which_every_mark_is_escaped(text):
    written = escape.markdown(text)
    assert "\n" not in written
    assert escape.plain(written).split() == escape.shown(text).split()
    assert re.fullmatch(r"(\\[!-/:-@\[-`{-~]|[^!-/:-@\[-`{-~])*", written)


@given(ANY_TEXT)
def test_no_engine_ever_sees_a_shortcode(text):
    for dangerous in (text, f"{{{{< {text} >}}}}", "{" + text + "{<"):
        assert "{{" not in escape.html(dangerous)
        assert "{{" not in escape.markdown(dangerous)


@pytest.mark.parametrize("reader", ["markdown", "commonmark_x", "gfm"])
def test_readers_of_markdown_see_the_characters(hostile, reader):
    shown = pandoc("\n\n".join(escape.markdown(text) for text in hostile), reader=reader)
    assert shown.split("\n\n") == [re.sub(" +", " ", text).strip(" ") for text in hostile]


def test_spaces_that_must_not_break_survive_markdown():
    assert escape.markdown("1\u202f234\u00a0x") == "1\u202f234\u00a0x"


def test_what_no_document_can_hold_is_left_out():
    assert escape.shown("a\x00b\x1b[31m\ud800\ufdd0\x9bc") == "ab[31mc"


def test_marks_that_reverse_the_text_after_them_are_shown_instead():
    assert escape.html("safe\u202egpj.exe") == "safe\ufffdgpj.exe"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_a_csv_file_is_a_formula(text):
    file = io.StringIO()
    csv.writer(file).writerow([escape.csv(text)])
    assert next(csv.reader(io.StringIO(file.getvalue(), newline="")))[0] == f"'{text}"


def test_other_cells_of_a_csv_file_stay_as_they_are():
    assert escape.csv("checkout = 1") == "checkout = 1"
