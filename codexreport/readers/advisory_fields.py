"""What the JSON of every vulnerability scanner has: names that are there, and lists of them."""

from __future__ import annotations

from codexreport.readers.notation import fields
from codexreport.readers.notation.document import Document


def id_of(document: Document, mapping: fields.Object, key: str, where: str) -> str:
    """The name of a vulnerability, which is not blank.

    Raises:
        SourceError: It is missing, blank or no string.
    """
    name = fields.text(document, mapping, key, where).strip()
    if not name:
        raise document.error(f"{fields.place(where, key)} is empty")
    return name


def texts(document: Document, mapping: fields.Object, key: str, where: str) -> tuple[str, ...]:
    """The strings of a list; none where it is absent or null.

    Raises:
        SourceError: It is no list, or holds something else.
    """
    found = fields.items(document, mapping, key, where, [])
    here = fields.place(where, key)
    for number, one in enumerate(found):
        if not isinstance(one, str):
            raise document.error(f"{fields.place(here, number)} is not a string")
    return tuple(found)
