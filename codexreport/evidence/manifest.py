"""The manifest: every artefact with its size, its SHA-256 and where it came from.

It is made from the log alone, which keeps what each run made. So it can always be made again, and
a run that was killed between the two is in it after the next.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from codexreport.errors import EvidenceError
from codexreport.evidence.log import LogContents
from codexreport.files import sha256, sha256_file

FILE_NAME = "manifest.json"
SCHEMA = 2
RECORD_SCHEMAS = (1, 2)
"""Of the records that are understood; those of the first do not say."""

_OF_ARTIFACT = ("path", "size", "sha256", "media_type", "origin")
_OF_RECORD = ("time", "command", "exit_code", "started", "ended", "commit", "tool")
_HASH = re.compile(r"[0-9a-f]{64}")

_MEDIA_TYPES = {
    ".html": "text/html",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".ipynb": "application/x-ipynb+json",
    ".pdf": "application/pdf",
    ".log": "text/plain",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".csv": "text/csv",
    ".ics": "text/calendar",
    ".xml": "application/xml",
    ".toml": "application/toml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".zip": "application/zip",
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
        return cls(
            path=name_in(root, path),
            size=len(content),
            sha256=sha256(content),
            media_type=media_type(path),
            origin=origin,
        )

    @classmethod
    def of_file(cls, path: Path, root: Path, origin: Mapping[str, Any]) -> Artifact:
        """The artefact that the file at `path` is, read in pieces.

        Raises:
            EvidenceError: As `of`.
            OSError: It cannot be read.
        """
        return cls(
            path=name_in(root, path),
            size=path.stat().st_size,
            sha256=sha256_file(path),
            media_type=media_type(path),
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


def name_in(root: Path, path: Path) -> str:
    """How records name a file: relative to the workspace, links followed, forward slashes.

    Raises:
        EvidenceError: `path` is outside `root`, also by a link, or not printable.
    """
    real = path.resolve()
    if not real.is_relative_to(root.resolve()):
        raise EvidenceError(f"{path} is outside {root} and cannot be kept as evidence.")
    name = real.relative_to(root.resolve()).as_posix()
    if not is_plain(name):
        raise EvidenceError(f"{name!r} is no name that other tools can be given to check.")
    return name


def media_type(path: Path) -> str:
    """What a file is by its name, as in an HTTP Content-Type."""
    return _MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")


def manifest_of(phase: str, contents: LogContents) -> dict[str, Any]:
    """Every artefact that the log knows, as its newest record has it, sorted by path.

    What a later record `removed` is no artefact any more: a report's PDF of an earlier figure, say.
    Each names its record, by `seq`, and says what that record says of how it was made; what the
    record does not say is null.

    Raises:
        EvidenceError: A record is of a newer kit, or its artefacts are not what a step keeps.
    """
    by_path: dict[str, dict[str, Any]] = {}
    for record in contents.records:
        try:
            by_path |= {entry["path"]: entry for entry in _entries(record)}
            for path in record.get("removed", ()):
                by_path.pop(path, None)
        except (KeyError, TypeError) as error:
            raise EvidenceError(
                f"Record {record.get('seq', '?')} of the log names artefacts in an unknown way.",
                advice="Move the folder away and keep it as it is; a new one will be begun.",
            ) from error
    return {
        "schema": SCHEMA,
        "phase": phase,
        "head": {"seq": contents.head.seq, "sha256": contents.head.sha256},
        "artifacts": [by_path[path] for path in sorted(by_path)],
    }


def _entries(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if record.get("schema", 1) not in RECORD_SCHEMAS:
        raise EvidenceError(
            f"Record {record.get('seq', '?')} of the log has schema {record['schema']!r}, "
            f"which this version does not know.",
            advice="Use the version of codexreport that wrote it, or a newer one.",
        )
    made = {key: record.get(key) for key in _OF_RECORD}
    for artifact in record.get("artifacts", ()):
        entry = {key: artifact[key] for key in _OF_ARTIFACT}
        if not (
            is_plain(entry["path"])
            and isinstance(entry["size"], int)
            and _HASH.fullmatch(entry["sha256"])
            and isinstance(entry["origin"], dict)
        ):
            raise TypeError
        yield {**entry, **made, "record": record["seq"]}


def is_plain(name: str) -> bool:
    """Whether a name leads nowhere else, and `sha256sum` takes it as it stands.

    It takes a lone hyphen for its standard input, and escapes backslashes and line ends.
    """
    parts = PurePosixPath(name).parts
    leads_away = name.startswith("/") or ".." in parts or "/".join(parts) != name
    return name.isprintable() and "\\" not in name and not leads_away and name not in ("", "-")


def encoded(manifest: Mapping[str, Any]) -> bytes:
    """The manifest's file: the same bytes for the same content."""
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace") + b"\n"
