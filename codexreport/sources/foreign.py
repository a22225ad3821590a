"""Text that comes from elsewhere, made fit for a sentence of ours."""

from __future__ import annotations

_SHOWN = 300


def one_line(text: str) -> str:
    """`text` as one line: printable, short, without its full stop."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split()).rstrip(".")
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def first_line(body: bytes) -> str:
    """The first line of `body` that says something, as `one_line`."""
    lines = body[: 64 * 1024].decode("utf-8", errors="replace").splitlines()
    return next(filter(None, map(one_line, lines)), "")
