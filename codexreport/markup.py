"""Data in Markdown and XML, shown as the characters it holds and never taken for markup."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

_MARKS = re.compile(r"([\\`*_\[\]<>|&#$@~^])")
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INSTEAD = "\N{REPLACEMENT CHARACTER}"


def markdown_text(text: str) -> str:
    """`text` on one line of Markdown, in a table's cell too."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def xml_text(text: str) -> str:
    """`text` as the content of an element; what XML cannot hold becomes U+FFFD."""
    return escape(_NOT_XML.sub(_INSTEAD, text))


def xml_attribute(text: str) -> str:
    """`text` as an attribute's value in its quotes; what XML cannot hold becomes U+FFFD."""
    return quoteattr(_NOT_XML.sub(_INSTEAD, text))
