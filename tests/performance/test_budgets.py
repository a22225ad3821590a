"""An endpoint keeps its budget, misses it, or the data cannot tell."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from codexreport.bounds import parse_bound
from codexreport.measure import State
from codexreport.performance.budgets import Limit, judge
from codexreport.performance.percentiles import RANKS, latency
from codexreport.performance.readings import fewest, reading_of
from codexreport.performance.values import Group, Latency


def bounds(*texts):
    """One group of bounds that must all hold."""
    return (tuple(parse_bound(text) for text in texts),) if texts else ()


def limit(statistic, *passes, warns=()):
    return Limit(statistic=statistic, passes=bounds(*passes), warns=bounds(*warns))


def group(milliseconds, **more):
    """A group with these durations."""
    samples = np.array(milliseconds, dtype=np.float64)
    return Group(name="GET /", count=len(samples), latency=latency(samples, 1000), **more)


def even(middle, spread, n=1000):
    """n durations from middle - spread to middle + spread, as far apart as one another."""
    return group(np.linspace(middle - spread, middle + spread, n))


def told(p95, method="as k6 computed it"):
    """A group of which only the percentile is known."""
    figures = (("p95", Fraction(p95) / 1000),)
    return Group(name="GET /", latency=Latency(figures=figures, method=method))


def judged(limit_, new, old=None, without=""):
    read = reading_of(old, limit_.statistic) if old else None
    return judge(limit_, reading_of(new, limit_.statistic), read, without)


P95 = limit("p95", "< 200 ms")
CHANGE = limit("p95", "<= +10 %")


@pytest.mark.parametrize(("p95", "state"), [(199, "pass"), (200, "fail"), (250, "fail")])
def test_an_absolute_bound_is_decided_by_the_figure(p95, state):
    assert judged(P95, told(p95)).state == state


def test_a_figure_that_its_samples_cannot_tell_from_the_bound_says_so():
    """p95 of 0 to 208 ms, evenly: 197.6 ms; the bound lies two standard deviations above."""
    verdict = judged(P95, even(104, 104, 100))
    assert verdict.state is State.PASS
    assert "100 samples cannot tell it from that bound: its 95 % interval is 1" in verdict.reason
    assert "cannot tell" not in judged(P95, even(50, 50, 100)).reason


def test_missing_it_within_the_warning_is_a_warning():
    warned = limit("p95", "< 200 ms", warns=["< 300 ms"])
    assert judged(warned, told(250)).state is State.WARNING
    assert judged(warned, told(250)).reason == (
        "The p95 is 250 ms. It misses < 200 ms. That is a warning up to < 300 ms."
    )
    assert judged(warned, told(300)).state is State.FAIL


def test_any_of_several_alternatives_is_enough_and_each_must_hold_whole():
    either = Limit(
        statistic="p95", passes=(*bounds("< 200 ms", "> 150 ms"), *bounds("< 100 ms")), warns=()
    )
    assert [judged(either, told(p95)).state for p95 in (50, 120, 180)] == ["pass", "fail", "pass"]


@pytest.mark.parametrize(
    ("middle", "state", "said"),
    [
        (100, "pass", "which keeps <= +10 %."),
        (
            110,
            "warning",
            "1\u00a0000 and 1\u00a0000 samples cannot tell whether it keeps <= +10 %.",
        ),
        (120, "fail", "which misses <= +10 %."),
    ],
)
def test_a_change_is_decided_by_its_whole_interval(middle, state, said):
    """Around 100 ms give or take 10: the p95 is 109 ms, and its standard error 0.14 ms."""
    verdict = judged(CHANGE, even(middle, middle / 10), even(100, 10))
    assert verdict.state == state
    assert said in verdict.reason
    assert "95 % interval" in verdict.reason


def test_a_change_without_samples_is_decided_by_the_figures_and_says_so():
    verdict = judged(CHANGE, told(105), told(100))
    assert verdict.state is State.PASS
    assert verdict.reason == (
        "The p95 is 105 ms. It changed by +5\u00a0% from 100 ms, which keeps <= +10 %. How sure "
        "that is, is not known: neither file holds the single durations."
    )
    assert judged(CHANGE, told(111), told(100)).state is State.FAIL
    one = judged(CHANGE, even(90, 10), told(100)).reason
    assert "the baseline's file does not hold the single durations." in one


def test_percentiles_of_different_methods_are_said():
    reason = judged(CHANGE, told(100), told(100, method="nearest rank")).reason
    assert "The p95 is computed as k6 computed it, the baseline's nearest rank." in reason


def test_a_change_in_milliseconds_has_its_interval_too():
    twenty = limit("p95", "<= +20 ms")
    assert judged(twenty, even(110, 10), even(100, 10)).state is State.PASS
    assert judged(twenty, even(120, 10), even(100, 10)).state is State.WARNING
    assert judged(twenty, even(130, 10), even(100, 10)).state is State.FAIL


def test_no_baseline_is_unknown_by_name_but_excuses_nothing():
    both = limit("p95", "< 200 ms", "<= +10 %")
    without = "The source last gave no file of a performance run."
    assert judged(both, told(100), None, without).state is State.UNKNOWN
    assert without in judged(both, told(100), None, without).reason
    assert judged(both, told(250), None, without).state is State.FAIL


def test_a_baseline_of_0_is_unknown():
    verdict = judged(CHANGE, told(100), told(0))
    assert verdict.state is State.UNKNOWN
    assert "The baseline is 0" in verdict.reason
    zeros = group([0] * 970 + [100] * 30)
    assert judged(limit("p95", "<= +10 %"), even(100, 10), zeros).state is State.UNKNOWN


def test_how_many_samples_a_percentile_takes():
    """The least n with p^n <= 0.05: 0.95^59 = 0.0485 and 0.95^58 = 0.0510, 0.99^299 = 0.0495."""
    assert [fewest(rank) for rank in RANKS] == [5, 11, 29, 59, 299]


@pytest.mark.parametrize(("n", "state"), [(58, "unknown"), (59, "pass")])
def test_too_few_samples_are_no_percentile(n, state):
    verdict = judged(P95, group([10] * n))
    assert verdict.state == state
    few = judged(CHANGE, group([10] * 59), group([10] * n))
    assert few.state == state
    if n == 58:
        assert verdict.reason == "58 samples are too few for a p95: it takes 59."
        assert "The baseline cannot be compared with. 58" in few.reason


def test_how_quickly_requests_fail_says_nothing():
    quick = group([1] * 100, failed=100)
    assert judged(P95, quick).state is State.UNKNOWN
    assert judged(P95, replace(quick, failed=99)).state is State.PASS


def errors(failed, made):
    return Group(name="GET /", count=made, failed=failed)


@pytest.mark.parametrize(
    ("failed", "made", "state"),
    [
        (0, 1000, "pass"),
        (1, 1000, "fail"),
        (5, 0, "unknown"),
        (3, 2, "unknown"),
        (None, 9, "unknown"),
    ],
)
def test_the_error_rate_is_of_all_requests(failed, made, state):
    assert judged(limit("errors", "< 0.1 %"), errors(failed, made)).state == state


def test_few_requests_cannot_tell_a_low_error_rate():
    """None of 100 failed: by Wilson up to 3.7 % may."""
    verdict = judged(limit("errors", "< 0.1 %"), errors(0, 100))
    assert verdict.reason == (
        "The error rate is 0\u00a0%. It keeps < 0.1 %. 100 samples cannot tell it from that "
        "bound: its 95 % interval is 0\u00a0% to 3.7\u00a0%."
    )


def test_a_change_of_the_error_rate_is_decided_by_its_interval():
    change = limit("errors", "<= +50 %")
    assert judged(change, errors(1000, 100_000), errors(1000, 100_000)).state is State.PASS
    assert judged(change, errors(2, 1000), errors(2, 1000)).state is State.WARNING
    assert judged(change, errors(3000, 100_000), errors(1000, 100_000)).state is State.FAIL
    assert judged(change, errors(2, 1000), errors(0, 1000)).state is State.UNKNOWN


def test_throughput_is_one_figure_a_run():
    least = limit("throughput", ">= 50 /s", ">= -10 %")
    old = Group(throughput=60)
    assert judged(least, Group(throughput=55), old).state is State.PASS
    assert "one run has one such figure" in judged(least, Group(throughput=55), old).reason
    assert judged(least, Group(throughput=53), old).state is State.FAIL
    assert judged(least, Group()).state is State.UNKNOWN


def test_a_percentile_that_the_file_does_not_give_is_unknown():
    assert judged(limit("p99", "< 1 s"), told(100)).reason == (
        "The file gives no p99; it gives p95."
    )
    assert "cannot be averaged" in judged(P95, Group(count=10)).reason
