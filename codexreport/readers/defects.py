"""Defect logs as CSV: ticket, severity, status, owner and link, in a tracker's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from codexreport.quality.defects import Defect, DefectLog, Status, severity_of, status_of
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document

_COLUMNS = {
    "name": "ticket|id|key|issue|issue key|defect|defect id|bug|bug id|ticket id|reference",
    "severity": "severity|sev|priority|prio",
    "status": "status|state",
    "owner": "owner|assignee|assigned to|responsible|team",
    "link": "link|url|remediation|fix",
    "title": "title|summary|description",
}
"""What a column may be called, by what it says; the first name that is there counts."""

_OTHER_RECORDS = frozenset({"started", "due", "package"})
"""Columns of incidents, actions, deployments and updates, which have severities and owners too."""


class DefectsReader:
    """A log of known defects."""

    format: ClassVar[str] = "defects"
    title: ClassVar[str] = "Defect log (CSV)"
    made_by: ClassVar[str] = "an export of the tracker: ticket,severity,status,owner,link"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.CSV})

    def recognises(self, document: Document) -> bool:
        """It has a name and a severity, and says of each how it stands or is remedied."""
        roles = _roles(document)
        names = {_plain(name) for name in document.columns}
        return (
            {"name", "severity"} <= roles.keys()
            and bool(roles.keys() & {"status", "link"})
            and not names & _OTHER_RECORDS
        )

    def parse(self, document: Document) -> DefectLog:
        """Understand every row."""
        roles = _roles(document)
        for needed in ("name", "severity"):
            if needed not in roles:
                accepted = _COLUMNS[needed].replace("|", ", ")
                raise document.error(f"has no column of {accepted}", line=1)
        notes = []
        if "status" not in roles:
            notes.append("It has no column for status: every defect counts as open.")
        if "owner" not in roles:
            notes.append("It has no column for owners.")
        return DefectLog(
            defects=tuple(dict.fromkeys(_defects(document, roles))), notes=tuple(notes)
        )


def _defects(document: Document, roles: dict[str, str]) -> Iterator[Defect]:
    for line, row in document.rows():
        cells = {role: row[column].strip() for role, column in roles.items()}
        if not cells["name"]:
            raise document.error(f"has no {roles['name']!r}", line=line)
        yield Defect(
            name=cells["name"],
            severity=severity_of(cells["severity"]),
            status=status_of(cells["status"]) if "status" in cells else Status.OPEN,
            owner=cells.get("owner", ""),
            title=cells.get("title", ""),
            link=cells.get("link", ""),
        )


def _roles(document: Document) -> dict[str, str]:
    """The column that says each thing, by what it says."""
    columns = {_plain(name): name for name in reversed(document.columns)}
    found = {
        role: next((columns[name] for name in names.split("|") if name in columns), None)
        for role, names in _COLUMNS.items()
    }
    return {role: column for role, column in found.items() if column is not None}


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]+", " ", name.lower()).strip()
