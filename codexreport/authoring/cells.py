"""A notebook as the text it is: a cell keeps its own bytes until somebody changes that cell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from codexreport.authoring.conflicts import conflict_line
from codexreport.errors import AuthoringError
from codexreport.strict import StrictError, load_json
from codexreport.text import one_line

KIT_PREFIX = "cr-"
"""What the id of every cell of the kit begins with; all others are the author's."""

OURS = "codexreport"
"""The key of a notebook's metadata that the kit writes, and the tag of its cells."""

_FORMAT = 4
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_KINDS = {"code", "markdown", "raw"}
_CELL_DEPTH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell.

    Attributes:
        value: What its JSON says.
        text: That JSON, as it stands in the file.
    """

    value: Mapping[str, Any]
    text: str

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Cell:
        """A cell that is written as Jupyter writes one."""
        return cls(value=value, text=_written(value, _CELL_DEPTH))

    @property
    def id(self) -> str:
        """Unique in its notebook, and kept by every editor of format 4.5."""
        return str(self.value["id"])

    @property
    def kind(self) -> str:
        """`code`, `markdown` or `raw`."""
        return str(self.value["cell_type"])

    @property
    def source(self) -> str:
        """What people see in it."""
        written = self.value["source"]
        return written if isinstance(written, str) else "".join(written)

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of its metadata."""
        return tuple(self.value.get("metadata", {}).get("tags", ()))

    @property
    def outputs(self) -> Sequence[Mapping[str, Any]]:
        """What was saved of its last run."""
        found: Sequence[Mapping[str, Any]] = self.value.get("outputs", ())
        return found

    @property
    def is_kit(self) -> bool:
        """Whether it is the kit's, and not the author's."""
        return self.id.startswith(KIT_PREFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthoredNotebook:
    """A notebook's file, read.

    Attributes:
        name: What messages call it.
        text: The whole file.
        cells: In order.
        metadata: The notebook's own, not the cells'.
    """

    name: str
    text: str
    cells: tuple[Cell, ...]
    metadata: Mapping[str, Any]

    @classmethod
    def read(cls, content: bytes, name: str) -> AuthoredNotebook:
        """Understand a notebook's file.

        Raises:
            AuthoringError: It holds conflict markers, is not JSON, or no notebook of format 4.5.
        """
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise AuthoringError(f"{name} is not UTF-8 text.", advice=_RESTORE) from error
        if line := conflict_line(text):
            raise AuthoringError(
                f"{name}:{line}: a merge conflict is not settled there.",
                advice="Keep one of the two sides, or both, and remove the lines with the marks.",
            )
        try:
            document = load_json(text)
        except StrictError as error:
            raise AuthoringError(
                f"{name} is not a notebook: {one_line(str(error))}.", advice=_RESTORE
            ) from error
        _refuse_other(document, name)
        spans = {key: start for key, start, _ in _parts(text, text.index("{"))}
        return cls(
            name=name,
            text=text,
            cells=tuple(
                Cell(value=value, text=text[start:end])
                for value, (_, start, end) in zip(
                    document["cells"], _parts(text, spans["cells"]), strict=True
                )
            ),
            metadata=document["metadata"],
        )

    @property
    def ours(self) -> Mapping[str, Any]:
        """What the kit wrote into the metadata; empty where it is not the kit's."""
        found = self.metadata.get(OURS)
        return found if isinstance(found, dict) else {}

    @property
    def version(self) -> int:
        """The version of the template it was made of, or brought to; 0 where it does not say."""
        found = self.ours.get("version")
        return found if isinstance(found, int) else 0

    def with_parts(self, cells: Sequence[Cell], metadata: Mapping[str, Any]) -> str:
        """The file's text with other cells and metadata; every cell keeps its own text."""
        found = {key: (start, end) for key, start, end in _parts(self.text, self.text.index("{"))}
        new = {
            "cells": "[" + ",".join(f"\n  {one.text}" for one in cells) + "\n ]",
            "metadata": _written(metadata, 1),
        }
        text = self.text
        for key in sorted(new, key=found.__getitem__, reverse=True):
            start, end = found[key]
            text = text[:start] + new[key] + text[end:]
        return text


def notebook_text(cells: Sequence[Cell], metadata: Mapping[str, Any]) -> str:
    """The text of a new notebook, as Jupyter writes one."""
    document = {
        "cells": [one.value for one in cells],
        "metadata": metadata,
        "nbformat": _FORMAT,
        "nbformat_minor": 5,
    }
    return _written(document, 0) + "\n"


_RESTORE = "Restore it from version control, or open it in JupyterLab and save it."


def _refuse_other(document: object, name: str) -> None:
    """Refuse what is no notebook whose cells have ids."""
    reason = _refusal(document)
    if reason:
        raise AuthoringError(f"{name} is not a notebook of format 4.5: {reason}.", advice=_RESTORE)


def _refusal(document: object) -> str:
    if not isinstance(document, dict) or document.get("nbformat") != _FORMAT:
        return "nbformat is not 4"
    if not isinstance(document.get("metadata"), dict) or not isinstance(
        document.get("cells"), list
    ):
        return "it has no cells or no metadata"
    seen: set[str] = set()
    for number, cell in enumerate(document["cells"], start=1):
        if not isinstance(cell, dict) or cell.get("cell_type") not in _KINDS or not _sound(cell):
            return f"cell {number} is none"
        if not isinstance(cell.get("id"), str):
            return f"cell {number} has no id; an old editor has saved it"
        if cell["id"] in seen:
            return f"two cells have the id {one_line(cell['id'])!r}"
        seen.add(cell["id"])
    return ""


def _sound(cell: Mapping[str, Any]) -> bool:
    source, metadata = cell.get("source"), cell.get("metadata")
    lines = source if isinstance(source, list) else [source]
    outputs = cell.get("outputs", [])
    tags = metadata.get("tags", []) if isinstance(metadata, dict) else None
    return (
        all(isinstance(one, str) for one in lines)
        and isinstance(tags, list)
        and isinstance(outputs, list)
        and all(isinstance(one, dict) for one in outputs)
    )


def _parts(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """Of the JSON object or list at `at`, each value's key, and where it starts and ends.

    The text has been parsed before, so nothing here can be wrong with it.
    """
    keyed = text[at] == "{"
    at = _past_space(text, at + 1)
    while text[at] not in "]}":
        key = ""
        if keyed:
            key, at = _DECODER.raw_decode(text, at)
            at = _past_space(text, _past_space(text, at) + 1)
        _, end = _DECODER.raw_decode(text, at)
        yield key, at, end
        at = _past_space(text, end)
        if text[at] == ",":
            at = _past_space(text, at + 1)


def _past_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _written(value: object, depth: int) -> str:
    """JSON as Jupyter writes it, to stand `depth` levels deep in its file."""
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return text.replace("\n", "\n" + " " * depth)
