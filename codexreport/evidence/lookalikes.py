"""Names that a reader would take for one another, however they are spelled."""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from importlib.resources import files

_SAME_TO_A_READER = str.maketrans({"i": "l", "1": "l", "0": "o"})
"""What Unicode sets apart once case is folded, though I and l look the same before that."""
_MARKS = range(0x0300, 0x0370)
"""Combining diacritical marks: an accent or a dot below is easily overlooked."""
_SILENT = ("Z", "P", "C", "S")
"""Spaces, punctuation, controls and symbols: what stands between the words of a name."""


def alike(one: str, other: str) -> bool:
    """Whether two names are the same to a reader.

    Case, width, spacing, punctuation and accents make no difference, and neither do characters
    that look the same. Both are also compared before case is folded: a Greek capital that looks
    like a Latin one may have a small letter that does not.
    """
    return bool(_forms(one) & _forms(other))


def has_letters(name: str) -> bool:
    """Whether anything is left of a name that could be compared."""
    return all(_forms(name))


@cache
def _forms(name: str) -> frozenset[str]:
    text = unicodedata.normalize("NFKC", name)
    return frozenset({_skeleton(text), _skeleton(text.casefold())})


def _skeleton(text: str) -> str:
    """As UTS #39, section 4, has it, for whole names; then without case and separators."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if ord(c) not in _MARKS)
    prototypes = _prototypes()
    shown = "".join(prototypes.get(c, c) for c in bare).casefold()
    kept = "".join(c for c in shown if unicodedata.category(c)[0] not in _SILENT)
    return kept.translate(_SAME_TO_A_READER)


@cache
def _prototypes() -> dict[str, str]:
    """Each character's stand-in, by Unicode's list of confusable characters.

    The list is read as data: the library's own loader obeys an environment variable.
    """
    data = files("confusable_homoglyphs") / "confusables.json"
    groups: dict[str, list[str]] = {
        _unwrapped(text): [_unwrapped(one["c"]) for one in others]
        for text, others in json.loads(data.read_text(encoding="utf-8")).items()
    }
    # Each pair of the list is told both ways. A prototype is what all others of its group point
    # at: of two characters that only know each other, it is the ASCII one, or else the first.
    return {
        text: max([text, *others], key=lambda one: _rank(one, groups))
        for text, others in groups.items()
        if len(text) == 1
    }


def _rank(text: str, groups: dict[str, list[str]]) -> tuple[int, bool, list[int]]:
    return len(groups[text]), text.isascii(), [-ord(c) for c in text]


def _unwrapped(text: str) -> str:
    """Without the marks that the list sets around what is written from right to left."""
    return text.strip("\u200e")
