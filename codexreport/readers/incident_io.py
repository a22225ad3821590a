"""Incidents as incident.io's API lists them.

Format: incident.io's API reference, "Incidents V2". An organisation names its own timestamps;
those that new organisations have are understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from codexreport.incidents.history import Incidents
from codexreport.incidents.incident import Incident
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import moment_of

_CLOSED = frozenset({"learning", "closed"})
_NO_INCIDENT = frozenset({"declined", "merged", "canceled"})
_REHEARSED = frozenset({"test", "tutorial"})
_TIMESTAMPS = {
    "started": ("impact started", "started"),
    "detected": ("detected", "reported"),
    "acknowledged": ("acknowledged", "accepted"),
    "mitigated": ("mitigated", "fixed"),
    "resolved": ("resolved",),
}
"""For each moment the timestamps that tell it, the better one first; ` at` is left off."""


class IncidentIoReader:
    """`{"incidents": [...], "pagination_meta": {...}}`."""

    format: ClassVar[str] = "incident-io"
    title: ClassVar[str] = "incident.io incidents"
    made_by: ClassVar[str] = (
        'curl -H "Authorization: Bearer $INCIDENT_IO_TOKEN"'
        ' "https://api.incident.io/v2/incidents?page_size=250" > incidents.json'
    )
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether it lists incidents that have a status of incident.io, or a page of none."""
        top = document.json
        found = top.get("incidents") if isinstance(top, dict) else None
        if not isinstance(found, list):
            return False
        if not found:
            return "pagination_meta" in top
        return isinstance(found[0], dict) and "incident_status" in found[0]

    def parse(self, document: Document) -> Incidents:
        """Understand the list; rehearsals, and what turned out to be no incident, are left out.

        Raises:
            SourceError: It is not what the API answers with.
        """
        top = fields.as_mapping(document, document.json, "")
        rows = fields.objects(document, top, "incidents", "")
        found = (
            _incident(document, row, fields.place("incidents", n))
            for n, row in document.counted(enumerate(rows))
        )
        return Incidents(
            incidents=tuple(dict.fromkeys(one for one in found if one is not None)),
            incomplete=_incomplete(document, top, len(rows)),
        )


def _incomplete(document: Document, top: Mapping[str, Any], found: int) -> str:
    meta = fields.mapping_at(document, top, "pagination_meta", "", default={})
    total = fields.count(document, meta, "total_record_count", "pagination_meta", default=None)
    if total is not None and total != found:
        return f"It holds {found} of {total} incidents."
    after = fields.text(document, meta, "after", "pagination_meta", default="")
    if total is None and after:
        return "It is one page of several: there may be more incidents."
    return ""


def _incident(document: Document, row: Mapping[str, Any], where: str) -> Incident | None:
    status = fields.mapping_at(document, row, "incident_status", where)
    category = fields.text(document, status, "category", f"{where}.incident_status")
    mode = fields.text(document, row, "mode", where, default="standard")
    if category in _NO_INCIDENT or mode in _REHEARSED:
        return None
    severity = fields.mapping_at(document, row, "severity", where, default={})
    name = fields.text(document, row, "id", where)
    return Incident(
        id=fields.text(document, row, "reference", where, default=name),
        title=fields.text(document, row, "name", where, default=""),
        level=fields.text(document, severity, "name", f"{where}.severity", default=""),
        open=category not in _CLOSED,
        url=fields.text(document, row, "permalink", where, default=""),
        postmortem=fields.text(document, row, "postmortem_document_url", where, default=""),
        **_moments(document, row, where),
    )


def _moments(document: Document, row: Mapping[str, Any], where: str) -> dict[str, Any]:
    told: dict[str, datetime | None] = {}
    here = fields.place(where, "incident_timestamp_values")
    rows: list[dict[str, Any]] = fields.objects(
        document, row, "incident_timestamp_values", where, default=[]
    )
    for number, one in enumerate(rows):
        spot = fields.place(here, number)
        stamp = fields.mapping_at(document, one, "incident_timestamp", spot)
        value = fields.mapping_at(document, one, "value", spot, default={})
        name = fields.text(document, stamp, "name", f"{spot}.incident_timestamp")
        at = moment_of(document, value.get("value"), f"{spot}.value.value")
        told[name.strip().lower().removesuffix(" at")] = at
    return {
        moment: next((told[name] for name in names if told.get(name)), None)
        for moment, names in _TIMESTAMPS.items()
    }
