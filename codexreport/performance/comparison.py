"""How much two runs differ, and how sure that is: percentiles and shares with 95 % intervals."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codexreport.performance.ordered import Ordered
from codexreport.performance.percentiles import exact
from codexreport.shares import wilson

RESAMPLES = 10_000
_TAIL = RESAMPLES // 40
"""The place of the 2.5th percentile among them, from either end."""

Interval = tuple[Fraction, Fraction]
_Draws = NDArray[np.float64]
_Ends = tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Some of a number of things.

    Attributes:
        part: How many, at most `whole`.
        whole: Of how many, more than 0.
    """

    part: int
    whole: int

    @property
    def value(self) -> Fraction:
        """The share itself."""
        return Fraction(self.part, self.whole)

    @property
    def limits(self) -> tuple[float, float]:
        """Its 95 % interval, by Wilson."""
        return wilson(float(self.value), self.whole)


def percentile_interval(samples: Ordered, rank: Fraction) -> Interval:
    """The bootstrap's 95 % interval of a percentile, in seconds."""
    draws = np.sort(_resampled(samples, rank, _stream(_digest(samples, rank), 0)))
    ends = draws[[_TAIL - 1, -_TAIL]].tolist()
    return exact(ends[0]) / samples.per_second, exact(ends[1]) / samples.per_second


def relative_interval(new: Ordered, old: Ordered, rank: Fraction) -> Interval | None:
    """The bootstrap's 95 % interval of new / old - 1, of a percentile of two runs.

    Returns:
        None where the old percentile may as well be 0, so that no change is a share of it.
    """
    after, before = _pair(new, old, rank)
    if before.min() <= 0:
        return None
    (low, below), (high, above) = _ends(after, before, np.divide)
    scale = Fraction(old.per_second, new.per_second)
    return low / below * scale - 1, high / above * scale - 1


def difference_interval(new: Ordered, old: Ordered, rank: Fraction) -> Interval:
    """The bootstrap's 95 % interval of new - old, of a percentile of two runs, in seconds."""
    after, before = _pair(new, old, rank)
    (low, below), (high, above) = _ends(
        after, before, lambda one, two: one / new.per_second - two / old.per_second
    )
    return (
        low / new.per_second - below / old.per_second,
        high / new.per_second - above / old.per_second,
    )


def share_difference(new: Share, old: Share) -> Interval:
    """The 95 % interval of new - old, of two independent shares.

    With Wilson's limits l and u of each share p: p1 - p2 - sqrt((p1 - l1)² + (u2 - p2)²) to
    p1 - p2 + sqrt((u1 - p1)² + (p2 - l2)²).

    Source: R. G. Newcombe, Interval Estimation for the Difference Between Independent
    Proportions, Statistics in Medicine 17 (1998), method 10.
    """
    p1, p2 = float(new.value), float(old.value)
    (l1, u1), (l2, u2) = new.limits, old.limits
    low = p1 - p2 - math.hypot(p1 - l1, u2 - p2)
    return Fraction(low), Fraction(p1 - p2 + math.hypot(u1 - p1, p2 - l2))


def share_relative(new: Share, old: Share) -> Interval | None:
    """The 95 % interval of new / old - 1; None where the old share is 0.

    The factors c at which Newcombe's interval of new - c x old holds 0, in closed form.

    Source: A. Donner and G. Y. Zou, Closed-form Confidence Intervals for Functions of the Normal
    Mean and Standard Deviation, Statistical Methods in Medical Research 21 (2012).
    """
    if not old.part:
        return None
    p1, p2 = float(new.value), float(old.value)
    (l1, u1), (l2, u2) = new.limits, old.limits
    least, most = l1 * (2 * p1 - l1), u1 * (2 * p1 - u1)
    wide, narrow = u2 * (2 * p2 - u2), l2 * (2 * p2 - l2)
    product = p1 * p2
    low = least / (product + math.sqrt(max(0.0, product**2 - wide * least))) if product else 0.0
    high = (product + math.sqrt(max(0.0, product**2 - narrow * most))) / narrow
    return Fraction(low) - 1, Fraction(high) - 1


def _resampled(samples: Ordered, rank: Fraction, random: np.random.RandomState) -> _Draws:
    """The percentile of each of many resamples with replacement, in the samples' unit.

    A resample is F⁻¹ of n uniform numbers, where F is the distribution of the n samples and
    F⁻¹(u) the sample at the place ⌈n u⌉; as F⁻¹ never falls, the resample's k-th smallest is F⁻¹
    of the k-th smallest uniform number. That is distributed as Beta(k, n + 1 - k), and the next
    one, given it, as the least of n - k uniform numbers above it: u + (1 - u) (1 - V^(1/(n - k)))
    with V uniform. Nothing is resampled number by number, and the distribution is the same. The
    percentile lies between the two, as in `percentile`.

    Source: B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap (1993), chapters 6
    and 13; H. A. David and H. N. Nagaraja, Order Statistics (2003), sections 2.1 and 2.5.
    """
    n = samples.count
    whole, rest = divmod((n - 1) * rank / 100, 1)
    k = int(whole) + 1
    uniform = random.beta(k, n + 1 - k, RESAMPLES)
    low = _at(samples, rank, uniform)
    if not rest:
        return low
    above = 1 - (1 - uniform) * random.random_sample(RESAMPLES) ** (1 / (n - k))
    return low + float(rest) * (_at(samples, rank, above) - low)


def _at(samples: Ordered, rank: Fraction, uniform: _Draws) -> _Draws:
    """F⁻¹ of each number."""
    before, part = samples.parts[rank]
    places = np.ceil(uniform * samples.count).astype(np.int64) - 1 - before
    return np.asarray(part[np.clip(places, 0, len(part) - 1)], dtype=np.float64)


def _pair(new: Ordered, old: Ordered, rank: Fraction) -> tuple[_Draws, _Draws]:
    """Resamples of both; a run's stream of chance follows its samples, not its role."""
    digests = _digest(new, rank), _digest(old, rank)
    both = b"".join(sorted(digests))
    first = digests[0] <= digests[1]
    return (
        _resampled(new, rank, _stream(both, 0 if first else 1)),
        _resampled(old, rank, _stream(both, 1 if first else 0)),
    )


def _ends(after: _Draws, before: _Draws, compared: Callable[[_Draws, _Draws], Any]) -> _Ends:
    """The pairs at the 2.5th and 97.5th percentile of what they are compared by."""
    order = np.argsort(compared(after, before), kind="stable")
    low, high = int(order[_TAIL - 1]), int(order[-_TAIL])
    return (
        (exact(after[low].item()), exact(before[low].item())),
        (exact(after[high].item()), exact(before[high].item())),
    )


def _digest(samples: Ordered, rank: Fraction) -> bytes:
    before, part = samples.parts[rank]
    told = f"{samples.count} {samples.per_second} {rank} {before}\n".encode()
    return hashlib.sha256(told + part.astype("<f8").tobytes()).digest()


def _stream(seed: bytes, number: int) -> np.random.RandomState:
    """Chance that the data decides; of NumPy's streams, the one that will never change."""
    digest = hashlib.sha256(seed + bytes([number])).digest()
    return np.random.RandomState(np.frombuffer(digest, dtype="<u4"))
