"""Roll-ups: what scanning a file gave, kept by the file's hash, so that history is scanned once."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from codexreport.errors import SourceError
from codexreport.files import sha256_file, write_atomic

_DIGEST_BYTES = hashlib.sha256().digest_size


class Rollups:
    """Derived bytes by what they were derived from. Losing the folder costs time only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def kept(self, key: Any) -> bytes | None:
        """What is kept under `key` (plain JSON values); None where it is absent or damaged."""
        try:
            content = self._path(key).read_bytes()
        except OSError:
            return None
        digest, body = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
        return body if hashlib.sha256(body).digest() == digest else None

    def keep(self, key: Any, body: bytes) -> None:
        """Keep bytes under `key`."""
        write_atomic(self._path(key), hashlib.sha256(body).digest() + body)

    def kept_table(self, key: Any) -> pa.Table | None:
        """The table kept under `key`."""
        body = self.kept(key)
        return None if body is None else parse_table(body)

    def keep_table(self, key: Any, table: pa.Table) -> None:
        """Keep a table under `key`."""
        self.keep(key, table_bytes(table))

    def knew(self, path: Path) -> bool:
        """Whether the file, or one that lay in its place, was hashed before."""
        return self._memo(path).exists()

    def hash_of(self, path: Path) -> str:
        """The file's SHA-256; not computed again for a file that looks untouched.

        Untouched is what has the size, the times of change (of content and of inode, in
        nanoseconds) and the inode it had when it was hashed. Who sets the clock back to change a
        file unseen is not found out here, but by hashing it anew in another folder.

        Raises:
            SourceError: The file cannot be read.
        """
        try:
            seen = identity(path)
            before = _read_json(self._memo(path))
            if before and before[:-1] == seen:
                return str(before[-1])
            digest = sha256_file(path)
        except OSError as error:
            raise SourceError(f"{path.name} cannot be read: {error.strerror or error}.") from error
        write_atomic(self._memo(path), json.dumps([*seen, digest]).encode())
        return digest

    def _path(self, key: Any) -> Path:
        digest = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()
        return self._folder / f"{digest}.kept"

    def _memo(self, path: Path) -> Path:
        return self._folder / f"{hashlib.sha256(str(path).encode()).hexdigest()}.hash"


def identity(path: Path) -> list[int]:
    """What changes when the file does: size, times of change and inode.

    Raises:
        OSError: The file cannot be looked at.
    """
    status = path.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def _read_json(path: Path) -> list[Any] | None:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, list) else None


def table_bytes(table: pa.Table) -> bytes:
    """A table as Parquet bytes, the same for the same content."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def parse_table(body: bytes) -> pa.Table:
    """The table that `table_bytes` wrote.

    `read_table` would import pandas first, which takes longer than reading.

    Raises:
        pa.ArrowException: It is not one.
    """
    return pq.ParquetFile(io.BytesIO(body)).read()
