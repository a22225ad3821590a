"""Incidents that a team writes down itself, in CSV or TOML.

CSV: a header with at least `id`, `severity`, `started` and `resolved`; further columns are
`title`, `detected`, `acknowledged`, `mitigated`, `services`, `deployment` (the one that caused it),
`url` and `postmortem`, and others are passed over. TOML: `[[incidents]]` with the same keys, and
beside them `covers_from` and `covers_until`, the span that the file holds every incident of.
Without `resolved` an incident is open. Services are a list, in CSV with `;` between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from codexreport.incidents.history import Incidents
from codexreport.incidents.incident import Incident
from codexreport.incidents.spans import Span
from codexreport.readers.notation import fields
from codexreport.readers.notation.blanks import named
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import moment_of
from codexreport.readers.notation.plain_keys import refuse_others, require_columns

_COLUMNS = frozenset({"id", "severity", "started", "resolved"})
_MOMENTS = ("started", "detected", "acknowledged", "mitigated", "resolved")
_KEYS = _COLUMNS | {*_MOMENTS, "title", "services", "deployment", "url", "postmortem"}
_TOP = frozenset({"incidents", "covers_from", "covers_until", "generated_at"})


class IncidentsReader:
    """The project's own plain form."""

    format: ClassVar[str] = "incidents"
    title: ClassVar[str] = "Incidents, plain CSV or TOML"
    made_by: ClassVar[str] = "by hand: id,severity,started,resolved,title"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.CSV, Container.TOML})

    def recognises(self, document: Document) -> bool:
        """Whether it has the columns, or `[[incidents]]` and no other table."""
        if document.container is Container.CSV:
            return set(document.columns) >= _COLUMNS
        return bool(document.toml) and document.toml.keys() <= _TOP

    def parse(self, document: Document) -> Incidents:
        """Understand the file.

        Raises:
            SourceError: A key is not known, or a time says not when.
        """
        if document.container is Container.CSV:
            return Incidents(incidents=tuple(dict.fromkeys(_from_csv(document))))
        return _from_toml(document)


def _from_csv(document: Document) -> Iterator[Incident]:
    require_columns(document, _COLUMNS)
    for line, row in document.rows():
        cells = {key: value.strip() for key, value in row.items()}
        services = tuple(
            filter(None, (one.strip() for one in cells.get("services", "").split(";")))
        )
        yield _incident(document, cells, services, "", line)


def _from_toml(document: Document) -> Incidents:
    top = document.toml
    refuse_others(document, top, _TOP, "")
    found = []
    for number, row in document.counted(
        enumerate(fields.objects(document, top, "incidents", "", default=[]))
    ):
        where = fields.place("incidents", number)
        refuse_others(document, row, _KEYS, where)
        services = fields.texts(document, row, "services", where)
        found.append(_incident(document, row, services, where))
    return Incidents(
        incidents=tuple(dict.fromkeys(found)),
        covers=_covers(document, top),
        observed=moment_of(document, top.get("generated_at"), "generated_at"),
    )


def _incident(
    document: Document,
    row: Mapping[str, Any],
    services: tuple[str, ...],
    where: str,
    line: int = 0,
) -> Incident:
    moments = {
        key: moment_of(document, row.get(key), fields.place(where, key), line=line)
        for key in _MOMENTS
    }
    if not row.get("id"):
        raise document.error(f"{fields.place(where, 'id')} is missing", line=line)
    return Incident(
        id=fields.text(document, row, "id", where),
        title=fields.text(document, row, "title", where, default=""),
        level=fields.text(document, row, "severity", where, default=""),
        open=moments["resolved"] is None,
        services=services,
        deployment=fields.text(document, row, "deployment", where, default=""),
        url=fields.text(document, row, "url", where, default=""),
        postmortem=named(fields.text(document, row, "postmortem", where, default="")),
        **moments,
    )


def _covers(document: Document, top: Mapping[str, Any]) -> Span | None:
    start = moment_of(document, top.get("covers_from"), "covers_from")
    end = moment_of(document, top.get("covers_until"), "covers_until")
    if start is None and end is None:
        return None
    if start is None or end is None or end <= start:
        raise document.error("covers_from must be followed by a later covers_until")
    return start, end
