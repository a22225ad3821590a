"""Names in a project file of objectives and services that there are not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from codexreport.project.mistakes import KeyPath, did_you_mean
from codexreport.slo.objective import Objective

_WORD = re.compile(r"[A-Za-z0-9._-]+")


def words_of(text: str) -> set[str]:
    """Whatever a refused file of objectives could have given a name to."""
    return set(_WORD.findall(text))


def unknown_names(
    tables: Mapping[str, Any], objectives: Collection[Objective], unread: Collection[str]
) -> Iterator[tuple[KeyPath, str]]:
    """Each name of what there is not: its key, and what is wrong there.

    Args:
        tables: The project file as it is written; it may be refused for other reasons.
        objectives: Those that could be read.
        unread: The words of files that could not.
    """
    names = sorted({objective.name for objective in objectives})
    services = sorted({objective.service for objective in objectives})
    for what, known, used in (
        ("objective", names, _keys(tables, "objectives")),
        ("objective", names, _listed(tables, "corrections", "objectives")),
        ("service", services, _listed(tables, "incidents", "services")),
    ):
        for path, name in used:
            if name not in known and not _may_be_unread(name, unread):
                yield path, f"there is no {what} {name!r}{did_you_mean(name, known)}"


def _may_be_unread(name: str, unread: Collection[str]) -> bool:
    """Whether a refused file speaks of it, maybe by the first part of its name.

    Sloth's objectives are called `service-name`, and one of several in an OpenSLO `name.number`.
    """
    starts = (name[: mark.start()] for mark in re.finditer(r"[.-]", name))
    return any(one in unread for one in (name, *starts))


def _keys(tables: Mapping[str, Any], key: str) -> Iterator[tuple[KeyPath, str]]:
    table = tables.get(key)
    if isinstance(table, dict):
        yield from (((key, name), name) for name in table)


def _listed(tables: Mapping[str, Any], key: str, inner: str) -> Iterator[tuple[KeyPath, str]]:
    """What the lists `inner` in an array of tables hold, as far as they are lists of text."""
    entries = tables.get(key)
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        names = entry.get(inner) if isinstance(entry, dict) else None
        for name in names if isinstance(names, list) else ():
            if isinstance(name, str):
                yield (key, number, inner), name
