"""What comes from outside is shown as the characters it is."""

import html as html_module
import subprocess

import pypandoc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.display import escape

NASTY = [
    "<script>alert(1)</script>",
    "{{< include /etc/passwd >}}",
    "$x^2$ and @cite and [a](b)",
    "| a | b |",
    "# not a heading",
    "- not a list",
    "1. not a list",
    "*not* _emphasis_ ~~gone~~ `code` ^up^",
    "\\input{/etc/passwd}",
    ":::{.note}",
    "a&amp;b",
    "![x](y){width=1}",
]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_html_gives_back_the_same_characters(text):
    assert html_module.unescape(escape.html(text)) == text


@given(st.text())
def test_no_shortcode_or_tag_survives_in_html(text):
    shown = escape.html(text + "{{< x >}}<b>")
    assert "{{" not in shown
    assert "<" not in shown


@pytest.mark.parametrize("text", NASTY)
def test_markdown_gives_back_the_same_characters(text):
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "-f", "markdown", "-t", "plain", "--wrap=none"],
        input=escape.markdown(text),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == text
