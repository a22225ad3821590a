"""Making a roll-up: each file is read once, and what that gave is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from codexreport.errors import SourceError
from codexreport.measure import Origin
from codexreport.series import Ask
from codexreport.sources import paths
from codexreport.sources.base import Place
from codexreport.sources.columns import as_numpy
from codexreport.sources.event_pass import WORKERS, Latencies, Pass, ranked
from codexreport.sources.event_plan import Scan
from codexreport.sources.event_ranks import RANKS, Codes, Ranking, Values
from codexreport.sources.event_rollup import Columns, RollUp
from codexreport.sources.event_scan import EventScan
from codexreport.sources.rollups import Rollups, identity

if TYPE_CHECKING:
    from codexreport.sources.events import EventsSettings

_KEPT = 1
"""Version of what is kept; what an older one kept is not looked at."""
_TO_SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6}


@contextmanager
def opened(source: str, settings: EventsSettings, path: Path, spill: Path) -> Iterator[EventScan]:
    """A file of a source, ready to be scanned; see `EventScan`."""
    scanner = EventScan(
        source,
        path,
        timestamp=settings.timestamp,
        utc=settings.timezone == "UTC",
        memory_limit=settings.memory_limit,
        spill=spill,
    )
    try:
        yield scanner
    finally:
        scanner.close()


class Collector:
    """One pull of one source: what `ask` wants, for whom the scans say."""

    def __init__(
        self,
        name: str,
        settings: EventsSettings,
        place: Place,
        ask: Ask,
        scans: Sequence[Scan],
    ) -> None:
        self._name = name
        self._settings = settings
        self._place = place
        self._ask = ask
        self._scans = scans
        self._files = paths.find(name, settings.path, place.root)
        self._before = {path: _identity(path) for path in self._files}
        self._rollups = Rollups(place.cache)
        self._width = round(ask.bucket.total_seconds())
        self._hashes: dict[Path, Future[str]] = {}
        self._unranked: list[Path] = []

    def origins(self) -> tuple[Origin, ...]:
        """Where the events came from; known once the roll-up is made."""
        return tuple(
            Origin(
                source=self._name,
                uri=paths.shown(path, self._place.root),
                query="",
                retrieved=self._place.now,
                sha256=digest.result(),
                size=self._before[path][0],
            )
            for path, digest in sorted(self._hashes.items())
        )

    def roll_up(self) -> bytes:
        """Count and rank, from roll-ups where they are kept.

        Raises:
            SourceError: A file cannot be read, has not the columns that are asked for, or changed
                while it was read.
        """
        with ThreadPoolExecutor(1) as hashing, ThreadPoolExecutor(WORKERS) as workers:
            known = all(map(self._rollups.knew, self._files))
            # Hashing runs beside the scan: what was never hashed was never scanned.
            self._hashes = {
                path: hashing.submit(self._rollups.hash_of, path) for path in self._files
            }
            kept = self._rollups.kept(self._document_key()) if known else None
            body = kept or self._scan(workers).to_bytes()
            self._require_unchanged()
            if not kept:
                self._rollups.keep(self._document_key(), body)
        return body

    def _scan(self, workers: ThreadPoolExecutor) -> RollUp:
        rankings = [Ranking(scan.codes) for scan in self._scans]
        counted: list[list[pa.Table]] = []
        for number, path in enumerate(self._files):
            self._place.progress(f"scanning {path.name}", number, len(self._files))
            counted.append(self._counts(path, rankings, workers))
        percentiles = self._percentiles(counted, rankings, workers)
        span = self._ask.span.start_s // self._width * self._width, self._ask.span.end_s
        counts: dict[str, Columns] = {}
        for scan, tables in zip(self._scans, zip(*counted, strict=True), strict=True):
            counts.update(_by_question(scan, pa.concat_tables(tables), self._width, span))
        return RollUp(
            width=self._width,
            counts=counts,
            seen=_seen([tables[0] for tables in counted], self._width, span),
            percentiles=percentiles,
            untimed=sum(int(tables[0].schema.metadata[b"untimed"]) for tables in counted),
        )

    def _counts(
        self, path: Path, rankings: Sequence[Ranking], workers: ThreadPoolExecutor
    ) -> list[pa.Table]:
        """Each scan's counts of one file."""
        if self._rollups.knew(path):
            keys = self._count_keys(path)
            kept = [table for key in keys if (table := self._rollups.kept_table(key)) is not None]
            if len(kept) == len(keys):
                self._unranked.append(path)
                return kept
        tables = self._pass(path, rankings, workers)
        for key, table in zip(self._count_keys(path), tables, strict=True):
            self._rollups.keep_table(key, table)
        return tables

    def _pass(
        self, path: Path, rankings: Sequence[Ranking], workers: ThreadPoolExecutor
    ) -> list[pa.Table]:
        with self._open(path) as scanner:
            one = Pass(self._scans, self._width * 1_000_000, self._latencies(), rankings)
            return one.run(scanner, workers)

    def _percentiles(
        self,
        counted: Sequence[Sequence[pa.Table]],
        rankings: Sequence[Ranking],
        workers: ThreadPoolExecutor,
    ) -> dict[str, tuple[int, Mapping[int, float]]]:
        latencies = self._latencies()
        if latencies is None:
            return {}
        files = [
            path
            for path, tables in zip(self._files, counted, strict=True)
            if _any_during(tables[0], self._width, self._ask)
        ]
        key = ["percentiles", *self._basis(files), [scan.signature() for scan in self._scans]]
        kept = self._rollups.kept(key)
        if kept is None:
            for path in files:
                if path in self._unranked:
                    self._place.progress(f"ranking {path.name}", len(files), len(files))
                    self._pass(path, rankings, workers)
            ranks = [
                self._ranks(*one, latencies, files, workers)
                for one in zip(self._scans, rankings, strict=True)
            ]
            kept = json.dumps(ranks).encode()
            self._rollups.keep(key, kept)
        return self._by_name(json.loads(kept))

    def _ranks(
        self,
        scan: Scan,
        ranking: Ranking,
        latencies: Latencies,
        files: Sequence[Path],
        workers: ThreadPoolExecutor,
    ) -> list[tuple[int, list[float]]]:
        """By code, the number of latencies and their percentiles."""

        def reread() -> Iterator[tuple[Values, Codes]]:
            for path in files:
                with self._open(path) as scanner:
                    for batch in scanner.batches([scan], latencies.column):
                        yield from ranked(batch, [scan], latencies)

        counts, values = ranking.ranks(reread, workers)
        return list(zip(counts.tolist(), values.tolist(), strict=True))

    def _by_name(
        self, by_scan: Sequence[Sequence[tuple[int, list[float]]]]
    ) -> dict[str, tuple[int, Mapping[int, float]]]:
        """By indicator, the number of latencies and seconds by rank."""
        scale = _TO_SECONDS[self._settings.latency_unit]
        found: dict[str, tuple[int, Mapping[int, float]]] = {}
        for scan, by_code in zip(self._scans, by_scan, strict=True):
            for name, code, _ in scan.questions:
                count, values = by_code[code]
                if count:
                    seconds = {rank: at * scale for rank, at in zip(RANKS, values, strict=True)}
                    found[name] = count, seconds
        return found

    def _latencies(self) -> Latencies | None:
        if self._settings.latency is None:
            return None
        focus = self._ask.focus
        return Latencies(
            column=self._settings.latency,
            start_us=round(focus.start_s * 1e6),
            end_us=round(focus.end_s * 1e6),
        )

    def _open(self, path: Path) -> AbstractContextManager[EventScan]:
        return opened(self._name, self._settings, path, self._place.cache)

    def _basis(self, files: Sequence[Path]) -> list[Any]:
        """What anything kept of some files depends on: their bytes, and how they are read."""
        how = self._settings.model_dump(mode="json", exclude={"path", "memory_limit", "gap"})
        focus = [self._ask.focus.start_s, self._ask.focus.end_s]
        return [_KEPT, [self._hashes[path].result() for path in files], how, focus]

    def _count_keys(self, path: Path) -> list[Any]:
        digest = self._hashes[path].result()
        how = [self._settings.timestamp, self._settings.timezone, self._width]
        return [["counts", _KEPT, digest, *how, scan.signature()] for scan in self._scans]

    def _document_key(self) -> list[Any]:
        span = [self._ask.span.start_s, self._ask.span.end_s, self._width]
        asked = [[scan.signature(), scan.questions] for scan in self._scans]
        return ["document", *self._basis(self._files), span, asked]

    def _require_unchanged(self) -> None:
        """What was counted and what was hashed are the same bytes."""
        for path, before in self._before.items():
            if _identity(path) != before:
                raise SourceError(
                    f"Source {self._name}: {path.name} changed while it was read.",
                    advice="Run again; give files that are finished.",
                )


