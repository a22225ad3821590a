"""Valid files of any length, for each format of vulnerabilities and updates."""

from __future__ import annotations

from collections.abc import Callable


def _rows(row: str, count: int, before: str, after: str, between: str = ",") -> bytes:
    """`row` with its number in place of `#`, so many times."""
    rows = between.join(row.replace("#", str(number)) for number in range(count))
    return (before + rows + after).encode()


def pip_audit(count: int) -> bytes:
    row = '{"name":"p#","version":"1","vulns":[{"id":"CVE-2026-#","fix_versions":[]}]}'
    return _rows(row, count, '{"dependencies":[', '],"fixes":[]}')


def npm_audit(count: int) -> bytes:
    row = '"p#":{"severity":"low","via":[{"source":#,"severity":"low"}],"nodes":["p#"]}'
    counts = f'"vulnerabilities":{{"low":{count}}},"dependencies":{{"total":{count}}}'
    before = f'{{"auditReportVersion":2,"metadata":{{{counts}}},"vulnerabilities":{{'
    return _rows(row, count, before, "}}")


def trivy(count: int) -> bytes:
    row = '{"VulnerabilityID":"CVE-2026-#","PkgName":"p#","InstalledVersion":"1","Severity":"LOW"}'
    before = '{"SchemaVersion":2,"ArtifactName":"a","Results":[{"Target":"a","Vulnerabilities":['
    return _rows(row, count, before, "]}]}")


def grype(count: int) -> bytes:
    row = '{"vulnerability":{"id":"CVE-2026-#","severity":"Low"},"artifact":{"name":"p#"}}'
    before = '{"descriptor":{"name":"grype"},"source":{"type":"image"},"matches":['
    return _rows(row, count, before, "]}")


def osv_scanner(count: int) -> bytes:
    row = '{"package":{"name":"p#"},"groups":[{"ids":["CVE-2026-#"],"max_severity":"3.1"}]}'
    return _rows(row, count, '{"results":[{"packages":[', "]}]}")


def sarif(count: int) -> bytes:
    row = '{"ruleId":"r#","level":"note","message":{"text":"a"}}'
    before = '{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"a"}},"results":['
    return _rows(row, count, before, "]}]}")


def openvex(count: int) -> bytes:
    row = '{"vulnerability":{"name":"CVE-2026-#"},"products":[{"@id":"a"}],"status":"fixed"}'
    return _rows(row, count, '{"@context":"https://openvex.dev/ns","statements":[', "]}")


def cyclonedx(count: int) -> bytes:
    row = '{"id":"CVE-2026-#","ratings":[{"severity":"low"}],"affects":[{"ref":"p#"}]}'
    before = '{"bomFormat":"CycloneDX","components":[{"name":"a"}],"vulnerabilities":['
    return _rows(row, count, before, "]}")


def update_log(count: int) -> bytes:
    return _rows("2026-10-01,p#,1,2,r\n", count, "date,package,from,to,reason\n", "", "")


LARGE: dict[str, Callable[[int], bytes]] = {
    "pip-audit": pip_audit,
    "npm-audit": npm_audit,
    "trivy": trivy,
    "grype": grype,
    "osv-scanner": osv_scanner,
    "sarif": sarif,
    "openvex": openvex,
    "cyclonedx": cyclonedx,
    "update-log": update_log,
}
