"""Sections of Markdown text: what stands under a heading, and whether it is more than a plan."""

from __future__ import annotations

import re

_HEADING = re.compile(r"(?P<level>#{1,6})\s+(?P<title>.*?)\s*#*\s*$")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_UNFILLED = re.compile(r"\b(?:todo|tbd|tba|fixme)\b|<[^<>\s][^<>]*>|\.\.\.|…", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def section_of(text: str, title: str) -> str | None:
    """What stands under a heading of a Markdown text, without comments; None: no such heading.

    Headings are compared without regard to case and outside of code; subsections belong to it.
    """
    lines: list[str] | None = None
    level, fenced = 0, False
    for line in _COMMENT.sub("", text).splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        heading = None if fenced else _HEADING.match(line)
        if heading and lines is not None and len(heading["level"]) <= level:
            break
        if lines is not None:
            if not heading:
                lines.append(line)
        elif heading and heading["title"].casefold() == title.strip().casefold():
            lines, level = [], len(heading["level"])
    return None if lines is None else "\n".join(lines).strip()


def lacks(section: str | None) -> str:
    """What a section lacks, a predicate; empty where it lacks nothing."""
    if not section:
        return "is not there" if section is None else "is empty"
    left = _UNFILLED.search(section)
    return f"still says {left[0]!r}" if left else ""
