"""Cobertura XML: coverage as coverage.py, gcovr, Coverlet, Istanbul and Cobertura write it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from codexreport.quality.coverage import (
    NOTHING,
    Coverage,
    FileCoverage,
    Share,
    compared,
    total,
)
from codexreport.readers.notation import attributes, fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.xml import Element

_NUMBER = re.compile(r"\d{1,30}")
_CONDITIONS = re.compile(r"\((\d{1,15})/(\d{1,15})\)")
_ROUNDING = 0.006
"""How far a rate may be from the counts that it was rounded from, to two decimals."""
_FIRST_MILLISECONDS = 10**11
"""Seconds of the year 5138: a larger time stamp counts milliseconds."""


class CoberturaReader:
    """Coverage as Cobertura XML."""

    format: ClassVar[str] = "cobertura"
    title: ClassVar[str] = "Cobertura XML coverage"
    made_by: ClassVar[str] = "coverage xml"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.XML})

    def recognises(self, document: Document) -> bool:
        """The root is `coverage`."""
        return document.xml_root == "coverage"

    def parse(self, document: Document) -> Coverage:
        """Sum the lines of the classes, and compare them with the root's counts, not its rates."""
        root, sources = _walk(document)
        files = tuple(
            FileCoverage(name=name, lines=one.lines, branches=one.branches)
            for name, one in sources.items()
        )
        lines, odd_lines = compared(
            total(file.lines for file in files), _told(document, root, "lines"), "lines"
        )
        branches, odd_branches = compared(
            total(file.branches for file in files), _told(document, root, "branches"), "branches"
        )
        notes = [*odd_lines, *odd_branches, *_odd_rate(root, lines)]
        return Coverage(
            lines=lines,
            branches=branches,
            files=files,
            observed=_moment(document, root),
            notes=tuple(notes),
        )


@dataclass(slots=True)
class _Source:
    """One source file; the classes in it may share lines, and a line counts once."""

    hits: dict[int, bool] = field(default_factory=dict)
    conditions: dict[int, Share] = field(default_factory=dict)

    @property
    def lines(self) -> Share:
        return Share(covered=sum(self.hits.values()), total=len(self.hits))

    @property
    def branches(self) -> Share:
        return total(self.conditions.values())


def _walk(document: Document) -> tuple[Element, dict[str, _Source]]:
    """The root, and the source files by name."""
    above: list[Element] = []
    sources: dict[str, _Source] = {}
    root: Element | None = None
    for event, element in document.xml_stream():
        if event == "start":
            if not above:
                root = element
            above.append(element)
            continue
        above.pop()
        if element.tag == "line" and [one.tag for one in above[-2:]] == ["class", "lines"]:
            _take(document, sources.setdefault(_name(above[-2]), _Source()), element)
        if above and element.tag in ("line", "class"):
            above[-1].remove(element)  # what has been read need not be held
    if root is None or root.tag != "coverage" or root.find("project") is not None:
        raise document.error("is no Cobertura report, whose root is coverage with packages")
    return root, sources


def _take(document: Document, source: _Source, line: Element) -> None:
    number, hits = (
        attributes.count(document, line, "number"),
        attributes.count(document, line, "hits"),
    )
    source.hits[number] = source.hits.get(number, False) or hits > 0
    found = _CONDITIONS.search(line.get("condition-coverage", ""))
    if found:
        share = Share(covered=int(found[1]), total=int(found[2]))
        before = source.conditions.get(number, NOTHING)
        source.conditions[number] = max(before, share, key=lambda one: (one.total, one.covered))


def _name(owner: Element) -> str:
    return owner.get("filename") or owner.get("name") or ""


def _told(document: Document, root: Element, unit: str) -> Share | None:
    """What the root counts; None where it counts nothing, as older tools do."""
    if root.get(f"{unit}-valid") is None or root.get(f"{unit}-covered") is None:
        return None
    share = Share(
        covered=attributes.count(document, root, f"{unit}-covered"),
        total=attributes.count(document, root, f"{unit}-valid"),
    )
    return share if share.total or unit == "lines" else None


def _odd_rate(root: Element, lines: Share) -> tuple[str, ...]:
    written = root.get("line-rate")
    try:
        rate = float(written) if written and lines.ratio is not None else None
    except ValueError:
        return (f"Its line-rate is {written!r}; the counts count.",)
    if rate is None or lines.ratio is None or abs(rate - lines.ratio) <= _ROUNDING:
        return ()
    return (f"Its line-rate of {written} disagrees with its counts, which count.",)


def _moment(document: Document, root: Element) -> datetime | None:
    written = root.get("timestamp", "").strip()
    if not _NUMBER.fullmatch(written):
        return document.moment(written)
    number = int(written)
    if not number:
        return None
    unit = 1000 if number >= _FIRST_MILLISECONDS else 1
    return fields.epoch(document, {"timestamp": number}, "timestamp", "", per_second=unit)
