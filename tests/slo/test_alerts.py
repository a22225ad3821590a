"""Multi-window, multi-burn-rate alerts on buckets worked out by hand."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codexreport.slo.alerts import (
    WORKBOOK_RULES,
    AlertRule,
    AlertState,
    Observed,
    alert_over,
)
from codexreport.slo.objective import Correction
from codexreport.slo.timeline import timeline

MONTH_S = Fraction(30 * 86_400)
PAGE = WORKBOOK_RULES[0]
HOUR_OF_FIVE_MINUTES = 12


def observed(series, *, target=Fraction(999, 1000), period_s=MONTH_S, corrections=()):
    line = timeline(series, corrections)
    return Observed(
        line=line,
        counts=line.events,
        step_s=300,
        target=target,
        period_s=period_s,
        min_coverage=Fraction(9, 10),
    )


def moments(first: int, last: int) -> np.ndarray:
    """Ends of the buckets numbered from `first` to `last`."""
    return np.arange((first + 1) * 300, (last + 2) * 300, 300, dtype=np.int64)


def test_factors_for_30_days_are_those_of_the_workbook():
    """2 % x 720 h / 1 h = 14.4; 5 % x 720 / 6 = 6; 10 % x 30 d / 1 d = 3; 10 % x 30 / 3 = 1."""
    factors = [rule.factor(MONTH_S) for rule in WORKBOOK_RULES]
    assert factors == [Fraction("14.4"), 6, 3, 1]


def test_factors_follow_the_period():
    """2 % x 28 x 24 h / 1 h = 13.44; for a week 2 % x 168 = 3.36."""
    assert PAGE.factor(Fraction(28 * 86_400)) == Fraction("13.44")
    assert PAGE.factor(Fraction(7 * 86_400)) == Fraction("3.36")


def test_the_short_window_is_a_twelfth_of_the_long_one():
    assert [rule.short for rule in WORKBOOK_RULES] == [
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=6),
    ]


def test_a_page_fires_while_both_windows_burn_too_fast(make_series):
    """Buckets of 1 000; 12 quiet ones, then 3 with 100 bad, then 12 quiet ones; target 99.9 %.

    The factor 14.4 means 1.44 % errors: over 1 h (12 000 events) more than 172.8 bad, over
    5 min (1 000 events) more than 14.4. After the first bad bucket the hour holds 100: quiet.
    After the second 200, after the third 300: fires. After the next one the short window is
    clean: quiet. So it fires at the ends of buckets 13 and 14: 4200 s and 4500 s.
    """
    counts = [(1000, 1000)] * 12 + [(900, 1000)] * 3 + [(1000, 1000)] * 12
    outcome = alert_over(PAGE, observed(make_series(counts)), moments(11, 26))
    assert outcome.state is AlertState.FIRED
    assert [(one.start_s, one.end_s, one.moments) for one in outcome.firings] == [(4200, 4500, 2)]
    assert outcome.at_end is AlertState.QUIET
    assert outcome.known == 1
    assert outcome.reason == "It would have fired once, at 2 of the moments looked at."


def at_moment(seen, rule=PAGE, moment=3600):
    return alert_over(rule, seen, np.array([moment], dtype=np.int64)).at_end


def test_a_burn_of_just_the_factor_does_not_fire(make_series):
    """Target 99.9 %, factor 14.4: 144 of 10 000 is a burn of 14.4 in every window; 145 is more."""
    just, more = (
        observed(make_series([(10_000 - bad, 10_000)] * HOUR_OF_FIVE_MINUTES)) for bad in (144, 145)
    )
    assert at_moment(just) is AlertState.QUIET
    assert at_moment(more) is AlertState.FIRED


def test_silence_is_quiet_and_a_gap_is_not(make_series):
    """90 % of an hour are 54 minutes: one missing bucket of 5 leaves 55, two leave too little."""
    silent = observed(make_series([(0, 0)] * 12))
    assert at_moment(silent) is AlertState.QUIET
    one_missing = observed(make_series([(None, None)] + [(1, 1)] * 11))
    assert at_moment(one_missing) is AlertState.QUIET
    two_missing = observed(make_series([(None, None)] * 2 + [(1, 1)] * 10))
    assert at_moment(two_missing) is AlertState.UNKNOWN
    last_missing = observed(make_series([(1, 1)] * 11 + [(None, None)]))
    assert at_moment(last_missing) is AlertState.UNKNOWN


def test_a_week_mostly_unobserved_is_unknown_even_where_it_did_not_fire(make_series):
    """Of 12 moments only the last one has an hour of data behind it."""
    outcome = alert_over(PAGE, observed(make_series([(1, 1)] * 12)), moments(0, 11))
    assert outcome.state is AlertState.UNKNOWN
    assert outcome.known == Fraction(2, 12)  # 55 of 60 minutes are enough
    assert "16.67" in outcome.reason


def test_time_excluded_by_corrections_is_passed_over(make_series):
    """The second hour is maintenance with everything failing; nothing fires, all is known."""
    maintenance = Correction(
        objectives=("checkout",),
        start=datetime.fromtimestamp(3600, timezone.utc),
        end=datetime.fromtimestamp(7200, timezone.utc),
        reason="planned maintenance",
        approver="operations lead",
    )
    series = make_series([(1000, 1000)] * 12 + [(0, 1000)] * 12 + [(1000, 1000)] * 12)
    seen = observed(series, corrections=[maintenance])
    outcome = alert_over(PAGE, seen, moments(11, 35))
    assert outcome.state is AlertState.QUIET
    assert outcome.known == 1


@pytest.mark.parametrize(
    ("target", "never"),
    [("0.9", True), ("0.93", True), ("0.94", False), ("0.999", False), ("1", False)],
)
def test_an_alert_above_the_largest_possible_burn_can_never_fire(make_series, target, never):
    """14.4 >= 1 / (1 - target) just where target <= 1 - 1 / 14.4 = 0.9305..."""
    seen = observed(make_series([(0, 10)] * 12), target=Fraction(target))
    outcome = alert_over(PAGE, seen, moments(11, 11))
    assert outcome.state is (AlertState.NEVER if never else AlertState.FIRED)
    assert outcome.reason.startswith("It can never fire") is never


def test_a_target_of_100_percent_pages_at_the_first_bad_event(make_series):
    seen = observed(make_series([(10**6, 10**6)] * 11 + [(10**6 - 1, 10**6)]), target=Fraction(1))
    assert at_moment(seen) is AlertState.FIRED


def test_buckets_wider_than_the_short_window_cannot_tell(make_series):
    line = timeline(make_series([(1, 1)] * 6, width=600))
    seen = Observed(
        line=line,
        counts=line.events,
        step_s=600,
        target=Fraction(999, 1000),
        period_s=MONTH_S,
        min_coverage=Fraction(9, 10),
    )
    outcome = alert_over(PAGE, seen, np.array([3600], dtype=np.int64))
    assert outcome.state is AlertState.UNKNOWN
    assert (
        outcome.reason == "Its short window of 5m is finer than the 10m that events are counted in."
    )


def test_no_moment_to_look_at_is_unknown(make_series):
    nothing = np.array([], dtype=np.int64)
    outcome = alert_over(PAGE, observed(make_series([(1, 1)])), nothing)
    assert outcome.state is AlertState.UNKNOWN


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=14, max_size=40),
    st.sampled_from(["0.9", "0.99", "0.999", "1"]),
)
def test_looking_at_all_moments_at_once_or_one_by_one_is_the_same(make_series, pairs, target):
    rule = AlertRule(severity="page", budget_share=Fraction(1, 100), long=timedelta(hours=1))
    counts = [(good, good + bad) for good, bad in pairs]
    seen = observed(make_series(counts), target=Fraction(target))
    at = moments(0, len(counts) - 1)
    outcome = alert_over(rule, seen, at)
    fired = [one for one in at.tolist() if at_moment(seen, rule, one) is AlertState.FIRED]
    spans = [range(one.start_s, one.end_s + 1, 300) for one in outcome.firings]
    assert [moment for span in spans for moment in span] == fired
