"""Incidents as PagerDuty's REST API lists them.

Format: PagerDuty's API reference, "List incidents" and "List log entries". A list forgets who
acknowledged once an incident is resolved; log entries beside it (`log_entries`) remember.
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

_RESOLVED = "resolved"
_LOGGED = {"acknowledge_log_entry": "acknowledged", "resolve_log_entry": "resolved"}


class PagerDutyReader:
    """`{"incidents": [...], "more": false}`, alone or with `log_entries`."""

    format: ClassVar[str] = "pagerduty"
    title: ClassVar[str] = "PagerDuty incidents"
    made_by: ClassVar[str] = (
        'curl -H "Authorization: Token token=$PAGERDUTY_TOKEN"'
        ' "https://api.pagerduty.com/incidents?limit=100&total=true" > incidents.json'
    )
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether it lists incidents that have a number and an urgency, or pages of none."""
        top = document.json
        found = top.get("incidents") if isinstance(top, dict) else None
        if not isinstance(found, list):
            return False
        if not found:
            return "more" in top and "limit" in top
        return isinstance(found[0], dict) and {"status", "urgency"} <= found[0].keys()

    def parse(self, document: Document) -> Incidents:
        """Understand the list.

        Raises:
            SourceError: It is not what the API answers with.
        """
        top = fields.as_mapping(document, document.json, "")
        rows = fields.objects(document, top, "incidents", "")
        logged = _logged(document, top)
        found = (
            _incident(document, row, fields.place("incidents", n), logged)
            for n, row in document.counted(enumerate(rows))
        )
        return Incidents(
            incidents=tuple(dict.fromkeys(found)), incomplete=_incomplete(document, top, len(rows))
        )


def _incomplete(document: Document, top: Mapping[str, Any], found: int) -> str:
    total = fields.count(document, top, "total", "", default=None)
    if total is not None and total != found:
        return f"It holds {found} of {total} incidents."
    if fields.flag(document, top, "more", "", default=False):
        return "It is one page of several: there are more incidents."
    if fields.count(document, top, "offset", "", default=0):
        return "It is the last page of several: earlier incidents are missing."
    return ""


def _logged(document: Document, top: Mapping[str, Any]) -> dict[tuple[str, str], datetime]:
    """By incident and what happened to it, the first time that it did."""
    first: dict[tuple[str, str], datetime] = {}
    rows: list[dict[str, Any]] = fields.objects(document, top, "log_entries", "", default=[])
    for number, row in document.counted(enumerate(rows)):
        where = fields.place("log_entries", number)
        kind = fields.text(document, row, "type", where).removesuffix("_reference")
        at = moment_of(document, row.get("created_at"), fields.place(where, "created_at"))
        if kind in _LOGGED and at is not None:
            incident = fields.mapping_at(document, row, "incident", where)
            key = (fields.text(document, incident, "id", f"{where}.incident"), _LOGGED[kind])
            first[key] = min(at, first.get(key, at))
    return first


def _incident(
    document: Document,
    row: Mapping[str, Any],
    where: str,
    logged: Mapping[tuple[str, str], datetime],
) -> Incident:
    name = fields.text(document, row, "id", where)
    closed = fields.text(document, row, "status", where) == _RESOLVED

    def moment(key: str) -> datetime | None:
        return moment_of(document, row.get(key), fields.place(where, key))

    detected, resolved = moment("created_at"), moment("resolved_at")
    if detected is None:
        raise document.error(f"{fields.place(where, 'created_at')} is missing")
    if closed and resolved is None:
        resolved = logged.get((name, "resolved")) or moment("last_status_change_at")
    return Incident(
        id=name,
        title=fields.text(document, row, "title", where, default=""),
        level=_level(document, row, where),
        open=not closed,
        detected=detected,
        acknowledged=logged.get((name, "acknowledged")) or _acknowledged(document, row, where),
        resolved=resolved,
        services=_services(document, row, where),
        url=fields.text(document, row, "html_url", where, default=""),
    )


def _level(document: Document, row: Mapping[str, Any], where: str) -> str:
    """The priority that the team gave it; where it gave none, the urgency that its alert had."""
    priority = fields.mapping_at(document, row, "priority", where, default=None)
    if priority is not None:
        return fields.text(document, priority, "summary", f"{where}.priority", default="")
    return fields.text(document, row, "urgency", where, default="")


def _acknowledged(document: Document, row: Mapping[str, Any], where: str) -> datetime | None:
    here = fields.place(where, "acknowledgements")
    rows: list[dict[str, Any]] = fields.objects(
        document, row, "acknowledgements", where, default=[]
    )
    moments = [
        moment_of(document, one.get("at"), f"{fields.place(here, n)}.at")
        for n, one in enumerate(rows)
    ]
    return min((at for at in moments if at is not None), default=None)


def _services(document: Document, row: Mapping[str, Any], where: str) -> tuple[str, ...]:
    service = fields.mapping_at(document, row, "service", where, default=None)
    others: list[dict[str, Any]] = fields.objects(
        document, row, "impacted_services", where, default=[]
    )
    named = [
        fields.text(document, one, "summary", fields.place(where, "service"), default="")
        for one in ([service] if service else []) + others
    ]
    return tuple(dict.fromkeys(name for name in named if name))
