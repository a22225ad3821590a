"""pip-audit's JSON: packages of a Python environment, and what is known of each."""

from __future__ import annotations

from typing import Any, ClassVar

from codexreport.readers.advisory_fields import id_of, texts
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.supply_chain.aliases import canonical_ids, fold
from codexreport.supply_chain.severity import Severity
from codexreport.supply_chain.vulnerabilities import Scan, Vulnerability
from codexreport.text import one_line


class PipAuditReader:
    """`pip-audit --format json`, and the bare list of its first versions.

    The file carries no severity, no date and no name of what was audited.
    """

    format: ClassVar[str] = "pip-audit"
    title: ClassVar[str] = "pip-audit vulnerabilities"
    made_by: ClassVar[str] = "pip-audit -r requirements.txt --format json --output pip-audit.json"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """A list of packages with `vulns` or `skip_reason`, perhaps under `dependencies`."""
        value = document.json
        if isinstance(value, dict):
            packages = value.get("dependencies")
            return isinstance(packages, list) and ("fixes" in value or _is_package(packages[:1]))
        return isinstance(value, list) and _is_package(value[:1])

    def parse(self, document: Document) -> Scan:
        """Every package; one that was skipped is a gap, by name."""
        value = document.json
        top = value if isinstance(value, dict) else {"dependencies": value}
        found: list[Vulnerability] = []
        gaps: list[str] = []
        scanned = 0
        packages = fields.objects(document, top, "dependencies", "")
        for number, package in document.counted(enumerate(packages)):
            where = f"dependencies[{number}]"
            name = fields.text(document, package, "name", where)
            skipped = fields.text(document, package, "skip_reason", where, None)
            if skipped is not None:
                gaps.append(one_line(f"{name} was skipped: {skipped}"))
            if skipped is None or "vulns" in package:
                scanned += 1
                found.extend(_vulnerabilities(document, package, name, where))
        return Scan(tool="pip-audit", findings=fold(found), scanned=scanned, gaps=tuple(gaps))


def _is_package(first: list[Any]) -> bool:
    return any(
        isinstance(one, dict) and "name" in one and ("vulns" in one or "skip_reason" in one)
        for one in first
    )


def _vulnerabilities(
    document: Document, package: dict[str, Any], name: str, where: str
) -> list[Vulnerability]:
    version = fields.text(document, package, "version", where)
    found = []
    for number, one in enumerate(fields.objects(document, package, "vulns", where)):
        here = f"{where}.vulns[{number}]"
        names = [id_of(document, one, "id", here), *texts(document, one, "aliases", here)]
        found.append(
            Vulnerability(
                package=name,
                ecosystem="pypi",
                ids=canonical_ids(names),
                severity=Severity.UNKNOWN,
                versions=(version,),
                fixed=texts(document, one, "fix_versions", here),
            )
        )
    return found
