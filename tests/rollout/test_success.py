"""What has to be kept while everybody has the release."""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta, timezone
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.bounds import parse_bound
from codexreport.measure import State
from codexreport.rollout.signals import Signal, ratio
from codexreport.rollout.success import Aim, Criterion, Readings, judge_events, judge_growth
from codexreport.rollout.trend import theil_sen
from codexreport.series import EventSeries
from codexreport.window import Window

START = datetime(2026, 10, 6, tzinfo=timezone.utc)
WINDOW = Window.between(START, START + timedelta(hours=48), "UTC")
AFTER = WINDOW.end
HOUR = 3600


def criterion(aim, limit):
    signal = Signal(
        name="s",
        title="It",
        kind=aim.kind,
        indicator=ratio("s", "shop", total={}, bad={}),
        every=timedelta(hours=1),
    )
    return Criterion(aim=aim, signal=signal, limit=parse_bound(limit))


def judged(aim, limit, bad, valid=1000, *, hours=48, now=AFTER):
    """Of each of the first hours so many events; the bad ones are spread evenly."""
    start = int(START.timestamp()) + HOUR * np.arange(hours, dtype=np.int64)
    good = np.full(hours, valid - bad / hours)
    series = EventSeries(width=HOUR, start=start, good=good, valid=np.full(hours, float(valid)))
    return judge_events(
        criterion(aim, limit),
        series,
        window=WINDOW,
        now=now,
        problem="",
        min_coverage=Fraction(9, 10),
    )


@pytest.mark.parametrize(
    ("aim", "limit", "bad", "hours", "state"),
    [
        # 48 hours of 1000 events: 48 of 48 000 are just 0.1 %
        (Aim.ERROR_RATE, "< 0.1 %", 47, 48, State.PASS),
        (Aim.ERROR_RATE, "< 0.1 %", 48, 48, State.FAIL),
        (Aim.ERROR_RATE, "< 0.1 %", 0, 43, State.UNKNOWN),
        # p95 within 200 ms: at most 5 in 100 took longer
        (Aim.P95, "<= 200 ms", 1000, 20, State.UNKNOWN),
        (Aim.P95, "<= 200 ms", 1000, 48, State.PASS),
        # 99.9 % of 48 hours: what was not seen may have been down
        (Aim.UPTIME, ">= 99.9 %", 48, 48, State.PASS),
        (Aim.UPTIME, ">= 99.9 %", 49, 48, State.FAIL),
        (Aim.UPTIME, ">= 99.9 %", 0, 47, State.UNKNOWN),
        (Aim.UPTIME, ">= 99.9 %", 1000, 47, State.FAIL),
    ],
)
def test_a_share_is_judged_over_all_of_the_span(aim, limit, bad, hours, state):
    found = judged(aim, limit, bad, hours=hours)
    assert found.state is state, found.reason
    assert found.name == f"rollout.success.{aim.value}"


def test_five_in_a_hundred_may_be_slow_at_p95():
    """48 hours of 1000 requests: 2400 are 5 in 100."""
    assert judged(Aim.P95, "<= 200 ms", 2400).state is State.PASS
    assert judged(Aim.P95, "<= 200 ms", 2448).state is State.FAIL


def test_before_the_span_is_over_nothing_succeeded():
    found = judged(Aim.ERROR_RATE, "< 0.1 %", 0, hours=40, now=AFTER - timedelta(hours=8))
    assert found.state is State.UNKNOWN
    assert "not over" in found.reason


def test_no_data_is_unknown_with_the_reason():
    found = judge_events(
        criterion(Aim.UPTIME, ">= 99.9 %"),
        None,
        window=WINDOW,
        now=AFTER,
        problem="The server is down.",
        min_coverage=Fraction(9, 10),
    )
    assert (found.value, found.state) == (None, State.UNKNOWN)
    assert found.reason.endswith("The server is down.")


def growth(per_hour, *, hours=48, noise=0.0, problem=""):
    """A level of 1000 that grows; a reading every 6 minutes."""
    seeded = random.Random(7)
    times = [START.timestamp() + 360 * n for n in range(hours * 10)]
    values = [1000 + per_hour * n / 10 + seeded.gauss(0, noise) for n in range(hours * 10)]
    return judge_growth(
        criterion(Aim.MEMORY, "<= 5 %"),
        Readings(times=times, values=values, problem=problem),
        window=WINDOW,
        now=AFTER,
        min_coverage=Fraction(9, 10),
    )


def test_memory_that_stays_passes_and_memory_that_leaks_fails():
    """2 an hour on 1000 is 96 in 48 hours, 9 % of the level in between; 0.5 is 2.4 %."""
    assert growth(0, noise=5).state is State.PASS
    assert growth(0.5, noise=5).state is State.PASS
    leak = growth(2, noise=5)
    assert leak.state is State.FAIL
    assert leak.value == pytest.approx(96 / 1047.95, rel=0.02)


def test_memory_too_uneven_or_too_short_to_tell_is_unknown():
    assert growth(1, noise=500).state is State.UNKNOWN
    assert growth(0, hours=7).state is State.UNKNOWN
    # 43 of 48 hours are less than 9 in 10, 44 are more
    assert growth(0, noise=5, hours=43).state is State.UNKNOWN
    assert "Only" in growth(0, noise=5, hours=43).reason
    assert growth(0, noise=5, hours=44).state is State.PASS
    assert growth(0, problem="Several series.").reason.endswith("Several series.")


def test_a_restart_does_not_hide_a_leak():
    """The slope is the median one: a drop in the middle changes few of the pairs."""
    times = list(range(48))
    values = [100 + 5 * t for t in times]
    values[20] = 1
    assert theil_sen(times, values).slope == 5


def test_the_interval_is_that_of_sen():
    """Of n = 8 readings there are 28 slopes; C = 1.96 sqrt(8*7*21/18) = 15.84, so the interval
    holds those of rank floor(6.08) = 6 and ceil(21.92) = 22 and one more."""
    values = [0, 2, 1, 4, 3, 6, 5, 8]
    slopes = sorted((values[j] - values[i]) / (j - i) for i in range(8) for j in range(i + 1, 8))
    found = theil_sen(range(8), values)
    assert (found.low, found.high) == (slopes[5], slopes[22])
    assert theil_sen(range(7), values[:7]) is None


@given(
    slope=st.floats(-100, 100),
    level=st.floats(-100, 100),
    times=st.lists(st.integers(0, 10_000), min_size=8, max_size=20, unique=True),
)
def test_the_slope_of_a_line_is_its_own(slope, level, times):
    found = theil_sen(times, [level + slope * at for at in times])
    assert found.low <= found.slope <= found.high
    assert math.isclose(found.slope, slope, rel_tol=1e-6, abs_tol=1e-6)
