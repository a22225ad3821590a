"""How an issue says what its tracker has no field for: by a label, or by a line of its own.

A label `incident:ID` (or GitLab's `incident::ID`) or a line `Incident: ID` in the description
names the incident; a line `Due: 2026-10-20` the last day. A description is prose: what is no
such line says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from codexreport.readers.notation import fields
from codexreport.readers.notation.document import Document

_LABEL = re.compile(r"incident::?\s*(\S.*)", re.IGNORECASE)
_START = r"^[ \t]*(?:[-*][ \t]+)?\**"
_INCIDENT = re.compile(_START + r"incident\**:\**[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_DUE = re.compile(_START + r"due\**:\**[ \t]*(\d{4}-\d\d-\d\d)\b", re.IGNORECASE | re.MULTILINE)
_READ = 100_000


def incident_of(labels: Iterable[str], description: str) -> str:
    """The incident that an issue follows from; empty where it names none."""
    for label in labels:
        if match := _LABEL.fullmatch(label.strip()):
            return match[1]
    named = _INCIDENT.search(description[:_READ])
    return named[1] if named else ""


def due_of(description: str) -> date | None:
    """The last day that the description names; None where it names none."""
    named = _DUE.search(description[:_READ])
    try:
        return date.fromisoformat(named[1]) if named else None
    except ValueError:
        return None


def earliest(*days: date | None) -> date | None:
    """The first of the days that are told."""
    return min((day for day in days if day is not None), default=None)


def label_names(document: Document, row: fields.Object, where: str) -> list[str]:
    """The names of an issue's `labels`; some lists have names, others objects with a name."""
    here = fields.place(where, "labels")
    named: list[Any] = fields.items(document, row, "labels", where, default=[])
    return [_label_name(document, one, fields.place(here, n)) for n, one in enumerate(named)]


def _label_name(document: Document, label: object, where: str) -> str:
    if isinstance(label, str):
        return label
    return fields.text(
        document, fields.as_mapping(document, label, where), "name", where, default=""
    )
