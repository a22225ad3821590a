"""Columns of tables that teams write themselves, told by the words that teams use for them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from codexreport.readers.notation.document import Document


def plain(name: str) -> str:
    """A word as it is compared: small letters, everything else a blank."""
    return re.sub(r"[^a-z]+", " ", name.lower()).strip()


def column_roles(document: Document, words: Mapping[str, str]) -> dict[str, str]:
    """The column that says each thing, by what it says.

    Args:
        document: A CSV file.
        words: By each thing what its column may be called, parted by `|`; the first name that is
            there counts.
    """
    return roles_in(document.columns, words)


def roles_in(header: Sequence[str], words: Mapping[str, str]) -> dict[str, str]:
    """As `column_roles`, of a header wherever it stands."""
    columns = {plain(name): name for name in reversed(header)}
    found = {
        role: next((columns[name] for name in names.split("|") if name in columns), None)
        for role, names in words.items()
    }
    return {role: column for role, column in found.items() if column is not None}


def require_roles(
    document: Document, roles: Mapping[str, str], words: Mapping[str, str], needed: Collection[str]
) -> None:
    """Refuse a file in which no column says one of `needed`.

    Raises:
        SourceError: It names what the first missing column may be called.
    """
    for role in needed:
        if role not in roles:
            accepted = words[role].replace("|", ", ")
            raise document.error(f"has no column of {accepted}", line=1)
