"""SARIF: a run that does not say that it succeeded has not shown that nothing is there."""

import pytest
from scans import example, judged, only, read

from codexreport.errors import SourceError
from codexreport.measure import State
from codexreport.supply_chain.severity import Severity
from codexreport.supply_chain.vulnerabilities import Standing

DONE = [{"executionSuccessful": True}]


def log(*runs):
    return {"version": "2.1.0", "runs": list(runs)}


def run(*results, invocations=DONE, rules=(), **more):
    driver = {"name": "scan", "rules": list(rules)}
    return {
        "tool": {"driver": driver},
        "results": list(results),
        "invocations": invocations,
        **more,
    }


def result(rule="R1", **more):
    return {"ruleId": rule, "message": {"text": "odd"}, **more}


def at(file, line=1):
    physical = {"artifactLocation": {"uri": file}, "region": {"startLine": line}}
    return [{"physicalLocation": physical}]


def test_no_results_and_no_invocation_do_not_say_that_the_run_succeeded():
    state, measures = judged(read("sarif", log(run(invocations=[]))))
    assert state is State.UNKNOWN
    assert measures["scanned"].reason == "The run of scan does not say that it succeeded."


def test_results_without_invocation_are_results():
    assert judged(read("sarif", log(run(result(), invocations=[]))))[0] is State.WARNING


def test_a_run_that_did_not_succeed_is_unknown_and_its_findings_still_fail():
    failed = [{"executionSuccessful": False}]
    assert judged(read("sarif", log(run(invocations=failed))))[0] is State.UNKNOWN
    found = run(result(level="error"), invocations=failed)
    assert judged(read("sarif", log(found)))[0] is State.FAIL


def test_one_failed_run_among_good_ones_is_enough():
    failed = run(invocations=[*DONE, {"executionSuccessful": False}])
    assert judged(read("sarif", log(run(), failed)))[0] is State.UNKNOWN


@pytest.mark.parametrize(
    "more", [{"results": None}, {"externalPropertyFileReferences": {"results": [{}]}}]
)
def test_results_that_are_not_in_the_file_are_missing(more):
    assert judged(read("sarif", log({**run(), **more})))[0] is State.UNKNOWN


@pytest.mark.parametrize(
    ("suppressions", "standing"),
    [
        ([{"kind": "inSource"}], Standing.SUPPRESSED),
        ([{"kind": "external", "status": "accepted"}], Standing.SUPPRESSED),
        ([{"kind": "external", "status": "underReview"}], Standing.OPEN),
        ([{"kind": "inSource"}, {"kind": "external", "status": "rejected"}], Standing.OPEN),
        ([{"kind": "external", "status": "a new word"}], Standing.OPEN),
        ([], Standing.OPEN),
    ],
)
def test_suppressed_takes_every_suppression_to_be_accepted(suppressions, standing):
    facts = read("sarif", log(run(result(suppressions=suppressions))))
    assert only(facts).standing is standing


@pytest.mark.parametrize("kind", ["pass", "notApplicable", "informational"])
def test_a_rule_that_found_nothing_is_no_finding(kind):
    assert read("sarif", log(run(result(kind=kind, level="none")))).findings == ()


@pytest.mark.parametrize("kind", ["fail", "open", "review", "a new word"])
def test_any_other_kind_is_a_finding(kind):
    assert len(read("sarif", log(run(result(kind=kind)))).findings) == 1


def test_what_an_earlier_run_found_is_no_finding():
    assert read("sarif", log(run(result(baselineState="absent")))).findings == ()


RULES = [
    {"id": "R0", "defaultConfiguration": {"level": "note"}},
    {"id": "R1", "properties": {"security-severity": "9.8"}},
    {"id": "R2", "properties": {"security-severity": "odd"}},
    {"id": "R3", "properties": {"security-severity": "0.0"}},  # Trivy where it knows of none
]


@pytest.mark.parametrize(
    ("found", "severity"),
    [
        (result("R9"), Severity.MODERATE),
        (result("R9", level="error"), Severity.HIGH),
        (result("R9", level="none"), Severity.UNKNOWN),
        (result("R0"), Severity.LOW),
        (result("R0/sub"), Severity.LOW),
        (result("R1", level="note"), Severity.CRITICAL),
        (result("R2", level="note"), Severity.UNKNOWN),
        (result("R3", level="note"), Severity.UNKNOWN),
        ({"ruleIndex": 1, "message": {}}, Severity.CRITICAL),
        ({"rule": {"id": "R0"}, "message": {}}, Severity.LOW),
        (result("R0", properties={"security-severity": "7.0"}), Severity.HIGH),
    ],
)
def test_severity_is_the_score_else_the_level_else_the_rules_own(found, severity):
    assert only(read("sarif", log(run(found, rules=RULES)))).severity is severity


def test_rules_may_stand_in_an_extension():
    value = run(result("X1"))
    value["tool"]["extensions"] = [{"name": "more", "rules": [{**RULES[1], "id": "X1"}]}]
    assert only(read("sarif", log(value))).severity is Severity.CRITICAL


def test_each_result_of_one_rule_in_one_file_counts():
    places = [at("a.py", 3), at("a.py", 9), at("b.py")]
    facts = read("sarif", log(run(*(result(locations=one) for one in places))))
    assert [(one.package, *one.ids, *one.locations) for one in facts.findings] == [
        ("a.py", "R1", "a.py:3"),
        ("a.py", "R1#2", "a.py:9"),
        ("b.py", "R1", "b.py:1"),
    ]


def test_a_location_may_point_to_an_artifact_of_the_run():
    places = [{"physicalLocation": {"artifactLocation": {"index": 0}}}]
    artifacts = [{"location": {"uri": "a.py"}}]
    facts = read("sarif", log(run(result(locations=places), artifacts=artifacts)))
    assert only(facts).locations == ("a.py",)


def test_it_names_commit_repository_and_end():
    facts = read("sarif", example("sarif", "pass-clean.sarif"))
    assert facts.commit == "0f1e2d3c4b5a69788796a5b4c3d2e1f001234567"
    assert facts.target == "https://git.example.org/checkout"
    assert facts.observed.isoformat() == "2026-10-05T08:30:00+00:00"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"version": "2.0.0", "runs": []}, "version is not 2.1.0"),
        (log({}), r"runs\[0\].tool is missing"),
        (log({"tool": {"driver": {}}}), r"runs\[0\].tool.driver.name is missing"),
        (log(run(invocations=[{}])), r"invocations\[0\].executionSuccessful is missing"),
        (log(run("odd")), r"runs\[0\].results\[0\] is 'odd', expected an object"),
        (log(run(result(kind=1))), r"results\[0\].kind is 1"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(value, message):
    with pytest.raises(SourceError, match=message):
        read("sarif", value)
