"""Columns of times: ISO 8601, numbers since 1970, or Arrow's own; the first and the last."""

from __future__ import annotations

from datetime import datetime, timezone
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from codexreport.readers.notation.arrow_tables import is_text
from codexreport.readers.notation.document import Document
from codexreport.text import one_line

_YEAR_10000 = 253_402_300_800
_SMALLEST = ((10**17, 10**9), (10**14, 10**6), (10**11, 10**3))
"""From which size a number since 1970 is in nano-, micro- or milliseconds. Below: seconds."""

_ZONED = pa.timestamp("us", "UTC")
_PLAIN = pa.timestamp("us")

Span = tuple[datetime | None, datetime | None, int]
"""The first moment, the last, and how many rows have none."""


def first_and_last(
    document: Document, column: pa.ChunkedArray, name: str, per_second: int | None = None
) -> Span:
    """The first and the last moment of a column; None where its times do not say when.

    Args:
        document: Whose column it is; its zone is that of times without offset.
        column: Text, numbers, or Arrow's timestamps.
        name: The column's.
        per_second: How many units of a number make a second; None: told by its size.

    Raises:
        SourceError: It holds something that is no time.
    """
    kind = column.type
    if is_text(kind):
        text = pc.utf8_trim_whitespace(pc.cast(column, pa.string()))
        column = pc.if_else(pc.equal(text, ""), None, text)
        column = _from_text(document, column, name)
        kind = column.type
    if pa.types.is_timestamp(kind):
        return _of_timestamps(document, column, name)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _of_numbers(document, column, name, per_second)
    raise document.error(f"the column {name!r} is of {one_line(str(kind), 60)}, expected times")


def _from_text(document: Document, column: Any, name: str) -> Any:
    for kind in (pa.float64(), _ZONED, pa.timestamp("ns", "UTC"), _PLAIN, pa.timestamp("ns")):
        try:
            return pc.cast(column, kind)
        except pa.ArrowInvalid:
            continue
    for row, cell in enumerate(column.to_pylist(), 1):
        if cell is not None and document.moment(cell) is None and not _is_local(cell):
            shown = one_line(repr(cell), 40)
            raise document.error(f"row {row}: {name} is {shown}, expected a time in ISO 8601")
    raise document.error(
        f"the column {name!r} holds times that differ in form",
        advice="Write all of them with an offset, to the nanosecond at most.",
    )


def _is_local(cell: str) -> bool:
    try:
        return datetime.fromisoformat(cell) is not None
    except ValueError:
        return False


def _of_timestamps(document: Document, column: Any, name: str) -> Span:
    zoned = column.type.tz is not None
    ends = pc.min_max(pc.cast(column, _ZONED if zoned else _PLAIN, safe=False))
    try:
        first, last = ends["min"].as_py(), ends["max"].as_py()
    except (ValueError, OverflowError) as error:
        raise document.error(f"the column {name!r} holds a time of no year to 9999") from error
    if first is None or last is None:
        return None, None, column.null_count
    if zoned:
        return _utc(first), _utc(last), column.null_count
    return document.moment(str(first)), document.moment(str(last)), column.null_count


def _utc(at: datetime) -> datetime:
    return at.astimezone(timezone.utc)


def _of_numbers(document: Document, column: Any, name: str, per_second: int | None) -> Span:
    numbers = pc.cast(column, pa.float64(), safe=False).to_numpy()
    told = numbers[np.isfinite(numbers)]
    without = len(numbers) - len(told)
    if not len(told):
        return None, None, without
    low, high = float(told.min()), float(told.max())
    unit = per_second or next((unit for size, unit in _SMALLEST if high >= size), 1)
    if low < 0 or high / unit >= _YEAR_10000:
        raise document.error(f"the column {name!r} holds a time outside the years 1970 to 9999")
    return _moment(low, unit), _moment(high, unit), without


def _moment(value: float, unit: int) -> datetime:
    whole, rest = divmod(Fraction(value) / unit, 1)
    at = datetime.fromtimestamp(int(whole), tz=timezone.utc)
    return at.replace(microsecond=int(rest * 1_000_000))
