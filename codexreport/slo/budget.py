"""Error budgets: how much was given, how much is gone, how fast, and for how long it lasts.

Definitions follow the Site Reliability Workbook, "Implementing SLOs" and "Alerting on SLOs".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from codexreport.slo.timeline import Counts, Tally, Timeline

MAX_POINTS = 360
"""Most points a burn-down has; a chart shows no more."""

BurnDown = tuple[tuple[int, float | None], ...]
"""Unix seconds and the share of the budget left then; None where nothing was observed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """An error budget and what is left of it.

    Attributes:
        total: Units that may be bad.
        consumed: Bad units / total; may exceed 1, infinite where there was no budget to spend.
        remaining: 1 - consumed; may be negative.
    """

    total: Fraction
    consumed: Fraction | float

    @property
    def remaining(self) -> Fraction | float:
        """Share of the budget that is left, negative where more was spent than there was."""
        return 1 - self.consumed


def budget(bad: Fraction, target: Fraction, capacity: Fraction) -> Budget:
    """The budget of a period: (1 - target) x capacity, of which bad / budget is consumed.

    Args:
        bad: Bad units in the period so far.
        target: Share that must be good.
        capacity: Units the budget is a share of: the valid events so far, or for time slices
            all the slices of the period.
    """
    total = (1 - target) * capacity
    return Budget(total=total, consumed=share_of(bad, total))


def share_of(bad: Fraction, allowed: Fraction) -> Fraction | float:
    """Bad / allowed; with nothing allowed, 0 until the first bad unit and infinite from it on."""
    if allowed:
        return bad / allowed
    return math.inf if bad else Fraction(0)


def burn_rate(tally: Tally, target: Fraction) -> Fraction | float | None:
    """(1 - SLI) / (1 - target): 1 spends the budget in just one period; None without events."""
    sli = tally.sli
    return None if sli is None else share_of(1 - sli, 1 - target)


def largest_burn(target: Fraction) -> Fraction | float:
    """The burn rate while everything fails: 1 / (1 - target)."""
    return share_of(Fraction(1), 1 - target)


def seconds_to_exhaustion(
    remaining: Fraction | float, burn: Fraction | float, period_s: Fraction
) -> Fraction | float:
    """How long the budget lasts at this burn: remaining x period / burn.

    Returns:
        Seconds; 0 where nothing is left, infinite where nothing burns.
    """
    if remaining <= 0 or math.isinf(burn):
        return Fraction(0)
    if not burn:
        return math.inf
    return Fraction(remaining) * period_s / Fraction(burn)


def burn_down(
    counts: Counts,
    line: Timeline,
    start_s: float,
    end_s: float,
    allowed: Fraction,
    *,
    shown_from_s: float | None = None,
) -> BurnDown:
    """What was left of a budget, from the start of its period on.

    Args:
        counts: The units the budget is spent in.
        line: What was observed.
        start_s: Start of the period, Unix seconds.
        end_s: End of what is shown, Unix seconds.
        allowed: Units that may be bad in the period.
        shown_from_s: Start of what is shown, Unix seconds; None: that of the period.

    Returns:
        At most `MAX_POINTS` + 1 points, evenly spaced in whole buckets; the last is at `end_s`.
    """
    edges = _edges(start_s if shown_from_s is None else shown_from_s, end_s, line.width)
    good, valid = counts.sums(np.full_like(edges, start_s), edges)
    before, after = edges[:-1], edges[1:]
    first, last = line.events.places(before, after)
    nothing_counts = line.excluded_s(before, after) >= after - before
    seen = np.concatenate(([True], (last > first) | nothing_counts))
    left = _left(counts.parts, allowed)
    return tuple(
        (int(edge), left(int(bad)) if known else None)
        for edge, bad, known in zip(edges, valid - good, seen, strict=True)
    )


def _edges(
    start_s: float, end_s: float, width: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    buckets = math.ceil((end_s - start_s) / width)
    step = math.ceil(buckets / MAX_POINTS) * width
    return np.append(np.arange(start_s, end_s, step), end_s)


def _left(parts: int, allowed: Fraction) -> Callable[[int], float]:
    """From bad parts to the share that is left, by floats: this is for drawing."""
    if not allowed:
        return lambda bad: -math.inf if bad else 1.0
    budget_parts = float(allowed * parts)
    return lambda bad: 1 - bad / budget_parts
