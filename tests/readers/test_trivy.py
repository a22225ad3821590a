"""Trivy: no results is no clean scan, and only packages are looked up."""

from datetime import datetime, timezone

import pytest
from scans import example, judged, read

from codexreport.errors import SourceError
from codexreport.measure import State
from codexreport.supply_chain.severity import Severity
from codexreport.supply_chain.vulnerabilities import Standing


def report(*results, **more):
    return {"SchemaVersion": 2, "ArtifactName": "checkout:1", "Results": list(results), **more}


def result(*found, **more):
    return {"Target": "requirements.txt", "Class": "lang-pkgs", "Vulnerabilities": found, **more}


def weakness(name="CVE-2026-1", severity="LOW", **more):
    return {"VulnerabilityID": name, "PkgName": "zlib", "Severity": severity, **more}


def test_it_names_its_target_time_and_findings():
    facts = read("trivy", example("trivy", "fail-critical.json"))
    assert facts.target == "registry.example.org/checkout:1.4"
    assert facts.observed == datetime(2026, 10, 5, 8, 30, 0, 123456, tzinfo=timezone.utc)
    first = facts.findings[0]
    assert (first.package, first.ecosystem) == ("example-basket", "pypi")
    assert first.fixed == ("1.0.1", "0.9.8")
    assert first.locations == ("Python",)


@pytest.mark.parametrize("results", [{}, {"Results": None}, {"Results": []}])
def test_no_results_may_mean_that_nothing_was_supported(results):
    value = {"SchemaVersion": 2, "ArtifactName": ".", **results}
    assert judged(read("trivy", value))[0] is State.UNKNOWN


def test_results_of_configuration_and_secrets_are_no_scan_of_packages():
    configuration = {"Target": "Dockerfile", "Class": "config"}
    facts = read("trivy", report(configuration))
    assert facts.scanned == 0
    assert judged(facts)[0] is State.UNKNOWN


@pytest.mark.parametrize(("status", "state"), [("FAIL", State.FAIL), ("PASS", State.PASS)])
def test_a_misconfiguration_counts_where_it_failed(status, state):
    found = {"ID": "DS002", "Severity": "HIGH", "Status": status}
    configuration = {"Target": "Dockerfile", "Class": "config", "Misconfigurations": [found]}
    assert judged(read("trivy", report(result(), configuration)))[0] is state


def test_the_same_name_in_two_packages_is_two_findings():
    other = weakness(PkgName="zlib-ng")
    assert len(read("trivy", report(result(weakness(), other))).findings) == 2


def test_the_same_finding_in_two_targets_is_one_with_two_places():
    facts = read("trivy", report(result(weakness()), result(weakness(), Target="app.jar")))
    assert [one.locations for one in facts.findings] == [("requirements.txt", "app.jar")]


def test_an_unknown_severity_is_the_worst_score_where_a_vendor_scores_it():
    scores = {"nvd": {"V3Score": 5.3}, "redhat": {"V2Score": 7.5, "V3Score": 4.1}}
    facts = read("trivy", report(result(weakness(severity="UNKNOWN", CVSS=scores))))
    assert facts.findings[0].severity is Severity.HIGH
    facts = read("trivy", report(result(weakness(severity="UNKNOWN"))))
    assert judged(facts)[0] is State.FAIL


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("ignored", Standing.SUPPRESSED),
        ("not_affected", Standing.CLOSED),
        ("fixed", Standing.CLOSED),
        ("affected", Standing.OPEN),
        ("under_investigation", Standing.OPEN),
        ("a new word", Standing.OPEN),
    ],
)
def test_a_modified_finding_stands_as_its_status_says(status, standing):
    modified = {"Status": status, "Statement": "why", "Finding": weakness()}
    facts = read("trivy", report(result(ExperimentalModifiedFindings=[modified])))
    assert facts.findings[0].standing is standing


def test_a_modified_finding_that_is_none_is_refused_and_a_licence_is_passed_over():
    modified = {"Type": "vulnerability", "Status": "ignored", "Finding": {}}
    with pytest.raises(
        SourceError, match=r"ExperimentalModifiedFindings\[0\].Finding.ID is missing"
    ):
        read("trivy", report(result(ExperimentalModifiedFindings=[modified])))
    licence = {**modified, "Type": "license"}
    assert read("trivy", report(result(ExperimentalModifiedFindings=[licence]))).findings == ()


def test_a_system_out_of_support_gets_no_advisories():
    value = report(result(), Metadata={"OS": {"Family": "debian", "Name": "9.13", "EOSL": True}})
    state, measures = judged(read("trivy", value))
    assert state is State.UNKNOWN
    assert "debian 9.13 is out of support" in measures["scanned"].reason


def test_the_time_of_nothing_is_no_time():
    assert read("trivy", report(result(), CreatedAt="0001-01-01T00:00:00Z")).observed is None


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (report(SchemaVersion=3), "SchemaVersion is not 2"),
        (report(result({"PkgName": "zlib"})), r"Vulnerabilities\[0\].VulnerabilityID is missing"),
        (report(result(weakness(PkgName=3))), r"Results\[0\].Vulnerabilities\[0\].PkgName is 3"),
        (report({"Class": "lang-pkgs"}), r"Results\[0\].Target is missing"),
        (report(result(), CreatedAt="yesterday"), "CreatedAt is 'yesterday'"),
        ([{"Target": "a", "Vulnerabilities": {}}], r"Results\[0\].Vulnerabilities is an object"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(value, message):
    with pytest.raises(SourceError, match=message):
        read("trivy", value)
