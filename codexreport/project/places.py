"""Where in a TOML text a key stands, so that a mistake can be named by its line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

KeyPath = tuple[str | int, ...]

_TABLE = re.compile(r"\s*\[(?P<name>[^\[\]]+)\]\s*(#.*)?$")
_ARRAY_TABLE = re.compile(r"\s*\[\[(?P<name>[^\[\]]+)\]\]\s*(#.*)?$")
_PAIR = re.compile(
    r"\s*(?P<key>(?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"))*)\s*="
)
_SEGMENT = re.compile(r"[\w-]+|\"[^\"]*\"|'[^']*'")


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The 1-based line of `path`, or of the nearest table around it; 0 where there is neither."""
    places = _places(text)
    for length in range(len(path), 0, -1):
        line = places.get(tuple(path[:length]))
        if line:
            return line
    return 0


def line_in_message(message: str) -> int:
    """The line that tomllib speaks of; 0 where it speaks of none."""
    words = message.replace(",", " ").split()
    return int(words[words.index("line") + 1]) if "line" in words else 0


def _places(text: str) -> dict[KeyPath, int]:
    places: dict[KeyPath, int] = {}
    entries: Counter[str] = Counter()
    table: KeyPath = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _ARRAY_TABLE.match(line):
            name = match["name"].strip()
            table = (*_segments(name), entries[name])
            entries[name] += 1
            places.setdefault(table[:-1], number)
            places[table] = number
        elif match := _TABLE.match(line):
            table = _segments(match["name"])
            places.setdefault(table, number)
        elif match := _PAIR.match(line):
            places.setdefault((*table, *_segments(match["key"])), number)
    return places


def _segments(name: str) -> KeyPath:
    return tuple(part.strip("\"'") for part in _SEGMENT.findall(name))
