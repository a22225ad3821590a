"""The manifest: every artefact with its size, its SHA-256 and where it came from.

It is made from the log alone, which keeps what each run made. So it can always be made again, and
a run that was killed between the two is in it after the next.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codexreport.errors import EvidenceError
from codexreport.files import sha256

FILE_NAME = "manifest.json"
SCHEMA = 1

_KEYS = ("path", "size", "sha256", "media_type", "origin", "time", "record")

_MEDIA_TYPES = {
    ".html": "text/html",
    ".json": "application/json",
    ".ipynb": "application/x-ipynb+json",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One file that a step made.

    Attributes:
        path: Relative to the workspace, with forward slashes.
        size: In bytes.
        sha256: Of its bytes, hex.
        media_type: What it is, as in an HTTP Content-Type.
        origin: What it was made from, as plain JSON values.
    """

    path: str
    size: int
    sha256: str
    media_type: str
    origin: Mapping[str, Any]

    @classmethod
    def of(cls, path: Path, content: bytes, root: Path, origin: Mapping[str, Any]) -> Artifact:
        """The artefact that `content`, written at `path`, is.

        Raises:
            EvidenceError: `path` is outside `root`, also by a link, or not printable.
        """
        real = path.resolve()
        if not real.is_relative_to(root.resolve()):
            raise EvidenceError(f"{path} is outside {root} and cannot be kept as evidence.")
        name = real.relative_to(root.resolve()).as_posix()
        if not name.isprintable() or "\\" in name:
            raise EvidenceError(f"{name!r} is no name that other tools can be given to check.")
        return cls(
            path=name,
            size=len(content),
            sha256=sha256(content),
            media_type=_MEDIA_TYPES.get(path.suffix, "application/octet-stream"),
            origin=origin,
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "path": self.path,
            "size": self.size,
            "sha256": self.sha256,
            "media_type": self.media_type,
            "origin": dict(self.origin),
        }


def manifest_of(records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Every artefact that the log knows, as its newest record has it, sorted by path.

    Args:
        records: The log's, oldest first. Each artefact also names its record, by `seq`.

    Raises:
        EvidenceError: A record's artefacts are not what a run keeps.
    """
    by_path: dict[str, dict[str, Any]] = {}
    for record in records:
        try:
            for artifact in record.get("artifacts", ()):
                entry = {**artifact, "time": record["time"], "record": record["seq"]}
                by_path[entry["path"]] = {key: entry[key] for key in _KEYS}
        except (KeyError, TypeError) as error:
            raise EvidenceError(
                f"Record {record.get('seq', '?')} of the log names artefacts in an unknown way.",
                advice="Move the folder away and keep it as it is; a new one will be begun.",
            ) from error
    return {"schema": SCHEMA, "artifacts": [by_path[path] for path in sorted(by_path)]}


def encoded(manifest: Mapping[str, Any]) -> bytes:
    """The manifest's file: the same bytes for the same content."""
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace") + b"\n"
