"""Exact counts and observed time, with and without corrections."""

from __future__ import annotations

from datetime import datetime, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.slo.objective import Correction
from codexreport.slo.timeline import contradiction, timeline

pairs = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)).map(
    lambda pair: (min(pair), max(pair))
)
bucket_lists = st.lists(st.one_of(pairs, st.just((None, None))), max_size=40)
fractional = st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)).map(
    lambda pair: (min(pair), max(pair))
)


def correction(start: float, end: float) -> Correction:
    return Correction(
        objectives=("checkout",),
        start=datetime.fromtimestamp(start, timezone.utc),
        end=datetime.fromtimestamp(end, timezone.utc),
        reason="planned maintenance",
        approver="operations lead",
    )


def test_counts_are_summed_over_the_buckets_that_lie_wholly_inside(make_series):
    """Buckets start at 0, 300, 600; the span 1..900 holds the second and the third."""
    line = timeline(make_series([(1, 2), (10, 20), (100, 200)]))
    tally = line.events.over(1, 900)
    assert (tally.good, tally.valid, tally.bad) == (110, 220, 110)


def test_coverage_is_observed_seconds_over_the_span_s_seconds(make_series):
    """Three of four buckets: 900 / 1200 s. Of 150..1350, those at 300 and 900: 600 / 1200 s."""
    line = timeline(make_series([(1, 1), (1, 1), (None, None), (1, 1)]))
    assert line.coverage(0, 1200) == Fraction(3, 4)
    assert line.coverage(150, 1350) == Fraction(1, 2)


def test_a_correction_takes_whole_buckets_out_of_counts_and_of_time(make_series):
    """400..700 touches the buckets 300..600 and 600..900; of 1200 s, 600 s are left, all seen."""
    line = timeline(make_series([(1, 1), (0, 1), (0, 1), (1, 1)]), [correction(400, 700)])
    assert line.events.over(0, 1200).valid == 2
    assert line.events.over(0, 1200).bad == 0
    assert line.counted_s(0, 1200) == 600
    assert line.coverage(0, 1200) == 1


def test_a_corrected_gap_is_no_gap(make_series):
    line = timeline(make_series([(1, 1), (None, None)]), [correction(300, 600)])
    assert line.coverage(0, 600) == 1


def test_corrections_that_overlap_or_touch_are_taken_out_once(make_series):
    series = make_series([(1, 1)] * 10)
    line = timeline(series, [correction(600, 1200), correction(300, 900), correction(1200, 1500)])
    assert line.excluded.tolist() == [300, 1500]
    assert line.counted_s(0, 3000) == 3000 - 1200
    assert line.events.over(0, 3000).valid == 6


def test_a_bucket_off_the_grid_is_out_where_a_correction_touches_it(make_series):
    """Buckets from 100: 100..400, 400..700; the correction 350..360 touches the first only."""
    line = timeline(make_series([(1, 1), (1, 1)], start=100), [correction(350, 360)])
    assert line.events.start.tolist() == [400]


@given(counts=bucket_lists, cut=st.integers(0, 40))
def test_the_parts_of_a_window_add_up_to_the_whole(make_series, counts, cut):
    events = timeline(make_series(counts)).events
    whole, left, right = (
        events.over(0, 12000),
        events.over(0, cut * 300),
        events.over(cut * 300, 12000),
    )
    assert left.good + right.good == whole.good
    assert left.valid + right.valid == whole.valid


@given(counts=st.lists(fractional, max_size=30), cut=st.integers(0, 30))
def test_so_do_extrapolated_counts_and_none_becomes_better_than_valid(make_series, counts, cut):
    events = timeline(make_series(counts)).events
    whole = events.over(0, 9000)
    parts = events.over(0, cut * 300), events.over(cut * 300, 9000)
    assert sum(part.good for part in parts) == whole.good
    assert whole.bad >= 0
    exact = sum(Fraction(good) for good, _ in counts)
    assert abs(whole.good - exact) <= Fraction(len(counts), 2**20)


@given(counts=st.lists(fractional, max_size=20), order=st.randoms())
def test_sums_do_not_depend_on_the_order_of_the_counts(make_series, counts, order):
    shuffled = counts[:]
    order.shuffle(shuffled)
    first, second = (timeline(make_series(one)).events.over(0, 6000) for one in (counts, shuffled))
    assert first == second


@given(
    counts=bucket_lists,
    span=st.tuples(st.integers(-500, 13000), st.integers(1, 13000)),
    cuts=st.lists(st.tuples(st.integers(0, 12000), st.integers(1, 4000)), max_size=4),
)
def test_coverage_lies_between_0_and_1(make_series, counts, span, cuts):
    corrections = [correction(start, start + length) for start, length in cuts]
    line = timeline(make_series(counts), corrections)
    assert 0 <= line.coverage(span[0], span[0] + span[1]) <= 1


@given(counts=bucket_lists)
def test_corrections_elsewhere_change_nothing(make_series, counts):
    plain, corrected = (
        timeline(make_series(counts), cuts) for cuts in ((), [correction(50_000, 60_000)])
    )
    assert plain.events.over(0, 12000) == corrected.events.over(0, 12000)
    assert plain.coverage(0, 12000) == corrected.coverage(0, 12000)
    assert plain.counted_s(0, 12000) == corrected.counted_s(0, 12000)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ([(2, 1)], "More events were good than were valid."),
        ([(-1, 1)], "A count is below zero."),
        ([(float("nan"), 1)], "A count is not a finite number."),
        ([(1, float("inf"))], "A count is not a finite number."),
        ([(1, 2.0**63)], "The counts are too large to be events."),
        ([(0, 0), (1, 1)], ""),
        ([], ""),
    ],
)
def test_counts_that_cannot_be_true_are_named(make_series, counts, sentence):
    assert contradiction(make_series(counts)) == sentence
