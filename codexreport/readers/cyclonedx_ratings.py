"""The severity of a CycloneDX vulnerability, of as many ratings as it has."""

from __future__ import annotations

from codexreport.readers.notation import fields
from codexreport.readers.notation.document import Document
from codexreport.supply_chain.severity import Severity, named, of_vector, scored, worst

_PREFIXES = {"CVSSv3": "CVSS:3.0/", "CVSSv31": "CVSS:3.1/", "CVSSv4": "CVSS:4.0/"}


def severity_of(document: Document, vulnerability: fields.Object, where: str) -> Severity:
    """The worst of its ratings; of each the severity, else the CVSS score, else the vector."""
    ratings = fields.objects(document, vulnerability, "ratings", where, [])
    return worst(
        _rated(document, one, f"{where}.ratings[{number}]") for number, one in enumerate(ratings)
    )


def _rated(document: Document, rating: fields.Object, where: str) -> Severity:
    method = fields.text(document, rating, "method", where, "")
    severity = named(fields.text(document, rating, "severity", where, ""))
    score = fields.number(document, rating, "score", where, None)
    vector = fields.text(document, rating, "vector", where, "")
    if severity is Severity.UNKNOWN and score is not None and method.startswith("CVSS"):
        severity = scored(score, version=2 if method == "CVSSv2" else 3)
    if severity is Severity.UNKNOWN:
        prefix = _PREFIXES.get(method, "") if not vector.startswith("CVSS:") else ""
        severity = of_vector(prefix + vector)
    return severity
