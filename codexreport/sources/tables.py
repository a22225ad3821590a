"""CSV and Parquet bytes as columns, strictly: what does not fit is refused by line."""

from __future__ import annotations

import csv
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
from codexreport.keys import nearest
from codexreport.text import one_line
from codexreport.window import zone

PARQUET_MAGIC = b"PAR1"

_EPOCH = r"^\d{9,13}$"
_FIRST_S, _FIRST_MS, _END_MS = 10**8, 10**11, 10**13
"""Seconds from 1973 to 5138, milliseconds from 1973 to 2286: their sizes tell them apart."""
_TICKS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Rows:
    """A parsed file.

    Attributes:
        name: What messages call it.
        table: Its columns; those of a CSV file are all text.
        lines: The line each row of a CSV file stands on; a Parquet file has none.
        notes: What a reader should know, in sentences.
    """

    name: str
    table: pa.Table
    lines: NDArray[np.int64] | None = None
    notes: tuple[str, ...] = ()

    def column(self, name: str) -> pa.ChunkedArray:
        """A column of plain values by name.

        Raises:
            SourceError: There is none, and which there are; or it holds lists or structures.
        """
        if name not in self.table.column_names:
            found = one_line(", ".join(self.table.column_names))
            meant = nearest(name, self.table.column_names) or "."
            raise SourceError(f"{self.name} has no column {name!r}; it has {found}{meant}")
        values = self.table.column(name)
        if pa.types.is_dictionary(values.type):
            values = values.cast(values.type.value_type)
        if pa.types.is_nested(values.type):
            kind = one_line(str(values.type), _SHOWN)
            raise SourceError(f"{self.name}: {name} holds {kind}, not plain values.")
        return values

    def place(self, row: int) -> str:
        """A row as its author finds it."""
        if self.lines is None:
            return f"{self.name}, row {row + 1}"
        return f"{self.name}, line {self.lines[row]}"


def parse(content: bytes, name: str) -> Rows:
    """Read a CSV or Parquet file from its bytes.

    Raises:
        SourceError: It is neither, is truncated, or has no rows.
    """
    kind = "Parquet" if content[:4] == PARQUET_MAGIC else "CSV"
    try:
        rows = _parquet(content, name) if kind == "Parquet" else _csv(content, name)
    except (pa.ArrowException, csv.Error, OSError, ValueError, RuntimeError) as error:
        raise SourceError(f"{name} cannot be read as {kind}: {one_line(str(error))}.") from error
    if not rows.table.num_rows:
        raise SourceError(f"{name} has a header and no rows.")
    return rows


def _parquet(content: bytes, name: str) -> Rows:
    return Rows(name, pq.read_table(io.BytesIO(content), page_checksum_verification=True))


def _csv(content: bytes, name: str) -> Rows:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise ValueError("it is UTF-16 text; save it as UTF-8")
    text = content.removeprefix(b"\xef\xbb\xbf")
    if text.lstrip()[:1] in {b"<", b"{", b"["} or text[:2] == b"\x1f\x8b":
        raise ValueError("it looks like another format")
    filled = (n for n, line in enumerate(io.BytesIO(text), start=1) if line.strip(b"\r\n"))
    lines = np.fromiter(filled, dtype=np.int64)
    header = text.lstrip(b"\r\n").split(b"\n", 1)[0].decode().rstrip("\r")
    names = [column.strip() for column in next(csv.reader([header], strict=True))]
    if len(set(names)) != len(names):
        raise ValueError("a column name stands twice in the header")
    if len(lines) == 1:
        return Rows(name, pa.table({}))
    table = pa_csv.read_csv(
        io.BytesIO(text),
        read_options=pa_csv.ReadOptions(column_names=names, skip_rows=int(lines[0])),
        convert_options=pa_csv.ConvertOptions(
            column_types={column: pa.string() for column in names}, strings_can_be_null=False
        ),
    )
    if table.num_rows != len(lines) - 1:
        raise ValueError("a quote is not closed, or a value holds a line break")
    whole = text.endswith((b"\n", b"\r"))
    note = f"The last line of {name} has no end; the file may be cut off."
    return Rows(name, table, lines[1:], () if whole else (note,))


def instants(rows: Rows, column: str, timezone_name: str | None) -> NDArray[np.int64]:
    """A column of times as Unix seconds.

    Text is ISO 8601 with an offset, or Unix seconds or milliseconds; a time without offset is read
    in `timezone_name`.

    Raises:
        SourceError: A time is not one, is no whole second, or is naive and no zone was given;
            names the line.
    """
    values = _present(rows, column)
    if pa.types.is_timestamp(values.type) and values.type.tz is not None:
        ticks = _cast(rows, column, values, pa.int64()).to_numpy()
        return _whole_seconds(rows, ticks, _TICKS[values.type.unit])
    if pa.types.is_integer(values.type):
        return _epochs(rows, _cast(rows, column, values, pa.int64()).to_numpy())
    text = pc.utf8_trim_whitespace(_cast(rows, column, values, pa.string()))
    if pc.all(pc.match_substring_regex(text, _EPOCH)).as_py():
        return _epochs(rows, text.cast(pa.int64()).to_numpy())
    there = _zone(rows.name, timezone_name)
    return np.array(
        [_moment(rows, row, one, there) for row, one in enumerate(text.to_pylist())],
        dtype=np.int64,
    )


