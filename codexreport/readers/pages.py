"""What a server gives page by page: one page, or several that were joined into one list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codexreport.readers.notation.document import Document
from codexreport.readers.notation.fields import as_mapping, place


def first_of(value: Any) -> dict[str, Any]:
    """The first object of a list, or of a list of lists; an empty one where there is none."""
    if isinstance(value, list):
        found = (first_of(one) if isinstance(one, list) else one for one in value)
        return next((one for one in found if isinstance(one, dict) and one), {})
    return {}


def rows_of(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object of a JSON list, or of a list of such lists, and where it stands.

    Raises:
        SourceError: The file is something else.
    """
    if not isinstance(document.json, list):
        raise document.error("is no list, as the server answers with")
    for where, row in document.counted(_rows(document.json)):
        yield where, as_mapping(document, row, where)


def _rows(pages: list[Any]) -> Iterator[tuple[str, Any]]:
    for number, page in enumerate(pages):
        here = place("", number)
        if isinstance(page, list):
            yield from ((place(here, n), row) for n, row in enumerate(page))
        else:
            yield here, page


def full_page(document: Document, sizes: frozenset[int], what: str) -> str:
    """Why a list may go on elsewhere: it is one page, and full; empty where nothing says so.

    Pages that were joined were asked for until there was no further one.
    """
    found: list[Any] = document.json
    if len(found) not in sizes or any(isinstance(page, list) for page in found):
        return ""
    return f"It holds exactly {len(found)} {what}, a full page: there may be more."
