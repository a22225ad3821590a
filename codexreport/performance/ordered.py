"""The samples around the percentiles that can be asked for: what their uncertainty follows from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from numpy.typing import NDArray

WHOLE = 10_000
"""Up to so many samples are all kept."""
_SPREADS = 8
"""Of more, those within so many standard deviations of a percentile's place."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Ordered:
    """The samples of one group in order, as far as its percentiles vary.

    Of n samples a percentile p lies at the place n x p, give or take sqrt(n p (1 - p)), so of
    10 million only some 80 000 matter: a run's samples need not be held to compare it later.

    Attributes:
        count: How many samples there were.
        per_second: How many of their unit make a second.
        parts: By percentile: how many samples lie before the part, and the part, read-only.
    """

    count: int
    per_second: int
    parts: Mapping[Fraction, tuple[int, NDArray[Any]]]


def ordered_of(samples: NDArray[Any], per_second: int, ranks: Sequence[Fraction]) -> Ordered:
    """What has to be kept of sorted samples.

    Args:
        samples: Sorted, finite, at least one; where they are few they are kept, and frozen.
        per_second: How many of their unit make a second.
        ranks: The percentiles that will be asked for.
    """
    samples.setflags(write=False)
    parts = {rank: _near(samples, rank) for rank in ranks}
    return Ordered(count=len(samples), per_second=per_second, parts=parts)


def _near(samples: NDArray[Any], rank: Fraction) -> tuple[int, NDArray[Any]]:
    n, share = len(samples), float(rank) / 100
    if n <= WHOLE:
        return 0, samples
    place, spread = (n - 1) * share, math.sqrt(n * share * (1 - share))
    first = max(0, math.floor(place - _SPREADS * spread))
    part = samples[first : math.ceil(place + _SPREADS * spread) + 2].copy()
    part.setflags(write=False)
    return first, part
