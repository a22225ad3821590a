"""What a span of trouble cost an objective."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from fractions import Fraction

import numpy as np
import pytest

from codexreport.measure import State
from codexreport.series import EventSeries, Metric, RatioIndicator
from codexreport.slo.objective import Correction, Objective, Occurrences, Timeslices
from codexreport.slo.period import RollingPeriod
from codexreport.slo.spending import spending
from codexreport.window import Window

START = datetime(2026, 9, 28, tzinfo=timezone.utc)
_METRIC = Metric(source="shop", spec={})
OBJECTIVE = Objective(
    name="checkout",
    service="shop",
    indicator=RatioIndicator(name="checkout", total=_METRIC, good=_METRIC),
    target=Fraction(9, 10),
    method=Occurrences(),
    period=RollingPeriod(length=timedelta(days=1)),
    min_coverage=Fraction(9, 10),
    min_events=10,
    settle=timedelta(days=1),
)


def series(counts):
    """Good and valid events by the hour, from 24 hours before START on; None: not observed."""
    first = int((START - timedelta(hours=24)).timestamp())
    kept = [(first + at * 3600, *pair) for at, pair in enumerate(counts) if pair]
    start, good, valid = zip(*kept, strict=True)
    return EventSeries(
        width=3600,
        start=np.array(start, dtype=np.int64),
        good=np.array(good, dtype=float),
        valid=np.array(valid, dtype=float),
    )


def hours(first, last):
    """The span between two moments, in hours after START."""
    window = Window.between(
        START + timedelta(hours=first), START + timedelta(hours=last), "Europe/Berlin"
    )
    return replace(window, label="INC-42")


def cost(counts, *, first=1, last=3, objective=OBJECTIVE, as_of=48, **more):
    span = hours(first, last)
    return spending(
        objective,
        series(counts) if counts else None,
        span=span,
        around=hours(first - 24, last + 24),
        as_of=START + timedelta(hours=as_of),
        **more,
    )


QUIET = [(100, 100)] * 24
TROUBLE = [*QUIET, (100, 100), (40, 100), (90, 100), *QUIET]
"""Sixty bad in the second hour after START, ten in the third."""


def test_what_was_spent_is_the_bad_over_what_may_be_bad_in_the_period_that_ends_with_it():
    found = cost(TROUBLE)
    # The day that ends with the third hour holds 24 hours of 100 events: 2400, of which a tenth,
    # 240, may be bad. 60 + 10 were, all in the span: 70 / 240, and 170 / 240 are left.
    assert found.spent.value == Fraction(70, 240)
    assert found.left.value == Fraction(170, 240)
    assert (found.bad.value, found.valid.value) == (70, 200)
    assert found.spent.state is State.NOT_APPLICABLE
    assert found.sli.state is State.NOT_APPLICABLE
    assert found.span.label == "INC-42"


@pytest.mark.parametrize(("first", "last"), [(1.2, 2.7), (1, 3), (1.99, 2.01)])
def test_a_span_is_widened_to_whole_buckets(first, last):
    found = cost(TROUBLE, first=first, last=last)
    assert found.spent.value == Fraction(70, 240)
    assert found.span.length == timedelta(hours=2)


def test_an_instant_is_a_bucket_long():
    span = hours(1.5, 1.5 + 1 / 3600)
    assert cost(TROUBLE, first=1.5, last=1.5 + 1 / 3600).bad.value == 60
    assert span.length == timedelta(seconds=1)


def test_what_comes_after_the_moment_of_the_report_is_not_looked_at():
    found = cost(TROUBLE, last=20, as_of=2)
    assert (found.bad.value, found.valid.value) == (60, 100)
    assert found.span.end == START + timedelta(hours=2)


def test_an_outage_that_keeps_every_request_away_is_not_free():
    found = cost([*QUIET, (100, 100), (0, 0), (0, 0), *QUIET])
    assert (found.spent.value, found.spent.state) == (None, State.UNKNOWN)
    assert found.spent.reason == "There was not one event to judge by."
    assert found.left.state is State.UNKNOWN


def test_a_span_that_was_not_observed_is_not_known():
    found = cost([*QUIET, (100, 100), None, (90, 100), *QUIET])
    assert (found.spent.value, found.spent.state) == (None, State.UNKNOWN)
    assert "Only 50" in found.spent.reason


def test_a_source_that_gave_nothing_leaves_everything_unknown():
    found = cost(None, problem="The server does not answer.")
    assert found.spent.state is State.UNKNOWN
    assert found.spent.reason == "The server does not answer."
    assert found.burn_down == ()
    assert all(one.value is None for one in found.measures())


def test_a_target_of_everything_has_no_budget_to_share():
    found = cost(TROUBLE, objective=replace(OBJECTIVE, target=Fraction(1)))
    assert found.spent.value == math.inf


def test_time_that_does_not_count_costs_nothing():
    correction = Correction(
        objectives=("checkout",),
        start=START + timedelta(hours=1),
        end=START + timedelta(hours=2),
        reason="Announced",
        approver="Head of operations",
    )
    # Of the span only the third hour counts: 10 bad of 100. Of the day 2300 events count.
    assert cost(TROUBLE, corrections=[correction]).spent.value == Fraction(10, 230)


def test_slices_are_counted_as_slices():
    slices = Timeslices(width=timedelta(hours=1), target=Fraction(95, 100))
    found = cost(TROUBLE, objective=replace(OBJECTIVE, method=slices))
    # Both hours are below 95 %: 2 bad slices, of 24 / 10 that may be.
    assert found.bad.value == 2
    assert found.spent.value == Fraction(2) / Fraction(24, 10)


def test_the_burn_down_goes_from_before_the_span_to_after_it():
    week = replace(OBJECTIVE, period=RollingPeriod(length=timedelta(days=7)))
    points = dict(cost(TROUBLE, objective=week).burn_down)
    # Around is a day before and after, as far as was observed; 5100 events, 510 may be bad.
    at = {hour: points[int((START + timedelta(hours=hour)).timestamp())] for hour in (1, 3, 27)}
    assert at == {1: 1.0, 3: pytest.approx(1 - 70 / 510), 27: pytest.approx(1 - 70 / 510)}


def test_the_burn_down_of_a_short_period_ends_with_the_span_lest_it_forgets_it():
    points = cost(TROUBLE).burn_down
    assert points[-1][0] == (START + timedelta(hours=3)).timestamp()
    assert points[-1][1] == pytest.approx(1 - 70 / 240)
