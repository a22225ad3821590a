"""Percentiles are exact, and a number is the one that was written."""

from __future__ import annotations

from fractions import Fraction

import duckdb
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from codexreport.performance.percentiles import exact, latency, percentile, rank_name

RANKS = (Fraction(50), Fraction(95), Fraction("99.9"))


def test_a_number_is_the_one_that_was_written():
    assert exact(0.1) == Fraction(1, 10)
    assert exact(2.5228431999999996) == Fraction("2.5228431999999996")
    assert exact(7) == 7


def test_percentiles_lie_between_the_samples_next_to_them():
    """(4 - 1) x 0.5 = 1.5 lies halfway from 20 to 30; (4 - 1) x 0.95 = 2.85 from 30 to 40."""
    samples = np.array([10.0, 20.0, 30.0, 40.0])
    assert percentile(samples, Fraction(50)) == 25
    assert percentile(samples, Fraction(95)) == Fraction("38.5")
    assert percentile(samples, Fraction(0)) == 10
    assert percentile(samples, Fraction(100)) == 40


def test_one_sample_is_every_percentile():
    assert percentile(np.array([7.5]), Fraction(99)) == Fraction("7.5")


def test_the_order_of_samples_does_not_matter_and_units_become_seconds():
    shuffled = latency(np.array([40.0, 10.0, 30.0, 20.0]), 1000, RANKS)
    assert shuffled == latency(np.array([10.0, 20.0, 30.0, 40.0]), 1000, RANKS)
    assert shuffled.figure("p95") == Fraction("0.0385")
    assert shuffled.figure("p99.9") == Fraction("0.03997")
    assert shuffled.figure("max") == Fraction(1, 25)
    assert shuffled.figure("p42") is None
    assert shuffled.samples == 4


def test_no_sample_has_no_percentile():
    assert latency(np.zeros(0), 1000) is None


def test_a_rank_is_named_as_it_is_said():
    assert [rank_name(rank) for rank in RANKS] == ["p50", "p95", "p99.9"]


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60), st.integers(0, 100))
def test_duckdb_says_the_same(samples, rank):
    """Its `quantile_cont` is the same definition, in floats."""
    ordered = np.sort(np.array(samples, dtype=np.float64))
    ours = float(percentile(ordered, Fraction(rank)))
    query = "SELECT quantile_cont(x, $rank) FROM (SELECT unnest($samples::DOUBLE[]) AS x)"
    with duckdb.connect() as connection:
        (theirs,) = connection.execute(
            query, {"rank": rank / 100, "samples": [float(one) for one in samples]}
        ).fetchone()
    assert abs(ours - theirs) <= 1e-6 * max(1.0, abs(theirs))
