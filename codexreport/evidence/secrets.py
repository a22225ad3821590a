"""The last look before anything is written: no secret may be in it."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus

from codexreport.errors import EvidenceError

SHORTEST = 6
"""Characters; shorter values are found in innocent text too often to mean anything."""


def assert_no_secret(files: Mapping[str, bytes], secrets: Iterable[tuple[str, str]]) -> None:
    """Refuse to keep a file that holds the value of a secret, plain or in a usual encoding.

    A compressed file, such as a PDF, cannot be looked into; look into what it is made from.

    Args:
        files: Content by name.
        secrets: Name and value of each secret.

    Raises:
        EvidenceError: Names the file and the secret, never the value.
    """
    for secret, value in secrets:
        if len(value) < SHORTEST:
            continue
        forms = set(_forms(value))
        for name, content in files.items():
            if any(form in content for form in forms):
                raise EvidenceError(
                    f"{name} holds the value of {secret}; nothing was written.",
                    advice=f"Name it env:{secret} in the project file, and pass it nowhere else.",
                )


def _forms(value: str) -> Iterator[bytes]:
    """How a value looks in text, JSON, HTML, an address, and as part of a Base64 text."""
    raw = value.encode("utf-8", "surrogateescape")
    yield raw
    for text in (
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        html.escape(value),
        html.escape(value, quote=False),
        quote(raw),
        quote(raw, safe=""),
        quote_plus(raw, safe=""),
    ):
        yield text.encode("utf-8", "surrogateescape")
    for shift in range(3):
        # Only the groups of three bytes that lie wholly within the value look the same wherever
        # it stands; what is before and after it changes the others.
        whole = raw[shift : shift + (len(raw) - shift) // 3 * 3]
        if len(whole) >= SHORTEST:
            yield base64.b64encode(whole)
            yield base64.urlsafe_b64encode(whole)
