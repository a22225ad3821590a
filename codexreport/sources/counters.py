"""From the counter samples of a ratio indicator's two queries to its event series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from codexreport.series import EventSeries, RatioIndicator
from codexreport.sources.increase import (
    CounterSamples,
    Floats,
    Gap,
    Grid,
    Increase,
    increase,
    moment,
)
from codexreport.sources.promql import Selector

_SHOWN = 3
_ROUNDING = 1e-9  # relative; a server's extrapolated counts carry rounding errors


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Selected:
    """The series that one of an indicator's queries selects."""

    selector: Selector
    series: Sequence[CounterSamples]

    def refusal(self, role: str) -> str:
        """Why they are no count (a sentence), or an empty string.

        A series that is missing is not zero, unless the query says so.
        """
        found = len(self.series)
        if found > 1 and not self.selector.summed:
            return (
                f"The {role} query {self.selector.text} selects {found} series where one is "
                f"expected; write sum({self.selector.text}) to add them up."
            )
        if found or (role != "total" and self.selector.zero_when_absent):
            return ""
        advice = (
            ""
            if role == "total"
            else f" If no such series means no such events, write "
            f"sum({self.selector.text}) or vector(0)."
        )
        return f"The {role} query {self.selector.text} selects no series.{advice}"


def count_events(
    indicator: RatioIndicator, total: Selected, part: Selected, grid: Grid, lookback: float
) -> EventSeries:
    """Count good and valid events per bucket.

    Args:
        indicator: Says whether `part` is the good or the bad events.
        total: What counts all valid events; it alone decides which buckets were observed.
        part: What counts the good, or the bad, events.
        grid: The buckets.
        lookback: Seconds; see `increase`.
    """
    role = "good" if indicator.good else "bad"
    refusals = tuple(filter(None, (total.refusal("total"), part.refusal(role))))
    if refusals:
        return EventSeries(width=grid.width, contradictions=refusals)
    valid = increase(total.series, grid, lookback=lookback, companions=part.series)
    counted = increase(part.series, grid, lookback=lookback, companions=total.series)
    return event_series(role, valid, counted, grid)


def event_series(role: str, valid: Increase, counted: Increase, grid: Grid) -> EventSeries:
    """Put the two counts of a ratio together, over the buckets the total was observed in.

    Args:
        role: Whether `counted` are the `good` or the `bad` events.
        valid: All valid events.
        counted: The good, or the bad, events.
        grid: The buckets of both.
    """
    seen = valid.observed
    total, part = valid.counts[seen], counted.counts[seen]
    return EventSeries(
        width=grid.width,
        start=grid.starts[seen],
        good=part if role == "good" else total - part,
        valid=total,
        contradictions=tuple(
            dict.fromkeys(
                (
                    *valid.contradictions,
                    *counted.contradictions,
                    *_excess(role, total, part),
                    *grid.unseen(seen),
                )
            )
        ),
        notes=tuple(
            dict.fromkeys(
                (
                    *valid.notes,
                    *counted.notes,
                    *_resets(valid.resets | counted.resets),
                    *_gaps(valid.gaps | counted.gaps),
                    *_mismatch(role, valid, counted),
                )
            )
        ),
    )


def _resets(resets: AbstractSet[float]) -> Iterator[str]:
    if resets:
        times = _listed([moment(time) for time in sorted(resets)])
        yield f"Counters began anew at {times}; what they counted since was added."


def _gaps(gaps: AbstractSet[Gap]) -> Iterator[str]:
    targets: dict[tuple[float, float], set[tuple[str, str]]] = {}
    for gap in gaps:
        targets.setdefault((gap.after, gap.until), set()).add(gap.target)
    lost = {(gap.after, gap.until) for gap in gaps if gap.reset}
    kept, broken = sorted(targets.keys() - lost), sorted(lost)
    if kept:
        told = _listed([_gap(*gap, targets[gap]) for gap in kept])
        yield f"No samples {told}; the events of that time are counted at its end."
    if broken:
        told = _listed([_gap(*gap, targets[gap]) for gap in broken])
        yield f"No samples {told}, and counters began anew meanwhile: events may be lost."


def _gap(after: float, until: float, targets: AbstractSet[tuple[str, str]]) -> str:
    instances = sorted(instance for _, instance in targets if instance)
    who = f" of {_listed(instances)}" if instances else ""
    return f"from {moment(after)} to {moment(until)}{who}"


def _listed(items: Sequence[str]) -> str:
    """The first few items for a sentence, and how many more there are."""
    rest = len(items) - _SHOWN
    return ", ".join(items[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _excess(role: str, total: Floats, part: Floats) -> Iterator[str]:
    if part.sum() > total.sum() * (1 + _ROUNDING):
        yield (
            f"The {role} query counted {part.sum():.15g} events, more than the "
            f"{total.sum():.15g} of the total query."
        )


def _mismatch(role: str, valid: Increase, counted: Increase) -> Iterator[str]:
    seen = valid.observed
    more = int(np.sum(counted.counts[seen] > valid.counts[seen] * (1 + _ROUNDING)))
    if more:
        yield f"In {more} buckets the {role} query counted more than the total query."
    outside = float(counted.counts[~seen].sum())
    if outside:
        yield (
            f"{outside:.15g} {role} events fell where the total was not observed; "
            "they are left out."
        )
