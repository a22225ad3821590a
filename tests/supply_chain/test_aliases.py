"""Names of one vulnerability are one finding a package."""

from hypothesis import given
from hypothesis import strategies as st

from codexreport.supply_chain.aliases import canonical_ids, fold, linked
from codexreport.supply_chain.severity import Severity
from codexreport.supply_chain.vulnerabilities import Standing, Vulnerability


def weakness(*ids, package="zlib", severity=Severity.LOW, **more):
    return Vulnerability(package=package, ids=ids, severity=severity, **more)


def test_names_are_shared_at_any_remove():
    found = fold([weakness("PYSEC-1", "GHSA-a"), weakness("CVE-2"), weakness("GHSA-a", "CVE-2")])
    assert [one.ids for one in found] == [("CVE-2", "GHSA-a", "PYSEC-1")]


def test_one_name_in_two_packages_is_two_findings():
    assert len(fold([weakness("CVE-1"), weakness("CVE-1", package="zlib-ng")])) == 2


def test_spelling_of_python_packages_and_of_names_does_not_matter():
    found = fold(
        [
            weakness("ghsa-A", package="Zope.Interface", ecosystem="pypi"),
            weakness("GHSA-a", package="zope-interface", ecosystem="pypi"),
        ]
    )
    assert len(found) == 1


def test_dots_and_dashes_are_different_packages_elsewhere():
    found = [
        weakness("CVE-1", package="lodash.merge", ecosystem="npm"),
        weakness("CVE-1", package="lodash-merge", ecosystem="npm"),
    ]
    assert len(fold(found)) == 2


def test_the_worst_known_severity_holds_and_what_is_open_anywhere_is_open():
    closed = {"standing": Standing.CLOSED, "why": "fixed"}
    [one] = fold(
        [
            weakness("CVE-1", severity=Severity.MODERATE, versions=("1",), fixed=("2",), **closed),
            weakness("CVE-1", severity=Severity.UNKNOWN, versions=("1", "0.9")),
        ]
    )
    assert one.severity is Severity.MODERATE
    assert one.standing is Standing.OPEN
    assert one.why == ""
    assert one.versions == ("1", "0.9")
    assert one.fixed == ("2",)


def test_ids_stand_in_one_order_whatever_order_they_came_in():
    assert canonical_ids(["RUSTSEC-1", "PYSEC-1", " ", "GHSA-x", "CVE-9", "cve-9"]) == (
        "cve-9",
        "GHSA-x",
        "PYSEC-1",
        "RUSTSEC-1",
    )


@given(st.lists(st.sets(st.integers(0, 12), min_size=1, max_size=3), max_size=12))
def test_groups_share_no_name_and_lose_no_item(names):
    groups = linked(names, lambda one: one)
    assert sorted(map(sorted, (one for group in groups for one in group))) == sorted(
        map(sorted, names)
    )
    unions = [set().union(*group) for group in groups]
    assert sum(map(len, unions)) == len(set().union(*unions))
