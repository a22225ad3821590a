"""Generated blocks in files that people write: replaced between markers, all else untouched.

A block stands between `<!-- codexreport:begin NAME -->` and `<!-- codexreport:end NAME SUM -->`.
SUM is a checksum of what was generated, so that words written inside a block by hand are found
before they would be lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from codexreport.authoring.conflicts import conflict_line
from codexreport.errors import AuthoringError
from codexreport.files import sha256

_MARKER = re.compile(r"<!-- codexreport:(begin|end) ([a-z][a-z0-9-]*)(?: ([0-9a-f]{8}))? -->")
_MEANT = re.compile(r"<!--\s*codexreport\s*:", re.IGNORECASE)
_LAYOUT = re.compile(r"[\s:-]+")
_ADVICE = "Mend the markers, or restore the file as it was committed; nothing was changed."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Lines of a file: `first` is the marker that begins it, `last` the one that ends it."""

    name: str
    first: int
    last: int
    checksum: str


def block(name: str, content: str) -> str:
    """A block as it stands in a file, without a line end behind it.

    Args:
        name: Lower-case letters, digits and hyphens.
        content: Markdown, ended or not.
    """
    lines = _generated(name, content)
    return "\n".join([f"<!-- codexreport:begin {name} -->", *lines])


def refreshed(text: str, contents: Mapping[str, str], file: str) -> str:
    """`text` with what stands between markers replaced; every other character stays.

    A block whose markers a person took out stays out. Lines end as the block's first line does.

    Args:
        text: The file as it is, its line ends untouched.
        contents: Markdown by the name of its block.
        file: What the file is called in messages.

    Raises:
        AuthoringError: A marker is damaged or unknown, somebody wrote inside a block, or a merge
            conflict is not settled.
    """
    if at := conflict_line(text):
        raise _damaged(file, at - 1, "is the mark of a merge conflict")
    lines = text.split("\n")
    found = _blocks(lines, contents, file)
    for one in reversed(found):
        _require_unwritten(lines, one, file)
        end = "\r" if lines[one.first].endswith("\r") else ""
        last = "\r" if lines[one.last].endswith("\r") else ""
        *fresh, marker = _generated(one.name, contents[one.name])
        lines[one.first + 1 : one.last + 1] = [*(line + end for line in fresh), marker + last]
    return "\n".join(lines)


def _generated(name: str, content: str) -> list[str]:
    """The lines of a block below its first marker."""
    return [*content.strip("\n").split("\n"), f"<!-- codexreport:end {name} {_sum(content)} -->"]


def _sum(content: str) -> str:
    """Without spaces and rules: tools that lay tables out anew change nothing that is said."""
    return sha256(_LAYOUT.sub("", content).encode())[:8]


def _blocks(lines: list[str], contents: Mapping[str, str], file: str) -> list[_Block]:
    found: list[_Block] = []
    begun: tuple[str, int] | None = None
    for number, line in enumerate(lines):
        marker = _MARKER.fullmatch(line.strip())
        if marker is None:
            if _MEANT.search(line):
                raise _damaged(file, number, "is no marker as codexreport writes them")
            continue
        kind, name, checksum = marker.groups()
        if name not in contents:
            known = ", ".join(sorted(contents)) or "none"
            raise _damaged(file, number, f"names no block of this file; there are: {known}")
        if kind == "begin":
            if begun is not None:
                raise _damaged(file, begun[1], f"begins {begun[0]}, which does not end")
            if any(one.name == name for one in found):
                raise _damaged(file, number, f"begins {name} a second time")
            begun = (name, number)
        else:
            if begun is None or begun[0] != name:
                raise _damaged(file, number, f"ends {name}, which did not begin")
            found.append(_Block(name=name, first=begun[1], last=number, checksum=checksum or ""))
            begun = None
    if begun is not None:
        raise _damaged(file, begun[1], f"begins {begun[0]}, which does not end")
    return found


def _require_unwritten(lines: list[str], one: _Block, file: str) -> None:
    inside = "\n".join(lines[one.first + 1 : one.last])
    if inside.strip() and _sum(inside) != one.checksum:
        raise AuthoringError(
            f"{file}:{one.first + 1}: somebody wrote inside the block {one.name}.",
            advice="Move what was written below the end marker, and leave nothing between the "
            "two; nothing was changed.",
        )


def _damaged(file: str, number: int, message: str) -> AuthoringError:
    return AuthoringError(f"{file}:{number + 1}: {message}.", advice=_ADVICE)
