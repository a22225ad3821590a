"""Making a roll-up: each file is hashed and scanned once, and what that gave is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from codexreport.measure import Origin
from codexreport.series import Ask
from codexreport.sources import paths
from codexreport.sources.base import Place
from codexreport.sources.event_plan import Question, Scan
from codexreport.sources.event_rollup import Columns, RollUp
from codexreport.sources.event_scan import RANKS, EventScan
from codexreport.sources.rollups import Rollups

if TYPE_CHECKING:
    from codexreport.sources.events import EventsSettings

_TO_SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6}


class Collector:
    """One pull of one source."""

    def __init__(
        self, name: str, settings: EventsSettings, files: Sequence[Path], place: Place
    ) -> None:
        self._name = name
        self._settings = settings
        self._files = files
        self._place = place
        self._rollups = Rollups(place.cache)
        self._digests: dict[Path, str] = {}

    def origins(self) -> tuple[Origin, ...]:
        """Where the events came from; known once the roll-up is made."""
        return tuple(
            Origin(
                source=self._name,
                uri=paths.shown(path, self._place.root),
                query="",
                retrieved=self._place.now,
                sha256=digest,
                size=path.stat().st_size,
            )
            for path, digest in sorted(self._digests.items())
        )

    def roll_up(self, ask: Ask, scans: Sequence[Scan]) -> bytes:
        """Count and rank what `ask` wants, from roll-ups where they are kept.

        Raises:
            SourceError: A file cannot be read, or has not the columns that are asked for.
        """
        width = round(ask.bucket.total_seconds())
        seen: list[pa.Table] = []
        counted: list[list[pa.Table]] = [[] for _ in scans]
        with ThreadPoolExecutor(1) as hashing:
            digests = {path: hashing.submit(self._rollups.hash_of, path) for path in self._files}
            for number, path in enumerate(self._files):
                self._place.progress(f"scanning {path.name}", number, len(self._files))
                tables = self._scan_file(path, digests[path], scans, width)
                seen.append(tables[0])
                for gathered, table in zip(counted, tables[1:], strict=True):
                    gathered.append(table)
        span = ask.span.start_s // width * width, ask.span.end_s
        counts: dict[str, Columns] = {}
        for scan, tables_of_scan in zip(scans, counted, strict=True):
            counts.update(_by_question(scan, pa.concat_tables(tables_of_scan), width, span))
        return RollUp(
            width=width,
            counts=counts,
            seen=_seen(seen, width, span),
            percentiles=self._percentiles(ask, scans, seen, width),
            untimed=sum(_untimed(table) for table in seen),
        ).to_bytes()

    def _scan_file(
        self, path: Path, digest: Future[str], scans: Sequence[Scan], width: int
    ) -> list[pa.Table]:
        """Events of any kind per bucket, then the counts of each scan."""
        self._digests[path] = digest.result()
        connection: list[EventScan] = []

        def scanner() -> EventScan:
            if not connection:
                connection.append(self._open([path]))
            return connection[0]

        base = [self._digests[path], self._settings.timestamp, self._settings.timezone, width]
        try:
            counted = [
                self._rollups.table(
                    ["counts", *base, repr((scan.keys, scan.where(), scan.goods))],
                    lambda scan=scan: scanner().counts(scan, width),  # type: ignore[misc]
                )
                for scan in scans
            ]
            seen = self._rollups.table(
                ["seen", *base],
                lambda: _all_events(scans, counted) or scanner().seen(width),
            )
            return [seen, *counted]
        finally:
            for one in connection:
                one.close()

    def _open(self, files: Sequence[Path]) -> EventScan:
        return EventScan(
            self._name,
            files,
            timestamp=self._settings.timestamp,
            utc=self._settings.timezone == "UTC",
            memory_limit=self._settings.memory_limit,
            spill=self._place.cache,
        )

    def _percentiles(
        self, ask: Ask, scans: Sequence[Scan], seen: Sequence[pa.Table], width: int
    ) -> dict[str, tuple[int, Mapping[int, float]]]:
        latency = self._settings.latency
        if latency is None:
            return {}
        start_s, end_s = ask.focus.start_s, ask.focus.end_s
        files = [
            path
            for path, table in zip(self._files, seen, strict=True)
            if _during(table, width, start_s, end_s)
        ]
        if not files:
            return {}
        events = sum(_during(table, width, start_s, end_s) for table in seen)
        found: dict[str, tuple[int, Mapping[int, float]]] = {}
        for scan in scans:
            key = [
                "percentiles",
                [self._digests[path] for path in files],
                [self._settings.timestamp, self._settings.timezone, latency, start_s, end_s],
                repr((scan.keys, scan.where())),
            ]
            table = self._rollups.table(
                key,
                lambda scan=scan: self._rank(files, scan, latency, (start_s, end_s), events),  # type: ignore[misc]
            )
            found.update(self._ranked(scan, table))
        return found

    def _rank(
        self,
        files: Sequence[Path],
        scan: Scan,
        latency: str,
        span: tuple[float, float],
        events: int,
    ) -> pa.Table:
        self._place.progress("ranking latencies", len(self._files), len(self._files))
        scanner = self._open(files)
        try:
            return scanner.percentiles(scan, latency, *span, events)
        finally:
            scanner.close()

    def _ranked(self, scan: Scan, table: pa.Table) -> dict[str, tuple[int, Mapping[int, float]]]:
        scale = _TO_SECONDS[self._settings.latency_unit]
        by_key = {
            key: (count, ranks)
            for key, count, ranks in zip(
                _keys(scan, table),
                table.column("n").to_pylist(),
                table.column("ranks").to_pylist(),
                strict=True,
            )
        }
        found: dict[str, tuple[int, Mapping[int, float]]] = {}
        for question, _ in scan.questions:
            count, ranks = by_key.get(_key(question), (0, None))
            if count and ranks:
                seconds = {rank: value * scale for rank, value in zip(RANKS, ranks, strict=True)}
                found[question.name] = count, seconds
        return found


def _all_events(scans: Sequence[Scan], counted: Sequence[pa.Table]) -> pa.Table | None:
    """Events of any kind per bucket, where one of the scans looked at all of them."""
    for scan, table in zip(scans, counted, strict=True):
        if scan.sees_all:
            added = table.group_by("bucket").aggregate([("valid", "sum")])
            return added.rename_columns({"valid_sum": "n"})
    return None


def _key(question: Question) -> tuple[str, ...]:
    return tuple(str(value) for value in question.values)


def _keys(scan: Scan, table: pa.Table) -> list[tuple[str, ...]]:
    """Each row's key, as text: what a column's type makes of 500 or true is no matter."""
    columns = [table.column(f"key_{n}").to_pylist() for n in range(len(scan.keys))]
    if not columns:
        return [()] * table.num_rows
    return [tuple(str(value) for value in row) for row in zip(*columns, strict=True)]


def _by_question(
    scan: Scan, table: pa.Table, width: int, span: tuple[float, float]
) -> dict[str, Columns]:
    """Each question's counts within the span, files added up."""
    table = table.filter(pc.is_valid(table.column("bucket")))
    bucket = table.column("bucket").to_numpy().astype(np.int64) * width
    codes, names = _coded(scan, table)
    # One sort by key and time: keys lie further apart than any two moments of the span.
    first, last = round(span[0]), round(span[1])
    inside = np.flatnonzero((bucket >= first) & (bucket < last))
    order = inside[np.argsort(codes[inside] * (last - first) + bucket[inside] - first)]
    codes, bucket = codes[order], bucket[order]
    valid = table.column("valid").to_numpy()[order]
    goods = [table.column(f"good_{n}").to_numpy()[order] for n in range(len(scan.goods))]
    result: dict[str, Columns] = {}
    for question, number in scan.questions:
        code = names.get(_key(question), -1)
        part = slice(*np.searchsorted(codes, [code, code + 1]))
        result[question.name] = _added(bucket[part], goods[number][part], valid[part])
    return result


