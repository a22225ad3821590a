"""Pact: four shapes of verification results, and what each may hide."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from codexreport.errors import SourceError
from codexreport.facts import About
from codexreport.measure import worst
from codexreport.readers.notation.document import Document
from codexreport.readers.pact import PactReader

ABOUT = About(subject="pact.json", now=datetime(2026, 10, 6, 9, tzinfo=timezone.utc))


def read(**top):
    return PactReader().parse(Document("pact.json", json.dumps(top).encode()))


def state(found):
    return worst(one.state for one in found.measures(ABOUT)).value


def result(word, description="asks for /stock/1", **more):
    return {"description": description, "result": word, **more}


def verifier(*results, overall=True, errors=(), pending=()):
    listed = {
        key: [{"interaction": one, "mismatch": {"type": "error"}} for one in named]
        for key, named in (("errors", errors), ("pendingErrors", pending))
    }
    return read(result=overall, interactionResults=list(results), **listed)


def jvm(*executions):
    meta = {"date": "2026-10-05T10:30:00.123456789+02:00[Europe/Berlin]"}
    return read(metaData=meta, provider={"name": "stock"}, execution=list(executions))


def execution(word, **more):
    asked = {"description": "asks for /stock/1"}
    one = {"interaction": asked, "verification": {"result": word}}
    return {"consumer": {"name": "checkout"}, "interactions": [one], **more}


def test_interactions_that_were_all_verified_pass():
    assert state(verifier(result("OK"))) == "pass"


def test_a_failed_interaction_and_its_error_are_one_failure():
    found = verifier(result("Error"), overall=False, errors=["A and B - asks for /stock/1"])
    assert (found.summary(), state(found)) == ("1 interaction, 1 failed", "fail")


def test_an_error_of_no_listed_interaction_is_a_failure_of_its_own():
    found = verifier(result("OK"), overall=False, errors=["could not load the contract"])
    assert found.summary() == "2 interactions, 1 failed"


def test_a_pending_interaction_that_failed_warns():
    assert state(verifier(result("Error"), pending=["A and B - asks for /stock/1"])) == "warning"
    assert state(verifier(result("OK"), result("Error", pending=True))) == "warning"


def test_a_failed_interaction_under_an_overall_success_is_a_failure_that_is_said():
    found = verifier(result("Error"))
    assert state(found) == "fail"
    assert found.notes


def test_an_overall_failure_without_a_failed_interaction_is_a_failure():
    assert state(verifier(result("OK"), overall=False)) == "fail"


def test_no_interaction_is_unknown_whatever_the_whole_calls_itself():
    assert state(verifier()) == "unknown"
    assert state(read(success=True, providerApplicationVersion="1")) == "unknown"
    assert state(jvm()) == "unknown"


def test_a_word_that_nobody_defined_is_unknown():
    assert state(verifier(result("OK"), result("Perhaps"))) == "unknown"


def test_the_report_of_the_jvm_is_read_by_consumer():
    found = jvm(execution("OK"), execution("failed"))
    assert {one.consumer for one in found.interactions} == {"checkout"}
    assert (found.summary(), found.provider) == ("2 interactions, 1 failed", "stock")
    assert found.observed == datetime(2026, 10, 5, 8, 30, 0, 123456, timezone.utc)


def test_a_contract_that_the_jvm_could_not_load_is_a_failure():
    assert state(jvm(execution("OK", result={"state": "Pact Load Failure"}))) == "fail"


def test_what_is_pending_on_the_jvm_warns():
    assert state(jvm(execution("OK"), execution("failed", pending=True))) == "warning"


def test_a_published_result_names_the_commit():
    results = [{"interactionId": "a", "success": True}]
    found = read(success=True, providerApplicationVersion="4f2c1a9d7e", testResults=results)
    assert (found.commit, state(found)) == ("4f2c1a9d7e", "pass")


def test_a_published_result_of_a_work_in_progress_warns():
    results = [{"success": False}]
    found = read(success=False, wip=True, providerApplicationVersion="1", testResults=results)
    assert state(found) == "warning"


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [({"testCount": 1}, "pass"), ({"testCount": 2}, "unknown"), ({"failureCount": 1}, "fail")],
)
def test_a_published_result_of_ruby_has_a_summary_that_may_say_more(numbers, expected):
    results = {"tests": [{"status": "passed"}], "summary": numbers}
    found = read(success=True, providerApplicationVersion="1", testResults=results)
    assert state(found) == expected


def test_an_error_outside_of_the_examples_of_ruby_is_a_failure():
    summary = {"pacts": [], "example_count": 1, "errors_outside_of_examples_count": 1}
    assert state(read(examples=[{"status": "passed"}], summary=summary)) == "fail"


def test_results_of_rspec_without_contracts_are_not_recognised():
    body = b'{"examples": [], "summary": {"example_count": 0}}'
    assert not PactReader().recognises(Document("rspec.json", body))
    with pytest.raises(SourceError, match="no Pact verification result"):
        PactReader().parse(Document("rspec.json", body))
