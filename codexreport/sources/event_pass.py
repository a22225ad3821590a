"""One pass over files of events: counts and latencies are taken from it together."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from codexreport.sources.columns import as_numpy
from codexreport.sources.event_plan import Scan
from codexreport.sources.event_ranks import Codes, Ranking, Values
from codexreport.sources.event_scan import EventScan
from codexreport.sources.event_tally import Tally

WORKERS = 2
"""Threads that count, beside those that read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Latencies:
    """Which latencies are ranked.

    Attributes:
        column: Where they are.
        start_us: The first moment, in microseconds since the epoch.
        end_us: The moment after the last.
    """

    column: str
    start_us: int
    end_us: int


class Pass:
    """What one pass over a file gives: each scan's counts, and latencies for its ranking.

    Args:
        scans: Whom the events may be for.
        width_us: Microseconds in a bucket.
        latencies: What is ranked, if anything is.
        rankings: One for each scan, shared by all files; none where nothing is ranked.
    """

    def __init__(
        self,
        scans: Sequence[Scan],
        width_us: int,
        latencies: Latencies | None,
        rankings: Sequence[Ranking],
    ) -> None:
        self._scans = scans
        self._width_us = width_us
        self._latencies = latencies
        self._rankings = rankings
        self._tallies = [Tally(scan.codes, len(scan.goods)) for scan in scans]
        self._untimed = 0
        self._lock = Lock()

    def run(self, scanner: EventScan, workers: Executor) -> list[pa.Table]:
        """Read every row once.

        Returns:
            Each scan's counts, with the number of rows without a time as metadata.
        """
        column = self._latencies.column if self._latencies else None
        pending: deque[Future[None]] = deque()
        for batch in scanner.batches(self._scans, column):
            pending.append(workers.submit(self._take, batch))
            if len(pending) > WORKERS:
                pending.popleft().result()
        for future in pending:
            future.result()
        meta = {"untimed": str(self._untimed)}
        return [tally.table().replace_schema_metadata(meta) for tally in self._tallies]

    def _take(self, batch: pa.RecordBatch) -> None:
        if untimed := batch.column("at").null_count:
            with self._lock:
                self._untimed += untimed
            batch = batch.filter(batch.column("at").is_valid())
        bucket = _numpy(batch, "at") // self._width_us
        for number, (scan, tally) in enumerate(zip(self._scans, self._tallies, strict=True)):
            goods = [
                _numpy(batch, f"good_{number}_{test}").view(np.bool_)
                for test in range(len(scan.goods))
            ]
            tally.add(bucket, _numpy(batch, f"code_{number}"), goods)
        if self._latencies:
            parts = ranked(batch, self._scans, self._latencies)
            for ranking, (values, codes) in zip(self._rankings, parts, strict=True):
                ranking.add(values, codes)


def ranked(
    batch: pa.RecordBatch, scans: Sequence[Scan], latencies: Latencies
) -> Iterator[tuple[Values, Codes]]:
    """For each scan, the latencies within the time that are for anyone, and their codes."""
    at, values = _numpy(batch, "at"), _numpy(batch, "latency")
    timely = (at >= latencies.start_us) & (at < latencies.end_us) & ~np.isnan(values)
    values = _where(timely, values)
    for number, scan in enumerate(scans):
        codes = _where(timely, _numpy(batch, f"code_{number}"))
        asked = codes < scan.codes - 1
        yield (values, codes) if asked.all() else (values[asked], codes[asked])


def _where(mask: NDArray[np.bool_], values: NDArray[Any]) -> NDArray[Any]:
    """A copy of what the mask lets through; a batch's own memory would keep all its columns."""
    return values.copy() if mask.all() else values[mask]


def _numpy(batch: pa.RecordBatch, name: str) -> NDArray[Any]:
    """A column; null is NaN."""
    column = batch.column(name)
    return as_numpy(pc.fill_null(column, math.nan) if column.null_count else column)
