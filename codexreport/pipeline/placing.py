"""Putting a file where a person says: it replaces nothing but one that was made here before."""

from __future__ import annotations

from pathlib import Path

from codexreport.errors import ParameterError
from codexreport.files import write_atomic

_HEAD = 4096


def put(path: Path, content: bytes, *, what: str, mark: bytes, root: Path) -> None:
    """Write a file that a person named, its folders too where they are inside the project.

    Args:
        path: Where to.
        content: What is to stand there.
        what: What it is called in messages, such as `calendar`.
        mark: What the first bytes of every such file hold; by it one of ours is known.
        root: The project's folder.

    Raises:
        ParameterError: There is something else, or the folder is missing outside the project.
        EvidenceError: It cannot be written.
    """
    try:
        _check(path, what, mark, root)
    except (OSError, RuntimeError) as error:  # the latter is pathlib's, of links that go round
        why = getattr(error, "strerror", None) or error
        raise ParameterError(f"{path} cannot be looked at: {why}.") from error
    write_atomic(path, content)


def _check(path: Path, what: str, mark: bytes, root: Path) -> None:
    if path.is_dir():
        raise ParameterError(f"{path} is a folder.", advice=f"Name a file for the {what}.")
    if path.exists() and not (path.is_file() and _holds(path, mark)):
        raise ParameterError(f"{path} is there, and no {what} of ours; it is not replaced.")
    inside = path.resolve().is_relative_to(root.resolve())
    if not inside and not path.parent.is_dir():
        raise ParameterError(
            f"There is no folder {path.parent}.",
            advice="Outside the project none is made: make it, or name another place.",
        )


def _holds(path: Path, mark: bytes) -> bool:
    with path.open("rb") as stream:
        return mark in stream.read(_HEAD)
