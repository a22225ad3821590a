"""pip-audit: no severity, no dates, and packages that it skipped."""

import pytest
from scans import example, judged, only, read

from codexreport.errors import SourceError
from codexreport.measure import State
from codexreport.supply_chain.severity import Severity


def test_a_weakness_that_is_listed_under_each_of_its_names_is_one_finding():
    one = only(read("pip-audit", example("pip-audit", "fail-two-names-of-one.json")))
    assert one.ids == ("CVE-2026-90001", "GHSA-x9x9-x9x9-x9x9", "PYSEC-2026-9001")
    assert (one.package, one.versions, one.fixed) == ("example-basket", ("1.0.0",), ("1.0.1",))


def test_a_finding_has_no_severity_and_is_judged_as_high():
    facts = read("pip-audit", example("pip-audit", "fail-first-versions.json"))
    assert only(facts).severity is Severity.UNKNOWN
    state, measures = judged(facts)
    assert state is State.FAIL
    assert "judged as high until classified" in measures["vulnerabilities.unknown"].reason


def test_a_skipped_package_is_named_and_never_clean():
    facts = read("pip-audit", example("pip-audit", "unknown-skipped.json"))
    state, measures = judged(facts)
    assert state is State.UNKNOWN
    assert measures["scanned"].value == 1
    assert measures["vulnerabilities.high"].reason == (
        "checkout was skipped: distribution marked as editable."
    )


def test_a_skipped_package_hides_no_finding_elsewhere():
    value = example("pip-audit", "unknown-skipped.json")
    value["dependencies"][0]["vulns"] = [{"id": "CVE-2026-1"}]
    assert judged(read("pip-audit", value))[0] is State.FAIL


def test_an_audit_of_nothing_is_unknown():
    assert judged(read("pip-audit", {"dependencies": [], "fixes": []}))[0] is State.UNKNOWN


@pytest.mark.parametrize(
    ("package", "place"),
    [
        ({"version": "1", "vulns": []}, r"dependencies\[0\].name is missing"),
        ({"name": "a", "vulns": []}, r"dependencies\[0\].version is missing"),
        ({"name": "a", "version": "1"}, r"dependencies\[0\].vulns is missing"),
        ({"name": "a", "version": "1", "vulns": [{}]}, r"dependencies\[0\].vulns\[0\].id is mis"),
        ({"name": "a", "version": "1", "vulns": [{"id": " "}]}, r"vulns\[0\].id is empty"),
        (
            {"name": "a", "version": "1", "vulns": [{"id": "x", "fix_versions": [1]}]},
            r"fix_versions\[0\] is not a string",
        ),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(package, place):
    with pytest.raises(SourceError, match=place):
        read("pip-audit", {"dependencies": [package]})
