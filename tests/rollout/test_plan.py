"""Which share is planned at any time."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from codexreport.rollout.plan import STRATEGIES, AfterFreeze, Freeze, Step, Strategy, make_plan

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 10, 5, 9, tzinfo=BERLIN)  # a Monday
MINUTE = timedelta(minutes=1)


def berlin(day, hour, minute=0, month=10):
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


def planned(strategy=Strategy.SAFE, start=START, **more):
    return make_plan(STRATEGIES[strategy], start=start, zone_name="Europe/Berlin", **more)


def percentages(plan):
    return [(one.at.strftime("%a %d %H:%M"), int(one.share * 100)) for one in plan.steps]


def test_safe_takes_seven_days_from_nobody_to_everybody():
    plan = planned()
    assert percentages(plan) == [
        ("Mon 05 09:00", 0),
        ("Tue 06 09:00", 5),
        ("Wed 07 09:00", 10),
        ("Thu 08 09:00", 25),
        ("Fri 09 09:00", 50),
        ("Sat 10 09:00", 75),
        ("Sun 11 09:00", 100),
    ]
    assert (plan.start, plan.full_at) == (START, berlin(11, 9))


def test_fast_takes_three_days_and_instant_a_minute():
    assert [share for _, share in percentages(planned(Strategy.FAST))] == [10, 50, 100]
    instant = planned(Strategy.INSTANT)
    assert instant.full_at - instant.start == MINUTE


def test_a_step_counts_from_its_very_moment():
    plan, moment = planned(), berlin(6, 9)
    assert plan.planned(moment - timedelta(microseconds=1)) == 0
    assert plan.planned(moment) == Fraction(5, 100)
    assert plan.planned(START - MINUTE) == 0
    assert plan.step_at(START - MINUTE) is None
    assert plan.next_step(moment).at == berlin(7, 9)
    assert plan.next_step(plan.full_at) is None
    assert plan.planned(plan.full_at + timedelta(days=900)) == 1


def test_days_keep_their_time_of_day_where_clocks_change():
    """On 25 October 2026 Berlin's clocks go back an hour: that day has 25 hours."""
    plan = planned(Strategy.FAST, start=berlin(24, 9))
    first, second, _ = plan.steps
    assert second.at.isoformat() == "2026-10-25T09:00:00+01:00"
    assert second.at.timestamp() - first.at.timestamp() == 25 * 3600


def test_a_time_of_day_that_is_skipped_is_an_hour_later_and_one_that_comes_twice_is_the_first():
    """Berlin skips 02:00 to 03:00 on 29 March 2026, and has it twice on 25 October."""
    skipped = planned(Strategy.FAST, start=berlin(28, 2, 30, month=3)).steps[1]
    assert skipped.at.isoformat() == "2026-03-29T03:30:00+02:00"
    twice = planned(Strategy.FAST, start=berlin(24, 2, 30)).steps[1]
    assert twice.at.isoformat() == "2026-10-25T02:30:00+02:00"


WEEKEND = Freeze(start=berlin(10, 0), end=berlin(12, 0), reason="Nobody is in at the weekend.")


def test_after_a_freeze_no_share_is_given_less_time():
    plan = planned(freezes=[WEEKEND])
    assert percentages(plan)[-3:] == [
        ("Fri 09 09:00", 50),
        ("Mon 12 09:00", 75),
        ("Tue 13 09:00", 100),
    ]
    assert plan.steps[-2].delayed_by == WEEKEND.reason
    assert plan.steps[-1].delayed_by == ""
    assert plan.freeze_at(berlin(10, 0)) is WEEKEND
    assert plan.freeze_at(berlin(12, 0)) is None


def test_held_steps_wait_for_the_end_and_the_last_of_them_counts():
    plan = planned(freezes=[WEEKEND], after_freeze=AfterFreeze.HOLD)
    assert percentages(plan)[-2:] == [("Fri 09 09:00", 50), ("Mon 12 00:00", 100)]
    assert plan.next_step(berlin(9, 9)).share == 1


def test_freezes_that_touch_are_one():
    more = Freeze(start=berlin(12, 0), end=berlin(12, 12), reason="Stocktaking.")
    plan = planned(freezes=[more, WEEKEND])
    assert percentages(plan)[-2] == ("Tue 13 09:00", 75)
    assert plan.steps[-2].delayed_by == more.reason


def test_a_plan_of_ones_own_may_count_hours():
    steps = (Step(share=Fraction(1, 100)), Step(day=1, after=timedelta(hours=2), share=Fraction(1)))
    plan = make_plan(steps, start=berlin(24, 9), zone_name="Europe/Berlin")
    assert plan.full_at.isoformat() == "2026-10-25T11:00:00+01:00"


moments = st.integers(0, 525_600).map(lambda minute: berlin(1, 0, month=1) + minute * MINUTE)


@given(
    start=moments,
    spans=st.lists(st.tuples(moments, st.timedeltas(MINUTE, timedelta(days=9))), max_size=4),
    rule=st.sampled_from(AfterFreeze),
    look=moments,
    strategy=st.sampled_from([Strategy.SAFE, Strategy.FAST, Strategy.INSTANT]),
)
def test_the_share_never_falls_and_never_moves_in_a_freeze(start, spans, rule, look, strategy):
    freezes = [Freeze(start=at, end=at + length, reason="frozen") for at, length in spans]
    plan = planned(strategy, start=start, freezes=freezes, after_freeze=rule)
    at = [one.at.timestamp() for one in plan.steps]
    assert at == sorted(set(at))
    assert [one.share for one in plan.steps] == sorted(one.share for one in plan.steps)
    assert plan.steps[-1].share == 1
    assert not any(freeze.holds(one.at) for freeze in freezes for one in plan.steps)
    if freeze := plan.freeze_at(look):
        assert plan.planned(look) == plan.planned(freeze.start - timedelta(microseconds=1))