def _moment(rows: Rows, row: int, text: str, there: ZoneInfo | None) -> int:
    shown = repr(text[:_SHOWN])
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise SourceError(f"{rows.place(row)}: {shown} is not an ISO 8601 time.") from error
    if moment.tzinfo is None:
        if there is None:
            raise SourceError(
                f"{rows.place(row)}: the time {shown} has no offset, so it could be any of many "
                "moments.",
                advice="Write times with their offset, or set `timezone` in the source's table.",
            )
        moment = moment.replace(tzinfo=there)
        if moment.utcoffset() != moment.replace(fold=1).utcoffset():
            raise SourceError(
                f"{rows.place(row)}: {shown} does not name one moment in {there.key}, "
                "because the clocks change there then.",
                advice="Write times with their offset.",
            )
    if moment.microsecond:
        raise _no_whole_second(rows, row)
    return round(moment.timestamp())


def _epochs(rows: Rows, values: NDArray[np.int64]) -> NDArray[np.int64]:
    wrong = np.flatnonzero((values < _FIRST_S) | (values >= _END_MS))
    if len(wrong):
        raise SourceError(
            f"{rows.place(int(wrong[0]))}: {values[wrong[0]]} is no Unix time in seconds or "
            "milliseconds."
        )
    milliseconds = np.where(values >= _FIRST_MS, values, values * 1000)
    return _whole_seconds(rows, milliseconds, _TICKS["ms"])


def _whole_seconds(rows: Rows, ticks: NDArray[np.int64], per_second: int) -> NDArray[np.int64]:
    wrong = np.flatnonzero(ticks % per_second)
    if len(wrong):
        raise _no_whole_second(rows, int(wrong[0]))
    seconds: NDArray[np.int64] = ticks // per_second
    return seconds


def _no_whole_second(rows: Rows, row: int) -> SourceError:
    return SourceError(f"{rows.place(row)}: the time is no whole second.")


def _zone(name: str, timezone_name: str | None) -> ZoneInfo | None:
    try:
        return zone(timezone_name) if timezone_name else None
    except ParameterError as error:
        raise SourceError(f"{name}: {error.message}") from error


def numbers(rows: Rows, column: str) -> NDArray[np.float64]:
    """A column of finite numbers.

    Raises:
        SourceError: One is not; names the line.
    """
    values = _present(rows, column)
    kind = values.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        try:
            values = pc.utf8_trim_whitespace(values).cast(pa.float64())
        except pa.ArrowInvalid as error:
            row = _first_not_a_number(values.to_pylist())
            shown = repr(values[row].as_py()[:_SHOWN])
            raise SourceError(f"{rows.place(row)}: {column} is {shown}, not a number.") from error
    elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        raise SourceError(f"{rows.name}: {column} holds {one_line(str(kind))}, not numbers.")
    figures = _cast(rows, column, values, pa.float64()).to_numpy()
    wrong = np.flatnonzero(~np.isfinite(figures))
    if len(wrong):
        raise SourceError(f"{rows.place(int(wrong[0]))}: {column} is not a finite number.")
    result: NDArray[np.float64] = figures + 0.0  # there is no negative zero among counts
    return result


def texts(rows: Rows, column: str) -> NDArray[Any]:
    """A column as text, the way `where` compares it."""
    values = _cast(rows, column, rows.column(column), pa.string())
    return np.array(values.to_pylist(), dtype=object)


def _present(rows: Rows, column: str) -> pa.ChunkedArray:
    values = rows.column(column)
    row = pc.index(pc.is_null(values), pa.scalar(value=True)).as_py()
    if row >= 0:
        raise SourceError(f"{rows.place(row)}: {column} is empty.")
    return values


def _cast(rows: Rows, column: str, values: pa.ChunkedArray, to: pa.DataType) -> pa.ChunkedArray:
    try:
        return values.cast(to, safe=not pa.types.is_floating(to))
    except pa.ArrowException as error:
        raise SourceError(
            f"{rows.name}: {column} cannot be read as {to}: {one_line(str(error))}."
        ) from error


def _first_not_a_number(values: list[str]) -> int:
    for row, value in enumerate(values):
        try:
            pa.scalar(value.strip()).cast(pa.float64())
        except pa.ArrowInvalid:
            return row
    return 0
