"""Two runs are compared with the uncertainty that their samples have."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from codexreport.performance.comparison import (
    Share,
    difference_interval,
    percentile_interval,
    relative_interval,
    share_difference,
    share_relative,
)
from codexreport.performance.ordered import WHOLE
from codexreport.performance.percentiles import RANKS, latency

P95 = Fraction(95)
MILLISECONDS = 1000


def samples(seed, n, *, slower=1.0):
    """Durations such as a service has: most are short, a few are long."""
    return np.random.default_rng(seed).gamma(2, 50, n) * slower


def ordered(durations, per_second=MILLISECONDS):
    return latency(np.array(durations, dtype=np.float64), per_second).ordered


durations = st.lists(st.integers(1, 10**6), min_size=2, max_size=80)


@given(durations, durations, st.sampled_from(RANKS))
def test_the_interval_holds_the_change_itself(new, old, rank):
    after, before = latency(np.array(new), 1000), latency(np.array(old), 1000)
    low, high = relative_interval(after.ordered, before.ordered, rank)
    name = f"p{rank}"
    assert low <= after.figure(name) / before.figure(name) - 1 <= high
    low, high = difference_interval(after.ordered, before.ordered, rank)
    assert low <= after.figure(name) - before.figure(name) <= high
    low, high = percentile_interval(after.ordered, rank)
    assert low <= after.figure(name) <= high


@given(durations, durations)
def test_swapping_the_runs_turns_the_interval_around(new, old):
    """Of new / old = r the inverse is 1 / r; new - old = d becomes -d."""
    assume(sorted(new) != sorted(old))  # runs that are alike are told apart by their role alone
    after, before = ordered(new), ordered(old)
    low, high = relative_interval(after, before, P95)
    turned = relative_interval(before, after, P95)
    assert float(1 / (1 + turned[1]) - 1) == pytest.approx(float(low))
    assert float(1 / (1 + turned[0]) - 1) == pytest.approx(float(high))
    low, high = difference_interval(after, before, P95)
    turned = difference_interval(before, after, P95)
    assert [float(-turned[1]), float(-turned[0])] == pytest.approx([float(low), float(high)])


def test_the_same_samples_give_the_same_interval_in_any_order():
    new, old = samples(1, 500), samples(2, 400)
    once = relative_interval(ordered(new), ordered(old), P95)
    assert relative_interval(ordered(new[::-1]), ordered(old[::-1]), P95) == once


def test_a_run_compared_with_its_like_is_as_uncertain_as_with_another():
    """The same samples on both sides are two draws of chance, not one."""
    same = ordered(samples(1, 500))
    low, high = relative_interval(same, same, P95)
    assert low < -Fraction(1, 50)
    assert high > Fraction(1, 50)


def test_more_samples_are_surer():
    """About 4 times, for 16 times as many."""

    def width(n):
        low, high = relative_interval(ordered(samples(1, n)), ordered(samples(2, n)), P95)
        return high - low

    assert 2 < width(500) / width(8000) < 8


def test_samples_that_are_all_alike_are_compared_exactly():
    """From 100 ms to 110 ms is +10 %, to the last digit, and whatever the unit of either file."""
    new, old = ordered([110] * 60), ordered([0.1] * 60, per_second=1)
    assert relative_interval(new, old, P95) == (Fraction(1, 10), Fraction(1, 10))
    assert difference_interval(new, old, P95) == (Fraction(1, 100), Fraction(1, 100))
    assert percentile_interval(new, P95) == (Fraction(11, 100), Fraction(11, 100))


def test_a_baseline_that_may_be_0_gives_no_share():
    old = ordered([0] * 50 + [10] * 50)
    assert relative_interval(ordered([10] * 100), old, Fraction(50)) is None


@pytest.mark.parametrize("rank", [Fraction(50), P95])
@pytest.mark.parametrize(("n", "m"), [(41, 60), (200, 61)])
def test_it_is_the_bootstrap_done_sample_by_sample(rank, n, m):
    """Both cut off 2.5 % of 10 000 resamples on either side.

    The share of one's resamples below the other's cut varies by sqrt(2 x 0.025 x 0.975 / 10 000)
    = 0.0022; 0.011 is five times that. Resamples can tie with the cut, so either side of it counts.
    """
    new, old = samples(n, n), samples(m, m)
    random = np.random.default_rng(7)
    q = float(rank) / 100
    after = np.quantile(random.choice(new, (10_000, n)), q, axis=1)
    before = np.quantile(random.choice(old, (10_000, m)), q, axis=1)
    changes = after / before - 1
    low, high = (float(end) for end in relative_interval(ordered(new), ordered(old), rank))
    assert np.mean(changes < low - 1e-12) <= 0.025 + 0.011
    assert np.mean(changes <= low + 1e-12) >= 0.025 - 0.011
    assert np.mean(changes > high + 1e-12) <= 0.025 + 0.011
    assert np.mean(changes >= high - 1e-12) >= 0.025 - 0.011


@pytest.mark.parametrize("rank", RANKS)
def test_of_many_samples_a_part_around_the_percentile_is_enough(rank):
    """The part is 16 standard deviations wide, and resamples fall outside of it less than once in
    a million: the interval is that of the order statistics themselves.

    A percentile's 95 % interval lies at n p ± 1.96 sqrt(n p (1 - p)) of n ordered samples, give or
    take the few ranks that 10 000 resamples vary by, here at most a tenth of the spread.
    """
    n = 200_000
    kept = ordered(np.arange(n), per_second=1)
    assert kept.count == n > WHOLE
    first, part = kept.parts[rank]
    assert len(part) < n / 30
    share = float(rank) / 100
    spread = np.sqrt(n * share * (1 - share))
    low, high = (float(end) for end in percentile_interval(kept, rank))
    assert low == pytest.approx(n * share - 1.96 * spread, abs=0.1 * spread)
    assert high == pytest.approx(n * share + 1.96 * spread, abs=0.1 * spread)
    assert first < low < high < first + len(part)


def test_kept_samples_cannot_be_changed():
    _, part = ordered([1, 2, 3]).parts[P95]
    with pytest.raises(ValueError, match="read-only"):
        part[0] = 9


def test_newcombes_own_example_of_two_shares():
    """56 of 70 and 48 of 80: 0.0524 to 0.3339, table II, method 10 of his paper."""
    low, high = share_difference(Share(part=56, whole=70), Share(part=48, whole=80))
    assert [float(low), float(high)] == pytest.approx([0.0524, 0.3339], abs=5e-5)


counts = st.integers(1, 10**6).flatmap(
    lambda whole: st.builds(Share, part=st.integers(0, whole), whole=st.just(whole))
)


@given(counts, counts)
def test_intervals_of_shares_hold_the_change_and_agree_on_its_direction(new, old):
    """The relative interval leaves 0 out on the side where the difference does."""
    low, high = share_difference(new, old)
    assert low <= new.value - old.value <= high
    turned = share_difference(old, new)
    assert [float(-turned[1]), float(-turned[0])] == pytest.approx([float(low), float(high)])
    relative = share_relative(new, old)
    if relative is None:
        assert not old.part
        return
    assert relative[0] <= new.value / old.value - 1 + Fraction(1, 10**9)
    assert relative[1] >= new.value / old.value - 1 - Fraction(1, 10**9)
    for one, other in zip(relative, (low, high), strict=True):
        if abs(other) > 1e-9:
            assert (one > 0) == (other > 0)
