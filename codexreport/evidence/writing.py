"""Writing a text as an artefact: a file in its place, and what a record says of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from codexreport.evidence.manifest import Artifact
from codexreport.files import write_atomic


def written(workspace: Path, path: Path, text: str, origin: Mapping[str, Any]) -> Artifact:
    """Put `text` at `path`, below `workspace`, and say what it is.

    Args:
        workspace: What the artefact's name is relative to.
        path: Where it goes; an older file is replaced.
        text: What it holds.
        origin: What it was made from.

    Raises:
        EvidenceError: It cannot be written; an older file is still whole.
    """
    content = text.encode("utf-8", "backslashreplace")
    write_atomic(path, content)
    return Artifact.of(path, content, workspace, origin)
