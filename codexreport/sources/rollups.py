"""Roll-ups: what scanning a file gave, kept by the file's hash, so that history is scanned once."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from codexreport.errors import SourceError
from codexreport.files import sha256_file, write_atomic


class Rollups:
    """Derived tables by what they were derived from. Losing the folder costs time only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def table(self, key: Any, make: Callable[[], pa.Table]) -> pa.Table:
        """The table kept under `key` (plain JSON values), made and kept where there is none."""
        digest = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()
        path = self._folder / f"{digest}.parquet"
        with suppress(OSError, pa.ArrowException):  # absent or damaged: made again
            return pq.read_table(path)
        table = make()
        write_atomic(path, table_bytes(table))
        return table

    def hash_of(self, path: Path) -> str:
        """The file's SHA-256; not computed again while size, times and inode are the same.

        Raises:
            SourceError: The file cannot be read.
        """
        try:
            status = path.stat()
            identity = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
            kept = self._folder / f"{hashlib.sha256(str(path).encode()).hexdigest()}.hash"
            before = _read_json(kept)
            if before and before[:-1] == identity:
                return str(before[-1])
            digest = sha256_file(path)
        except OSError as error:
            raise SourceError(f"{path.name} cannot be read: {error.strerror or error}.") from error
        write_atomic(kept, json.dumps([*identity, digest]).encode())
        return digest


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
