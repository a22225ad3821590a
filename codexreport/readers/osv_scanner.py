"""OSV-Scanner's JSON: packages of lock files and images, and advisories in groups of aliases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from codexreport.readers.advisory_fields import id_of, texts
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.supply_chain.aliases import canonical_ids, fold
from codexreport.supply_chain.purl import ecosystem_named
from codexreport.supply_chain.severity import Severity, named, of_vector, scored, worst
from codexreport.supply_chain.vulnerabilities import Scan, Vulnerability

_TOP = frozenset(
    {"results", "experimental_config", "image_metadata", "license_summary", "generic_findings"}
)
"""Everything that may stand beside an empty list of results."""
_GAP = "It names nothing that it looked at, which osv-scanner does with --all-packages"

_Placed = tuple[dict[str, Any], str]
"""An advisory and where it stands."""


class OsvScannerReader:
    """`osv-scanner --format json`.

    An advisory that several databases carry is listed several times and stands in one group: the
    groups are what is counted.
    """

    format: ClassVar[str] = "osv-scanner"
    title: ClassVar[str] = "OSV-Scanner vulnerabilities"
    made_by: ClassVar[str] = "osv-scanner scan --all-packages --format json --output osv.json ."
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """A list of results with packages; an empty one only where nothing else stands there."""
        top = document.json
        results = top.get("results") if isinstance(top, dict) else None
        if not isinstance(results, list):
            return False
        if not results:
            return set(top.keys()) <= _TOP
        return all(isinstance(one, dict) and "packages" in one for one in results[:1])

    def parse(self, document: Document) -> Scan:
        """Every group of every package."""
        top = fields.as_mapping(document, document.json, "")
        results = fields.objects(document, top, "results", "")
        scanned = sum(1 for result in results if result.get("packages"))
        found = (
            one
            for number, result in enumerate(results)
            for one in _of_source(document, result, f"results[{number}]")
        )
        return Scan(
            tool="OSV-Scanner",
            findings=fold(document.counted(found)),
            scanned=scanned or None,
            unit="targets",
            gaps=() if scanned else (_GAP,),
        )


def _of_source(document: Document, result: fields.Object, where: str) -> Iterator[Vulnerability]:
    source = fields.mapping_at(document, result, "source", where, {})
    path = fields.text(document, source, "path", f"{where}.source", "")
    for number, one in enumerate(fields.objects(document, result, "packages", where)):
        here = f"{where}.packages[{number}]"
        package = fields.mapping_at(document, one, "package", here)
        version = fields.text(document, package, "version", f"{here}.package", "")
        ecosystem = fields.text(document, package, "ecosystem", f"{here}.package", "")
        common = {
            "package": fields.text(document, package, "name", f"{here}.package"),
            "ecosystem": ecosystem_named(ecosystem),
            "versions": (version,) if version else (),
            "locations": (path,) if path else (),
        }
        yield from _of_package(document, one, common, here)


def _of_package(
    document: Document, package: fields.Object, common: dict[str, Any], where: str
) -> Iterator[Vulnerability]:
    alone: dict[str, _Placed] = {}
    for number, one in enumerate(fields.objects(document, package, "vulnerabilities", where, [])):
        here = f"{where}.vulnerabilities[{number}]"
        alone[id_of(document, one, "id", here)] = (one, here)
    for number, group in enumerate(fields.objects(document, package, "groups", where, [])):
        here = f"{where}.groups[{number}]"
        ids = texts(document, group, "ids", here)
        names = canonical_ids([*ids, *texts(document, group, "aliases", here)])
        if not names:
            raise document.error(f"{here}.ids is empty")
        members = [alone.pop(name) for name in ids if name in alone]
        yield _finding(document, names, members, common, _told(document, group, here))
    for name, (one, here) in alone.items():
        names = canonical_ids([name, *texts(document, one, "aliases", here)])
        yield _finding(document, names, [(one, here)], common, Severity.UNKNOWN)


def _finding(
    document: Document,
    names: tuple[str, ...],
    members: Sequence[_Placed],
    common: dict[str, Any],
    told: Severity,
) -> Vulnerability:
    return Vulnerability(
        ids=names,
        severity=worst([told, *(_severity(document, one, here) for one, here in members)]),
        fixed=_fixed(document, members, common["package"]),
        **common,
    )


def _told(document: Document, group: fields.Object, where: str) -> Severity:
    """The group's own worst score, written as text; empty where no advisory has one."""
    score = fields.text(document, group, "max_severity", where, "")
    try:
        return scored(float(score))
    except ValueError:
        return Severity.UNKNOWN


def _severity(document: Document, advisory: fields.Object, where: str) -> Severity:
    vectors = [
        of_vector(fields.text(document, one, "score", f"{where}.severity[{number}]", ""))
        for number, one in enumerate(fields.objects(document, advisory, "severity", where, []))
    ]
    specific = fields.mapping_at(document, advisory, "database_specific", where, {})
    word = specific.get("severity")  # each database writes there what it likes
    return worst([*vectors, named(word) if isinstance(word, str) else Severity.UNKNOWN])


def _fixed(document: Document, advisories: Sequence[_Placed], package: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for advisory, where in advisories:
        for number, one in enumerate(fields.objects(document, advisory, "affected", where, [])):
            here = f"{where}.affected[{number}]"
            of = fields.mapping_at(document, one, "package", here, {})
            if fields.text(document, of, "name", f"{here}.package", package) == package:
                found.update(dict.fromkeys(_fix_events(document, one, here)))
    return tuple(found)


def _fix_events(document: Document, affected: fields.Object, where: str) -> Iterator[str]:
    for number, one in enumerate(fields.objects(document, affected, "ranges", where, [])):
        here = f"{where}.ranges[{number}]"
        if fields.text(document, one, "type", here, "") == "GIT":
            continue  # commits, no versions
        for n, event in enumerate(fields.objects(document, one, "events", here, [])):
            if version := fields.text(document, event, "fixed", f"{here}.events[{n}]", ""):
                yield version
