"""CSV and Parquet bytes as columns, strictly: what does not fit is refused by line."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from codexreport.errors import ParameterError, SourceError
from codexreport.sources.foreign import one_line
from codexreport.window import zone

PARQUET_MAGIC = b"PAR1"
FIRST_DATA_LINE = 2

_OFFSET = r"(Z|z|[+-]\d{2}:?\d{2})$"
_EPOCH = r"^\d{1,13}$"


@dataclass(frozen=True, slots=True)
class Rows:
    """A parsed file.

    Attributes:
        name: What messages call it.
        table: Its columns; those of a CSV file are all text.
    """

    name: str
    table: pa.Table

    def column(self, name: str) -> pa.ChunkedArray:
        """A column by name.

        Raises:
            SourceError: There is none; lists those there are.
        """
        if name not in self.table.column_names:
            found = one_line(", ".join(self.table.column_names))
            raise SourceError(f"{self.name} has no column {name!r}; it has {found}.")
        return self.table.column(name)

    def place(self, row: int) -> str:
        """A row as its author finds it."""
        return f"{self.name}, line {row + FIRST_DATA_LINE}"


def parse(content: bytes, name: str) -> Rows:
    """Read a CSV or Parquet file from its bytes.

    Raises:
        SourceError: It is neither, is truncated, or has no rows.
    """
    try:
        table = _parquet(content) if content[:4] == PARQUET_MAGIC else _csv(content)
    except (pa.ArrowException, OSError, ValueError) as error:
        kind = "Parquet" if content[:4] == PARQUET_MAGIC else "CSV"
        raise SourceError(f"{name} cannot be read as {kind}: {one_line(str(error))}.") from error
    if not table.num_rows:
        raise SourceError(f"{name} has a header and no rows.")
    return Rows(name, table)


def _parquet(content: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(content))


def _csv(content: bytes) -> pa.Table:
    text = content.removeprefix(b"\xef\xbb\xbf")
    if text.lstrip()[:1] in {b"<", b"{", b"["} or text[:2] == b"\x1f\x8b":
        raise ValueError("it looks like another format")
    header = text.split(b"\n", 1)[0].decode().strip().split(",")
    names = [name.strip().strip('"') for name in header]
    if len(set(names)) != len(names):
        raise ValueError("a column name stands twice in the header")
    return pa_csv.read_csv(
        io.BytesIO(text),
        read_options=pa_csv.ReadOptions(column_names=names, skip_rows=1),
        convert_options=pa_csv.ConvertOptions(
            column_types={name: pa.string() for name in names}, strings_can_be_null=False
        ),
    )


def instants(rows: Rows, column: str, timezone_name: str | None) -> NDArray[np.int64]:
    """A column of times as Unix seconds.

    Text is ISO 8601 with an offset, or Unix seconds or milliseconds; a time without offset is read
    in `timezone_name`.

    Raises:
        SourceError: A time is not one, or is naive and no zone was given; names the line.
    """
    values = rows.column(column)
    if pa.types.is_timestamp(values.type):
        return _typed_instants(rows, column, values, timezone_name)
    if pa.types.is_integer(values.type):
        return _epochs(values.to_numpy())
    text = values.cast(pa.string())
    if pc.all(pc.match_substring_regex(text, _EPOCH)).as_py():
        return _epochs(text.cast(pa.int64()).to_numpy())
    naive = pc.invert(pc.match_substring_regex(text, _OFFSET))
    if timezone_name is None and (row := _first(naive)) is not None:
        raise _naive(rows, row, text[row].as_py())
    there = _zone(rows.name, timezone_name)
    return np.array(
        [_instant(rows, row, value, there) for row, value in enumerate(text.to_pylist())],
        dtype=np.int64,
    )


def _instant(rows: Rows, row: int, text: str, there: ZoneInfo | None) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise SourceError(f"{rows.place(row)}: {text!r} is not an ISO 8601 time.") from error
    if moment.tzinfo is None and there is not None:
        moment = moment.replace(tzinfo=there)
        twice = moment.utcoffset() != moment.replace(fold=1).utcoffset()
        if twice:
            raise SourceError(
                f"{rows.place(row)}: {text} does not name one moment in {there.key}, "
                "because the clocks change there then.",
                advice="Write times with their offset.",
            )
    return int(moment.timestamp())


def _typed_instants(
    rows: Rows, column: str, values: pa.ChunkedArray, timezone_name: str | None
) -> NDArray[np.int64]:
    if row := _first(pc.is_null(values)):
        raise SourceError(f"{rows.place(row)}: {column} is empty.")
    if values.type.tz is None:
        if timezone_name is None:
            raise _naive(rows, 0, str(values[0].as_py()))
        _zone(rows.name, timezone_name)
        values = pc.assume_timezone(values, timezone_name)
    seconds: NDArray[np.int64] = (
        values.cast(pa.timestamp("s", "UTC"), safe=False).cast(pa.int64()).to_numpy()
    )
    return seconds


def _epochs(values: NDArray[Any]) -> NDArray[np.int64]:
    """Seconds from seconds or milliseconds; the two are 1,000 years apart, so size tells."""
    whole = values.astype(np.int64)
    milliseconds = 100_000_000_000
    return np.where(whole >= milliseconds, whole // 1000, whole)


def _zone(name: str, timezone_name: str | None) -> ZoneInfo | None:
    try:
        return zone(timezone_name) if timezone_name else None
    except ParameterError as error:
        raise SourceError(f"{name}: {error.message}") from error


def _naive(rows: Rows, row: int, text: str) -> SourceError:
    return SourceError(
        f"{rows.place(row)}: the time {text!r} has no offset, so it could be any of many moments.",
        advice="Write times with their offset, or set `timezone` in the source's table.",
    )


def numbers(rows: Rows, column: str) -> NDArray[np.float64]:
    """A column of finite numbers.

    Raises:
        SourceError: One is not; names the line.
    """
    values = rows.column(column)
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        try:
            values = pc.utf8_trim_whitespace(values).cast(pa.float64())
        except pa.ArrowInvalid as error:
            row = _first_not_a_number(values.to_pylist())
            raise SourceError(
                f"{rows.place(row)}: {column} is {values[row].as_py()!r}, not a number."
            ) from error
    figures = values.cast(pa.float64()).to_numpy()
    wrong = np.flatnonzero(~np.isfinite(figures))
    if len(wrong):
        raise SourceError(f"{rows.place(int(wrong[0]))}: {column} is not a finite number.")
    result: NDArray[np.float64] = figures.astype(np.float64)
    return result


def texts(rows: Rows, column: str) -> NDArray[Any]:
    """A column as text, the way `where` compares it."""
    return np.array(rows.column(column).cast(pa.string()).to_pylist(), dtype=object)


def _first(mask: pa.ChunkedArray) -> int | None:
    row = pc.index(mask, pa.scalar(True)).as_py()
    return row if row >= 0 else None


def _first_not_a_number(values: list[str]) -> int:
    for row, value in enumerate(values):
        try:
            float(value)
        except (TypeError, ValueError):
            return row
    return 0
