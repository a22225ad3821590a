"""The last look before anything is written: no secret may be in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from codexreport.errors import EvidenceError

SHORTEST = 6
"""Shorter values are found in innocent text too often to mean anything."""


def assert_no_secret(files: Mapping[str, bytes], secrets: Iterable[tuple[str, str]]) -> None:
    """Refuse to keep a file that holds the value of a secret.

    Args:
        files: Content by name.
        secrets: Name and value of each secret.

    Raises:
        EvidenceError: Names the file and the secret, never the value.
    """
    for secret, value in secrets:
        if len(value) < SHORTEST:
            continue
        for name, content in files.items():
            if value.encode() in content:
                raise EvidenceError(
                    f"{name} holds the value of {secret}; nothing was written.",
                    advice=f"Name it as env:{secret} in the project file and nowhere else.",
                )
