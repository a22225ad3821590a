"""The JSON report of coverage.py."""

from __future__ import annotations

from typing import Any, ClassVar

from codexreport.quality.coverage import NOTHING, Coverage, FileCoverage, Share, compared, total
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document


class CoverageJsonReader:
    """Coverage as `coverage json` writes it."""

    format: ClassVar[str] = "coverage-json"
    title: ClassVar[str] = "coverage.py JSON coverage"
    made_by: ClassVar[str] = "coverage json"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Totals of statements beside `meta` and `files`."""
        top = document.json
        if not isinstance(top, dict) or not {"meta", "files", "totals"} <= top.keys():
            return False
        return isinstance(top["totals"], dict) and "num_statements" in top["totals"]

    def parse(self, document: Document) -> Coverage:
        """Sum the files, and compare them with the totals."""
        top = fields.as_mapping(document, document.json, "")
        meta = fields.mapping_at(document, top, "meta", "")
        listed = fields.mapping_at(document, top, "files", "")
        files = tuple(_file(document, listed, name) for name in listed)
        totals = fields.mapping_at(document, top, "totals", "")
        lines, odd_lines = compared(
            total(file.lines for file in files), _lines(document, totals, "totals"), "lines"
        )
        branches, odd_branches = compared(
            total(file.branches for file in files),
            _branches(document, totals, "totals"),
            "branches",
        )
        return Coverage(
            lines=lines,
            branches=branches,
            files=files,
            observed=fields.moment(document, meta, "timestamp", "meta", None),
            notes=odd_lines + odd_branches,
        )


def _file(document: Document, listed: dict[str, Any], name: str) -> FileCoverage:
    where = fields.place("files", name)
    entry = fields.mapping_at(document, listed, name, "files")
    summary = fields.mapping_at(document, entry, "summary", where)
    here = fields.place(where, "summary")
    return FileCoverage(
        name=name,
        lines=_lines(document, summary, here),
        branches=_branches(document, summary, here),
    )


def _lines(document: Document, summary: dict[str, Any], where: str) -> Share:
    return Share(
        covered=fields.count(document, summary, "covered_lines", where),
        total=fields.count(document, summary, "num_statements", where),
    )


def _branches(document: Document, summary: dict[str, Any], where: str) -> Share:
    if "num_branches" not in summary:
        return NOTHING
    return Share(
        covered=fields.count(document, summary, "covered_branches", where),
        total=fields.count(document, summary, "num_branches", where),
    )
