"""Bringing a notebook to the newest template: the kit's cells by id, the author's untouched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count

from codexreport.authoring.cells import OURS, AuthoredNotebook, Cell
from codexreport.authoring.conflicts import conflict_line
from codexreport.authoring.templates import Template, fingerprint, literals_of
from codexreport.errors import AuthoringError

_KEPT = "kept-"
"""How the id of a cell begins that holds what somebody had written over a cell of the kit's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """A notebook brought up to date.

    Attributes:
        text: The file's new text; the old one where nothing changed.
        changes: What changed, a sentence each.
    """

    text: str
    changes: tuple[str, ...]


def upgrade(notebook: AuthoredNotebook, template: Template) -> Upgrade:
    """Bring a notebook to this template.

    A cell of the kit's that somebody had changed is replaced too, and what stood in it is kept
    below it as a raw cell, which is neither run nor shown.

    Raises:
        AuthoringError: It was made by a newer kit, or a merge conflict in it is not settled.
    """
    version = notebook.version
    if version > template.version:
        raise AuthoringError(
            f"{notebook.name} was made by a newer codexreport: its template has version {version},"
            f" this one has {template.version}.",
            advice="Install the newer codexreport.",
        )
    for one in notebook.cells:
        if conflict_line(one.source):
            raise AuthoringError(
                f"{notebook.name}: a merge conflict is not settled in the cell {one.id}.",
                advice="Keep one of the two sides, or both, and remove the lines with the marks.",
            )
    target = template.filled(literals_of(notebook))
    cells, changes = _merged(notebook, target)
    stamp = {**notebook.ours, **target.stamp(target.cells)}
    if not changes and stamp == dict(notebook.ours):
        return Upgrade(text=notebook.text, changes=())
    if version != template.version:
        changes = [f"The template's version is {template.version} now, not {version}.", *changes]
    text = notebook.with_parts(cells, {**notebook.metadata, OURS: stamp})
    return Upgrade(text=text, changes=tuple(changes))


def _merged(notebook: AuthoredNotebook, template: Template) -> tuple[list[Cell], list[str]]:
    """The notebook's cells in their order, the kit's as the template has them."""
    known = notebook.ours.get("cells")
    prints = known if isinstance(known, dict) else {}
    merged: list[Cell] = []
    changes: list[str] = []
    for old in notebook.cells:
        new = template.kit.get(old.id)
        if not old.is_kit or (new is not None and _same(old, new)):
            merged.append(old)
            continue
        edited = prints.get(old.id) != fingerprint(old)
        changes.append(_told(old.id, removed=new is None, edited=edited))
        merged += [] if new is None else [new]
        merged += [_kept(old, notebook.cells)] if edited else []
    changes += [f"Added {id_}." for id_ in _add_lacking(merged, template, notebook.version)]
    return merged, changes


def _same(old: Cell, new: Cell) -> bool:
    return (old.kind, old.source, old.tags) == (new.kind, new.source, new.tags)


def _told(id_: str, *, removed: bool, edited: bool) -> str:
    done = f"Removed {id_}" if removed else f"Renewed {id_}"
    return f"{done}; what had been changed in it is kept as a raw cell." if edited else f"{done}."


def _kept(old: Cell, beside: Sequence[Cell]) -> Cell:
    taken = {one.id for one in beside}
    names = chain([f"{_KEPT}{old.id}"], (f"{_KEPT}{old.id}-{number}" for number in count(2)))
    id_ = next(name for name in names if name not in taken)
    lines = old.source.splitlines(keepends=True)
    return Cell.of({"cell_type": "raw", "id": id_, "metadata": {}, "source": lines})


def _add_lacking(merged: list[Cell], template: Template, version: int) -> Iterator[str]:
    """Put in what the template has and the notebook lacks, behind what it follows there.

    A section of the author's is added only where the template has got it since: one that was
    there before, and is not any more, somebody took away.
    """
    behind = -1
    for one in template.cells:
        at = next((number for number, old in enumerate(merged) if old.id == one.id), None)
        if at is not None:
            behind = at
        elif one.is_kit or _since(one) > version:
            behind += 1
            merged.insert(behind, one)
            yield one.id


def _since(cell: Cell) -> int:
    """The version of the template that asked for a section first."""
    ours = cell.value.get("metadata", {}).get(OURS, {})
    since = ours.get("since", 1) if isinstance(ours, dict) else 1
    return since if isinstance(since, int) else 1
