"""Defect logs as CSV: ticket, severity, status, owner and link, in a tracker's own words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from codexreport.quality.defects import Defect, DefectLog, Status, severity_of, status_of
from codexreport.readers.notation.blanks import cell, is_blank
from codexreport.readers.notation.column_roles import column_roles, plain, require_roles
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document

_COLUMNS = {
    "name": "ticket|id|key|issue|issue key|defect|defect id|bug|bug id|ticket id|reference",
    "severity": "severity|sev|priority|prio",
    "status": "status|state",
    "owner": "owner|assignee|assigned to|responsible|team",
    "link": "link|url|remediation|fix",
    "plan": "remediation|mitigation|mitigation plan|remediation plan|workaround|fix",
    "title": "title|summary|description",
}
"""What a column may be called, by what it says; the first name that is there counts."""

_OTHER_RECORDS = frozenset({"started", "due", "package"})
"""Columns of incidents, actions, deployments and updates, which have severities and owners too."""

_NO_PLAN = frozenset({"", "none", "no", "n/a", "na"})


class DefectsReader:
    """A log of known defects."""

    format: ClassVar[str] = "defects"
    title: ClassVar[str] = "Defect log (CSV)"
    made_by: ClassVar[str] = "an export of the tracker: ticket,severity,status,owner,link"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.CSV})

    def recognises(self, document: Document) -> bool:
        """It has a name and a severity, and says of each how it stands or is remedied."""
        roles = column_roles(document, _COLUMNS)
        names = {plain(name) for name in document.columns}
        return (
            {"name", "severity"} <= roles.keys()
            and bool(roles.keys() & {"status", "link", "plan"})
            and not names & _OTHER_RECORDS
        )

    def parse(self, document: Document) -> DefectLog:
        """Understand every row."""
        roles = column_roles(document, _COLUMNS)
        require_roles(document, roles, _COLUMNS, ("name", "severity"))
        notes = []
        if "status" not in roles:
            notes.append("It has no column for status: every defect counts as open.")
        if "owner" not in roles:
            notes.append("It has no column for owners.")
        return DefectLog(
            defects=tuple(dict.fromkeys(_defects(document, roles))),
            notes=tuple(notes),
            tells_plans="plan" in roles,
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
            plan=_plan(cells.get("plan", "")),
        )


def _plan(written: str) -> str:
    """How it is remedied; what is still to be filled in is no plan."""
    said = cell(written)
    return "" if is_blank(said) or said.lower() in _NO_PLAN else said
