"""Merge conflicts that nobody settled: found in a file's text and in a cell's."""

from __future__ import annotations

import re

_MARK = re.compile(r"(?:<{7}|>{7})(?:\s|$)")
"""As git-merge(1) writes them; a line of `=` alone is also how Markdown underlines a heading."""


def conflict_line(text: str) -> int:
    """The first line that is a conflict's mark, counted from 1; 0 where there is none."""
    lines = enumerate(text.split("\n"), start=1)
    return next((number for number, line in lines if _MARK.match(line)), 0)
