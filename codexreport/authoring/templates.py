"""Templates: what a new notebook is made of, and what an older one is compared with."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from codexreport.authoring.cells import OURS, AuthoredNotebook, Cell, notebook_text
from codexreport.authoring.sections import title_of
from codexreport.errors import AuthoringError
from codexreport.files import sha256

PARAMETERS = "cr-parameters"
"""The cell that says what the notebook is about; its values are the notebook's own."""

_LINE = re.compile(r"(?P<name>\w+)(?P<type>: [^=]+ = )(?P<value>.+?)(?P<help>  # .*)")
_DAMAGED = re.compile(r"\s*(?P<name>\w+)\s*(?::[^=]*)?=\s*(?P<value>[^#]+?)\s*(?:#.*)?")
"""The same, as somebody may have left it: without its type, or its help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One template.

    Attributes:
        kind: Such as `postmortem`.
        version: Counts up with every change of a cell of the kit's.
        cells: The kit's and the author's, in the order that a reader wants.
        metadata: Of a notebook that is made of it.
    """

    kind: str
    version: int
    cells: tuple[Cell, ...]
    metadata: Mapping[str, object]

    @classmethod
    def of(cls, notebook: AuthoredNotebook) -> Template:
        """The template in a notebook that ships with the kit.

        Raises:
            AuthoringError: It is none.
        """
        kind, version = notebook.ours.get("template"), notebook.ours.get("version")
        if not isinstance(kind, str) or not isinstance(version, int):
            raise AuthoringError(
                f"{notebook.name} is no template.",
                advice="Templates are the notebooks postmortem and retro that ship with the kit; "
                "remove yours of that name.",
            )
        metadata = {key: value for key, value in notebook.metadata.items() if key != OURS}
        return cls(kind=kind, version=version, cells=notebook.cells, metadata=metadata)

    @property
    def kit(self) -> Mapping[str, Cell]:
        """The kit's cells, by id."""
        return {one.id: one for one in self.cells if one.is_kit}

    @property
    def sections(self) -> Mapping[str, str]:
        """What the author has to write: the title of each section, by its cell's id."""
        return {one.id: title_of(one.source) for one in self.cells if not one.is_kit}

    def filled(self, values: Mapping[str, str]) -> Template:
        """With these values in its parameters cell, as Python literals by name."""
        cells = tuple(
            with_values(one, values) if one.id == PARAMETERS else one for one in self.cells
        )
        return replace(self, cells=cells)

    def notebook(self, values: Mapping[str, str], created: datetime) -> str:
        """The text of a new notebook.

        Args:
            values: Parameters by name, text.
            created: The moment it is made; drafts are as old as that.
        """
        cells = self.filled({name: json.dumps(value) for name, value in values.items()}).cells
        stamp = {**self.stamp(cells), "created": created.isoformat(timespec="seconds")}
        return notebook_text(cells, {**self.metadata, OURS: stamp})

    def stamp(self, cells: Sequence[Cell]) -> dict[str, object]:
        """What a notebook's metadata says of where it comes from, and of the kit's `cells`."""
        return {
            "template": self.kind,
            "version": self.version,
            "cells": {one.id: fingerprint(one) for one in cells if one.is_kit},
        }


def fingerprint(cell: Cell) -> str:
    """Tells whether anybody changed a cell of the kit's; the values of parameters may differ."""
    source = cell.source
    if cell.id == PARAMETERS:
        source = "\n".join(_without_value(line) for line in source.splitlines())
    return sha256(f"{cell.kind}\n{source.rstrip()}".encode())[:16]


def with_values(cell: Cell, values: Mapping[str, str]) -> Cell:
    """A parameters cell with other defaults, Python literals by name; the rest of it stays."""
    lines = [_with_value(line, values) for line in cell.source.splitlines()]
    return Cell.of({**cell.value, "source": "\n".join(lines).splitlines(keepends=True)})


def literals_of(notebook: AuthoredNotebook) -> dict[str, str]:
    """The defaults that a notebook's parameters cell gives, as the literals they are, by name."""
    cell = next((one for one in notebook.cells if one.id == PARAMETERS), None)
    lines = cell.source.splitlines() if cell else []
    found = (_LINE.fullmatch(line) or _DAMAGED.fullmatch(line) for line in lines)
    return {line["name"]: line["value"] for line in found if line and _is_literal(line["value"])}


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return False
    return True


def values_of(notebook: AuthoredNotebook) -> dict[str, str]:
    """The same as text."""
    return {name: str(ast.literal_eval(one)) for name, one in literals_of(notebook).items()}


def _with_value(line: str, values: Mapping[str, str]) -> str:
    found = _LINE.fullmatch(line)
    if found is None or found["name"] not in values:
        return line
    return f"{found['name']}{found['type']}{values[found['name']]}{found['help']}"


def _without_value(line: str) -> str:
    found = _LINE.fullmatch(line)
    return f"{found['name']}{found['type']}{found['help']}" if found else line
