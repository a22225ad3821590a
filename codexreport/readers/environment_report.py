"""Validations of an environment against its baseline, as `codexreport environment` writes them.

    {
      "schema": 1,
      "environment": "integration",
      "generated_at": "2026-10-05T09:00Z",
      "baseline": {"name": "baseline.env", "sha256": "..."},
      "actual": {"name": "integration.env", "sha256": "..."},
      "components": [
        {"name": "postgres", "kind": "version", "expected": "16.4", "actual": "16.4",
         "state": "same"},
        {"name": "DB_PASSWORD", "kind": "setting", "secret": true, "state": "same"}
      ],
      "unread": ["line 7 of integration.env"]
    }

A component is judged by its values; `state` counts where it is worse, where one is `missing` or
`extra`, and where the values are `secret`. `unread` names what could not be compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from codexreport.integration.environment import EnvironmentReport
from codexreport.integration.figures import unfilled
from codexreport.integration.parity import Component
from codexreport.readers.notation import fields
from codexreport.readers.notation.blanks import blanks_in, filled
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import moment_of
from codexreport.readers.notation.plain_keys import refuse_others, refuse_schema
from codexreport.readers.parity_terms import component
from codexreport.text import listed, one_line

_TOP = frozenset(
    {
        "schema",
        "project",
        "environment",
        "generated_at",
        "commit",
        "baseline",
        "actual",
        "components",
        "unread",
    }
)
_FILE = frozenset({"name", "sha256"})


class EnvironmentReportReader:
    """The project's own plain form."""

    format: ClassVar[str] = "environment-report"
    title: ClassVar[str] = "Validation of an environment, plain JSON"
    made_by: ClassVar[str] = (
        "codexreport environment --actual now.env --baseline agreed.env --output report.json"
    )
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether it lists components, beside an environment and a baseline."""
        top = document.json
        return (
            isinstance(top, dict)
            and {"environment", "baseline"} <= top.keys()
            and isinstance(top.get("components"), list)
        )

    def parse(self, document: Document) -> EnvironmentReport:
        """Understand the file.

        Raises:
            SourceError: A key is missing, not known, or holds what it cannot.
        """
        top = fields.as_mapping(document, document.json, "")
        refuse_schema(document, top)
        refuse_others(document, top, _TOP, "")
        for key in ("baseline", "actual"):
            refuse_others(document, _file(document, top, key), _FILE, key)
        rows = fields.objects(document, top, "components", "")
        components = tuple(
            component(document, row, fields.place("components", n))
            for n, row in document.counted(enumerate(rows))
        )
        unread = fields.texts(document, top, "unread", "")
        doubts = [*unfilled([*_blanks(top, rows)]), *_twice(components)]
        if unread:
            doubts.append(f"Not compared: {listed(unread)}.")
        baseline = _file(document, top, "baseline")
        return EnvironmentReport(
            environment=fields.text(document, top, "environment", "", default=""),
            baseline=fields.text(document, baseline, "name", "baseline", default=""),
            components=components,
            observed=moment_of(document, filled(top.get("generated_at")), "generated_at"),
            commit=fields.text(document, top, "commit", "", default=""),
            doubts=tuple(doubts),
        )


def _file(document: Document, top: dict[str, Any], key: str) -> dict[str, Any]:
    return fields.mapping_at(document, top, key, "", default={})


def _blanks(top: dict[str, Any], rows: list[dict[str, Any]]) -> Iterator[str]:
    """What was never filled in; a value that was judged may look as it likes."""
    yield from blanks_in({**top, "components": [], "unread": []})
    for number, row in enumerate(rows):
        judged = ("expected", "actual") if "state" in row else ()
        asked = {key: value for key, value in row.items() if key not in judged}
        yield from blanks_in(asked, f"components[{number}]")


def _twice(components: tuple[Component, ...]) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for one in components:
        if (one.name, one.kind) in seen:
            yield f"{one_line(one.name)} stands twice."
            return
        seen.add((one.name, one.kind))
