"""Finding the files that a command made: by pattern, unchanged ones and secrets refused."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from codexreport.errors import EvidenceError
from codexreport.evidence.manifest import Artifact, media_type, name_in
from codexreport.evidence.secrets import SecretSearch

_PIECE = 1024 * 1024
_OWN = re.compile(
    r"evidence/[^/]+/(?:run\.log|manifest\.json|SHA256SUMS|validation\.md|(?:logs|sign-offs)/.+)"
)
"""What the kit writes itself with every record; none of it is what a command made."""

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """What patterns led to.

    Attributes:
        artifacts: Every file that can be kept as evidence.
        problems: Why others cannot, a sentence each.
    """

    artifacts: tuple[Artifact, ...]
    problems: tuple[str, ...]


def check_patterns(patterns: Iterable[str]) -> None:
    """Refuse patterns that lead out of the workspace.

    Raises:
        EvidenceError: Names the first that does.
    """
    for pattern in patterns:
        path = PurePosixPath(pattern)
        if not path.parts or path.is_absolute() or ".." in path.parts:
            raise EvidenceError(
                f"--artifact {pattern!r} is no pattern of files in the project's folder.",
                advice="Write it from there, such as 'results/*.xml'; what lies outside, copy in.",
            )


def stamps(workspace: Path, patterns: Sequence[str]) -> dict[Path, Stamp]:
    """What files there are before a command, and how to tell that it wrote them anew."""
    return {path: _stamp(path) for pattern in patterns for path in _files(workspace, pattern)}


def made(
    workspace: Path,
    patterns: Sequence[str],
    before: Mapping[Path, Stamp],
    search: SecretSearch,
    origin: Mapping[str, Any],
) -> Found:
    """The files that a command made.

    Args:
        workspace: What patterns and names are relative to.
        patterns: As the shell has them, `**` for folders of any depth.
        before: The stamps of before the command.
        search: Finds what no artefact may hold.
        origin: What the artefacts were made from.
    """
    problems: list[str] = []
    paths: dict[Path, None] = {}
    for pattern in patterns:
        matched = _files(workspace, pattern)
        paths |= dict.fromkeys(matched)
        if not matched:
            problems.append(f"No file matches {pattern}.")
    artifacts: dict[str, Artifact] = {}
    for path in sorted(paths):
        try:
            if before.get(path) == _stamp(path):
                problems.append(f"{_shown(workspace, path)} was there before and is unchanged.")
            one = _artifact(workspace, path, search, origin)
            artifacts[one.path] = one
        except EvidenceError as error:
            problems.append(error.message)
        except OSError as error:
            shown = _shown(workspace, path)
            problems.append(f"{shown} could not be read: {error.strerror or error}.")
    return Found(tuple(artifacts.values()), tuple(problems))


def _files(workspace: Path, pattern: str) -> list[Path]:
    literal = workspace / pattern
    try:
        matched = [literal] if literal.is_file() else [*workspace.glob(pattern)]
    except (ValueError, OSError) as error:
        raise EvidenceError(
            f"--artifact {pattern!r} is no pattern: {error}.", advice="Write 'results/**/*.xml'."
        ) from error
    return sorted(
        path for path in matched if path.is_file() and not _OWN.fullmatch(_shown(workspace, path))
    )


def _artifact(
    workspace: Path, path: Path, search: SecretSearch, origin: Mapping[str, Any]
) -> Artifact:
    name = name_in(workspace, path)
    if search.name_in(name.encode()):
        raise EvidenceError("The name of an artefact holds the value of a secret; it is not kept.")
    digest, size, tail = hashlib.sha256(), 0, b""
    for piece in _pieces(path):
        digest.update(piece)
        size += len(piece)
        if secret := search.name_in(tail + piece):
            raise EvidenceError(f"{name} holds the value of {secret} and is not kept.")
        tail = (tail + piece)[-search.reach :]
    return Artifact(
        path=name,
        size=size,
        sha256=digest.hexdigest(),
        media_type=media_type(path),
        origin=origin,
    )


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _stamp(path: Path) -> Stamp:
    """Changes with every writing, be it in place or by a new file under the old name."""
    told = path.stat()
    return told.st_mtime_ns, told.st_size, told.st_ino


def _shown(workspace: Path, path: Path) -> str:
    return path.relative_to(workspace).as_posix()
