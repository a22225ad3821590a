"""Secrets in what is about to be kept: found in any usual encoding, refused or masked."""

from __future__ import annotations

import base64
import html
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from codexreport.errors import EvidenceError

SHORTEST = 6
"""Characters; shorter values are found in innocent text too often to mean anything."""

_WRAP = re.compile(rb"\r?\n[ \t]*")
_WRAPPING = 64
"""Bytes of line ends and indentation that a wrapped value may be stretched by."""

_UNKNOWN = re.compile(
    rb"(?i)(?P<header>(?:authorization|cookie)[\"']?\s{0,4}[:=]\s{0,4}[\"']?[^\r\n\"']{6,1000})"
    rb"|(?P<address>://[^\s/@:\"']{0,100}:[^\s/@\"']{1,500}@)"
)
"""Text that must hold a secret: a header that carries one, a password before a host."""
_LONGEST_UNKNOWN = 1100


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in bytes that a secret takes up.

    Attributes:
        start: Of its first byte.
        end: Behind its last.
        name: Of the secret.
    """

    start: int
    end: int
    name: str


class SecretSearch:
    """Finds the values of secrets, plain, wrapped over lines, or in a usual encoding."""

    def __init__(self, secrets: Iterable[tuple[str, str]]) -> None:
        """Prepare to look for secrets.

        Args:
            secrets: Name and value of each; values that are too short are not looked for.
        """
        self._names: dict[bytes, str] = {}
        for name, value in secrets:
            if len(value) >= SHORTEST:
                for form in _forms(value):
                    self._names.setdefault(form, name)

    @property
    def reach(self) -> int:
        """How many bytes from its first a secret can be at most."""
        return max([*map(len, self._names), _LONGEST_UNKNOWN]) * 2 + _WRAPPING

    def spans(self, content: bytes) -> Iterator[Span]:
        """Every place where the value of a known secret stands, in no order."""
        for form, name in self._names.items():
            yield from (Span(at, at + len(form), name) for at in _places(form, content))
        line_ends = [one.span() for one in _WRAP.finditer(content)]
        if not line_ends:
            return
        joined = _WRAP.sub(b"", content)
        starts, shifts = _shifts(line_ends)
        for form, name in self._names.items():
            for at in _places(form, joined):
                last = at + len(form) - 1
                yield Span(
                    at + shifts[bisect_right(starts, at) - 1],
                    last + shifts[bisect_right(starts, last) - 1] + 1,
                    name,
                )

    def unknown(self, content: bytes) -> Iterator[Span]:
        """Every place that must hold a secret, whatever its value, by what it looks like."""
        for match in _UNKNOWN.finditer(content):
            yield Span(*match.span(), match.lastgroup or "")

    def name_in(self, content: bytes) -> str:
        """The name of a known secret whose value `content` holds; empty if there is none."""
        return next((span.name for span in self.spans(content)), "")


def assert_no_secret(files: Mapping[str, bytes], secrets: Iterable[tuple[str, str]]) -> None:
    """Refuse to keep a file that holds the value of a secret.

    A compressed file, such as a PDF, cannot be looked into; look into what it is made from.

    Args:
        files: Content by name.
        secrets: Name and value of each secret.

    Raises:
        EvidenceError: Names the file and the secret, never the value.
    """
    search = SecretSearch(secrets)
    for name, content in files.items():
        if secret := search.name_in(content):
            raise EvidenceError(
                f"{name} holds the value of {secret}; nothing was written.",
                advice=f"Name it env:{secret} in the project file, and pass it nowhere else.",
            )


def _places(form: bytes, content: bytes) -> Iterator[int]:
    at = content.find(form)
    while at >= 0:
        yield at
        at = content.find(form, at + 1)


def _shifts(removed: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """From which place in joined text on, and by how much, the original lies further behind."""
    starts, shifts, total = [0], [0], 0
    for start, end in removed:
        starts.append(start - total)
        total += end - start
        shifts.append(total)
    return starts, shifts


def _forms(value: str) -> Iterator[bytes]:
    """How a value looks in text, code, JSON, HTML, an address, hex, and as part of Base64."""
    raw = value.encode("utf-8", "surrogateescape")
    escaped = json.dumps(value)[1:-1]
    percent = [quote(raw), quote(raw, safe=""), quote_plus(raw, safe="")]
    yield raw
    for text in (
        escaped,
        json.dumps(escaped)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        html.escape(value),
        html.escape(value, quote=False),
        value.replace("'", "'\"'\"'"),  # as a shell quotes it
        repr(value)[1:-1],
        repr(raw)[2:-1],
        *percent,
        *(re.sub("%..", lambda code: code.group().lower(), one) for one in percent),
        raw.hex(),
        raw.hex().upper(),
    ):
        yield text.encode("utf-8", "surrogateescape")
    yield from (value.encode(code, "surrogatepass") for code in ("utf-16-le", "utf-16-be"))
    for before in range(3):
        # What stands before and after the value changes the digits that hold bits of both.
        digits = base64.b64encode(b"\0" * before + raw)
        whole = digits[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        yield whole
        yield whole.translate(bytes.maketrans(b"+/", b"-_"))
