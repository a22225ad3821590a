"""Text from outside, shown as the characters it is: in HTML, Markdown, plain text and CSV."""

from __future__ import annotations

import html as html_module
import re

_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Control characters, halves of characters and non-characters: no document can hold them."""

_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that make text after them read backwards, in every cell that follows too."""

_SPACE = re.compile("[ \t\n\u2028\u2029]+")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def shown(text: object) -> str:
    """The text as a reader can be shown it: nothing that steers the page or cannot be kept."""
    return _REORDERING.sub("\ufffd", _UNSHOWABLE.sub("", str(text)))


def html(text: object) -> str:
    """As HTML text or attribute value. A brace is an entity, so that no engine sees a shortcode."""
    escaped = html_module.escape(shown(text))
    return escaped.replace("{", "&#123;").replace("}", "&#125;")


def markdown(text: object) -> str:
    """As one line of Markdown: every ASCII punctuation mark is escaped, as CommonMark allows.

    Spaces that must not break stay what they are.
    """
    return _PUNCTUATION.sub(r"\\\1", _SPACE.sub(" ", shown(text)).strip(" "))


def plain(markdown_text: str) -> str:
    """Markdown made by `markdown`, for a terminal: its escapes are taken back."""
    return _ESCAPED.sub(r"\1", markdown_text)


def csv(text: str) -> str:
    """As a cell that no spreadsheet takes for a formula: a leading apostrophe makes it text.

    Quoting for the file is the CSV writer's work. Source: OWASP, CSV Injection.
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
