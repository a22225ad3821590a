"""npm's audit as JSON, of npm 7 and later and of npm 6 (which pnpm writes too)."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, ClassVar

from codexreport.errors import SourceError
from codexreport.readers.advisory_fields import texts
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.supply_chain.aliases import canonical_ids, fold
from codexreport.supply_chain.severity import Severity, named, worst
from codexreport.supply_chain.vulnerabilities import Scan, Vulnerability
from codexreport.text import one_line

_GHSA = re.compile(r"GHSA(?:-[0-9a-z]{4}){3}")
_NO_VERSION = "<0.0.0"
"""What npm 6 writes as the fixed versions where there is none."""


class NpmAuditReader:
    """`npm audit --json`.

    npm 7 and later list packages: each with advisories of its own, or vulnerable only by what it
    depends on, which is then one finding `npm:PACKAGE`. Older ones list advisories.
    """

    format: ClassVar[str] = "npm-audit"
    title: ClassVar[str] = "npm and pnpm audit vulnerabilities"
    made_by: ClassVar[str] = "npm audit --json > npm-audit.json"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Either version's report, or the error that npm writes in its place."""
        top = document.json
        if not isinstance(top, dict):
            return False
        old = isinstance(top.get("advisories"), dict) and "metadata" in top
        error = top.get("error")
        failed = isinstance(error, dict) and bool({"summary", "code"} & error.keys())
        return "auditReportVersion" in top or old or failed

    def parse(self, document: Document) -> Scan:
        """Every finding; figures that disagree with npm's own count are a gap."""
        top = fields.as_mapping(document, document.json, "")
        if "error" in top:
            raise _npm_failed(document, top)
        metadata = fields.mapping_at(document, top, "metadata", "", {})
        if "auditReportVersion" in top:
            found, gaps = _of_packages(document, top, metadata)
            counts = fields.mapping_at(document, metadata, "dependencies", "metadata", {})
            scanned = fields.count(document, counts, "total", "metadata.dependencies", None)
        else:
            found, gaps = _of_advisories(document, top, metadata)
            scanned = fields.count(document, metadata, "totalDependencies", "metadata", None)
        return Scan(tool="npm audit", findings=fold(found), scanned=scanned, gaps=tuple(gaps))


def _npm_failed(document: Document, top: fields.Object) -> SourceError:
    error = fields.mapping_at(document, top, "error", "", {})
    said = [
        fields.text(document, error, "code", "error", ""),
        fields.text(document, error, "summary", "error", "")
        or fields.text(document, top, "message", "", ""),
    ]
    reason = one_line(": ".join(filter(None, said)))
    return document.error(
        f"is an error that npm wrote in place of an audit{f' ({reason})' if reason else ''}",
        advice="Run npm audit again where it reaches the registry and finds a lock file.",
    )


def _of_packages(
    document: Document, top: fields.Object, metadata: fields.Object
) -> tuple[list[Vulnerability], list[str]]:
    if fields.integer(document, top, "auditReportVersion", "") != 2:  # noqa: PLR2004, the one known
        raise document.error("auditReportVersion is not 2, the only one that is known")
    packages = fields.mapping_at(document, top, "vulnerabilities", "")
    found: list[Vulnerability] = []
    counts: Counter[Severity] = Counter()
    for name, value in document.counted(iter(packages.items())):
        where = f"vulnerabilities.{one_line(name)}"
        package = fields.as_mapping(document, value, where)
        severity = named(fields.text(document, package, "severity", where))
        counts[severity] += 1
        found.extend(_of_package(document, package, name, severity, where))
    told = _told(document, metadata)
    gaps = [
        f"It counts {told[one]} of {one.value} severity and lists {counts[one]}"
        for one in Severity
        if told[one] > counts[one]
    ]
    return found, gaps


