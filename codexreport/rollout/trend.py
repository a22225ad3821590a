"""Whether something grows: a slope that a few odd readings cannot bend, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

from codexreport.shares import Z_95

FEWEST = 8
"""Readings that a slope is told from; fewer leave the interval without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """How a figure changes with time.

    Attributes:
        slope: Per second.
        low: Lower bound of its 95 % interval.
        high: Upper bound of it.
    """

    slope: float
    low: float
    high: float


def theil_sen(times: Sequence[float], values: Sequence[float]) -> Trend | None:
    """The median of the slopes between all pairs of readings, with its 95 % interval.

    The interval holds the slopes from rank (N - C) / 2 to (N + C) / 2 + 1 of all N, where
    C = z sqrt(n(n-1)(2n+5)/18): Kendall's statistic of n readings without a trend. Readings that
    hang together make it too narrow; take medians of longer spans.

    Args:
        times: Seconds, all different.
        values: What was read at each.

    Returns:
        None where there are fewer than `FEWEST` readings.

    Source: P. K. Sen, Estimates of the regression coefficient based on Kendall's tau, Journal of
    the American Statistical Association 63 (1968).
    """
    readings = sorted(zip(times, values, strict=True))
    n = len(readings)
    if n < FEWEST:
        return None
    slopes = sorted((v2 - v1) / (t2 - t1) for (t1, v1), (t2, v2) in combinations(readings, 2))
    spread = Z_95 * math.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    first = math.floor((len(slopes) - spread) / 2) - 1
    last = math.ceil((len(slopes) + spread) / 2)
    return Trend(
        slope=median(slopes),
        low=slopes[first] if first >= 0 else -math.inf,
        high=slopes[last] if last < len(slopes) else math.inf,
    )
