"""Things with an expected and an actual value, as the project's own plain JSON names them."""

from __future__ import annotations

from typing import Any

from codexreport.integration.parity import Component, Parity, compared, worse
from codexreport.readers.notation import fields
from codexreport.readers.notation.blanks import is_blank
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.plain_keys import refuse_others

KEYS = frozenset({"name", "kind", "expected", "actual", "state", "secret", "owner"})
_WORDS = {
    Parity.SAME: "same ok ready present met done equal match matches",
    Parity.DIFFERENT: "different mismatch mismatched wrong",
    Parity.MISSING: "missing absent",
    Parity.EXTRA: "extra",
}
_PARITY_OF = {word: one for one, words in _WORDS.items() for word in words.split()}


def component(
    document: Document, row: dict[str, Any], where: str, *, by_state: bool = False
) -> Component:
    """One thing, and how it stands.

    Args:
        document: For errors.
        row: What is said of it.
        where: Its place in the document.
        by_state: A state alone is enough: a value need not be expected of it.
    """
    refuse_others(document, row, KEYS, where)
    expected = _value(document, row, "expected", where)
    actual = _value(document, row, "actual", where)
    secret = fields.flag(document, row, "secret", where, default=False)
    word = fields.text(document, row, "state", where, default="").strip().lower()
    told = _PARITY_OF.get(word, Parity.UNCHECKED) if word else None
    alone = secret or expected == actual == "" or (by_state and not expected and not actual)
    return Component(
        name=fields.text(document, row, "name", where),
        parity=_parity(told, expected, actual, alone=alone),
        expected=None if secret else expected,
        actual=None if secret else actual,
        kind=fields.text(document, row, "kind", where, default=""),
        owner=fields.text(document, row, "owner", where, default=""),
    )


def _parity(
    told: Parity | None, expected: str | None, actual: str | None, *, alone: bool
) -> Parity:
    """The worse of what is told and what the values come to; a pass is never told alone."""
    figured = compared(expected, actual)
    if told is None:
        return figured
    if figured is Parity.UNCHECKED and (alone or (told is Parity.EXTRA and not expected)):
        return told
    return worse(told, figured)


def _value(document: Document, row: dict[str, Any], key: str, where: str) -> str | None:
    """A value as text; a bare number is refused where it could have lost its zeros."""
    value = row.get(key)
    if value is None or isinstance(value, str):
        return None if value and is_blank(value) and "state" not in row else value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(fields.integer(document, row, key, where))
    raise document.error(
        f"{fields.place(where, key)} is no text",
        advice='Write versions in quotes, such as "3.10".',
    )
