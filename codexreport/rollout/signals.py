"""What is watched in a rollout: error rate, latency and health, as shares of what was bad.

Whatever a source can tell is asked for as good against valid events, as of objectives:

- Errors: bad requests of all requests. Over 1 % is more than 1 in 100 bad.
- A percentile of requests that are counted: p95 is over 500 ms exactly where more than 5 in 100
  take longer than 500 ms. So a histogram's bucket answers it without any estimate.
- A percentile that a server has worked out: each reading is good or over the limit.
- Health: a check, or a reading of 1, is good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from fractions import Fraction

from codexreport.bounds import Bound
from codexreport.series import EventSeries, Indicator, Metric, RatioIndicator, ThresholdIndicator
from codexreport.sustained import Sample
from codexreport.text import one_line

_HEALTHY = Fraction(1)


class Kind(StrEnum):
    """What a signal tells of."""

    ERROR_RATE = "error_rate"
    P95 = "p95"
    P99 = "p99"
    HEALTH = "health"

    @property
    def beyond(self) -> Fraction:
        """The share of requests that a percentile leaves out; 0 of what is no percentile."""
        return {Kind.P95: Fraction(5, 100), Kind.P99: Fraction(1, 100)}.get(self, Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What is asked of a source.

    Attributes:
        name: Unique among the project's.
        title: What people call it.
        kind: What it tells of.
        indicator: What is counted.
        every: Width of a step it is looked at in.
        min_events: Events that a step must hold to say anything; with 0, silence is good.
    """

    name: str
    title: str
    kind: Kind
    indicator: Indicator
    every: timedelta
    min_events: int = 1

    @property
    def source(self) -> str:
        """Name of the source that answers it."""
        return self.indicator.source

    def bound(self, limit: Bound) -> Bound:
        """What the share of bad events must not be, where the figure itself must not be `limit`.

        Args:
            limit: Such as `> 1 %` of errors, `> 500 ms` of a percentile.
        """
        text = limit.text if self.kind is not Kind.HEALTH else "down"
        if self.kind is Kind.ERROR_RATE:
            return limit
        counted = isinstance(self.indicator, RatioIndicator) or _is_column(self.indicator.metric)
        beyond = self.kind.beyond if counted else Fraction(0)
        return Bound(text=text, operator=">", number=beyond * 100, unit="%", relative=False)


def ratio(
    name: str,
    source: str,
    *,
    total: Mapping[str, object],
    good: Mapping[str, object] | None = None,
    bad: Mapping[str, object] | None = None,
    counter: bool = True,
) -> RatioIndicator:
    """Good or bad events of all, in the source's own terms."""
    return RatioIndicator(
        name=name,
        total=Metric(source=source, spec=total),
        good=None if good is None else Metric(source=source, spec=good),
        bad=None if bad is None else Metric(source=source, spec=bad),
        counter=counter,
    )


def reading(
    name: str, source: str, value: Mapping[str, object], kind: Kind, most: Fraction
) -> ThresholdIndicator:
    """Readings, or single durations where it names a column: good up to `most`, in their unit.

    Of health a reading of 1 or more is good.
    """
    metric = Metric(source=source, spec=value)
    if kind is Kind.HEALTH:
        return ThresholdIndicator(name=name, metric=metric, op="gte", value=_HEALTHY)
    return ThresholdIndicator(name=name, metric=metric, op="lte", value=most)


def samples(series: EventSeries, min_events: int) -> list[Sample]:
    """The share of bad events in each bucket that was observed and holds enough of them.

    Args:
        series: What was counted.
        min_events: Fewer valid events in a bucket say nothing; with 0, silence is good.
    """
    counts = zip(series.start.tolist(), series.good.tolist(), series.valid.tolist(), strict=True)
    return [
        Sample(
            at=datetime.fromtimestamp(start, timezone.utc),
            value=1 - Fraction(good) / Fraction(valid) if valid else Fraction(0),
        )
        for start, good, valid in counts
        if valid >= min_events
    ]


def unfit(series: EventSeries | None, problem: str) -> str:
    """Why nothing can be told from what was counted, a sentence; empty where something can.

    Args:
        series: What was counted; None where the source gave nothing.
        problem: Why there is none.
    """
    if series is None:
        return problem or "Its source gave nothing."
    return " ".join(f"{one_line(text)}." for text in series.contradictions)


def _is_column(metric: Metric) -> bool:
    """Whether it gives single durations, as a file of events does."""
    return "column" in metric.spec
