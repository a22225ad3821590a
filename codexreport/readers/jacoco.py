"""JaCoCo XML: coverage of Java and Kotlin, as counters of what was missed and covered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from codexreport.quality.coverage import NOTHING, Coverage, FileCoverage, Share, compared, total
from codexreport.readers.notation import attributes, fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.xml import Element


class JacocoReader:
    """Coverage as JaCoCo XML."""

    format: ClassVar[str] = "jacoco"
    title: ClassVar[str] = "JaCoCo XML coverage"
    made_by: ClassVar[str] = "mvn jacoco:report"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.XML})

    def recognises(self, document: Document) -> bool:
        """The root is `report`."""
        return document.xml_root == "report"

    def parse(self, document: Document) -> Coverage:
        """Sum the source files, and compare them with the counters of the whole report."""
        found = _walk(document)
        lines, odd_lines = compared(
            total(file.lines for file in found.files), found.told.get("LINE"), "lines"
        )
        branches, odd_branches = compared(
            total(file.branches for file in found.files), found.told.get("BRANCH"), "branches"
        )
        return Coverage(
            lines=lines,
            branches=branches,
            files=tuple(found.files),
            observed=min(found.sessions, default=None),
            notes=odd_lines + odd_branches,
        )


@dataclass(slots=True)
class _Report:
    """What is taken from the elements of one report.

    Attributes:
        told: The counters of the whole report, by their type.
        files: The source files.
        sessions: When each run ended that the report joins; it is as old as the oldest.
    """

    told: dict[str, Share] = field(default_factory=dict)
    files: list[FileCoverage] = field(default_factory=list)
    sessions: list[datetime] = field(default_factory=list)


def _walk(document: Document) -> _Report:
    report, above = _Report(), [Element("nothing")]
    for event, element in document.xml_stream():
        if event == "start":
            above.append(element)
            continue
        above.pop()
        parent = above[-1]
        if len(above) == 1 and element.tag != "report":
            raise document.error(f"the root is {element.tag}, expected report")
        if element.tag == "sourcefile":
            report.files.append(_file(document, parent.get("name", ""), element))
        elif element.tag == "counter" and len(above) == 2:  # noqa: PLR2004, below the root
            report.told[element.get("type", "")] = _share(document, element)
        elif element.tag == "sessioninfo":
            report.sessions += _ended(document, element)
        if parent.tag in ("package", "class"):
            parent.remove(element)  # what has been read need not be held
    return report


def _file(document: Document, package: str, element: Element) -> FileCoverage:
    counters = {
        one.get("type", ""): _share(document, one) for one in element if one.tag == "counter"
    }
    name = element.get("name", "")
    return FileCoverage(
        name=f"{package}/{name}" if package else name,
        lines=counters.get("LINE", NOTHING),
        branches=counters.get("BRANCH", NOTHING),
    )


def _share(document: Document, counter: Element) -> Share:
    covered = attributes.count(document, counter, "covered")
    return Share(covered=covered, total=covered + attributes.count(document, counter, "missed"))


def _ended(document: Document, session: Element) -> list[datetime]:
    if not session.get("dump"):
        return []
    dump = {"dump": attributes.count(document, session, "dump")}
    return [fields.epoch(document, dump, "dump", "sessioninfo", per_second=1000)]
