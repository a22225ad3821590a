"""What a performance run is made of: groups of requests, latencies, thresholds, other figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codexreport.measure import Number, State

if TYPE_CHECKING:  # NumPy is not needed to say what was measured
    from codexreport.performance.ordered import Ordered


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long the requests of a group took.

    Attributes:
        figures: Seconds by name of the statistic: `p50`, `p95`, `mean`, `min`, `max`.
        method: Who computed the percentiles, and how.
        samples: How many durations they are of; None where the file does not say.
        ordered: The durations themselves; None where the file does not hold them.
    """

    figures: tuple[tuple[str, Number], ...]
    method: str
    samples: int | None = None
    ordered: Ordered | None = field(default=None, compare=False, repr=False)

    def figure(self, name: str) -> Number | None:
        """The statistic called `name`, in seconds; None where the file does not have it."""
        return dict(self.figures).get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Requests that belong together: one endpoint, one label, one benchmark, or all.

    Attributes:
        name: As the tool calls it; empty for all.
        count: How many there were; None where the file does not say.
        failed: How many of them failed; None where the file does not say.
        latency: How long they took.
        throughput: How many there were a second.
    """

    name: str = ""
    count: int | None = None
    failed: int | None = None
    latency: Latency | None = None
    throughput: Number | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A bound that the tool was given, or has, and what came of it.

    Attributes:
        of: What it bounds: `http_req_duration`.
        expression: As its author wrote it: `p(95)<500`.
        state: `PASS` where kept, `FAIL` where not, `WARNING` where its author wants no more than
            that, `UNKNOWN` where nothing was measured.
        value: What was measured, in `unit`; None where the file does not say.
        unit: Of `value`.
        reason: One sentence with the deciding figure.
    """

    of: str
    expression: str
    state: State
    reason: str
    value: Number | None = None
    unit: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Anything else that a tool measured.

    Attributes:
        name: Dotted: `checks.failed`.
        of: What it is of; empty for the whole run.
        value: In `unit`; None where it is not known.
        unit: Of `value`.
        state: `NOT_APPLICABLE` where it is only shown.
        reason: One sentence, where it is judged.
    """

    name: str
    value: Number | None
    unit: str
    of: str = ""
    state: State = State.NOT_APPLICABLE
    reason: str = ""
