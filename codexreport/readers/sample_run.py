"""A performance run from raw samples: one duration each, perhaps a name and an outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codexreport.performance.judging import GROUPS_SHOWN
from codexreport.performance.percentiles import latency
from codexreport.performance.run import Run
from codexreport.performance.values import Group
from codexreport.text import one_line
from codexreport.wording import count

_NAME_SHOWN = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Rows of one file.

    Attributes:
        durations: Of each row, in the file's unit; NaN where it has none. None: no such column.
        per_second: How many of that unit make a second.
        failed: Whether each row failed. None: the file does not say.
        names: The group of each row, as a number into `labels`. None: there are no groups.
        labels: The groups' names.
        extra: Rows that stand for several others, and are no requests of their own. None: none.
        start: When the first request began.
        end: When the last one ended.
    """

    durations: NDArray[np.float64] | None
    per_second: int
    failed: NDArray[np.bool_] | None = None
    names: NDArray[np.int64] | None = None
    labels: Sequence[str] = ()
    extra: NDArray[np.bool_] | None = None
    start: datetime | None = None
    end: datetime | None = None
    rows: int = 0

    def part(self, chosen: Any) -> tuple[NDArray[np.float64] | None, NDArray[np.bool_] | None]:
        """Durations and outcomes of the chosen rows."""
        return (
            None if self.durations is None else self.durations[chosen],
            None if self.failed is None else self.failed[chosen],
        )


def run_of(tool: str, samples: Samples, doubts: Sequence[str] = ()) -> Run:
    """The run that the rows are of, with exact percentiles."""
    own = np.ones(samples.rows, dtype=bool) if samples.extra is None else ~samples.extra
    groups = _groups(samples)
    return Run(
        tool=tool,
        total=_group(samples, own, "", int(np.count_nonzero(own))),
        groups=groups,
        more_groups=len(samples.labels) - len(groups) if groups else 0,
        doubts=(*doubts, *_impossible(samples)),
        observed=samples.end,
    )


def _group(samples: Samples, chosen: Any, name: str, made: int) -> Group:
    durations, failed = samples.part(chosen)
    return Group(
        name=name,
        count=int(made),
        failed=None if failed is None else int(np.count_nonzero(failed)),
        latency=None
        if durations is None
        else latency(durations[np.isfinite(durations) & (durations >= 0)], samples.per_second),
        throughput=_per_second(int(made), samples.start, samples.end),
    )


def _groups(samples: Samples) -> tuple[Group, ...]:
    """The rows by name; where there are very many names, the largest groups only."""
    if samples.names is None:
        return ()
    sizes = np.bincount(samples.names, minlength=len(samples.labels))
    ends = np.cumsum(sizes)
    order = np.argsort(samples.names, kind="stable")
    largest = sorted(range(len(sizes)), key=lambda n: (-int(sizes[n]), samples.labels[n]))
    shown = sorted(largest[:GROUPS_SHOWN], key=lambda n: samples.labels[n])
    return tuple(
        _group(samples, order[ends[n] - sizes[n] : ends[n]], _named(samples.labels[n]), sizes[n])
        for n in shown
    )


def _named(label: str) -> str:
    return one_line(label, _NAME_SHOWN) or "(no name)"


def _per_second(made: int, start: datetime | None, end: datetime | None) -> Fraction | None:
    if start is None or end is None or end <= start:
        return None
    span = end - start
    micros = (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
    return Fraction(made * 1_000_000, micros)


def _impossible(samples: Samples) -> Iterator[str]:
    """Durations that cannot be: left out of the percentiles, and said."""
    if samples.durations is None:
        return
    missing = int(np.count_nonzero(np.isnan(samples.durations)))
    infinite = int(np.count_nonzero(np.isinf(samples.durations)))
    negative = int(np.count_nonzero(np.isfinite(samples.durations) & (samples.durations < 0)))
    for number, fault in ((missing, "no"), (infinite, "an infinite"), (negative, "a negative")):
        if number:
            yield f"{number} of {count(samples.rows, 'samples')} have {fault} duration."
