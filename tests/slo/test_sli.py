"""Event, time-slice and ratio-time-slice SLIs, and the Wilson interval."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.slo.objective import Occurrences, RatioTimeslices, Timeslices
from codexreport.slo.sli import account, at_least, slices_refusal, wilson
from codexreport.slo.timeline import Tally, timeline

TEN_MINUTES = timedelta(minutes=10)
TARGET = Fraction(99, 100)

# Four slices of two buckets: 97 of 100 good, 99 of 100 good, silence, and half unobserved.
COUNTS = [(48, 50), (49, 50), (50, 50), (49, 50), (0, 0), (0, 0), (10, 10), (None, None)]


def counted(make_series, method, counts=COUNTS):
    return account(timeline(make_series(counts)), method, TARGET, 0).over(0, 2400)


def test_event_sli_is_good_over_valid_of_the_sums(make_series):
    """(48+49+50+49+10) / (50+50+50+50+10) = 206 / 210; the mean of the ratios would be .98."""
    assert counted(make_series, Occurrences()).sli == Fraction(206, 210)


def test_time_slice_sli_is_good_slices_over_counted_ones(make_series):
    """Slices: 0.97 bad, 0.99 good (the target is met), silent not counted, 10/10 good: 2 / 3."""
    tally = counted(make_series, Timeslices(width=TEN_MINUTES, target=Fraction(99, 100)))
    assert (tally.good, tally.valid, tally.sli) == (2, 3, Fraction(2, 3))


def test_ratio_time_slice_sli_is_the_mean_of_the_slices(make_series):
    """(0.97 + 0.99 + 1) / 3 = 2.96 / 3, exact because hundredths are parts of the target's."""
    tally = counted(make_series, RatioTimeslices(width=TEN_MINUTES))
    assert tally.sli == Fraction(296, 300)


def test_a_ratio_that_the_parts_cannot_hold_is_rounded_down(make_series):
    tally = counted(make_series, RatioTimeslices(width=TEN_MINUTES), [(1, 3), (0, 0)])
    assert Fraction(1, 3) - Fraction(1, 2**40) < tally.sli < Fraction(1, 3)


def test_slices_begin_at_the_anchor(make_series):
    """From 300 on, the buckets pair as (49, 50 of 50), (49/50, silent), (silent, 10/10)."""
    line = timeline(make_series(COUNTS))
    counts = account(line, Timeslices(width=TEN_MINUTES, target=Fraction(99, 100)), TARGET, 300)
    assert counts.start.tolist() == [-300, 300, 900, 1500]
    assert counts.good.tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize(
    "method", [Timeslices(width=TEN_MINUTES, target=TARGET), RatioTimeslices(width=TEN_MINUTES)]
)
def test_nothing_observed_is_no_slice(make_series, method):
    assert counted(make_series, method, []).sli is None


def test_a_slice_is_a_whole_number_of_buckets():
    method = RatioTimeslices(width=timedelta(minutes=1))
    assert slices_refusal(method, timedelta(minutes=5)) == (
        "A time slice of 1m is not a whole number of buckets of 5m."
    )
    assert slices_refusal(method, timedelta(seconds=20)) == ""
    assert slices_refusal(Occurrences(), timedelta(minutes=5)) == ""


@given(
    pairs=st.lists(st.tuples(st.integers(0, 2**61), st.integers(0, 2**61)), min_size=1),
    share=st.fractions(0, 1),
)
def test_comparing_shares_is_exact_however_large_the_counts(pairs, share):
    part, whole = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    expected = [one * share.denominator >= of * share.numerator for one, of in pairs]
    assert at_least(part, whole, share).tolist() == expected


def test_wilson_interval_of_a_textbook_case():
    """p = 0.9, n = 100, z = 1.96: z² = 3.8416.

    centre = (0.9 + 3.8416/200) / 1.038416 = 0.919208 / 1.038416 = 0.885202
    half = 1.96/1.038416 * sqrt(0.09/100 + 3.8416/40000) = 1.887490 * 0.03156017 = 0.059569
    """
    low, high = wilson(Tally(good=Fraction(90), valid=Fraction(100)), z=1.96)
    assert low == pytest.approx(0.825633, abs=1e-6)
    assert high == pytest.approx(0.944771, abs=1e-6)


def test_wilson_interval_of_no_failures_leaves_room_for_some():
    """p = 1: low = 1 / (1 + z²/n) = 100 / 103.8416 = 0.963005; high = 1."""
    low, high = wilson(Tally(good=Fraction(100), valid=Fraction(100)), z=1.96)
    assert low == pytest.approx(0.963005, abs=1e-6)
    assert high == 1


def test_no_events_have_no_interval():
    assert wilson(Tally(good=Fraction(0), valid=Fraction(0))) is None


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_wilson_interval_lies_in_0_to_1_and_holds_the_sli(good, bad):
    if good + bad:
        tally = Tally(good=Fraction(good), valid=Fraction(good + bad))
        low, high = wilson(tally)
        assert 0 <= low <= float(tally.sli) <= high <= 1


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=24),
    st.integers(0, 23),
    st.sampled_from(
        [
            Occurrences(),
            Timeslices(width=TEN_MINUTES, target=Fraction(9, 10)),
            RatioTimeslices(width=TEN_MINUTES),
        ]
    ),
)
def test_an_event_that_turns_bad_never_raises_the_sli(make_series, drawn, place, method):
    counts = [(good, good + bad) for good, bad in drawn]
    good, valid = counts[place % len(counts)]
    worse = counts[:]
    worse[place % len(counts)] = (max(0, good - 1), valid)
    before, after = (
        account(timeline(make_series(one)), method, TARGET, 0).over(0, 7200)
        for one in (counts, worse)
    )
    if before.sli is not None:
        assert after.sli <= before.sli
