"""The share that has it, against the plan; and what changed on flags."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone
from fractions import Fraction

import pytest

from codexreport.measure import State
from codexreport.rollout.actual import Actual, actual_share, against_plan
from codexreport.rollout.flag_changes import changes, definitions
from codexreport.rollout.flags import Flag, FlagState

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
POINT = Fraction(1, 100)


def flag(percent, **more):
    share = Fraction(percent, 100)
    return Flag(
        key="k",
        state=FlagState.ENABLED,
        variants=("on", "off"),
        shares=(("on", share), ("off", 1 - share)),
        **more,
    )


@pytest.mark.parametrize(
    ("percent", "state"),
    [(10, State.PASS), (11, State.PASS), (9, State.PASS), (12, State.FAIL), (8, State.WARNING)],
)
def test_more_than_planned_fails_and_fewer_is_a_warning(percent, state):
    actual = actual_share([flag(percent)], "k", NOW)
    assert against_plan(actual, Fraction(10, 100), POINT)[0] is state


@pytest.mark.parametrize(
    ("percent", "users", "state"),
    [
        (12, 2000, State.UNKNOWN),  # 12 % of 2000: 10.65 % to 13.50 %, which touches 11 %
        (14, 2000, State.FAIL),
        (5, 2000, State.WARNING),
        (12, 20_000, State.FAIL),
    ],
)
def test_a_share_that_was_counted_on_some_may_be_another(percent, users, state):
    actual = actual_share([flag(percent, sampled=users)], "k", NOW)
    assert against_plan(actual, Fraction(10, 100), POINT)[0] is state


@pytest.mark.parametrize("flags", [[], [flag(1), flag(1)], [flag(1, targeted=True, on=("yes",))]])
def test_a_flag_that_cannot_tell_is_unknown_with_the_reason(flags):
    actual = actual_share(flags, "k", NOW)
    assert actual.share is None
    assert against_plan(actual, POINT, POINT) == (State.UNKNOWN, actual.reason)


def test_a_share_within_the_tolerance_is_no_matter_of_chance():
    counted = Actual(share=Fraction(1, 10), reason="", interval=(0.0, 1.0))
    assert against_plan(counted, Fraction(1, 10), POINT)[0] is State.PASS


def test_what_changed_is_told_by_flag_and_field():
    before = definitions([flag(5, owner="Shop"), replace(flag(5), key="gone")])
    after = definitions(
        [flag(10, expires=date(2026, 12, 1)), replace(flag(5), key="new", owner="Shop")]
    )
    assert [one.sentence for one in changes(before, after)] == [
        "gone: removed",
        "k: expires was none; is 2026-12-01",
        "k: owner was Shop; is none",
        "k: users was on 5 %, off 95 %; is on 10 %, off 90 %",
        "new: added",
    ]
    assert not list(changes(after, after))
