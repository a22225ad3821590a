"""Grype's JSON: matches between the packages of an image or folder and its database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from codexreport.readers.advisory_fields import id_of, texts
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import moment_of
from codexreport.supply_chain.aliases import canonical_ids, fold
from codexreport.supply_chain.purl import parse_purl
from codexreport.supply_chain.severity import Severity, named, scored, worst
from codexreport.supply_chain.vulnerabilities import Scan, Standing, Vulnerability
from codexreport.text import one_line

_ANSWERED = frozenset({"not_affected", "fixed"})
_NARROWED = ("only-fixed", "only-notfixed")


class GrypeReader:
    """`grype -o json`."""

    format: ClassVar[str] = "grype"
    title: ClassVar[str] = "Grype vulnerabilities"
    made_by: ClassVar[str] = "grype dir:. -o json --file grype.json"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """`matches` and the descriptor of the tool."""
        top = document.json
        return isinstance(top, dict) and {"matches", "descriptor"} <= top.keys()

    def parse(self, document: Document) -> Scan:
        """Every match, and those that rules or statements set aside."""
        top = fields.as_mapping(document, document.json, "")
        source = fields.mapping_at(document, top, "source", "", {})
        descriptor = fields.mapping_at(document, top, "descriptor", "")
        matches = fields.objects(document, top, "matches", "")
        ignored = fields.objects(document, top, "ignoredMatches", "", [])
        found = [
            _match(document, one, f"matches[{number}]")
            for number, one in document.counted(enumerate(matches))
        ]
        found += [
            _ignored(document, one, f"ignoredMatches[{number}]")
            for number, one in document.counted(enumerate(ignored))
        ]
        return Scan(
            tool="Grype",
            target=_target(document, source),
            findings=fold(found),
            scanned=1 if source else None,
            unit="targets",
            gaps=tuple(_gaps(document, descriptor)),
            observed=moment_of(document, descriptor.get("timestamp"), "descriptor.timestamp"),
        )


def _target(document: Document, source: fields.Object) -> str:
    target = source.get("target", "")
    if isinstance(target, dict):
        return fields.text(document, target, "userInput", "source.target", "")
    return fields.text(document, source, "target", "source", "")


def _gaps(document: Document, descriptor: fields.Object) -> Iterator[str]:
    here = "descriptor.configuration"
    configuration = fields.mapping_at(document, descriptor, "configuration", "descriptor", {})
    for key in _NARROWED:
        if fields.flag(document, configuration, key, here, default=False):
            yield f"It was run with {key} and leaves the others out"
    if states := fields.text(document, configuration, "ignore-wontfix", here, ""):
        yield one_line(f"It was run with ignore-wontfix {states} and leaves those out")
    database = fields.mapping_at(document, descriptor, "db", "descriptor", {})
    status = fields.mapping_at(document, database, "status", "descriptor.db", {})
    for place, part in (("descriptor.db", database), ("descriptor.db.status", status)):
        error = fields.text(document, part, "error", place, "")
        if error or not fields.flag(document, part, "valid", place, default=True):
            yield one_line(f"Its database is not valid{f': {error}' if error else ''}")


def _match(document: Document, match: fields.Object, where: str) -> Vulnerability:
    known = fields.mapping_at(document, match, "vulnerability", where)
    artifact = fields.mapping_at(document, match, "artifact", where)
    here, there = f"{where}.vulnerability", f"{where}.artifact"
    fix = fields.mapping_at(document, known, "fix", here, {})
    purl = parse_purl(fields.text(document, artifact, "purl", there, ""))
    installed = fields.text(document, artifact, "version", there, "")
    locations = fields.objects(document, artifact, "locations", there, [])
    return Vulnerability(
        package=fields.text(document, artifact, "name", there),
        ecosystem=purl.ecosystem if purl else "",
        ids=canonical_ids([id_of(document, known, "id", here), *_alias(document, match, where)]),
        severity=_severity(document, known, here),
        versions=(installed,) if installed else (),
        fixed=texts(document, fix, "versions", f"{here}.fix"),
        locations=tuple(
            fields.text(document, one, "path", f"{there}.locations[{number}]", "")
            for number, one in enumerate(locations)
        ),
    )


def _alias(document: Document, match: fields.Object, where: str) -> list[str]:
    """The one related vulnerability; several are what one advisory of a distribution covers."""
    related = fields.objects(document, match, "relatedVulnerabilities", where, [])
    names = {
        id_of(document, one, "id", f"{where}.relatedVulnerabilities[{number}]")
        for number, one in enumerate(related)
    }
    return [*names] if len(names) == 1 else []


def _severity(document: Document, known: fields.Object, where: str) -> Severity:
    """As it is named; where it is not, the worst CVSS score."""
    severity = named(fields.text(document, known, "severity", where, ""))
    if severity is not Severity.UNKNOWN:
        return severity
    scores = []
    for number, one in enumerate(fields.objects(document, known, "cvss", where, [])):
        here = f"{where}.cvss[{number}]"
        metrics = fields.mapping_at(document, one, "metrics", here, {})
        score = fields.number(document, metrics, "baseScore", f"{here}.metrics", None)
        version = fields.text(document, one, "version", here, "3")
        if score is not None:
            scores.append(scored(score, version=2 if version.startswith("2") else 3))
    return worst(scores)


def _ignored(document: Document, match: fields.Object, where: str) -> Vulnerability:
    rules = fields.objects(document, match, "appliedIgnoreRules", where, [])
    here = f"{where}.appliedIgnoreRules"
    statuses = [
        fields.text(document, one, "vex-status", f"{here}[{number}]", "")
        for number, one in enumerate(rules)
    ]
    reasons = [
        fields.text(document, one, key, f"{here}[{number}]", "")
        for number, one in enumerate(rules)
        for key in ("vex-justification", "reason")
    ]
    answered = bool(statuses) and _ANSWERED.issuperset(statuses)
    said = dict.fromkeys(filter(None, [*statuses, *reasons]))
    return replace(
        _match(document, match, where),
        standing=Standing.CLOSED if answered else Standing.SUPPRESSED,
        why=one_line(": ".join(said)) or "an ignore rule",
    )
