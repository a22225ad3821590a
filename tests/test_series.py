"""Event series hold their buckets in order and are cut to whole buckets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.series import EventSeries, Metric, RatioIndicator, ThresholdIndicator


def series(starts: list[int], width: int = 300, **more) -> EventSeries:
    return EventSeries(
        width=width,
        start=np.array(starts, dtype=np.int64),
        good=np.arange(len(starts), dtype=float),
        valid=np.arange(len(starts), dtype=float) + 1,
        **more,
    )


def test_buckets_must_be_in_order_and_apart():
    for starts in ([300, 0], [0, 0], [0, 299]):
        with pytest.raises(ValueError, match="in order and must not overlap"):
            series(starts)


def test_every_bucket_has_a_good_and_a_valid_count():
    with pytest.raises(ValueError, match="one value per bucket"):
        EventSeries(width=300, start=np.array([0], dtype=np.int64))


def test_a_series_of_nothing_is_no_error():
    assert len(EventSeries(width=300).between(0, 900).start) == 0


def test_a_cut_keeps_the_buckets_that_lie_wholly_inside():
    whole = series([0, 300, 900, 1200])
    assert whole.between(0, 1200).start.tolist() == [0, 300, 900]
    assert whole.between(1, 1199).start.tolist() == [300]
    assert whole.between(600, 600).start.tolist() == []
    assert whole.between(900, 0).start.tolist() == []


def test_a_cut_keeps_what_is_known_about_the_data():
    cut = series([0, 300], contradictions=("no",), notes=("reset",)).between(0, 300)
    assert (cut.contradictions, cut.notes, cut.good.tolist()) == (("no",), ("reset",), [0])


@given(
    st.sets(st.integers(0, 50)),
    st.floats(-1000, 20_000),
    st.floats(-1000, 20_000),
)
def test_no_bucket_reaches_out_of_a_cut_and_none_inside_is_lost(numbers, start_s, end_s):
    whole = series([300 * number for number in sorted(numbers)])
    kept = whole.between(start_s, end_s).start.tolist()
    inside = [one for one in whole.start.tolist() if start_s <= one and one + 300 <= end_s]
    assert kept == inside


def test_an_indicator_names_its_one_source():
    metric = Metric(source="shop", spec={"column": "good"})
    assert RatioIndicator(name="x", total=metric, good=metric).source == "shop"
    assert ThresholdIndicator(name="x", metric=metric, op="lt", value=1).source == "shop"
