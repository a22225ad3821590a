"""Readiness of observability, as tables in Markdown."""

from __future__ import annotations

import re
from typing import ClassVar

from codexreport.integration.telemetry import SIGNALS, Coverage, Signal, Telemetry
from codexreport.readers.notation.columns import Columns, rows_of
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document

_COLUMNS = Columns(
    names={"service": "service|component", **{name: name for name in SIGNALS}},
    needed=("service", *SIGNALS),
)
_WORDS = {
    "covered": Coverage.COVERED,
    "yes": Coverage.COVERED,
    "ready": Coverage.COVERED,
    "done": Coverage.COVERED,
    "✓": Coverage.COVERED,
    "✔": Coverage.COVERED,
    "✅": Coverage.COVERED,
    "no": Coverage.MISSING,
    "missing": Coverage.MISSING,
    "planned": Coverage.MISSING,
    "partial": Coverage.MISSING,
    "partly": Coverage.MISSING,
    "✗": Coverage.MISSING,
    "✘": Coverage.MISSING,
    "❌": Coverage.MISSING,
}
_EXEMPT = re.compile(r"n/?a\b[\s:,(–-]*\w", re.IGNORECASE)
_FIRST = re.compile(r"[a-z]+|[✓✔✅✗✘❌]")
_NOT = re.compile(r"\bnot\b|n't\b")


class TelemetryReader:
    """A row for each service: whether its logs, metrics and traces are there.

    The first word of a cell tells: `yes`, `covered`, `ready`, `done`; `no`, `missing`, `planned`,
    `partial`; or `n/a:` with a reason.
    """

    format: ClassVar[str] = "telemetry"
    title: ClassVar[str] = "Readiness of observability"
    made_by: ClassVar[str] = "codexreport new integration"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.MARKDOWN})

    def recognises(self, document: Document) -> bool:
        """A table of services with their logs, metrics and traces."""
        return _COLUMNS.stand_in(document)

    def parse(self, document: Document) -> Telemetry:
        """Every row; one without a service is refused by its line."""
        found = rows_of(document, _COLUMNS)
        signals = tuple(
            Signal(service=row["service"], name=name, coverage=_coverage(row[name]))
            for _, row in found.rows
            for name in SIGNALS
        )
        return Telemetry(signals=signals, blanks=tuple(found.blanks))


def _coverage(said: str) -> Coverage:
    if _EXEMPT.match(said):
        return Coverage.EXEMPT
    first = _FIRST.match(said.lower())
    if not first or _NOT.search(said.lower()):
        return Coverage.UNKNOWN
    return _WORDS.get(first[0], Coverage.UNKNOWN)
