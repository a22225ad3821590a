"""DuckDB over raw events: every row's moment, whom it is for, whether it is good, its latency."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from codexreport.errors import SourceError
from codexreport.keys import nearest
from codexreport.sources.conditions import Scalar, quoted
from codexreport.sources.event_plan import Scan, as_text, conjunction
from codexreport.text import one_line

if TYPE_CHECKING:
    import duckdb

BATCH_ROWS = 122_880
"""Rows handed over at once: enough for numpy's speed, few enough for the processor's caches."""

_AWARE, _NAIVE = "TIMESTAMP WITH TIME ZONE", "TIMESTAMP"
_STRICT_CSV = (
    "header = true, delim = ',', quote = '\"', escape = '\"', skip = 0, strict_mode = true, "
    "ignore_errors = false, null_padding = false, encoding = 'utf-8'"
)
"""Nothing is guessed but the columns' types, and no line is passed over."""

_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UINTEGER", "UBIGINT"}


class EventScan:
    """A connection to one file.

    Args:
        source: The source's name, for messages.
        path: Parquet or CSV.
        timestamp: The column with the moment of each event.
        utc: Times without offset are UTC; else they are refused.
        memory_limit: What DuckDB may hold before it spills into `spill`.
        spill: A folder for that.
    """

    def __init__(
        self,
        source: str,
        path: Path,
        *,
        timestamp: str,
        utc: bool,
        memory_limit: str,
        spill: Path,
    ) -> None:
        self._path = str(path)
        self._named = f"Source {source}, {path.name}"
        self._timestamp = timestamp
        self._connection = _connect(memory_limit, spill)
        self._types = self._describe()
        self._micros = self._microseconds(utc=utc)

    def close(self) -> None:
        """Let go of files and memory."""
        self._connection.close()

    def batches(self, scans: Sequence[Scan], latency: str | None) -> Iterator[pa.RecordBatch]:
        """Every row once, in no particular order.

        The columns are `at` (microseconds since the epoch; null where a row has no time), then
        for the n-th scan `code_n` and its tests `good_n_0`, `good_n_1` ... (0 or 1), at last
        `latency` where it is asked for.

        Args:
            scans: Whom the rows may be for.
            latency: The column with each event's duration.
        """
        self.require(scans, latency)
        columns, joins, values = [f"{self._micros} AS at"], [], []
        for number, scan in enumerate(scans):
            joins.append(self._look_up(scan, number))
            text, given = _code(scan, number)
            columns.append(text)
            values += given
            for test, good in enumerate(scan.goods):
                text, given = good.sql()
                columns.append(f"coalesce({text}, false)::UTINYINT AS good_{number}_{test}")
                values += given
        if latency:
            columns.append(f"{quoted(latency)}::DOUBLE AS latency")
        return self._stream(
            f"SELECT {', '.join(columns)} FROM {self._from()} AS events {' '.join(joins)}",  # noqa: S608, identifiers are quoted, values are bound
            values,
        )

    def require(self, scans: Sequence[Scan], latency: str | None) -> None:
        """Make sure that every column that will be looked at is there.

        Raises:
            SourceError: One is not; names it, and those there are.
        """
        asked = {column for scan in scans for column in scan.columns()}
        self._require(asked | {latency} if latency else asked)

    def _look_up(self, scan: Scan, number: int) -> str:
        """The join that finds a row's code; a join looks a dictionary's words up only once."""
        if not scan.keys:
            return ""
        keys = range(len(scan.keys))
        columns = ", ".join(f"unnest(?) AS key_{n}" for n in keys)
        values = [
            _typed([row[n] for row in scan.wanted], self._types[key])
            for n, key in enumerate(scan.keys)
        ]
        self._execute(
            f"CREATE OR REPLACE TEMP TABLE wanted_{number} AS SELECT {columns}, "
            f"unnest(range({len(scan.wanted)}))::{_code_type(scan)} AS code",
            values,
        )
        self._require_distinct(scan, number)
        equal = (f"events.{quoted(scan.keys[n])} = wanted_{number}.key_{n}" for n in keys)
        return f"LEFT JOIN wanted_{number} ON {' AND '.join(equal)}"

    def _require_distinct(self, scan: Scan, number: int) -> None:
        """Values such as '5' and '05' are one number: its events would be counted twice."""
        keys = ", ".join(f"key_{n}::{self._types[key]}" for n, key in enumerate(scan.keys))
        with self._reading():
            (distinct,) = self._connection.execute(
                f"SELECT count(*) FROM (SELECT DISTINCT {keys} FROM wanted_{number})"  # noqa: S608, as above
            ).fetchall()
        if distinct[0] != len(scan.wanted):
            raise SourceError(
                f"{self._named}: objectives write one value of {', '.join(scan.keys)} in two ways.",
                advice="Write it the same way in each `where`.",
            )

    def _describe(self) -> dict[str, str]:
        with self._reading():
            relation = self._connection.sql(f"FROM {self._from()}")
            return dict(zip(relation.columns, map(str, relation.types), strict=True))

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

    def _require(self, columns: set[str]) -> None:
        if missing := sorted(columns - set(self._types)):
            meant = nearest(missing[0], self._types) or "."
            raise SourceError(
                f"{self._named}: there is no column {', '.join(missing)}; "
                f"there are {one_line(', '.join(self._types))}{meant}"
            )

    def _from(self) -> str:
        # What DuckDB would take for a pattern is one character of the name.
        name = "'" + re.sub(r"([*?[])", r"[\1]", self._path).replace("'", "''") + "'"
        if self._path.endswith(".parquet"):
            return f"read_parquet([{name}])"
        return f"read_csv([{name}], {_STRICT_CSV})"

    def _execute(self, sql: str, values: Sequence[Any]) -> None:
        with self._reading():
            self._connection.execute(sql, list(values))

    def _stream(self, sql: str, values: Sequence[Any]) -> Iterator[pa.RecordBatch]:
        with self._reading():
            yield from self._connection.sql(sql, params=list(values)).to_arrow_reader(BATCH_ROWS)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """What DuckDB says of a file is a SourceError that names it."""
        import duckdb

        try:
            yield
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            raise SourceError(f"{self._named} cannot be read: {one_line(str(error))}.") from error


def _code(scan: Scan, number: int) -> tuple[str, list[Any]]:
    """SQL for the code of a row, and its values."""
    code = f"wanted_{number}.code" if scan.keys else "0"
    values: list[Any] = []
    if scan.others:
        text, values = conjunction(scan.others)
        code = f"CASE WHEN {text} THEN {code} END"
    nobody = len(scan.wanted)
    return f"coalesce({code}, {nobody})::{_code_type(scan)} AS code_{number}", values


def _code_type(scan: Scan) -> str:
    """The smallest type that holds all codes: they are kept for as many events as there are."""
    return {1: "UTINYINT", 2: "USMALLINT"}.get(np.min_scalar_type(scan.codes).itemsize, "UINTEGER")


def _typed(values: Sequence[Scalar], column: str) -> list[Scalar]:
    """Values as one type; beside a column of texts they are texts."""
    if column != "VARCHAR" and len({type(value) for value in values}) == 1:
        return list(values)
    return [as_text(value) for value in values]


def _connect(memory_limit: str, spill: Path) -> duckdb.DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect(
        config={
            "memory_limit": memory_limit,
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    # Else the machine's zone decides what a time without offset means among some with one.
    connection.execute("SET TimeZone = 'UTC'")
    return connection
