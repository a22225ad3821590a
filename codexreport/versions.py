"""Names with numbers in them in the order that people count in, and which of them are versions."""

from __future__ import annotations

import re

_VERSION = re.compile(r"[vV]?[0-9]+(?:\.[0-9]+)+(?:[-+A-Za-z].*)?", re.DOTALL)
_NUMBERED = re.compile(r"(\D*[0-9]+(?:\.[0-9]+)*)(.*)", re.DOTALL)

Order = tuple[list[str | int], bool, list[str | int]]


def is_version(name: str) -> bool:
    """Whether a name can be told before or after another one: 4.2.0 and v4.2 can, `spring` not."""
    return _VERSION.fullmatch(name) is not None


def counted(name: str) -> Order:
    """A name to sort by: rc2, rc10, and 4.2.0 after both of 4.2.0-rc2, but before 4.2.0.1.

    As SemVer has it, what follows the numbers is one before them, but for what begins with a plus.
    """
    found = _NUMBERED.fullmatch(name.removeprefix("v"))
    numbers, rest = found.groups() if found else (name, "")
    return _parts(numbers), not rest or rest.startswith("+"), _parts(rest)


def _parts(text: str) -> list[str | int]:
    found = re.split(r"([0-9]+)", text)
    return [int(part) if number % 2 else part for number, part in enumerate(found)]