def _of_package(
    document: Document, package: fields.Object, name: str, severity: Severity, where: str
) -> list[Vulnerability]:
    via = fields.items(document, package, "via", where)
    common: dict[str, Any] = {
        "package": name,
        "ecosystem": "npm",
        "fixed": _fix(document, package, name, where),
        "locations": texts(document, package, "nodes", where),
    }
    own = [
        _advisory(document, one, f"{where}.via[{n}]", common)
        for n, one in enumerate(via)
        if not isinstance(one, str)
    ]
    worst_own = worst(one.severity for one in own)
    explained = severity is not Severity.UNKNOWN and worst([worst_own, severity]) is worst_own
    if own and explained:
        return own
    return [*own, Vulnerability(ids=(f"npm:{name}",), severity=severity, **common)]


def _advisory(
    document: Document, value: object, where: str, common: dict[str, Any]
) -> Vulnerability:
    advisory = fields.as_mapping(document, value, where)
    ids = _GHSA.findall(fields.text(document, advisory, "url", where, ""))
    return Vulnerability(
        ids=canonical_ids(ids) or _numbered(document, advisory, "source", where),
        severity=named(fields.text(document, advisory, "severity", where)),
        **common,
    )


def _numbered(document: Document, advisory: fields.Object, key: str, where: str) -> tuple[str, ...]:
    """The name of an advisory that only npm's own database has."""
    return (f"npm:{fields.integer(document, advisory, key, where)}",)


def _fix(document: Document, package: fields.Object, name: str, where: str) -> tuple[str, ...]:
    value = package.get("fixAvailable")
    if value is None or isinstance(value, bool):
        return ("a version in the range asked for",) if value else ()
    fix = fields.mapping_at(document, package, "fixAvailable", where)
    here = f"{where}.fixAvailable"
    version = fields.text(document, fix, "version", here)
    of = fields.text(document, fix, "name", here)
    return (version if of == name else f"{of} {version}",)


def _told(document: Document, metadata: fields.Object) -> Counter[Severity]:
    """The count of each severity by npm itself: packages in version 2, paths before."""
    counts = fields.mapping_at(document, metadata, "vulnerabilities", "metadata", {})
    told: Counter[Severity] = Counter()
    for word in ("info", "low", "moderate", "high", "critical"):
        told[named(word)] += fields.count(document, counts, word, "metadata.vulnerabilities", 0)
    return told


def _of_advisories(
    document: Document, top: fields.Object, metadata: fields.Object
) -> tuple[list[Vulnerability], list[str]]:
    advisories = fields.mapping_at(document, top, "advisories", "")
    found = [
        _old_advisory(document, value, f"advisories.{one_line(key)}")
        for key, value in document.counted(iter(advisories.items()))
    ]
    listed = {one.severity for one in found}
    gaps = [
        f"It counts {number} of {one.value} severity and lists none"
        for one, number in _told(document, metadata).items()
        if number and one not in listed
    ]
    muted = len(fields.items(document, top, "muted", "", []))
    return found, [*gaps, *([f"It was told to leave out {muted} advisories"] if muted else [])]


def _old_advisory(document: Document, value: object, where: str) -> Vulnerability:
    advisory = fields.as_mapping(document, value, where)
    findings = fields.objects(document, advisory, "findings", where, [])
    here = f"{where}.findings"
    versions = (
        fields.text(document, one, "version", fields.place(here, n), "")
        for n, one in enumerate(findings)
    )
    paths = (
        path
        for n, one in enumerate(findings)
        for path in texts(document, one, "paths", f"{here}[{n}]")
    )
    patched = fields.text(document, advisory, "patched_versions", where, _NO_VERSION)
    url = fields.text(document, advisory, "url", where, "")
    ids = [*texts(document, advisory, "cves", where), *_GHSA.findall(url)]
    return Vulnerability(
        package=fields.text(document, advisory, "module_name", where),
        ecosystem="npm",
        ids=canonical_ids(ids) or _numbered(document, advisory, "id", where),
        severity=named(fields.text(document, advisory, "severity", where)),
        versions=tuple(dict.fromkeys(filter(None, versions))),
        fixed=() if patched == _NO_VERSION else (patched,),
        locations=tuple(dict.fromkeys(paths)),
    )
