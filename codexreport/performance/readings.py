"""One statistic of one endpoint in one run: its figure, or why it cannot be judged."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from codexreport.measure import Number
from codexreport.performance.comparison import Interval, Share, percentile_interval
from codexreport.performance.ordered import Ordered
from codexreport.performance.percentiles import RANKS, rank_name
from codexreport.performance.values import Group, Latency
from codexreport.wording import count, figure

PERCENTILES = {rank_name(rank): rank for rank in RANKS}
UNITS = {**dict.fromkeys(PERCENTILES, "seconds"), "errors": "ratio", "throughput": "1/s"}
"""What can be asked of an endpoint, and the unit of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A figure, and what its uncertainty follows from.

    Attributes:
        statistic: `p95`, `errors`, `throughput`.
        value: In the statistic's unit; None where the file does not give it.
        problem: Why it cannot be judged, a sentence; empty where it can.
        method: Who computed it, and how, where that may differ.
        samples: How many observations it is of; None where the file does not say.
        ordered: The durations that a percentile is of; None where the file does not hold them.
        share: The failed requests.
    """

    statistic: str
    value: Number | None = None
    problem: str = ""
    method: str = ""
    samples: int | None = None
    ordered: Ordered | None = None
    share: Share | None = None

    @property
    def unit(self) -> str:
        """Of the value."""
        return UNITS[self.statistic]

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval of the value; None where it is not known."""
        if self.problem:
            return None
        if self.ordered is not None:
            return percentile_interval(self.ordered, PERCENTILES[self.statistic])
        if self.share is not None:
            low, high = self.share.limits
            return Fraction(low), Fraction(high)
        return None


def fewest(rank: Fraction) -> int:
    """How many samples a percentile takes: 59 for the 95th, 299 for the 99th.

    With n samples the largest is above the percentile p with probability 1 - p^n. Where that is
    less than 95 %, no sample bounds the percentile, and what is reported is hardly more than the
    largest one: n must be at least log 0.05 / log p.

    Source: S. S. Wilks, Determination of Sample Sizes for Setting Tolerance Limits, Annals of
    Mathematical Statistics 12 (1941).
    """
    return math.ceil(math.log(0.05) / math.log(rank / 100))


def reading_of(group: Group, statistic: str) -> Reading:
    """What `group` says of `statistic`, a key of `UNITS`."""
    if statistic == "errors":
        return _errors(group)
    if statistic == "throughput":
        missing = group.throughput is None
        problem = "The file does not say how many there were a second." if missing else ""
        return Reading(statistic=statistic, value=group.throughput, problem=problem)
    return _percentile(group, statistic)


def _errors(group: Group) -> Reading:
    failed, made = group.failed, group.count
    problem = ""
    if failed is None or made is None:
        problem = "The file does not say how many of how many failed."
    elif not made:
        problem = "There were none, so none could fail."
    elif failed > made:
        problem = f"{figure(failed)} of {figure(made)} failed, more than were made."
    if problem or failed is None or not made:
        return Reading(statistic="errors", problem=problem)
    share = Share(part=failed, whole=made)
    return Reading(statistic="errors", value=share.value, samples=made, share=share)


def _percentile(group: Group, name: str) -> Reading:
    latency = group.latency
    value = latency.figure(name) if latency else None
    if latency is None or value is None:
        return Reading(statistic=name, problem=_not_given(latency, name))
    return Reading(
        statistic=name,
        value=value,
        problem=_meaningless(group, latency, name),
        method=latency.method,
        samples=latency.samples,
        ordered=latency.ordered,
    )


def _not_given(latency: Latency | None, name: str) -> str:
    if latency is None:
        return "The file gives no times of it, and percentiles of its parts cannot be averaged."
    given = ", ".join(known for known, _ in latency.figures)
    return f"The file gives no {name}; it gives {given}."


def _meaningless(group: Group, latency: Latency, name: str) -> str:
    """Why a percentile that is there says nothing; empty where it does."""
    if group.count and group.failed is not None and group.failed >= group.count:
        return "Every request failed, so how long they took says nothing."
    needed = fewest(PERCENTILES[name])
    if latency.samples is not None and latency.samples < needed:
        made = count(latency.samples, "samples")
        return f"{made} {_are(latency.samples)} too few for a {name}: it takes {needed}."
    return ""


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
