"""Percentiles from samples, exact. Percentiles themselves are never averaged or merged."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codexreport.performance.ordered import ordered_of
from codexreport.performance.values import Latency
from codexreport.wording import figure

METHOD = "exact from the samples, linear interpolation between ranks"
RANKS = (Fraction(50), Fraction(75), Fraction(90), Fraction(95), Fraction(99))
"""Percent of the samples that are at most as large."""


def exact(value: float) -> Fraction:
    """The number that a file wrote: 0.1 is 1/10, not the float beside it.

    Args:
        value: Finite. Up to 17 significant digits come back as they were written.
    """
    return Fraction(value) if isinstance(value, int) else Fraction(Decimal(repr(float(value))))


def percentile(samples: NDArray[Any], rank: Fraction) -> Fraction:
    """The value below which `rank` percent of the samples lie, in their unit.

    With n ordered samples x[0] .. x[n-1] and h = (n - 1) x rank / 100 it is
    x[floor h] + (h - floor h) x (x[floor h + 1] - x[floor h]): definition 7 of Hyndman and Fan
    (1996), which NumPy and DuckDB (`quantile_cont`) use.

    Args:
        samples: Sorted, finite, at least one.
        rank: 0 to 100.
    """
    whole, rest = divmod(Fraction(len(samples) - 1) * rank / 100, 1)
    low = exact(samples[whole].item())
    return low + rest * (exact(samples[whole + 1].item()) - low) if rest else low


def latency(
    samples: NDArray[Any], per_second: int, ranks: Sequence[Fraction] = RANKS
) -> Latency | None:
    """Percentiles, least and largest of raw samples, in seconds; None where there is none.

    Args:
        samples: Finite, in any order.
        per_second: How many of their unit make a second.
        ranks: The percentiles asked for.
    """
    if not len(samples):
        return None
    ordered = np.sort(samples)
    figures = [(rank_name(rank), percentile(ordered, rank) / per_second) for rank in ranks]
    ends = [("min", exact(ordered[0].item())), ("max", exact(ordered[-1].item()))]
    return Latency(
        figures=(*figures, *((name, value / per_second) for name, value in ends)),
        method=METHOD,
        samples=len(ordered),
        ordered=ordered_of(ordered, per_second, ranks),
    )


def rank_name(rank: Fraction) -> str:
    """`p95`, `p99.9`."""
    return f"p{figure(rank)}"
