"""What is counted, and what counting gave: indicators and event series.

Sources answer an `Indicator` with an `EventSeries`; the `slo` domain computes
from it. Neither needs to know the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from codexreport.measure import Origin
from codexreport.window import Window

Comparison = Literal["lt", "lte", "gt", "gte"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One query to one source, as the objective's author wrote it.

    Attributes:
        source: Name of the source in the project.
        spec: The source's own terms, such as `{"query": "sum(...)"}`.
    """

    source: str
    spec: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioIndicator:
    """Good (or bad) events against all valid events. Exactly one of `good` and `bad` is given.

    Attributes:
        counter: The metrics are monotonic counters; else each sample is a number of events.
    """

    name: str
    total: Metric
    good: Metric | None = None
    bad: Metric | None = None
    counter: bool = True

    @property
    def source(self) -> str:
        """Name of the one source all its metrics come from."""
        return self.total.source


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdIndicator:
    """Each observation is valid; it is good where `observation op value` holds."""

    name: str
    metric: Metric
    op: Comparison
    value: Fraction

    @property
    def source(self) -> str:
        """Name of the source its metric comes from."""
        return self.metric.source


Indicator = RatioIndicator | ThresholdIndicator


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Everything one report wants from one source, so that a source can answer in one pass.

    Attributes:
        indicators: What to count.
        span: The whole history wanted.
        focus: The window inside it that the report is about (percentiles are over this one).
        bucket: Width of a bucket; buckets start at multiples of it in Unix time.
    """

    indicators: tuple[Indicator, ...]
    span: Window
    focus: Window
    bucket: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentiles:
    """Latency percentiles over a window, exact (linear interpolation between closest ranks).

    Attributes:
        values: Percentile (50, 95, 99) to seconds.
        count: Number of observations.
        method: How they were taken, for the reader.
    """

    window: Window
    values: Mapping[int, float]
    count: int
    method: str


def _no_counts() -> NDArray[np.float64]:
    return np.empty(0, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventSeries:
    """Good and valid events per bucket. A bucket that is absent was not observed.

    Attributes:
        width: Seconds in a bucket.
        start: Unix seconds of each bucket's start, strictly increasing, shape (n,).
        good: Good events in it, shape (n,), may be fractional where a server extrapolates.
        valid: Valid events in it, shape (n,); 0 is observed silence.
        contradictions: What makes the data unfit for any verdict, in sentences.
        notes: What a reader should know (resets, warnings), in sentences.
        percentiles: Latency over the focus window, where the source can tell.
        origins: The bytes it was read from.
    """

    width: int
    start: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    good: NDArray[np.float64] = field(default_factory=_no_counts)
    valid: NDArray[np.float64] = field(default_factory=_no_counts)
    contradictions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    percentiles: Percentiles | None = None
    origins: tuple[Origin, ...] = ()

    def __post_init__(self) -> None:
        if not len(self.start) == len(self.good) == len(self.valid):
            raise ValueError("start, good and valid must have one value per bucket")
        if np.any(np.diff(self.start) < self.width):
            raise ValueError("buckets must be in order and must not overlap")

    def between(self, start_s: float, end_s: float) -> EventSeries:
        """The buckets that lie wholly inside [start_s, end_s), in Unix seconds."""
        first = int(np.searchsorted(self.start, start_s, side="left"))
        last = int(np.searchsorted(self.start, end_s - self.width, side="right"))
        inside = slice(first, max(first, last))
        return EventSeries(
            width=self.width,
            start=self.start[inside],
            good=self.good[inside],
            valid=self.valid[inside],
            contradictions=self.contradictions,
            notes=self.notes,
            percentiles=self.percentiles,
            origins=self.origins,
        )
