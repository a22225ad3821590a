"""The manifest: every artefact with its size, its SHA-256 and where it came from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codexreport.errors import EvidenceError
from codexreport.files import sha256, write_atomic

FILE_NAME = "manifest.json"
SCHEMA = 1

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
            EvidenceError: `path` is outside `root`.
        """
        if not path.resolve().is_relative_to(root.resolve()):
            raise EvidenceError(f"{path} is outside {root} and cannot be kept as evidence.")
        return cls(
            path=path.resolve().relative_to(root.resolve()).as_posix(),
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


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a phase; an absent one is empty.

    Raises:
        EvidenceError: It is not a manifest this version understands.
    """
    path = folder / FILE_NAME
    try:
        manifest = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {"schema": SCHEMA, "artifacts": []}
    except (OSError, ValueError) as error:
        raise EvidenceError(
            f"{path} cannot be read: {error}.", advice="Move it away; a new one will be made."
        ) from error
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise EvidenceError(
            f"{path} has an unknown schema.", advice="Use the version that wrote it."
        )
    return manifest


def update(folder: Path, artifacts: Iterable[Artifact]) -> dict[str, Any]:
    """Put artefacts into the manifest, each in place of an older one at its path.

    Raises:
        EvidenceError: It could not be read or written.
    """
    by_path = {entry["path"]: entry for entry in read(folder)["artifacts"]}
    by_path.update({one.path: one.to_dict() for one in artifacts})
    manifest = {"schema": SCHEMA, "artifacts": [by_path[path] for path in sorted(by_path)]}
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False)
    write_atomic(folder / FILE_NAME, text.encode() + b"\n")
    return manifest
