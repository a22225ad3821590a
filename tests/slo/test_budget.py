"""Error budgets, burn rates, exhaustion and the burn-down."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from codexreport.slo.budget import (
    MAX_POINTS,
    budget,
    burn_down,
    burn_rate,
    largest_burn,
    seconds_to_exhaustion,
)
from codexreport.slo.timeline import Tally, timeline

DAY = Fraction(86_400)


def tally(good: int, valid: int) -> Tally:
    return Tally(good=Fraction(good), valid=Fraction(valid))


def test_a_budget_is_a_share_of_the_valid_events():
    """99.9 % of 1 000 000 leaves 1 000; 250 of them are a quarter."""
    money = budget(Fraction(250), Fraction(999, 1000), Fraction(1_000_000))
    assert (money.total, money.consumed, money.remaining) == (1000, Fraction(1, 4), Fraction(3, 4))


def test_an_overspent_budget_is_not_clamped():
    """1 200 bad of an allowance of 1 000: 120 % consumed, -20 % left."""
    assert budget(Fraction(1200), Fraction(999, 1000), Fraction(1_000_000)).remaining == Fraction(
        -1, 5
    )


def test_a_target_of_100_percent_has_no_budget_to_spend():
    untouched, broken = (budget(Fraction(bad), Fraction(1), Fraction(50)) for bad in (0, 1))
    assert (untouched.total, untouched.consumed, untouched.remaining) == (0, 0, 1)
    assert (broken.consumed, broken.remaining) == (math.inf, -math.inf)


def test_burn_rate_is_the_share_of_errors_over_the_share_allowed():
    """2 % of errors where 0.5 % are allowed burn 4 times as fast as the budget is given."""
    assert burn_rate(tally(98, 100), Fraction(995, 1000)) == 4


def test_burn_rate_without_events_is_not_known():
    assert burn_rate(tally(0, 0), Fraction(9, 10)) is None


def test_a_target_of_100_percent_burns_infinitely_fast_from_the_first_bad_event():
    assert burn_rate(tally(100, 100), Fraction(1)) == 0
    assert burn_rate(tally(99, 100), Fraction(1)) == math.inf
    assert largest_burn(Fraction(1)) == math.inf


def test_the_largest_burn_is_that_of_everything_failing():
    """1 / (1 - 0.99) = 100."""
    assert largest_burn(Fraction(99, 100)) == burn_rate(tally(0, 7), Fraction(99, 100)) == 100


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.fractions(0, 1).filter(bool))
def test_no_burn_is_larger_than_the_largest(good, bad, target):
    rate = burn_rate(tally(good, good + bad), target)
    assert rate is None or 0 <= rate <= largest_burn(target)


def test_time_to_exhaustion_is_the_rest_of_the_period_at_this_burn():
    """Half of a budget for 28 days, burnt at 2: 0.5 x 28 / 2 = 7 days."""
    assert seconds_to_exhaustion(Fraction(1, 2), Fraction(2), 28 * DAY) == 7 * DAY


def test_nothing_burning_lasts_for_ever_and_nothing_left_lasts_no_time():
    assert seconds_to_exhaustion(Fraction(1, 2), Fraction(0), DAY) == math.inf
    assert seconds_to_exhaustion(Fraction(-1), Fraction(0), DAY) == 0
    assert seconds_to_exhaustion(Fraction(0), Fraction(3), DAY) == 0
    assert seconds_to_exhaustion(-math.inf, math.inf, DAY) == 0


def test_burn_down_starts_full_and_ends_at_what_is_left(make_series):
    """Bad: 1, 0, gap, 3, with 8 allowed: 1, 7/8, 7/8, nothing known, 4/8."""
    line = timeline(make_series([(9, 10), (10, 10), (None, None), (7, 10)]))
    points = burn_down(line.events, line, 0, 1200, Fraction(8))
    assert points == ((0, 1.0), (300, 0.875), (600, 0.875), (900, None), (1200, 0.5))


def test_burn_down_of_no_budget_falls_through_the_floor(make_series):
    line = timeline(make_series([(10, 10), (9, 10)]))
    points = burn_down(line.events, line, 0, 600, Fraction(0))
    assert points == ((0, 1.0), (300, 1.0), (600, -math.inf))


@given(st.integers(1, 3000))
def test_burn_down_has_few_points_whatever_the_period(make_series, buckets):
    line = timeline(make_series([(9, 10)] * buckets))
    points = burn_down(line.events, line, 0, buckets * 300, Fraction(buckets))
    assert len(points) <= MAX_POINTS + 1
    assert points[0] == (0, 1.0)
    assert points[-1] == (buckets * 300, 0.0)
    left = [value for _, value in points]
    assert left == sorted(left, reverse=True)
