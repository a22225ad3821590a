"""Test runs: what is judged, what is shown, and what is not known."""

from __future__ import annotations

from datetime import datetime, timezone
from fractions import Fraction

import pytest

from codexreport.facts import About
from codexreport.measure import State, worst
from codexreport.quality.attempts import settle
from codexreport.quality.runs import Outcome, Tally, TestCase, TestRun, worst_outcome

ABOUT = About(subject="run", now=datetime(2026, 10, 6, 9, tzinfo=timezone.utc))
P, F, E, S = Outcome.PASSED, Outcome.FAILED, Outcome.ERROR, Outcome.SKIPPED


def measures(**numbers):
    more = {key: numbers.pop(key) for key in ("doubts", "notes", "seconds") if key in numbers}
    run = TestRun(tally=Tally(**numbers), **more)
    return {one.name.removeprefix("quality.tests."): one for one in run.measures(ABOUT)}


def state(**numbers):
    return worst(one.state for one in measures(**numbers).values())


def test_tests_that_all_passed_pass():
    found = measures(total=4, passed=3, skipped=1)
    assert found["failed"].state is State.PASS
    assert found["failed"].reason == "None of 4 tests failed."
    assert state(total=4, passed=3, skipped=1) is State.PASS


def test_the_pass_rate_is_of_the_tests_that_ran_and_exact():
    """29 passed of 31 less 1 skipped."""
    found = measures(total=31, passed=29, failed=1, skipped=1)["pass_rate"]
    assert found.value == Fraction(29, 30)
    assert found.formula.startswith("29 passed / (31 - 1 skipped) = 96.67")


def test_a_flaky_test_passed_and_warns():
    found = measures(total=2, passed=2, flaky=1)
    assert found["passed"].value == 2
    assert found["flaky"].state is State.WARNING
    assert state(total=2, passed=2, flaky=1) is State.WARNING


@pytest.mark.parametrize(
    "numbers",
    [
        {},
        {"total": 2, "skipped": 2},
        {"total": 2, "passed": 1, "unknown": 1},
        {"total": 3, "passed": 2},
        {"total": 1, "passed": 1, "doubts": ("It was interrupted.",)},
    ],
    ids=["no test", "all skipped", "a result unknown", "a result missing", "a doubt"],
)
def test_what_is_not_known_is_never_a_pass(numbers):
    found = measures(**numbers)
    assert state(**numbers) is State.UNKNOWN
    for name in ("total", "failed", "errors", "flaky", "pass_rate"):
        assert found[name].state is State.UNKNOWN
        assert found[name].reason


def test_a_failure_is_a_failure_whatever_else_is_not_known():
    assert state(total=3, passed=1, failed=1, unknown=1, doubts=("It was cut.",)) is State.FAIL


def test_a_contradiction_is_said_beside_the_figure():
    found = measures(total=1, failed=1, notes=("Its summary says otherwise.",))
    assert found["failed"].reason.endswith("Its summary says otherwise.")


def test_the_duration_is_shown_where_it_is_known():
    assert measures(total=1, passed=1, seconds=1.5)["duration"].value == 1.5
    assert "duration" not in measures(total=1, passed=1)


def test_the_summary_names_what_is_not_simply_passed():
    run = TestRun(tally=Tally(total=31, passed=28, failed=2, errors=1, flaky=1))
    assert run.summary() == "31 tests, 2 failed, 1 in error, 1 flaky"
    assert TestRun(tally=Tally(total=1, passed=1)).summary() == "1 test"


def test_of_several_words_about_one_test_the_worst_counts():
    assert worst_outcome([P, S, F]) is F
    assert worst_outcome([S, Outcome.UNKNOWN]) is Outcome.UNKNOWN
    assert worst_outcome([]) is P


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [
        ([F, P], ["flaky"]),
        ([F, E, P], ["flaky"]),
        ([P, F], ["passed", "failed"]),
        ([P, F, P], ["passed", "failed", "passed"]),
        ([P, P], ["passed", "passed"]),
        ([F, F], ["failed", "failed"]),
        ([F, S], ["failed", "skipped"]),
        ([F], ["failed"]),
    ],
)
def test_only_a_pass_after_failures_alone_is_a_retry(attempts, expected):
    assert told(settle([one(word) for word in attempts])) == expected


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [
        ([P, P], ["flaky"]),
        ([P, P, F], ["failed"]),
        ([P, F, E], ["error"]),
        ([F, P], ["flaky"]),
        ([P, S], ["passed", "skipped"]),
    ],
)
def test_where_retries_look_passed_the_last_attempt_decides(attempts, expected):
    settled = settle([one(word) for word in attempts], retries_look_passed=True)
    assert told(settled) == expected


def one(outcome):
    return TestCase(name="a", outcome=outcome)


def told(cases):
    return ["flaky" if case.flaky else case.outcome.value for case in cases]
