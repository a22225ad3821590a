"""What `codexreport.toml` says of what is watched in a rollout, and what must not last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from codexreport.bounds import Bound, BoundError, parse_bound
from codexreport.keys import Length
from codexreport.project.table import Name, Table
from codexreport.rollout.signals import Kind, Signal, ratio, reading
from codexreport.rollout.success import Aim, Criterion
from codexreport.rollout.triggers import Trigger
from codexreport.series import Indicator
from codexreport.sustained import Hold

Spec = dict[str, Any]

_TITLES = {
    Kind.ERROR_RATE: "Error rate",
    Kind.P95: "p95",
    Kind.P99: "p99",
    Kind.HEALTH: "Health check",
}
_OVER = {Kind.ERROR_RATE: "1 %", Kind.P95: "500 ms", Kind.P99: "1000 ms", Kind.HEALTH: "0 %"}
_KEPT = {
    Aim.ERROR_RATE: ("<", "0.1 %"),
    Aim.P95: ("<=", "200 ms"),
    Aim.P99: ("<=", "1000 ms"),
    Aim.UPTIME: (">=", "99.9 %"),
    Aim.MEMORY: ("<=", "5 %"),
}
_USUAL_LENGTH = timedelta(minutes=5)
_USUAL_IN_A_ROW = 5
_UNITS = {
    Kind.ERROR_RATE: "ratio",
    Kind.P95: "seconds",
    Kind.P99: "seconds",
    Kind.HEALTH: "ratio",
}
_SECONDS = {"s": Fraction(1), "ms": Fraction(1, 1000), "us": Fraction(1, 1_000_000)}


class SignalTable(Table):
    """What every signal has: where it comes from, in the terms that its source knows."""

    name: Name
    """Unique among them."""
    title: str = ""
    """What people call it."""
    source: Name
    """The source that answers."""
    total: Spec | None = None
    """All events, in the terms of the source as in an objective's `spec`."""
    good: Spec | None = None
    """The good ones among them; of a percentile those that took no longer than its limit."""
    bad: Spec | None = None
    """Or the bad ones."""
    value: Spec | None = None
    """Instead of events: a figure that the source can tell at a moment, or a column of them."""
    unit: Literal["s", "ms", "us"] = "s"
    """Unit of a latency that `value` gives."""
    counter: bool = True
    """Whether `total`, `good` and `bad` are counters that only grow."""
    every: Length = timedelta(minutes=1)
    """How often it is looked at; of health checks, how often they are made."""
    min_events: int = Field(default=1, ge=0)
    """Fewer events than this in that time say nothing; with 0, no events at all are good."""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        parts = (self.good is not None) + (self.bad is not None)
        counted = self.total is not None and parts == 1
        alone = self.total is None and not parts
        if (self.value is None) is not counted or (self.value is not None and not alone):
            raise ValueError("write total with good or bad, or value alone")
        return self

    def indicator_of(self, kind: Kind, most: Fraction) -> Indicator:
        """What is asked of the source.

        Args:
            kind: What it tells of.
            most: The most that a good reading may be, in seconds.
        """
        if self.value is not None:
            limit = most / _SECONDS[self.unit]
            return reading(self.name, self.source, self.value, kind, limit)
        specs: dict[str, Mapping[str, object]] = {
            role: spec
            for role, spec in (("good", self.good), ("bad", self.bad))
            if spec is not None
        }
        return ratio(self.name, self.source, total=self.total or {}, counter=self.counter, **specs)


class TriggerTable(SignalTable):
    """`[[rollout.triggers]]`: what must not last while a release is brought to users."""

    kind: Kind
    """`error_rate`, `p95`, `p99` or `health`."""
    over: str = ""
    """What it must not be over; absent: `1 %` of errors, `500 ms` at p95, `1000 ms` at p99."""
    for_: Length | None = Field(default=None, alias="for")
    """How long it must last to trip; absent: 5 minutes."""
    in_a_row: int | None = Field(default=None, ge=1)
    """Or how many times in a row; absent: 5 health checks."""

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.for_ is not None and self.in_a_row is not None:
            raise ValueError("write one of for and in_a_row")
        if self.kind is Kind.HEALTH and self.over:
            raise ValueError("a health check is good or bad: it has no over")
        if self.kind is Kind.ERROR_RATE and self.value is not None:
            raise ValueError("an error rate is counted: write total with good or bad")
        self.limit.limit(_UNITS[self.kind], None)
        return self

    @property
    def limit(self) -> Bound:
        """What it must not be."""
        return plain(">", self.over or _OVER[self.kind])

    def trigger(self) -> Trigger:
        """What is watched."""
        most = self.limit.limit(_UNITS[self.kind], None)
        usual = (
            Hold(in_a_row=_USUAL_IN_A_ROW)
            if self.kind is Kind.HEALTH
            else Hold(length=_USUAL_LENGTH)
        )
        given = self.for_ is not None or self.in_a_row is not None
        return Trigger(
            signal=Signal(
                name=self.name,
                title=self.title or _TITLES[self.kind],
                kind=self.kind,
                indicator=self.indicator_of(self.kind, most),
                every=self.every,
                min_events=self.min_events,
            ),
            limit=self.limit,
            hold=Hold(length=self.for_, in_a_row=self.in_a_row) if given else usual,
        )


class SuccessTable(SignalTable):
    """`[[rollout.success]]`: what has to be kept while everybody has the release."""

    aim: Aim
    """`error_rate`, `p95`, `p99`, `uptime` or `memory`."""
    limit: str = ""
    """Absent: errors under `0.1 %`, p95 within `200 ms`, p99 within `1000 ms`, uptime of at least
    `99.9 %`, memory growing by at most `5 %`."""

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        single = self.value is not None and "column" not in self.value
        if self.aim is Aim.MEMORY and not single:
            raise ValueError("memory is a figure at a moment: write value with a query")
        if self.aim is Aim.ERROR_RATE and self.value is not None:
            raise ValueError("an error rate is counted: write total with good or bad")
        if self.aim in {Aim.P95, Aim.P99} and single:
            raise ValueError("a percentile of days is no mean of minutes': write total with good")
        self.bound.limit(_UNITS[self.aim.kind], None)
        return self

    @property
    def bound(self) -> Bound:
        """What has to hold."""
        operator, usual = _KEPT[self.aim]
        return plain(operator, self.limit or usual)

    def criterion(self) -> Criterion:
        """What is judged."""
        most = self.bound.limit(_UNITS[self.aim.kind], None)
        return Criterion(
            aim=self.aim,
            signal=Signal(
                name=self.name,
                title=self.title or self.aim.value.replace("_", " ").capitalize(),
                kind=self.aim.kind,
                indicator=self.indicator_of(self.aim.kind, most),
                every=self.every,
                min_events=self.min_events,
            ),
            limit=self.bound,
        )


def plain(operator: str, text: str) -> Bound:
    """A figure such as `1 %` as a bound, `> 1 %`.

    Raises:
        BoundError: It is no plain figure.
    """
    bound = parse_bound(f"{operator} {text}")
    if bound.relative:
        raise BoundError(f"{text!r} is no figure; write for example 1 % or 500 ms")
    return bound
