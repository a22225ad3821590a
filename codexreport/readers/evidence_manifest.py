"""Manifests of evidence: the kit's own, and a plain list of files with their SHA-256.

    {
      "schema": 1,
      "generated_at": "2026-10-05T09:00Z",
      "files": [{"path": "test-execution-report.json", "sha256": "9f86d0...", "size": 4096}]
    }

Paths of a plain list are seen from the manifest's own folder; those of the kit's, from the
project's.
"""

from __future__ import annotations

from typing import Any, ClassVar

from codexreport.integration.manifest import Entry, EvidenceManifest
from codexreport.readers.notation import fields
from codexreport.readers.notation.blanks import blanks_in, filled
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import moment_of
from codexreport.readers.notation.plain_keys import refuse_others, refuse_schema

_TOP = frozenset({"schema", "project", "generated_at", "commit", "files"})
_FILE = frozenset({"path", "sha256", "size", "media_type"})
_OF_THE_KIT = frozenset({"schema", "phase", "head", "artifacts"})
_KIT_SCHEMA = 2


class EvidenceManifestReader:
    """The kit's own manifests, and the plain form."""

    format: ClassVar[str] = "evidence-manifest"
    title: ClassVar[str] = "Manifest of evidence"
    made_by: ClassVar[str] = "codexreport bundle --phase integration"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether it is of the kit, or a plain list of files with nothing else beside it."""
        top = document.json
        if not isinstance(top, dict):
            return False
        plain = isinstance(top.get("files"), list) and not top.keys() - _TOP
        return plain or top.keys() >= _OF_THE_KIT

    def parse(self, document: Document) -> EvidenceManifest:
        """Understand the file.

        Raises:
            SourceError: A key is missing, not known, or holds what it cannot.
        """
        top = fields.as_mapping(document, document.json, "")
        kit = "artifacts" in top
        if kit and top.get("schema") != _KIT_SCHEMA:
            raise document.error(f"schema is not {_KIT_SCHEMA}, the only one that is known")
        if not kit:
            refuse_schema(document, top)
            refuse_others(document, top, _TOP, "")
        key = "artifacts" if kit else "files"
        rows = fields.objects(document, top, key, "")
        return EvidenceManifest(
            entries=tuple(
                _entry(document, row, fields.place(key, n), kit=kit)
                for n, row in document.counted(enumerate(rows))
            ),
            of_workspace=kit,
            observed=moment_of(document, filled(top.get("generated_at")), "generated_at"),
            commit="" if kit else fields.text(document, top, "commit", "", default=""),
            blanks=() if kit else tuple(blanks_in(top)),
        )


def _entry(document: Document, row: dict[str, Any], where: str, *, kit: bool) -> Entry:
    if not kit:
        refuse_others(document, row, _FILE, where)
    return Entry(
        path=fields.text(document, row, "path", where),
        sha256=fields.text(document, row, "sha256", where, default=""),
        size=fields.count(document, row, "size", where, default=None),
    )