def _coded(scan: Scan, table: pa.Table) -> tuple[NDArray[np.int64], dict[tuple[str, ...], int]]:
    """A number for each distinct key, and each row's number."""
    codes = np.zeros(table.num_rows, dtype=np.int64)
    names: dict[tuple[str, ...], int] = {(): 0}
    for position in range(len(scan.keys)):
        encoded = table.column(f"key_{position}").combine_chunks().dictionary_encode()
        values = [str(value) for value in encoded.dictionary.to_pylist()]
        codes = codes * len(values) + encoded.indices.to_numpy()
        names = {
            (*before, value): code * len(values) + n
            for before, code in names.items()
            for n, value in enumerate(values)
        }
    return codes, names


def _added(bucket: NDArray[np.int64], good: NDArray[np.int64], valid: NDArray[np.int64]) -> Columns:
    """Sorted buckets, those that several files speak of added up."""
    starts, first = np.unique(bucket, return_index=True)
    if not len(starts):
        return starts, good[:0], valid[:0]
    return starts, np.add.reduceat(good, first), np.add.reduceat(valid, first)


def _seen(tables: Sequence[pa.Table], width: int, span: tuple[float, float]) -> NDArray[np.int64]:
    buckets = [
        table.column("bucket").drop_null().to_numpy().astype(np.int64) * width for table in tables
    ]
    starts = np.unique(np.concatenate(buckets))
    return starts[(starts >= span[0]) & (starts < span[1])]


def _untimed(table: pa.Table) -> int:
    rows: list[dict[str, Any]] = table.to_pylist()
    return sum(row["n"] for row in rows if row["bucket"] is None)


def _during(table: pa.Table, width: int, start_s: float, end_s: float) -> int:
    """About how many events of a file lie in [start_s, end_s)."""
    timed = table.filter(pc.is_valid(table.column("bucket")))
    bucket = timed.column("bucket").to_numpy() * width
    inside = (bucket + width > start_s) & (bucket < end_s)
    return int(timed.column("n").to_numpy()[inside].sum())
