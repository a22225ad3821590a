"""What becomes of a week that is checked more than once."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from codexreport.evidence.weeks import KeptWeek, Outcome, kept_weeks, outcome
from codexreport.measure import State

MONDAY = datetime(2026, 10, 5, 7, tzinfo=timezone.utc)
WEEK = KeptWeek(
    label="2026-W40",
    state=State.PASS,
    provisional=False,
    as_of=MONDAY,
    objectives={"checkout": ("pass", "999/1000")},
    seq=3,
)


def later(**changes):
    return replace(WEEK, seq=0, as_of=MONDAY + timedelta(days=1), **changes)


def test_the_first_check_of_a_week_is_added():
    assert outcome(None, WEEK) is Outcome.ADDED


def test_the_same_again_changes_nothing():
    assert outcome(WEEK, later()) is Outcome.UNCHANGED


@pytest.mark.parametrize(
    "last",
    [replace(WEEK, provisional=True), replace(WEEK, state=State.UNKNOWN)],
    ids=["provisional", "unknown"],
)
def test_what_is_not_settled_is_corrected(last):
    assert outcome(last, later(state=State.FAIL)) is Outcome.CORRECTED
    assert outcome(last, later()) is Outcome.CORRECTED


def test_a_settled_week_stands_whatever_the_sources_say_now():
    assert outcome(WEEK, later(state=State.FAIL)) is Outcome.STANDS


def test_a_failure_is_not_taken_back_by_a_source_that_is_gone():
    missed = replace(WEEK, state=State.FAIL, provisional=True)
    assert outcome(missed, later(state=State.UNKNOWN)) is Outcome.STANDS
    assert outcome(missed, later()) is Outcome.CORRECTED


def test_an_earlier_moment_corrects_nothing():
    before = replace(WEEK, as_of=MONDAY - timedelta(days=1), state=State.FAIL)
    assert outcome(replace(WEEK, provisional=True), before) is Outcome.STANDS


def test_the_newest_record_of_a_week_counts():
    record = {"step": "monitor-slo", "subject": "2026-W40", "provisional": False}
    found = kept_weeks(
        [
            {**record, "seq": 1, "state": "unknown"},
            {**record, "seq": 2, "state": "pass", "corrects": 1},
            {**record, "seq": 3, "state": "fail", "step": "check"},
        ]
    )
    assert (found["2026-W40"].seq, found["2026-W40"].corrects) == (2, 1)
    assert found["2026-W40"].settled


def test_a_record_that_does_not_say_enough_is_not_settled():
    found = kept_weeks(
        [
            {"step": "monitor-slo", "subject": "2026-W40", "seq": 1, "objectives": 7},
            {"step": "monitor-slo", "subject": "nonsense", "seq": 2},
        ]
    )
    assert list(found) == ["2026-W40"]
    assert not found["2026-W40"].settled
