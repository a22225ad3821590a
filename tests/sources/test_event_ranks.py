"""Exact percentiles and counts of a stream, against plain sorting and plain counting."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codexreport.sources import event_ranks, event_tally
from codexreport.sources.event_ranks import RANKS, Ranking
from codexreport.sources.event_tally import Tally

ANY_VALUE = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.floats(min_value=0.01, max_value=1e5),
    st.sampled_from([0.0, -0.0, 1.0, 2.0, 1e-300, 1e300]),
)
EVENTS = st.lists(st.tuples(st.integers(0, 3), ANY_VALUE), max_size=200)


def unused():
    raise AssertionError("nothing was to be read again")


def rank(parts, codes=4, reread=unused):
    ranking = Ranking(codes)
    for values, of in parts:
        ranking.add(values, of)
    with ThreadPoolExecutor(1) as workers:
        return ranking.ranks(reread, workers)


def columns(events):
    return (
        np.array([value for _, value in events], np.float64),
        np.array([code for code, _ in events], np.uint8),
    )


@settings(deadline=None)
@given(st.lists(EVENTS, max_size=4))
def test_ranks_are_those_of_sorting(batches):
    count, ranks = rank([columns(events) for events in batches])
    for code in range(4):
        mine = [value for events in batches for of, value in events if of == code]
        assert count[code] == len(mine)
        if mine:
            expected = np.percentile(mine, RANKS)
            assert ranks[code] == pytest.approx(expected, rel=1e-12, abs=1e-300)
        else:
            assert np.isnan(ranks[code]).all()


def test_known_answers():
    """Of 1 to 10 by linear interpolation: p50 5.5, p95 1 + 9 * 0.95 = 9.55, p99 9.91."""
    values = np.arange(10, 0, -1, dtype=np.float64)
    count, ranks = rank([(values, np.zeros(10, np.uint8))], codes=1)
    assert count.tolist() == [10]
    assert ranks[0] == pytest.approx([5.5, 9.55, 9.91], rel=1e-12)


def test_many_codes_take_wider_bins_and_the_same_ranks():
    rng = np.random.Generator(np.random.PCG64(1))
    values, codes = rng.lognormal(4, 1, 20_000), rng.integers(0, 5000, 20_000).astype(np.uint16)
    count, ranks = rank([(values, codes)], codes=5000)
    for code in np.flatnonzero(count)[:50]:
        expected = np.percentile(values[codes == code], RANKS)
        assert ranks[code] == pytest.approx(expected, rel=1e-12)


def test_too_many_to_hold_are_read_a_second_time(monkeypatch):
    monkeypatch.setattr(event_ranks, "KEPT_VALUES", 1000)
    rng = np.random.Generator(np.random.PCG64(1))
    parts = [(rng.lognormal(4, 1, 400), rng.integers(0, 4, 400).astype(np.uint8)) for _ in "abcd"]
    reads = []
    _, ranks = rank(parts, reread=lambda: reads.append(1) or iter(parts))
    held = event_ranks.KEPT_VALUES
    monkeypatch.setattr(event_ranks, "KEPT_VALUES", held * 100)
    assert ranks.tolist() == rank(parts)[1].tolist()
    assert reads == [1]


@settings(deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(st.sampled_from([-5, 0, 1, 2, 9_000_000]), st.integers(0, 2), st.booleans()),
            max_size=60,
        ),
        max_size=5,
    ),
    st.integers(0, 10),
)
def test_a_tally_is_a_plain_count(batches, many):
    tally = Tally(3, 1)
    before, event_tally._MANY = event_tally._MANY, many
    try:
        for events in batches:
            bucket, code, good = (
                (np.array(part) for part in zip(*events, strict=True)) if events else ([], [], [])
            )
            tally.add(np.array(bucket, np.int64), np.array(code, np.uint8), [np.array(good, bool)])
        rows = tally.table().to_pylist()
    finally:
        event_tally._MANY = before
    everything = [event for events in batches for event in events]
    expected = {}
    for bucket, code, good in sorted(everything):
        valid, right = expected.get((bucket, code), (0, 0))
        expected[bucket, code] = valid + 1, right + good
    assert [(row["bucket"], row["code"]) for row in rows] == list(expected)
    assert [(row["valid"], row["good_0"]) for row in rows] == list(expected.values())
