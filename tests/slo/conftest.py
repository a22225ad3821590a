"""Objectives and series in a few words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import numpy as np
import pytest

from codexreport.series import EventSeries, Metric, RatioIndicator
from codexreport.slo.objective import Objective, ObjectiveDefaults, Occurrences
from codexreport.slo.period import RollingPeriod

_METRIC = Metric(source="shop", spec={})
_OBJECTIVE = Objective(
    name="checkout",
    service="shop",
    indicator=RatioIndicator(name="checkout", total=_METRIC, good=_METRIC),
    target=Fraction(99, 100),
    method=Occurrences(),
    period=RollingPeriod(length=timedelta(days=28)),
    min_coverage=Fraction(9, 10),
    min_events=100,
    settle=timedelta(days=1),
)

MakeObjective = Callable[..., Objective]
MakeSeries = Callable[..., EventSeries]


@pytest.fixture(scope="session")
def make_objective() -> MakeObjective:
    """An objective of 99 % over 28 days, with changes."""
    return lambda **changes: replace(_OBJECTIVE, **changes)


@pytest.fixture(scope="session")
def make_series() -> MakeSeries:
    """Consecutive buckets from their counts; a pair of None is a bucket that is missing."""

    def make(
        counts: Sequence[tuple[float, float] | tuple[None, None]],
        *,
        start: int = 0,
        width: int = 300,
        **more: object,
    ) -> EventSeries:
        kept = [(place, pair) for place, pair in enumerate(counts) if pair[0] is not None]
        return EventSeries(
            width=width,
            start=np.array([start + place * width for place, _ in kept], dtype=np.int64),
            good=np.array([pair[0] for _, pair in kept], dtype=float),
            valid=np.array([pair[1] for _, pair in kept], dtype=float),
            **more,
        )

    return make


@pytest.fixture(scope="session")
def defaults() -> ObjectiveDefaults:
    return ObjectiveDefaults(
        owner="shop team",
        timezone="Europe/Berlin",
        min_coverage=Fraction(9, 10),
        min_events=100,
        settle=timedelta(days=1),
        bucket=timedelta(minutes=5),
    )
