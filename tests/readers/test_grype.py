"""Grype: aliases, rules that set findings aside, and runs that leave some out."""

import pytest
from scans import example, judged, only, read

from codexreport.errors import SourceError
from codexreport.measure import State
from codexreport.supply_chain.severity import Severity
from codexreport.supply_chain.vulnerabilities import Standing


def report(*matches, **more):
    descriptor = {"name": "grype", **more.pop("descriptor", {})}
    source = {"type": "directory", "target": "."}
    return {"matches": list(matches), "source": source, "descriptor": descriptor, **more}


def match(name="CVE-2026-1", severity="Low", related=(), package="zlib", **more):
    return {
        "vulnerability": {"id": name, "severity": severity, **more},
        "relatedVulnerabilities": [{"id": one} for one in related],
        "artifact": {"name": package, "version": "1.2", "purl": f"pkg:deb/debian/{package}@1.2"},
    }


def test_a_match_names_package_version_and_fix():
    facts = read("grype", report(match(fix={"versions": ["1.3"], "state": "fixed"})))
    one = only(facts)
    assert (one.package, one.ecosystem, one.versions) == ("zlib", "deb", ("1.2",))
    assert one.fixed == ("1.3",)
    assert facts.target == "."


def test_one_related_name_is_an_alias():
    facts = read("grype", report(match("GHSA-a", related=["CVE-1"]), match("CVE-1", "High")))
    assert only(facts).ids == ("CVE-1", "GHSA-a")
    assert only(facts).severity is Severity.HIGH


def test_the_several_that_one_advisory_of_a_distribution_covers_are_not_aliases():
    first = match("ELSA-1", related=["CVE-1", "CVE-2"])
    second = match("ELSA-2", related=["CVE-2", "CVE-3"])
    assert len(read("grype", report(first, second)).findings) == 2


def test_an_unknown_severity_is_the_worst_score():
    scores = [
        {"version": "2.0", "metrics": {"baseScore": 9.9}},
        {"version": "3.1", "metrics": {"baseScore": 5.3}},
    ]
    facts = read("grype", report(match(severity="Unknown", cvss=scores)))
    assert only(facts).severity is Severity.HIGH


@pytest.mark.parametrize(
    ("rules", "standing"),
    [
        ([{"vex-status": "not_affected"}], Standing.CLOSED),
        ([{"vex-status": "fixed"}, {"vex-status": "not_affected"}], Standing.CLOSED),
        ([{"vex-status": "fixed"}, {"vulnerability": "CVE-2026-1"}], Standing.SUPPRESSED),
        ([{"vulnerability": "CVE-2026-1"}], Standing.SUPPRESSED),
        ([], Standing.SUPPRESSED),
    ],
)
def test_only_statements_close_what_was_ignored(rules, standing):
    ignored = {**match(severity="High"), "appliedIgnoreRules": rules}
    assert only(read("grype", report(ignoredMatches=[ignored]))).standing is standing


@pytest.mark.parametrize(
    "descriptor",
    [
        {"configuration": {"only-fixed": True}},
        {"configuration": {"only-notfixed": True}},
        {"configuration": {"ignore-wontfix": "wont-fix"}},
        {"db": {"error": "too old"}},
        {"db": {"status": {"valid": False}}},
        {"db": {"status": {"valid": True, "error": "too old"}}},
    ],
)
def test_a_run_that_leaves_some_out_or_has_no_database_is_not_clean(descriptor):
    assert judged(read("grype", report(descriptor=descriptor)))[0] is State.UNKNOWN


def test_the_image_is_the_target():
    facts = read("grype", example("grype", "pass-clean.json"))
    assert facts.target == "registry.example.org/checkout:1.4"
    assert facts.observed.isoformat() == "2026-10-05T08:30:00.636338+00:00"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"matches": []}, "descriptor is missing"),
        (report({"artifact": {}}), r"matches\[0\].vulnerability is missing"),
        (report({**match(), "artifact": {}}), r"matches\[0\].artifact.name is missing"),
        (report(match(fix={"versions": "1.3"})), r"vulnerability.fix.versions is '1.3'"),
        (report(source={"target": 3}), "source.target is 3"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(value, message):
    with pytest.raises(SourceError, match=message):
        read("grype", value)
