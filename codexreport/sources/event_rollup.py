"""The roll-up document: what one pull of raw events is kept as, and how it is read back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from codexreport.errors import SourceError
from codexreport.measure import Origin
from codexreport.series import Ask, EventSeries, Percentiles
from codexreport.sources.columns import as_numpy, as_table
from codexreport.sources.rollups import parse_table, table_bytes
from codexreport.text import one_line
from codexreport.window import format_duration

METHOD = "exact, by linear interpolation between closest ranks"
SEEN = -1
"""The indicator number of the rows that count events of any kind."""

_META = b"codexreport"
_SCHEMA = 1

Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Bucket start in Unix seconds, good, valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUp:
    """Counts per bucket of every indicator, and percentiles.

    Attributes:
        width: Seconds in a bucket.
        counts: By indicator, its buckets with any valid event.
        seen: Starts of the buckets with any event at all.
        percentiles: By indicator, number of events and seconds by rank.
        untimed: Rows without a time.
    """

    width: int
    counts: Mapping[str, Columns]
    seen: NDArray[np.int64]
    percentiles: Mapping[str, tuple[int, Mapping[int, float]]]
    untimed: int

    def to_bytes(self) -> bytes:
        """The document, the same bytes for the same content."""
        names = sorted(self.counts)
        parts = [self.counts[name] for name in names]
        numbers = [np.full(len(part[0]), n, np.int32) for n, part in enumerate(parts)]
        ones = np.ones(len(self.seen), np.int64)
        table = as_table(
            {
                "indicator": np.concatenate([*numbers, np.full(len(ones), SEEN, np.int32)]),
                "bucket": np.concatenate([*(part[0] for part in parts), self.seen]),
                "good": np.concatenate([*(part[1] for part in parts), ones]),
                "valid": np.concatenate([*(part[2] for part in parts), ones]),
            }
        )
        meta = {
            "schema": _SCHEMA,
            "width": self.width,
            "indicators": names,
            "untimed": self.untimed,
            "percentiles": {
                name: [count, sorted(values.items())]
                for name, (count, values) in sorted(self.percentiles.items())
            },
        }
        return table_bytes(table.replace_schema_metadata({_META: json.dumps(meta, sort_keys=True)}))

    @classmethod
    def parse(cls, body: bytes, source: str) -> RollUp:
        """Read the document back.

        Raises:
            SourceError: It is not one.
        """
        try:
            table = parse_table(body)
            meta = json.loads((table.schema.metadata or {})[_META])
            return cls._from(table, meta)
        except (pa.ArrowException, OSError, ValueError, LookupError, TypeError) as error:
            raise SourceError(
                f"Source {source}: the roll-up is not one: {one_line(str(error))}."
            ) from error

    @classmethod
    def _from(cls, table: pa.Table, meta: Mapping[str, Any]) -> RollUp:
        number = as_numpy(table.column("indicator"))
        columns = [as_numpy(table.column(name)) for name in ("bucket", "good", "valid")]
        edges = np.searchsorted(number[number != SEEN], np.arange(len(meta["indicators"]) + 1))
        return cls(
            width=int(meta["width"]),
            counts={
                str(name): (
                    columns[0][edges[n] : edges[n + 1]],
                    columns[1][edges[n] : edges[n + 1]],
                    columns[2][edges[n] : edges[n + 1]],
                )
                for n, name in enumerate(meta["indicators"])
            },
            seen=columns[0][number == SEEN],
            percentiles={
                str(name): (int(count), {int(rank): float(value) for rank, value in values})
                for name, (count, values) in meta["percentiles"].items()
            },
            untimed=int(meta["untimed"]),
        )

    def series(
        self, name: str, ask: Ask, gap_s: int | None, origins: Sequence[Origin]
    ) -> EventSeries:
        """One indicator on the grid.

        Args:
            name: The indicator.
            ask: Its focus is what the percentiles are over.
            gap_s: Longer stretches without any event are not observed; None: all are.
            origins: The raw files.

        Raises:
            SourceError: The roll-up does not hold it.
        """
        if name not in self.counts:
            raise SourceError(f"The roll-up holds nothing of {name}.")
        buckets, good, valid = self.counts[name]
        if not len(buckets):
            contradiction = "no event matches its `where`; a missing series is not zero"
            return EventSeries(
                width=self.width, contradictions=(contradiction,), origins=tuple(origins)
            )
        start, note = self._observed(gap_s)
        at = np.searchsorted(start, buckets)
        return EventSeries(
            width=self.width,
            start=start,
            good=_spread(at, good, len(start)),
            valid=_spread(at, valid, len(start)),
            contradictions=(f"{self.untimed} events have no time",) if self.untimed else (),
            notes=(note,) if note else (),
            percentiles=self._latency(name, ask),
            origins=tuple(origins),
        )

    def _observed(self, gap_s: int | None) -> tuple[NDArray[np.int64], str]:
        """Every bucket from the first event to the last, less the gaps."""
        first, last = int(self.seen[0]), int(self.seen[-1])
        start = np.arange(first, last + 1, self.width, dtype=np.int64)
        if gap_s is None:
            return start, ""
        silent = np.diff(self.seen) - self.width
        gaps = np.flatnonzero(silent > gap_s)
        keep = np.ones(len(start), dtype=bool)
        for gap in gaps:
            begin = (self.seen[gap] - first) // self.width + 1
            keep[begin : (self.seen[gap + 1] - first) // self.width] = False
        if not len(gaps):
            return start, ""
        length = format_duration(timedelta(seconds=int(silent[gaps].sum())))
        return start[keep], (
            f"{len(gaps)} stretch{'es' if len(gaps) > 1 else ''} without any event, {length} in "
            "all, count as not observed."
        )

    def _latency(self, name: str, ask: Ask) -> Percentiles | None:
        if name not in self.percentiles:
            return None
        count, values = self.percentiles[name]
        return Percentiles(window=ask.focus, values=values, count=count, method=METHOD)


def _spread(at: NDArray[np.int64], counts: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """Counts at their places among `size` buckets, 0 elsewhere."""
    spread = np.zeros(size)
    spread[at] = counts
    return spread
