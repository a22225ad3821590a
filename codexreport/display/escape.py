"""Text from outside, shown as the characters it is: in HTML and in Markdown."""

from __future__ import annotations

import html as html_module
import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def html(text: object) -> str:
    """As HTML text or attribute value. A brace is an entity, so that no engine sees a shortcode."""
    escaped = html_module.escape(_CONTROL.sub("", str(text)))
    return escaped.replace("{", "&#123;").replace("}", "&#125;")


def markdown(text: object) -> str:
    """As one line of Markdown: every ASCII punctuation mark is escaped, as CommonMark allows."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(_CONTROL.sub("", str(text)).split()))
