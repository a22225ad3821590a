"""One performance run as a file tells it, judged by the tool's own thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.performance import judging
from codexreport.performance.values import Figure, Group, Threshold
from codexreport.wording import count


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Facts of performance.

    Attributes:
        tool: Who measured: `k6`.
        total: Everything together.
        groups: Its parts, by name.
        more_groups: How many smaller parts were left out of `groups`.
        thresholds: The tool's bounds; without one nothing says how fast is fast enough.
        errors_bounded: Whether one of them bounds the failed requests.
        figures: What else was measured.
        unit: What `total.count` counts: `requests`, `rounds`, `pages`.
        cause: Why most of the failed requests failed; empty where the file does not say.
        doubts: Sentences on what is missing or contradicts itself; with one, nothing passes.
        observed: When the run ended.
        commit: The revision it measured.
    """

    kind: ClassVar[str] = "performance"

    tool: str
    total: Group
    groups: tuple[Group, ...] = ()
    more_groups: int = 0
    thresholds: tuple[Threshold, ...] = ()
    errors_bounded: bool = False
    figures: tuple[Figure, ...] = ()
    unit: str = "requests"
    cause: str = ""
    doubts: tuple[str, ...] = ()
    observed: datetime | None = None
    commit: str = ""

    def summary(self) -> str:
        """Such as `9 615 requests, p95 2.52284 ms, 1 of 2 thresholds failed`."""
        return ", ".join(filter(None, [self._counted(), self._typical(), self._outcome()]))

    def measures(self, about: About) -> tuple[Measure, ...]:
        """Every figure; judged are the number of requests, the failed ones and the thresholds."""
        return (
            *judging.doubts(about, self.doubts),
            *judging.counts(
                about,
                self.total,
                self.unit,
                errors_bounded=self.errors_bounded,
                cause=self.cause,
            ),
            *judging.latencies(about, self.total, self.groups),
            *judging.thresholds(about, self.thresholds),
            *judging.figures(about, self.figures),
            *judging.groups(about, self.groups, self.unit, more=self.more_groups),
        )

    def _counted(self) -> str:
        total = self.total
        if total.count is None:
            return ""
        failed = f" ({count(total.failed, 'failed')})" if total.failed else ""
        return count(total.count, self.unit) + failed

    def _typical(self) -> str:
        latency = self.total.latency
        if self.total.count and self.total.failed == self.total.count:
            return ""
        for name in ("p95", "p50"):
            value = latency.figure(name) if latency else None
            if value is not None:
                return f"{name} {judging.duration(value)}"
        return ""

    def _outcome(self) -> str:
        if not self.thresholds:
            return "no threshold"
        failed = sum(one.state is State.FAIL for one in self.thresholds)
        return f"{failed} of {count(len(self.thresholds), 'thresholds')} failed"
