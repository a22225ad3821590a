"""Text that comes from elsewhere, made fit for a sentence of ours."""

from __future__ import annotations

from collections.abc import Sequence

_SHOWN = 300
_NAMED = 5
_NAME = 120


def one_line(text: str, shown: int = _SHOWN) -> str:
    """`text` as one line: printable, at most `shown` characters, without its full stop."""
    if len(text) <= shown and text.isprintable() and "  " not in text:  # most are one already
        return text.strip().rstrip(".")
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split()).rstrip(".")
    return line if len(line) <= shown else line[: shown - 1] + "…"


def sentence(text: str) -> str:
    """Text as the end of a sentence."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def first_line(body: bytes) -> str:
    """The first line of `body` that says something, as `one_line`."""
    lines = body[: 64 * 1024].decode("utf-8", errors="replace").splitlines()
    return next(filter(None, map(one_line, lines)), "")


def listed(names: Sequence[str], separator: str = ", ") -> str:
    """The first five of `names`, each as `one_line`, and how many more there are."""
    told = separator.join(one_line(name, _NAME) for name in names[:_NAMED])
    more = len(names) - _NAMED
    return f"{told} and {more} more" if more > 0 else told
