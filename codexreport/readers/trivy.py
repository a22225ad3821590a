"""Trivy's JSON report, schema version 2, and the bare list that it wrote before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from codexreport.readers.advisory_fields import id_of
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import moment_of
from codexreport.supply_chain.aliases import fold
from codexreport.supply_chain.purl import parse_purl
from codexreport.supply_chain.severity import Severity, named, scored, worst
from codexreport.supply_chain.vulnerabilities import Scan, Standing, Vulnerability
from codexreport.text import one_line

_SCHEMA = 2
_PACKAGES = frozenset({"", "os-pkgs", "lang-pkgs"})
"""Classes of results that are packages looked up in a database; older files name no class."""
_SCORES = (("V2Score", 2), ("V3Score", 3), ("V40Score", 4))
_STANDINGS = {
    "ignored": Standing.SUPPRESSED,
    "not_affected": Standing.CLOSED,
    "fixed": Standing.CLOSED,
}
"""What `.trivyignore` and VEX make of a finding; any other status leaves it open."""


class TrivyReader:
    """`trivy --format json`: vulnerabilities, and the misconfigurations and secrets beside them."""

    format: ClassVar[str] = "trivy"
    title: ClassVar[str] = "Trivy vulnerabilities"
    made_by: ClassVar[str] = "trivy fs --format json --output trivy.json ."
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """`SchemaVersion` and an artifact, or a list of targets."""
        value = document.json
        if isinstance(value, dict):
            return "SchemaVersion" in value and bool({"ArtifactName", "Results"} & value.keys())
        first = value[0] if isinstance(value, list) and value else None
        return isinstance(first, dict) and "Target" in first

    def parse(self, document: Document) -> Scan:
        """Every result. Only results of packages count as scanned."""
        value = document.json
        if isinstance(value, list):
            top: fields.Object = {"Results": value}
        else:
            top = fields.as_mapping(document, value, "")
            if fields.integer(document, top, "SchemaVersion", "") != _SCHEMA:
                raise document.error(f"SchemaVersion is not {_SCHEMA}, the only one that is known")
        results = fields.objects(document, top, "Results", "", None)
        metadata = fields.mapping_at(document, top, "Metadata", "", {})
        found = (
            one
            for number, result in enumerate(results or [])
            for one in _of_result(document, result, f"Results[{number}]")
        )
        return Scan(
            tool="Trivy",
            target=fields.text(document, top, "ArtifactName", "", ""),
            findings=fold(document.counted(found)),
            scanned=None if results is None else _scanned(document, results),
            unit="targets",
            gaps=tuple(_gaps(document, top, metadata)),
            observed=moment_of(document, top.get("CreatedAt"), "CreatedAt"),
            commit=fields.text(document, metadata, "Commit", "Metadata", ""),
        )


def _scanned(document: Document, results: list[dict[str, object]]) -> int:
    classes = (
        fields.text(document, result, "Class", f"Results[{number}]", "")
        for number, result in enumerate(results)
    )
    return sum(1 for one in classes if one in _PACKAGES)


def _gaps(document: Document, top: fields.Object, metadata: fields.Object) -> Iterator[str]:
    if top.get("Results") is None:
        yield "It has no Results, as where Trivy finds nothing that it supports"
    system = fields.mapping_at(document, metadata, "OS", "Metadata", {})
    if fields.flag(document, system, "EOSL", "Metadata.OS", default=False):
        family = fields.text(document, system, "Family", "Metadata.OS", "The system")
        name = fields.text(document, system, "Name", "Metadata.OS", "")
        yield one_line(f"{family} {name}".strip() + " is out of support and gets no advisories")


def _of_result(document: Document, result: fields.Object, where: str) -> Iterator[Vulnerability]:
    target = fields.text(document, result, "Target", where)
    for number, one in enumerate(fields.objects(document, result, "Vulnerabilities", where, [])):
        yield _vulnerability(document, one, target, f"{where}.Vulnerabilities[{number}]")
    for number, one in enumerate(fields.objects(document, result, "Misconfigurations", where, [])):
        here = f"{where}.Misconfigurations[{number}]"
        if fields.text(document, one, "Status", here, "FAIL") != "PASS":
            yield _weakness(document, one, "ID", target, here)
    for number, one in enumerate(fields.objects(document, result, "Secrets", where, [])):
        yield _weakness(document, one, "RuleID", target, f"{where}.Secrets[{number}]")
    modified = fields.objects(document, result, "ExperimentalModifiedFindings", where, [])
    for number, one in enumerate(modified):
        yield from _modified(
            document, one, target, f"{where}.ExperimentalModifiedFindings[{number}]"
        )


def _modified(
    document: Document, modified: fields.Object, target: str, where: str
) -> Iterator[Vulnerability]:
    finding = fields.mapping_at(document, modified, "Finding", where)
    here = f"{where}.Finding"
    if fields.text(document, modified, "Type", where, "") == "license":
        return
    if "VulnerabilityID" in finding:
        one = _vulnerability(document, finding, target, here)
    else:
        one = _weakness(document, finding, "RuleID" if "RuleID" in finding else "ID", target, here)
    status = fields.text(document, modified, "Status", where, "")
    said = fields.text(document, modified, "Statement", where, "")
    source = fields.text(document, modified, "Source", where, "")
    standing = _STANDINGS.get(status, Standing.OPEN)
    why = one_line(": ".join(filter(None, [status, said, source])))
    yield one if standing is Standing.OPEN else replace(one, standing=standing, why=why)


def _vulnerability(
    document: Document, one: fields.Object, target: str, where: str
) -> Vulnerability:
    identifier = fields.mapping_at(document, one, "PkgIdentifier", where, {})
    reference = fields.text(document, identifier, "PURL", f"{where}.PkgIdentifier", "")
    purl = parse_purl(reference or fields.text(document, one, "Ref", where, ""))
    installed = fields.text(document, one, "InstalledVersion", where, "")
    fixed = fields.text(document, one, "FixedVersion", where, "")
    return Vulnerability(
        package=fields.text(document, one, "PkgName", where),
        ecosystem=purl.ecosystem if purl else "",
        ids=(id_of(document, one, "VulnerabilityID", where),),
        severity=_severity(document, one, where),
        versions=(installed,) if installed else (),
        fixed=tuple(filter(None, (version.strip() for version in fixed.split(",")))),
        locations=(fields.text(document, one, "PkgPath", where, "") or target,),
    )


def _severity(document: Document, one: fields.Object, where: str) -> Severity:
    """As it is named; where it is not, the worst CVSS score that any vendor gives."""
    severity = named(fields.text(document, one, "Severity", where, ""))
    if severity is not Severity.UNKNOWN:
        return severity
    vendors = fields.mapping_at(document, one, "CVSS", where, {})
    scores = [
        scored(score, version=version)
        for vendor, value in vendors.items()
        for key, version in _SCORES
        if (score := _score(document, value, key, f"{where}.CVSS.{one_line(vendor)}")) is not None
    ]
    return worst(scores)


def _score(document: Document, value: object, key: str, where: str) -> float | None:
    return fields.number(document, fields.as_mapping(document, value, where), key, where, None)


def _weakness(
    document: Document, one: fields.Object, key: str, target: str, where: str
) -> Vulnerability:
    """A misconfiguration or a secret: its package is the file that it is in."""
    return Vulnerability(
        package=target,
        ecosystem="file",
        ids=(id_of(document, one, key, where),),
        severity=named(fields.text(document, one, "Severity", where, "")),
        locations=(target,),
    )
