"""CycloneDX: a list of components is no scan."""

import pytest
from scans import example, judged, only, read

from codexreport.errors import SourceError
from codexreport.measure import State
from codexreport.supply_chain.severity import Severity
from codexreport.supply_chain.vulnerabilities import Standing

COMPONENTS = [
    {
        "bom-ref": "a",
        "name": "core",
        "group": "org.example",
        "version": "2",
        "purl": "pkg:maven/org.example/core@2",
        "components": [{"bom-ref": "b", "name": "inner"}],
    }
]


def bom(*vulnerabilities, **more):
    value = {"bomFormat": "CycloneDX", "components": COMPONENTS}
    return {**value, "vulnerabilities": list(vulnerabilities), **more}


def weakness(**more):
    return {"id": "CVE-1", "ratings": [{"severity": "low"}], "affects": [{"ref": "a"}], **more}


@pytest.mark.parametrize(
    "name", ["unknown-components-alone.cdx.json", "unknown-empty-list.cdx.json"]
)
def test_components_without_vulnerabilities_are_no_clean_scan(name):
    state, measures = judged(read("cyclonedx", example("cyclonedx", name)))
    assert state is State.UNKNOWN
    assert "does not say that vulnerabilities were looked for" in measures["scanned"].reason


def test_components_inside_components_count():
    assert read("cyclonedx", bom(weakness())).scanned == 2


@pytest.mark.parametrize(
    ("ref", "package", "versions", "ecosystem"),
    [
        ("a", "org.example:core", ("2",), "maven"),
        ("b", "inner", (), ""),
        ("urn:cdx:0000-1/1#a", "org.example:core", ("2",), "maven"),
        ("urn:cdx:0000-1/1#pkg%3Anpm%2Fleft@1", "left", ("1",), "npm"),
        ("elsewhere", "elsewhere", (), ""),
    ],
)
def test_what_is_affected_is_found_by_its_reference(ref, package, versions, ecosystem):
    one = only(read("cyclonedx", bom(weakness(affects=[{"ref": ref}]))))
    assert (one.package, one.versions, one.ecosystem) == (package, versions, ecosystem)


def test_each_affected_component_is_a_finding_and_none_is_one_too():
    both = weakness(affects=[{"ref": "a"}, {"ref": "b"}])
    assert len(read("cyclonedx", bom(both)).findings) == 2
    assert only(read("cyclonedx", bom(weakness(affects=[])))).package == ""


@pytest.mark.parametrize(
    ("analysis", "standing"),
    [
        (None, Standing.OPEN),
        ({"state": "exploitable"}, Standing.OPEN),
        ({"state": "in_triage"}, Standing.OPEN),
        ({"state": "a new word", "detail": "fine"}, Standing.OPEN),
        ({"state": "not_affected"}, Standing.OPEN),
        ({"state": "not_affected", "justification": "code_not_present"}, Standing.CLOSED),
        ({"state": "false_positive", "detail": "another product"}, Standing.CLOSED),
        ({"state": "resolved"}, Standing.CLOSED),
        ({"state": "resolved_with_pedigree"}, Standing.CLOSED),
    ],
)
def test_only_an_answer_with_a_reason_closes(analysis, standing):
    value = weakness() if analysis is None else weakness(analysis=analysis)
    assert only(read("cyclonedx", bom(value))).standing is standing


@pytest.mark.parametrize(
    ("ratings", "severity"),
    [
        ([], Severity.UNKNOWN),
        ([{"severity": "medium"}, {"severity": "high"}], Severity.HIGH),
        ([{"severity": "unknown", "score": 9.8, "method": "CVSSv31"}], Severity.CRITICAL),
        ([{"score": 9.8, "method": "CVSSv2"}], Severity.HIGH),
        ([{"score": 9.8, "method": "OWASP"}], Severity.UNKNOWN),
        (
            [{"method": "CVSSv31", "vector": "AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L"}],
            Severity.MODERATE,
        ),
        ([{"vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}], Severity.CRITICAL),
        ([{"method": "CVSSv2", "vector": "AV:N/AC:L/Au:N/C:P/I:P/A:P"}], Severity.HIGH),
    ],
)
def test_the_worst_rating_holds(ratings, severity):
    assert only(read("cyclonedx", bom(weakness(ratings=ratings)))).severity is severity


def test_references_are_aliases():
    value = weakness(references=[{"id": "GHSA-a"}, {"id": "PYSEC-1"}])
    assert only(read("cyclonedx", bom(value))).ids == ("CVE-1", "GHSA-a", "PYSEC-1")


@pytest.mark.parametrize(
    "tools", [[{"vendor": "x", "name": "scan"}], {"components": [{"name": "scan"}]}]
)
def test_tools_are_a_list_or_since_1_5_an_object(tools):
    assert read("cyclonedx", bom(metadata={"tools": tools})).tool == "scan"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (bom({"affects": []}), r"vulnerabilities\[0\].id is missing"),
        (bom(weakness(affects=[{}])), r"affects\[0\].ref is missing"),
        (bom(weakness(ratings=[{"score": "9"}])), r"ratings\[0\].score is '9'"),
        (bom(components=[{}]), r"components\[0\].name is missing"),
        (bom(metadata={"timestamp": "soon"}), "metadata.timestamp is 'soon'"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(value, message):
    with pytest.raises(SourceError, match=message):
        read("cyclonedx", value)
