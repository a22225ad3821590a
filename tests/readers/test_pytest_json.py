"""pytest-json-report: tests, summary, collectors and exit code, and what they say together."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from codexreport.errors import SourceError
from codexreport.facts import About
from codexreport.measure import worst
from codexreport.quality.runs import Outcome
from codexreport.readers.notation.document import Document
from codexreport.readers.pytest_json import PytestJsonReader

ABOUT = About(subject="report.json", now=datetime(2026, 10, 6, 9, tzinfo=timezone.utc))
SHA = "4f2c1a9d7e6b5c3a8f0e1d2c3b4a59687f6e5d4c"


def case(outcome="passed", **stages):
    told = {stage: {"duration": 0.5, "outcome": word} for stage, word in stages.items()}
    return {"nodeid": f"test_a.py::test_{outcome}", "outcome": outcome, **told}


def read(*tests, exitcode=0, **more):
    summary = {"total": len(tests), "collected": len(tests)}
    for test in tests:
        summary[test["outcome"]] = summary.get(test["outcome"], 0) + 1
    top = {"created": 1_791_189_000.5, "exitcode": exitcode, "summary": summary}
    top |= {"tests": list(tests)} | more
    return PytestJsonReader().parse(Document("report.json", json.dumps(top).encode()))


def state(run):
    return worst(one.state for one in run.measures(ABOUT)).value


def test_every_word_of_pytest_is_understood():
    words = ["passed", "failed", "error", "skipped", "xfailed", "xpassed", "subtests passed"]
    tally = read(*map(case, words), exitcode=1).tally
    assert (tally.total, tally.passed, tally.failed, tally.errors, tally.skipped) == (7, 3, 1, 1, 2)


def test_a_rerun_that_passed_in_the_end_is_flaky_once():
    run = read(case("rerun", setup="passed", call="passed"))
    assert (run.tally.passed, run.tally.flaky, state(run)) == (1, 1, "warning")


@pytest.mark.parametrize("stages", [{"call": "failed"}, {"setup": "failed"}, {}])
def test_a_rerun_whose_last_attempt_did_not_pass_is_no_pass(stages):
    assert read(case("rerun", **stages)).tally.passed == 0


def test_a_failed_stage_outweighs_the_word_passed():
    run = read(case(setup="passed", call="passed", teardown="failed"))
    assert run.cases[0].outcome is Outcome.ERROR


def test_a_word_that_nobody_defined_is_unknown():
    assert state(read(case("mauve"))) == "unknown"


def test_a_collector_that_failed_is_an_error_and_stands_in_no_list_of_tests():
    run = read(case(), exitcode=2, collectors=[{"nodeid": "test_b.py", "outcome": "failed"}])
    assert run.tally.errors == 1
    assert state(run) == "fail"


@pytest.mark.parametrize("exitcode", [2, 3, 4, 5, 137, -9])
def test_a_run_that_did_not_end_by_itself_is_unknown(exitcode):
    assert state(read(case(), exitcode=exitcode)) == "unknown"


def test_exit_code_1_without_a_failed_test_is_a_failure():
    assert state(read(case(), exitcode=1)) == "fail"


def test_exit_code_0_beside_a_failed_test_is_a_failure_that_is_said():
    run = read(case("failed"))
    assert state(run) == "fail"
    assert run.notes == ("Its exit code is 0 although tests failed.",)


def test_fewer_tests_than_collected_are_an_incomplete_run():
    run = read(case(), summary={"passed": 1, "total": 1, "collected": 4, "deselected": 1})
    assert run.doubts == ("Only 1 of 3 tests ran: the run is incomplete.",)


def test_a_summary_that_counts_more_failures_wins():
    run = read(case(), summary={"failed": 1, "total": 1}, exitcode=1)
    assert state(run) == "fail"


def test_a_summary_that_counts_fewer_passes_is_a_contradiction():
    assert state(read(case(), summary={"total": 1})) == "unknown"


def test_a_summary_alone_is_enough():
    run = read(tests=None, summary={"passed": 2, "skipped": 1, "total": 3, "collected": 3})
    assert (run.tally.total, run.cases, state(run)) == (3, (), "pass")


def test_a_summary_whose_parts_do_not_add_up_is_no_pass():
    assert state(read(tests=None, summary={"passed": 2, "total": 3})) != "pass"


def test_the_commit_is_what_the_ci_system_left_in_the_environment():
    assert read(case(), environment={"CI_COMMIT_SHA": SHA, "Python": "3.12"}).commit == SHA
    assert read(case(), environment={"GIT_COMMIT": SHA, "COMMIT": "deadbeef"}).commit == ""


def test_it_says_when_the_run_ended():
    assert read(case()).observed == datetime(2026, 10, 5, 8, 30, 0, 500_000, timezone.utc)


def test_the_seconds_of_a_test_are_those_of_its_stages():
    assert read(case(setup="passed", call="passed")).cases[0].seconds == 1.0


def test_a_value_of_another_type_is_refused_by_its_place():
    with pytest.raises(SourceError, match=r"tests\[0\]\.outcome is 3, expected a string"):
        read(case() | {"outcome": 3}, summary={})
