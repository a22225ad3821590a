"""Lists of hashes that `sha256sum -c --strict` reads."""

from __future__ import annotations

from collections.abc import Mapping

FILE_NAME = "SHA256SUMS"


def encoded(hashes: Mapping[str, str]) -> bytes:
    """A list of hashes, sorted by path.

    Args:
        hashes: Hex SHA-256 by path, relative to where the list will be checked. Paths are
            printable and hold no backslash, so that none has to be escaped.
    """
    return "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes)).encode()
