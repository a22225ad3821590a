"""How the sample's files are written: with their folders, the same bytes every time."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any


def write(path: Path, text: str) -> None:
    """A file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def write_json(path: Path, document: dict[str, Any]) -> None:
    """A document that people can read."""
    write(path, json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def write_csv(path: Path, header: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    """A table."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    write(path, text.getvalue())
