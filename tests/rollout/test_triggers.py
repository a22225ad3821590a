"""Triggers on what sources count, and what a look comes to."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.bounds import parse_bound
from codexreport.measure import State
from codexreport.rollout.plan import Freeze, Step, make_plan
from codexreport.rollout.signals import Kind, Signal, ratio, reading
from codexreport.rollout.triggers import Trigger, watch
from codexreport.rollout.verdict import EXIT_CODES, Seen, Verdict, answer
from codexreport.series import EventSeries
from codexreport.sustained import Hold
from codexreport.window import Window

START = datetime(2026, 10, 6, 8, tzinfo=timezone.utc)
MINUTE = timedelta(minutes=1)
WINDOW = Window.between(START, START + timedelta(hours=1), "UTC")
HOUR = timedelta(hours=1)


def trigger(kind=Kind.ERROR_RATE, limit="> 1 %", hold=None, *, indicator=None, min_events=1):
    signal = Signal(
        name="t",
        title="Trigger",
        kind=kind,
        indicator=indicator or ratio("t", "shop", total={}, bad={}),
        every=MINUTE,
        min_events=min_events,
    )
    return Trigger(signal=signal, limit=parse_bound(limit), hold=hold or Hold(length=5 * MINUTE))


def series(minutes, **more):
    """Of each minute its bad and valid events; None where it was not observed."""
    seen = [(n, *pair) for n, pair in enumerate(minutes) if pair is not None]
    start, bad, valid = zip(*seen, strict=True) if seen else ((), (), ())
    return EventSeries(
        width=60,
        start=np.array([int(START.timestamp()) + 60 * n for n in start], dtype=np.int64),
        good=np.array(valid, dtype=float) - np.array(bad, dtype=float),
        valid=np.array(valid, dtype=float),
        **more,
    )


def watched(minutes, which=None, look_back=HOUR, begun=None):
    return watch(
        which or trigger(),
        series(minutes),
        window=WINDOW,
        now=START + len(minutes) * MINUTE,
        look_back=look_back,
        problem="",
        begun=begun,
    )


GOOD, BAD, GAP = (1, 100), (2, 100), None  # 1 % is not over 1 %


@pytest.mark.parametrize(
    ("minutes", "now", "pending"),
    [
        ([GOOD] * 9, State.PASS, False),
        ([GOOD] * 5 + [BAD] * 4, State.PASS, True),
        ([GOOD] * 5 + [BAD] * 5, State.FAIL, False),
        ([BAD] * 5 + [GOOD], State.PASS, False),
        ([GOOD] * 5 + [BAD] * 4 + [GAP], State.UNKNOWN, True),
        ([GAP] * 9, State.UNKNOWN, False),
    ],
)
def test_an_error_rate_over_its_limit_trips_when_it_has_lasted(minutes, now, pending):
    found = watched(minutes)
    assert (found.now, found.pending) == (now, pending)
    assert found.reason


def test_a_percentile_is_over_its_limit_where_more_are_slow_than_it_leaves_out():
    """p95 is over 500 ms where more than 5 in 100 take longer."""
    p95 = trigger(Kind.P95, "> 500 ms")
    assert watched([(5, 100)] * 5, p95).now is State.PASS
    assert watched([(6, 100)] * 5, p95).now is State.FAIL
    p99 = trigger(Kind.P99, "> 1000 ms")
    assert watched([(1, 100)] * 5, p99).now is State.PASS
    assert watched([(2, 100)] * 5, p99).now is State.FAIL
    assert p99.shown == "Trigger > 1000 ms for 5m"


def test_a_percentile_that_is_read_is_over_where_the_reading_is():
    indicator = reading("t", "metrics", {"query": "p95"}, Kind.P95, Fraction(1, 2))
    p95 = trigger(Kind.P95, "> 500 ms", indicator=indicator)
    assert watched([(0, 1)] * 4 + [(1, 1)] * 5, p95).now is State.FAIL
    assert indicator.op == "lte"


def test_health_checks_are_counted_in_a_row():
    indicator = reading("t", "metrics", {"query": "up"}, Kind.HEALTH, Fraction(0))
    health = trigger(Kind.HEALTH, "> 0 %", Hold(in_a_row=5), indicator=indicator)
    found = watched([(0, 1)] * 3 + [(1, 1)] * 5, health)
    assert found.now is State.FAIL
    assert "down 5 times in a row" in found.reason


def test_silence_says_nothing_unless_it_is_good():
    quiet = [(0, 0)] * 9
    assert watched(quiet).now is State.UNKNOWN
    assert watched(quiet, trigger(min_events=0)).now is State.PASS


def test_contradictions_and_no_data_are_unknown_with_the_reason():
    for found, said in (
        (series([GOOD], contradictions=("It counts back",)), "It counts back."),
        (None, "The server is down."),
    ):
        seen = watch(
            trigger(),
            found,
            window=WINDOW,
            now=START + HOUR,
            look_back=HOUR,
            problem="The server is down.",
        )
        assert (seen.now, seen.ever, seen.state, seen.reason) == (
            State.UNKNOWN,
            State.UNKNOWN,
            State.UNKNOWN,
            said,
        )
        assert seen.measure().value is None


def test_the_parts_of_a_span_are_told_apart():
    found = watched([GOOD] * 2 + [GAP] * 2 + [BAD] * 5 + [GOOD] + [BAD])
    states = [(round((last - first) / MINUTE), state) for first, last, state in found.spans()]
    assert states == [
        (2, State.PASS),
        (2, State.UNKNOWN),
        (5, State.FAIL),
        (1, State.PASS),
        (1, State.WARNING),
    ]


PLAN = make_plan(
    [Step(share=Fraction(1, 2)), Step(day=1, share=Fraction(1))], start=START, zone_name="UTC"
)


def look(
    minutes, *, plan=PLAN, share=None, against_plan=None, safety=None, look_back=HOUR, begun=None
):
    seen = Seen(
        plan=plan,
        triggers=[watched(minutes, look_back=look_back, begun=begun)] if minutes else [],
        share=share,
        against_plan=against_plan,
        safety=safety,
        watched_until=plan.full_at + timedelta(days=2),
    )
    return answer(seen, START + len(minutes) * MINUTE)


SURE = (State.PASS, "")


@pytest.mark.parametrize(
    ("minutes", "more", "verdict"),
    [
        ([GOOD] * 9, {}, Verdict.GO_ON),
        ([GOOD] * 9, {"against_plan": SURE, "safety": SURE}, Verdict.GO_ON),
        ([GOOD] * 5 + [BAD], {}, Verdict.HOLD),
        ([BAD] * 5 + [GOOD] * 30, {}, Verdict.HOLD),
        ([GOOD] * 9 + [GAP], {}, Verdict.HOLD),
        ([GOOD] * 9 + [GAP] * 2, {}, Verdict.UNDECIDED),
        ([BAD] * 5, {"safety": (State.FAIL, "On.")}, Verdict.ROLL_BACK),
        ([GAP] * 5 + [GOOD] * 9, {}, Verdict.UNDECIDED),
        ([GAP] * 5 + [GOOD] * 9, {"look_back": 9 * MINUTE}, Verdict.HOLD),
        ([GOOD] + [GAP] * 4 + [GOOD] * 9, {"look_back": 9 * MINUTE}, Verdict.GO_ON),
        ([GOOD] * 9, {"safety": (State.FAIL, "On.")}, Verdict.HOLD),
        ([GOOD] * 9, {"safety": (State.UNKNOWN, "Who knows.")}, Verdict.UNDECIDED),
        ([GOOD] * 9, {"against_plan": (State.FAIL, "More.")}, Verdict.HOLD),
        ([GOOD] * 9, {"against_plan": (State.WARNING, "Fewer.")}, Verdict.GO_ON),
        ([GOOD] * 9, {"against_plan": (State.UNKNOWN, "Who knows.")}, Verdict.UNDECIDED),
        ([], {}, Verdict.UNDECIDED),
    ],
)
def test_what_a_look_comes_to(minutes, more, verdict):
    found = look(minutes, **more)
    assert found.verdict is verdict
    assert found.reasons
    assert found.following


def test_a_freeze_and_a_rollout_to_come_are_held():
    frozen = make_plan(
        [Step(share=Fraction(1))],
        start=START,
        zone_name="UTC",
        freezes=[Freeze(start=START + MINUTE, end=START + HOUR, reason="Audit.")],
    )
    found = look([GOOD] * 9, plan=frozen)
    assert (found.verdict, found.reasons) == (Verdict.HOLD, ("The rollout is frozen: Audit.",))
    later = make_plan([Step(share=Fraction(1))], start=START + HOUR, zone_name="UTC")
    assert look([GOOD] * 9, plan=later).reasons == ("The rollout has not begun.",)


def test_a_pipeline_goes_on_at_0_goes_back_at_1_and_stays_at_3():
    assert {one: EXIT_CODES[one] for one in Verdict} == {
        Verdict.GO_ON: 0,
        Verdict.ROLL_BACK: 1,
        Verdict.HOLD: 3,
        Verdict.UNDECIDED: 3,
    }


minute = st.sampled_from([GOOD, BAD, GAP])


@given(minutes=st.lists(minute, min_size=1, max_size=30), data=st.data())
def test_taking_a_minute_away_never_makes_it_go_on(minutes, data):
    back = data.draw(st.integers(1, 60)) * MINUTE
    begun = START + data.draw(st.integers(0, 30)) * MINUTE
    before = look(minutes, look_back=back, begun=begun).verdict
    at = data.draw(st.integers(0, len(minutes) - 1))
    after = look([*minutes[:at], GAP, *minutes[at + 1 :]], look_back=back, begun=begun).verdict
    if after is Verdict.GO_ON:
        assert before is Verdict.GO_ON


def test_a_gap_in_what_was_bad_long_ago_is_held_and_named():
    """20 bad minutes, 30 good ones, a look back of 10; of the bad ones every fifth is missing."""
    gaps = ([BAD] * 4 + [GAP]) * 4 + [GOOD] * 30
    found = look(gaps, look_back=10 * MINUTE)
    assert found.verdict is Verdict.HOLD
    assert found.reasons == (
        "Trigger has a gap that could hide a trip. It is known to have been > 1 % for 4m, and 4"
        " samples are missing: it may have been for 20m.",
    )


@pytest.mark.parametrize(
    ("minutes", "verdict"),
    [
        ([GAP] * 10 + [GOOD] * 10, Verdict.GO_ON),
        ([BAD] * 10 + [GOOD] * 10, Verdict.GO_ON),
        # the fifth minute of these is the first of the step
        ([GOOD] * 6 + [GAP] * 5 + [GOOD] * 9, Verdict.HOLD),
        ([GOOD] * 6 + [BAD] * 5 + [GOOD] * 9, Verdict.HOLD),
        ([GOOD] * 5 + [GAP] * 5 + [GOOD] * 10, Verdict.GO_ON),
    ],
)
def test_what_was_over_before_the_step_holds_no_longer_than_a_look_goes_back(minutes, verdict):
    """20 minutes; the step in force began at the 10th, and a look goes back 5."""
    found = look(minutes, look_back=5 * MINUTE, begun=START + 10 * MINUTE)
    assert found.verdict is verdict, found.reasons
