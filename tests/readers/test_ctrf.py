"""CTRF: statuses, retries, and a summary that may say something else."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from fractions import Fraction

import pytest

from codexreport.errors import SourceError
from codexreport.facts import About
from codexreport.measure import worst
from codexreport.readers.ctrf import CtrfReader
from codexreport.readers.notation.document import Document

ABOUT = About(subject="ctrf.json", now=datetime(2026, 10, 6, 9, tzinfo=timezone.utc))
START = 1_791_189_000_000
WORDS = ("passed", "failed", "skipped", "pending", "other")


def case(status="passed", **more):
    return {"name": "pays", "status": status, "duration": 120, **more}


def read(*tests, environment=None, **summary):
    numbers = {word: sum(one["status"] == word for one in tests) for word in WORDS}
    told = {"tests": len(tests), **numbers, "start": START, "stop": START + 1500} | summary
    results = {"tool": {"name": "cypress"}, "summary": told, "tests": list(tests)}
    results |= {"environment": environment} if environment else {}
    return CtrfReader().parse(Document("ctrf.json", json.dumps({"results": results}).encode()))


def state(run):
    return worst(one.state for one in run.measures(ABOUT)).value


def test_every_status_is_understood():
    run = read(*map(case, WORDS))
    assert (run.tally.passed, run.tally.failed, run.tally.skipped, run.tally.unknown) == (
        1,
        1,
        2,
        1,
    )


def test_other_is_never_a_pass():
    assert state(read(case(), case("other"))) == "unknown"


def test_a_test_that_jest_calls_todo_is_skipped():
    run = read(case(), case("other", rawStatus="todo"))
    assert (run.tally.skipped, run.tally.unknown, state(run)) == (1, 0, "pass")


@pytest.mark.parametrize(
    "sign",
    [
        {"flaky": True},
        {"retries": 2},
        {"retryAttempts": [{"attempt": 1, "status": "failed"}, {"attempt": 2, "status": "passed"}]},
    ],
)
def test_a_retried_test_that_passed_in_the_end_is_flaky_once(sign):
    run = read(case(**sign))
    assert (run.tally.total, run.tally.flaky, state(run)) == (1, 1, "warning")


def test_a_retried_test_that_failed_in_the_end_failed():
    run = read(case("failed", retries=2, flaky=True))
    assert (run.tally.flaky, state(run)) == (0, "fail")


def test_a_flaky_test_that_only_the_summary_counts_is_flaky():
    assert state(read(case(), flaky=1)) == "warning"


def test_a_summary_that_counts_more_failures_wins_and_is_said():
    run = read(case(), passed=0, failed=1)
    assert state(run) == "fail"
    assert run.notes == ("Its summary counts 1 failed, its tests 0: the larger number counts.",)


def test_a_summary_that_counts_fewer_passes_is_a_contradiction():
    assert state(read(case(), passed=0)) == "unknown"


def test_fewer_tests_than_its_summary_counts_are_an_incomplete_run():
    assert state(read(case(), tests=2, passed=2)) == "unknown"


def test_a_run_that_stopped_before_it_started_is_unknown():
    assert state(read(case(), stop=START - 1)) == "unknown"


def test_times_are_milliseconds():
    run = read(case())
    assert run.observed == datetime(2026, 10, 5, 8, 30, 1, 500_000, timezone.utc)
    assert run.seconds == Fraction(3, 2)
    assert run.cases[0].seconds == 0.12


def test_zero_is_what_tools_write_that_do_not_know_the_time():
    assert read(case(), start=0, stop=0).observed is None


def test_a_suite_is_a_list_or_one_string():
    assert read(case(suite=["shop", "till"])).cases[0].suite == "shop > till"
    assert read(case(suite="till.spec.ts")).cases[0].suite == "till.spec.ts"


def test_the_commit_is_in_the_environment():
    assert read(case(), environment={"commit": "4F2C1A9D7E"}).commit == "4f2c1a9d7e"


def test_no_test_is_unknown():
    assert state(read()) == "unknown"


def test_a_value_of_another_type_is_refused_by_its_place():
    with pytest.raises(SourceError, match=r"results\.tests\[0\]\.retries"):
        read(case(retries="two"))
