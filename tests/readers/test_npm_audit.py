"""npm audit: two schemas, and an error that is no clean scan."""

import pytest
from scans import example, judged, only, read

from codexreport.errors import SourceError
from codexreport.measure import State
from codexreport.supply_chain.severity import Severity


def report(packages, **counts):
    """An audit of npm 7 and later."""
    return {
        "auditReportVersion": 2,
        "vulnerabilities": packages,
        "metadata": {"vulnerabilities": counts, "dependencies": {"total": 9}},
    }


def package(*via, severity="low", **more):
    return {"severity": severity, "via": list(via), "nodes": ["node_modules/a"], **more}


def advisory(number, severity, url=""):
    return {"source": number, "severity": severity, "url": url}


@pytest.mark.parametrize("name", ["refused-no-answer.json", "refused-no-lock-file.json"])
def test_an_error_document_is_no_audit(name):
    with pytest.raises(SourceError, match="is an error that npm wrote in place of an audit"):
        read("npm-audit", example("npm-audit", name))


def test_an_error_beside_an_empty_audit_is_still_an_error():
    with pytest.raises(SourceError, match="in place of an audit"):
        read("npm-audit", {**report({}), "error": {"code": "EAUDIT"}})


def test_a_package_has_as_many_findings_as_advisories():
    """npm counts the package once and says high; the low advisory has an age of its own."""
    url = "https://github.com/advisories/GHSA-aaaa-bbbb-cccc"
    via = (advisory(1, "high", url), advisory(2, "low"))
    facts = read("npm-audit", report({"a": package(*via, severity="high")}, high=1))
    assert [(one.ids, one.severity) for one in facts.findings] == [
        (("GHSA-aaaa-bbbb-cccc",), Severity.HIGH),
        (("npm:2",), Severity.LOW),
    ]
    assert facts.gaps == ()


def test_a_package_that_is_vulnerable_by_what_it_needs_is_one_finding():
    facts = read("npm-audit", report({"a": package("b", "c", severity="moderate")}, moderate=1))
    assert only(facts).ids == ("npm:a",)
    assert only(facts).severity is Severity.MODERATE


def test_a_package_worse_than_its_own_advisories_is_worse_by_what_it_needs():
    facts = read(
        "npm-audit", report({"a": package(advisory(1, "low"), "b", severity="high")}, high=1)
    )
    assert [one.ids for one in facts.findings] == [("npm:1",), ("npm:a",)]
    assert judged(facts)[0] is State.FAIL


def test_a_word_for_severity_that_is_not_known_is_judged_as_high():
    facts = read("npm-audit", report({"a": package(advisory(1, "odd"), severity="odd")}))
    assert judged(facts)[0] is State.FAIL


def test_counts_without_findings_are_said():
    facts = read("npm-audit", report({}, high=2))
    assert facts.gaps == ("It counts 2 of high severity and lists 0",)
    assert judged(facts)[0] is State.UNKNOWN


@pytest.mark.parametrize(
    ("fix", "fixed"),
    [
        (False, ()),
        (True, ("a version in the range asked for",)),
        ({"name": "a", "version": "2.0.0", "isSemVerMajor": True}, ("2.0.0",)),
        ({"name": "b", "version": "3.0.0", "isSemVerMajor": True}, ("b 3.0.0",)),
    ],
)
def test_a_fix_may_be_of_another_package(fix, fixed):
    facts = read("npm-audit", report({"a": package("b", fixAvailable=fix)}, low=1))
    assert only(facts).fixed == fixed


def test_npm_6_counts_paths_and_lists_advisories():
    facts = read("npm-audit", example("npm-audit", "fail-npm-6.json"))
    till, heard = facts.findings
    assert till.ids == ("CVE-2026-90002", "GHSA-w8w8-w8w8-w8w8")
    assert till.versions == ("1.0.0",)
    assert till.fixed == (">=1.0.3",)
    assert till.locations == ("example-shop>example-till", "example-till")
    assert heard.fixed == ()
    assert facts.gaps == ()


def test_advisories_that_npm_6_was_told_to_leave_out_are_a_gap():
    value = {**example("npm-audit", "pass-npm-6-clean.json"), "muted": [{"id": 1}]}
    assert judged(read("npm-audit", value))[0] is State.UNKNOWN


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"auditReportVersion": 3, "vulnerabilities": {}}, "auditReportVersion is not 2"),
        ({"auditReportVersion": 2}, "vulnerabilities is missing"),
        (report({"a": {"via": [], "severity": 1}}), "vulnerabilities.a.severity is 1"),
        (report({"a": package(1)}), r"vulnerabilities.a.via\[0\] is 1, expected an object"),
        (report({"a": package({"severity": "low"})}), r"via\[0\].source is missing"),
        (report({}, low=-1), "metadata.vulnerabilities.low is -1"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(value, message):
    with pytest.raises(SourceError, match=message):
        read("npm-audit", value)
