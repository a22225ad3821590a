"""Judged weeks: those of the sample, and small ones made of hourly counts."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from codexreport.series import EventSeries, Metric, RatioIndicator
from codexreport.slo.objective import Objective, Occurrences
from codexreport.slo.period import RollingPeriod
from codexreport.slo.weekly import evaluate
from codexreport.views.slo_weekly import slo_weekly
from codexreport.window import Window

WEEK = Window.iso_week("2026-W40", "UTC")  # 28 September to 5 October
_METRIC = Metric(source="shop", spec={})
_OBJECTIVE = {
    "name": "checkout",
    "display_name": "Checkout takes orders",
    "service": "shop",
    "indicator": RatioIndicator(name="checkout", total=_METRIC, good=_METRIC),
    "target": Fraction(99, 100),
    "method": Occurrences(),
    "period": RollingPeriod(length=timedelta(days=28)),
    "min_coverage": Fraction(9, 10),
    "min_events": 100,
    "settle": timedelta(days=1),
}


@pytest.fixture(scope="session")
def report_of(tmp_path_factory):
    """The sample's report of one week, computed once."""
    workspace = tmp_path_factory.mktemp("workspace")

    @cache
    def compute(week):
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(workspace)
            report = slo_weekly(week=week)
            assert report.weeks  # while the folder is the current one
            return report

    return compute


@pytest.fixture(scope="session")
def weeks_of(report_of):
    """The objectives of one week of the sample."""
    return lambda week: report_of(week).weeks


@pytest.fixture(scope="session")
def judged():
    """An objective's week from hourly counts that end with it; None where nothing was seen."""

    def make(counts, *, as_of=None, history_weeks=4, steady_weeks=2, **changes):
        first = int(WEEK.end_s) - len(counts) * 3600
        kept = [(first + at * 3600, *pair) for at, pair in enumerate(counts) if pair]
        start, good, valid = zip(*kept, strict=True)
        series = EventSeries(
            width=3600,
            start=np.array(start, dtype=np.int64),
            good=np.array(good, dtype=float),
            valid=np.array(valid, dtype=float),
        )
        return evaluate(
            Objective(**{**_OBJECTIVE, **changes}),
            series,
            week=WEEK,
            as_of=as_of or WEEK.end + timedelta(days=3),
            history_weeks=history_weeks,
            steady_weeks=steady_weeks,
        )

    return make
