"""Files of the project's own plain forms: a key that is not known there is a slip of the pen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from codexreport.keys import nearest
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.fields import place
from codexreport.text import one_line


def refuse_others(
    document: Document, mapping: Mapping[str, Any], known: Collection[str], where: str
) -> None:
    """Refuse a key that is none of `known`.

    Raises:
        SourceError: There is one; it says which was perhaps meant.
    """
    others = sorted(mapping.keys() - set(known))
    if others:
        meant = nearest(others[0], sorted(known))
        raise document.error(f"{place(where, one_line(others[0], 40))} is not a key here{meant}")


def require_columns(document: Document, needed: Collection[str]) -> None:
    """Refuse a CSV file that lacks one of `needed`.

    Raises:
        SourceError: It does; names the first, and the column that was perhaps meant for it.
    """
    missing = sorted(set(needed) - set(document.columns))
    if missing:
        others = sorted(set(document.columns) - set(needed))
        meant = nearest(missing[0], others)
        raise document.error(f"has no column {missing[0]!r}{meant}", line=1)


def refuse_schema(document: Document, top: Mapping[str, Any]) -> None:
    """Refuse a version of a form that is not known; a file that names none is of the first.

    Raises:
        SourceError: It is of another.
    """
    if top.get("schema", 1) != 1:
        raise document.error("schema is not 1, the only one that is known")
