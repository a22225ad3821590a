"""Typed access to the attributes of XML elements; errors name element and attribute."""

from __future__ import annotations

import re

from codexreport.readers.notation.document import Document
from codexreport.readers.notation.xml import Element

_NUMBER = re.compile(r"[0-9]{1,30}")


def count(document: Document, element: Element, key: str, default: int | None = None) -> int:
    """A whole number that is not negative; `default` where it is absent or empty.

    Raises:
        SourceError: It is no such number, or absent without a default.
    """
    written = element.get(key, "").strip()
    if not written and default is not None:
        return default
    if not _NUMBER.fullmatch(written):
        raise document.error(f"{element.tag} has {key}={written[:40]!r}, expected a number from 0")
    return int(written)
