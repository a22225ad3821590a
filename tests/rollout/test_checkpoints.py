"""When to look, and whether somebody did."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest

from codexreport.facts import About
from codexreport.measure import State
from codexreport.rollout.checkpoints import (
    USUAL,
    Look,
    Mark,
    Stint,
    checkpoint_measures,
    checkpoints,
    schedule,
)

START = datetime(2026, 10, 6, 8, tzinfo=timezone.utc)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NEAR = 7 * MINUTE
ABOUT = About(subject="s", now=START)


def test_there_are_55_over_48_hours():
    """1 at the start, 24 quarters of 6 hours, 24 hours, and 6 times 3 hours: 55."""
    moments = schedule(START, USUAL)
    assert len(moments) == 55
    assert (moments[0], moments[-1]) == (START, START + 48 * HOUR)
    apart = Counter(later - earlier for earlier, later in pairwise(moments))
    assert apart == {15 * MINUTE: 24, HOUR: 24, 3 * HOUR: 6}


def test_read_as_up_to_hour_24_there_are_51_and_all_of_them_are_among_the_55():
    """1 + 24 + 18 + 8."""
    literal = schedule(
        START,
        [
            Stint(every=15 * MINUTE, until=6 * HOUR),
            Stint(every=HOUR, until=24 * HOUR),
            Stint(every=3 * HOUR, until=48 * HOUR),
        ],
    )
    assert len(literal) == 51
    assert set(literal) <= set(schedule(START, USUAL))


def look(minutes, *, knew=True):
    return Look(at=START + minutes * MINUTE, record=1, knew=knew)


@pytest.mark.parametrize(
    ("looks", "now", "mark"),
    [
        ([], -1, Mark.AHEAD),
        ([], 0, Mark.DUE),
        ([], 7, Mark.DUE),
        ([], 8, Mark.MISSED),
        ([look(7)], 8, Mark.DONE),
        ([look(-7)], -6, Mark.DONE),
        ([look(8)], 9, Mark.MISSED),
        ([look(5)], 3, Mark.DUE),
        ([look(2, knew=False)], 9, Mark.MISSED),
        ([look(2, knew=False), look(4)], 9, Mark.DONE),
    ],
)
def test_a_look_counts_near_its_time_where_it_saw_something(looks, now, mark):
    (found,) = checkpoints([START], looks, near=NEAR, now=START + now * MINUTE)
    assert found.mark is mark


def test_what_was_missed_is_named():
    found = checkpoints(
        schedule(START, USUAL), [look(0), look(15)], near=NEAR, now=START + 40 * MINUTE
    )
    measures = {one.name: one for one in checkpoint_measures(found, ABOUT, "Europe/Berlin")}
    missed = measures["rollout.checkpoints.missed"]
    assert (missed.value, missed.state) == (1, State.WARNING)
    assert missed.reason == "Nobody looked at Tue 6 Oct 2026, 10:30 CEST."
    assert measures["rollout.checkpoints.done"].value == 2
    assert measures["rollout.checkpoints.total"].value == 55


def test_before_the_first_nothing_is_known():
    found = checkpoints([START], [], near=NEAR, now=START - HOUR)
    missed = checkpoint_measures(found, ABOUT, "Europe/Berlin")[-1]
    assert (missed.value, missed.state) == (0, State.UNKNOWN)
