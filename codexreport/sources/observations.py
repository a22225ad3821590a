"""From the readings of a gauge to the event series of a threshold indicator."""

from __future__ import annotations

import math

import numpy as np

from codexreport.series import EventSeries, ThresholdIndicator
from codexreport.sources.increase import Floats, Grid

_COMPARE = {"lt": np.less, "lte": np.less_equal, "gt": np.greater, "gte": np.greater_equal}


def observations(
    indicator: ThresholdIndicator, times: Floats, values: Floats, grid: Grid
) -> EventSeries:
    """Count the readings per bucket, and those that keep the threshold; NaN is none.

    Args:
        indicator: What a good reading is.
        times: Unix seconds of the readings.
        values: What was read.
        grid: The buckets.
    """
    good = _COMPARE[indicator.op](values, _limit(indicator))
    bucket = grid.bucket_of(times)
    inside = (bucket >= 0) & (bucket < grid.count) & ~np.isnan(values)
    valid = np.bincount(bucket[inside], minlength=grid.count)
    passed = np.bincount(bucket[inside & good], minlength=grid.count)
    seen = valid > 0
    return EventSeries(
        width=grid.width,
        start=grid.starts[seen],
        good=passed[seen].astype(np.float64),
        valid=valid[seen].astype(np.float64),
        contradictions=grid.unseen(seen),
    )


def _limit(indicator: ThresholdIndicator) -> float:
    try:
        return float(indicator.value)
    except OverflowError:  # larger than any reading
        return math.inf if indicator.value > 0 else -math.inf
