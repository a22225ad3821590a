"""OSV-Scanner: groups are counted, not entries."""

import pytest
from scans import example, judged, only, read

from codexreport.errors import SourceError
from codexreport.measure import State
from codexreport.supply_chain.severity import Severity

HIGH = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"  # base score 7.5 by FIRST's calculator


def report(*packages):
    return {"results": [{"source": {"path": "poetry.lock"}, "packages": list(packages)}]}


def package(*advisories, groups=None, name="zlib"):
    value = {"package": {"name": name, "version": "1", "ecosystem": "PyPI"}}
    value["vulnerabilities"] = list(advisories)
    return value if groups is None else {**value, "groups": groups}


def test_a_group_is_one_finding_whatever_it_lists():
    facts = read("osv-scanner", example("osv-scanner", "fail-two-names-in-one-group.json"))
    one = only(facts)
    assert one.ids == ("CVE-2026-90001", "GHSA-x9x9-x9x9-x9x9", "PYSEC-2026-9001")
    assert one.ecosystem == "pypi"
    assert one.locations == ("requirements.txt",)


def test_a_fix_is_a_version_and_no_commit():
    facts = read("osv-scanner", example("osv-scanner", "fail-two-names-in-one-group.json"))
    assert only(facts).fixed == ("1.0.1",)


def test_the_worst_of_score_vector_and_word_holds():
    advisory = {
        "id": "GHSA-a",
        "severity": [{"type": "CVSS_V3", "score": HIGH}],
        "database_specific": {"severity": "MODERATE"},
    }
    told = [{"ids": ["GHSA-a"], "max_severity": "5.3"}]
    facts = read("osv-scanner", report(package(advisory, groups=told)))
    assert only(facts).severity is Severity.HIGH


def test_what_carries_no_severity_is_judged_as_high():
    facts = read("osv-scanner", report(package({"id": "MAL-1"}, groups=[{"ids": ["MAL-1"]}])))
    assert judged(facts)[0] is State.FAIL


def test_without_groups_aliases_are_folded():
    first, second = {"id": "GHSA-a", "aliases": ["CVE-1"]}, {"id": "PYSEC-1", "aliases": ["CVE-1"]}
    facts = read("osv-scanner", report(package(first, second)))
    assert only(facts).ids == ("CVE-1", "GHSA-a", "PYSEC-1")


def test_an_advisory_outside_every_group_is_not_lost():
    facts = read(
        "osv-scanner",
        report(package({"id": "CVE-1"}, {"id": "CVE-2"}, groups=[{"ids": ["CVE-1"]}])),
    )
    assert [one.ids for one in facts.findings] == [("CVE-1",), ("CVE-2",)]


@pytest.mark.parametrize("value", [{"results": []}, report()])
def test_no_packages_name_nothing_that_was_looked_at(value):
    state, measures = judged(read("osv-scanner", value))
    assert state is State.UNKNOWN
    assert "--all-packages" in measures["scanned"].reason


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (report({"package": {}}), r"packages\[0\].package.name is missing"),
        (report(package({})), r"packages\[0\].vulnerabilities\[0\].id is missing"),
        (report(package(groups=[{"ids": []}])), r"packages\[0\].groups\[0\].ids is empty"),
        (report(package(groups=[{"ids": [None]}])), r"groups\[0\].ids\[0\] is not a string"),
        ({"results": [{}]}, r"results\[0\].packages is missing"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(value, message):
    with pytest.raises(SourceError, match=message):
        read("osv-scanner", value)