def _identity(path: Path) -> list[int]:
    try:
        return identity(path)
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _by_question(
    scan: Scan, table: pa.Table, width: int, span: tuple[float, float]
) -> dict[str, Columns]:
    """Each question's counts within the span, files added up."""
    bucket = as_numpy(table.column("bucket")) * width
    code = as_numpy(table.column("code"))
    first, last = round(span[0]), round(span[1])
    inside = np.flatnonzero((bucket >= first) & (bucket < last))
    # One sort by code and time: codes lie further apart than any two moments of the span.
    order = inside[np.argsort(code[inside] * (last - first) + bucket[inside] - first)]
    bucket = bucket[order]
    valid = as_numpy(table.column("valid"))[order]
    goods = [as_numpy(table.column(f"good_{n}"))[order] for n in range(len(scan.goods))]
    edges = np.searchsorted(code[order], np.arange(scan.codes))
    result: dict[str, Columns] = {}
    for name, number, test in scan.questions:
        part = slice(edges[number], edges[number + 1])
        result[name] = _added(bucket[part], goods[test][part], valid[part])
    return result


def _added(bucket: NDArray[np.int64], good: NDArray[np.int64], valid: NDArray[np.int64]) -> Columns:
    """Sorted buckets, those that several files speak of added up."""
    starts, first = np.unique(bucket, return_index=True)
    if not len(starts):
        return starts, good[:0], valid[:0]
    return starts, np.add.reduceat(good, first), np.add.reduceat(valid, first)


def _seen(tables: Sequence[pa.Table], width: int, span: tuple[float, float]) -> NDArray[np.int64]:
    """Starts of the buckets with any event, whoever it is for."""
    starts = (
        np.unique(np.concatenate([as_numpy(table.column("bucket")) for table in tables])) * width
    )
    return starts[(starts >= span[0]) & (starts < span[1])]


def _any_during(table: pa.Table, width: int, ask: Ask) -> bool:
    """Whether a file may hold events of the focus."""
    bucket = as_numpy(table.column("bucket")) * width
    return bool(((bucket + width > ask.focus.start_s) & (bucket < ask.focus.end_s)).any())
