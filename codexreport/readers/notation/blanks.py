"""What is left of a template: places that somebody still has to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_LEFT = re.compile(r"\b(?:TODO|TBD|TBA|FIXME)\b|^\s*<[^<>]*>\s*$|\.\.\.|…")
_WORDS = frozenset({"?", "todo", "tbd", "tba", "fixme"})
_DASHES = frozenset({"-", "–", "—"})
_NONE = frozenset({"n/a", "na", "none"})


def is_blank(text: str) -> bool:
    """Whether a text still holds `TODO`, `TBD` or `...`, or is `<name>` or `?`."""
    return _LEFT.search(text) is not None or text.strip().lower() in _WORDS


def filled(value: object) -> object:
    """`value`, or nothing where it is a text that is blank."""
    return "" if isinstance(value, str) and is_blank(value) else value


def cell(text: str) -> str:
    """What a cell of a table says: without marks of emphasis; a dash says nothing."""
    said = text.strip().strip("`*").strip()
    return "" if said in _DASHES else said


def named(text: str) -> str:
    """What a cell that names something names; empty for a dash, `none`, or what is still blank."""
    said = cell(text)
    return "" if is_blank(said) or said.lower() in _NONE else said


def blanks_in(value: Any, where: str = "") -> Iterator[str]:
    """The places in a JSON value whose text is blank or a dash, such as `services[0].owner`."""
    if isinstance(value, str):
        if is_blank(value) or value.strip() in _DASHES:
            yield where or "the top"
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from blanks_in(child, f"{where}.{key}" if where else key)
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from blanks_in(child, f"{where}[{number}]")
