"""DuckDB over raw events: counts per bucket and exact percentiles, in as few scans as can be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from codexreport.errors import SourceError
from codexreport.sources.conditions import quoted
from codexreport.sources.event_plan import Scan
from codexreport.sources.foreign import one_line

if TYPE_CHECKING:
    import duckdb

RANKS = (50, 95, 99)
EVENTS_A_PASS = 16_000_000
"""Latencies ranked at once; they take 8 bytes each, and as much again while they are sorted."""

_AWARE, _NAIVE = "TIMESTAMP WITH TIME ZONE", "TIMESTAMP"
_STRICT_CSV = (
    "header = true, delim = ',', quote = '\"', escape = '\"', skip = 0, strict_mode = true, "
    "ignore_errors = false, null_padding = false, encoding = 'utf-8'"
)
"""Nothing is guessed but the columns' types, and no line is passed over."""

_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UINTEGER", "UBIGINT"}


class EventScan:
    """A connection to a source's files.

    Args:
        source: The source's name, for messages.
        files: Parquet or CSV, all of one kind.
        timestamp: The column with the moment of each event.
        utc: Times without offset are UTC; else they are refused.
        memory_limit: What DuckDB may hold before it spills into `spill`.
        spill: A folder for that.
    """

    def __init__(
        self,
        source: str,
        files: Sequence[Path],
        *,
        timestamp: str,
        utc: bool,
        memory_limit: str,
        spill: Path,
    ) -> None:
        self._files = [str(path) for path in files]
        names = [path.name for path in files[:3]]
        self._named = f"Source {source}, {', '.join(names)}{' ...' if len(files) > 3 else ''}"  # noqa: PLR2004, enough to find them
        self._timestamp = timestamp
        self._connection = _connect(memory_limit, spill)
        self._types = self._describe()
        self._micros = self._microseconds(utc=utc)

    def close(self) -> None:
        """Let go of files and memory."""
        self._connection.close()

    def counts(self, scan: Scan, width: int) -> pa.Table:
        """Valid and good events per key and bucket: keys, `bucket`, `valid`, `good_0` ..."""
        self._require(scan.columns())
        values: list[Any] = []
        counters = []
        for number, good in enumerate(scan.goods):
            text, given = good.sql()
            counters.append(f"count(*) FILTER (WHERE {text}) AS good_{number}")
            values += given
        where, given = scan.where()
        keys = "".join(f"{quoted(key)} AS key_{n}, " for n, key in enumerate(scan.keys))
        return self._run(
            f"SELECT {keys}{self._micros} // {width * 1_000_000} AS bucket, "  # noqa: S608, identifiers are quoted, values are bound
            f"count(*) AS valid, {', '.join(counters)} FROM {self._from()} "
            f"WHERE {where} GROUP BY ALL",
            values + given,
        )

    def percentiles(
        self, scan: Scan, latency: str, start_s: float, end_s: float, events: int
    ) -> pa.Table:
        """Exact latency percentiles per key over [start_s, end_s): keys, `n`, `ranks`.

        An exact percentile holds every value of its key in memory, so many events are ranked in
        several passes, each over some of the keys.

        Args:
            scan: Its keys and conditions.
            latency: The column.
            start_s: Unix seconds.
            end_s: Unix seconds.
            events: About how many there are.
        """
        self._require({latency})
        passes = -(-events // EVENTS_A_PASS) if scan.keys else 1
        parts = [
            self._percentiles(scan, latency, (start_s, end_s), number, passes)
            for number in range(max(passes, 1))
        ]
        return pa.concat_tables(parts)

    def _percentiles(
        self, scan: Scan, latency: str, span: tuple[float, float], number: int, passes: int
    ) -> pa.Table:
        where, values = scan.where()
        columns = [quoted(key) for key in scan.keys]
        keys = "".join(f"{column} AS key_{n}, " for n, column in enumerate(columns))
        shares = ", ".join(str(rank / 100) for rank in RANKS)
        during, bounds = self._during(*span)
        part = f" AND hash({', '.join(columns)}) % {passes} = {number}" if passes > 1 else ""
        return self._run(
            f"SELECT {keys}count({quoted(latency)}) AS n, "  # noqa: S608, as above
            f"quantile_cont({quoted(latency)}, [{shares}]) AS ranks FROM {self._from()} "
            f"WHERE {where} AND {during}{part} GROUP BY ALL",
            [*values, *bounds],
        )

    def seen(self, width: int) -> pa.Table:
        """Events of any kind per bucket: `bucket`, `n`; the row without bucket has no time."""
        return self._run(
            f"SELECT {self._micros} // {width * 1_000_000} AS bucket, count(*) AS n "  # noqa: S608, as above
            f"FROM {self._from()} GROUP BY ALL ORDER BY ALL",
            [],
        )

    def _describe(self) -> dict[str, str]:
        described = self._run(f"FROM (DESCRIBE SELECT * FROM {self._from()})", [])  # noqa: S608, as above
        names, types = described.column("column_name"), described.column("column_type")
        return dict(zip(names.to_pylist(), types.to_pylist(), strict=True))

    def _microseconds(self, *, utc: bool) -> str:
        """SQL for an event's moment in microseconds since the epoch."""
        self._require({self._timestamp})
        name, kind = quoted(self._timestamp), self._types[self._timestamp]
        if kind in _INTEGERS:
            milliseconds = 100_000_000_000
            return (
                f"(CASE WHEN {name} >= {milliseconds} THEN {name} * 1000 ELSE {name} * 1000000 END)"
            )
        if kind == _AWARE or (kind.startswith(_NAIVE) and utc):
            return f"epoch_us({name})"
        if kind.startswith(_NAIVE):
            raise SourceError(
                f"{self._named}: the times in {self._timestamp!r} have no offset.",
                advice='Write them with one, or set timezone = "UTC" if they are UTC.',
            )
        raise SourceError(
            f"{self._named}: {self._timestamp!r} holds {kind}, not times.",
            advice="Name the column with the moment of each event as `timestamp`.",
        )

    def _during(self, start_s: float, end_s: float) -> tuple[str, list[Any]]:
        """SQL for the events in [start_s, end_s), and its values.

        It compares the column itself, so that a file's statistics spare what lies outside.
        """
        name, kind = quoted(self._timestamp), self._types[self._timestamp]
        bounds = [datetime.fromtimestamp(at, timezone.utc) for at in (start_s, end_s)]
        if kind == _AWARE:
            return f"{name} >= ? AND {name} < ?", bounds
        if kind.startswith(_NAIVE):
            return f"{name} >= ? AND {name} < ?", [one.replace(tzinfo=None) for one in bounds]
        micros = [round(start_s * 1e6), round(end_s * 1e6)]
        return f"{self._micros} >= ? AND {self._micros} < ?", micros

    def _require(self, columns: set[str]) -> None:
        if missing := columns - set(self._types):
            raise SourceError(
                f"{self._named}: there is no column {', '.join(sorted(missing))}; "
                f"there are {one_line(', '.join(self._types))}."
            )

    def _from(self) -> str:
        files = ", ".join("'" + path.replace("'", "''") + "'" for path in self._files)
        if self._files[0].endswith(".parquet"):
            return f"read_parquet([{files}])"
        return f"read_csv([{files}], {_STRICT_CSV})"

    def _run(self, sql: str, values: Sequence[Any]) -> pa.Table:
        import duckdb

        try:
            return self._connection.sql(sql, params=list(values)).to_arrow_table()
        except duckdb.Error as error:
            raise SourceError(f"{self._named} cannot be read: {one_line(str(error))}.") from error


def _connect(memory_limit: str, spill: Path) -> duckdb.DuckDBPyConnection:
    import duckdb

    return duckdb.connect(
        config={
            "memory_limit": memory_limit,
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
