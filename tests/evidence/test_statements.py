"""Statements about files, as in-toto has them."""

import json

import pytest

from codexreport.errors import EvidenceError
from codexreport.evidence import statements

SUBJECT = {"reports/a/report.json": "a" * 64}


def measure(name, subject, state, label="2026-W40"):
    window = {"label": label} if label else None
    return {"name": name, "subject": subject, "state": state, "window": window}


def report(state, *measures):
    return {
        "schema": 1,
        "report": "slo_weekly",
        "state": state,
        "headline": "Every objective was met.",
        "measures": list(measures),
        "project_files": [{"path": "codexreport.toml", "sha256": "b" * 64, "size": 3}],
        "inputs": [{"uri": "a.csv", "sha256": "c" * 64, "source": "a", "query": ""}] * 2,
    }


def test_a_statement_names_its_subjects_by_hash_in_order():
    told = statements.statement({"b": "2" * 64, "a": "1" * 64}, "urn:x", {"said": "yes"})
    assert told["_type"] == "https://in-toto.io/Statement/v1"
    assert told["subject"] == [
        {"name": "a", "digest": {"sha256": "1" * 64}},
        {"name": "b", "digest": {"sha256": "2" * 64}},
    ]
    assert statements.parse(statements.encoded(told), "urn:x") == (
        {"a": "1" * 64, "b": "2" * 64},
        {"said": "yes"},
    )


def test_the_order_of_keys_makes_no_difference_to_the_bytes():
    forward = statements.statement(SUBJECT, "urn:x", {"a": 1, "b": "ü"})
    backward = dict(reversed(statements.statement(SUBJECT, "urn:x", {"b": "ü", "a": 1}).items()))
    assert statements.encoded(forward) == statements.encoded(backward)


@pytest.mark.parametrize(
    ("state", "result"),
    [
        ("pass", "PASSED"),
        ("warning", "WARNED"),
        ("fail", "FAILED"),
        ("error", "FAILED"),
        ("unknown", "FAILED"),
        ("not_applicable", "FAILED"),
    ],
)
def test_only_a_pass_is_passed(state, result):
    predicate = statements.test_result(report(state), SUBJECT)["predicate"]
    assert predicate["result"] == result


def test_every_measure_that_says_anything_is_a_test():
    predicate = statements.test_result(
        report(
            "fail",
            measure("slo.sli", "search", "pass"),
            measure("slo.sli", "search", "fail", label="2026-W39"),
            measure("slo.sli", "orders", "unknown"),
            measure("slo.burn", "orders", "warning"),
            measure("slo.total", "orders", "not_applicable"),
            measure("checklist.file", "runbook", "pass", label=""),
        ),
        SUBJECT,
    )["predicate"]
    assert predicate["passedTests"] == ["checklist.file runbook", "slo.sli search 2026-W40"]
    assert predicate["warnedTests"] == ["slo.burn orders 2026-W40"]
    assert predicate["failedTests"] == ["slo.sli orders 2026-W40", "slo.sli search 2026-W39"]
    assert predicate["configuration"] == [
        {"name": "a.csv", "digest": {"sha256": "c" * 64}},
        {"name": "codexreport.toml", "digest": {"sha256": "b" * 64}},
    ]


def test_a_test_that_stands_for_several_measures_is_its_worst():
    states = ("pass", "warning", "fail", "pass")
    told = statements.test_result(report("fail", *(measure("a", "b", s) for s in states)), SUBJECT)
    lists = [told["predicate"][key] for key in ("passedTests", "warnedTests", "failedTests")]
    assert lists == [[], [], ["a b 2026-W40"]]


def test_a_decision_is_what_the_report_comes_to_without_its_figures():
    told = statements.decision(report("pass", measure("a", "b", "pass")), SUBJECT)
    assert told["predicateType"] == "urn:codexreport:decision:v1"
    assert told["subject"][0]["name"] == "reports/a/report.json"
    assert told["predicate"] == {
        "report": "slo_weekly",
        "state": "pass",
        "headline": "Every objective was met.",
    }


GOOD = statements.encoded(statements.statement(SUBJECT, "urn:x", {"a": 1}))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b"{" * 5000,
        GOOD[:-1],
        b" " + GOOD,
        GOOD.replace(b"https://in-toto.io/Statement/v1", b"https://in-toto.io/Statement/v2"),
        GOOD.replace(b'"sha256": "aaaa', b'"sha256": "AAAA'),
        GOOD.replace(b'"name": ', b'"uri": "x", "name": '),
        GOOD.replace(b'"subject": [', b'"subject": [' + json.dumps({"name": "x"}).encode() + b","),
        GOOD.replace(b'"predicate": {', b'"more": 1, "predicate": {'),
        GOOD.replace(b'"a": 1', b'"a": 1, "a": 1'),
    ],
)
def test_what_is_not_a_statement_as_it_is_written_is_refused(content):
    assert content != GOOD
    with pytest.raises(EvidenceError, match=r"^is not "):
        statements.parse(content, "urn:x")


def test_a_statement_of_another_kind_is_refused():
    with pytest.raises(EvidenceError, match=r"is not a statement of urn:y\."):
        statements.parse(GOOD, "urn:y")
