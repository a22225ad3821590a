"""Millions of rows at a time: columns of CSV, JSON Lines and Parquet files as Arrow tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from codexreport.errors import SourceError
from codexreport.readers.notation.containers import encoding_of
from codexreport.readers.notation.document import Document
from codexreport.text import one_line

_BLOCK = 8 * 2**20
"""Bytes at a time; no row may be longer."""
_FAULTS = (pa.ArrowException, OSError, ValueError, MemoryError, RuntimeError)
"""What Arrow raises of a damaged file; the last is an exception of C++ that it did not expect."""
_LIMIT_ADVICE = "Raise the limit if the file is what it should be."


def read_csv(document: Document, kinds: Mapping[str, pa.DataType]) -> pa.Table:
    """The columns named in `kinds`, each of that type; an empty number is null.

    Raises:
        SourceError: A row is not whole, a number is none, or there are too many rows.
    """
    from pyarrow import csv

    table = pa.table({name: pa.array([], kind) for name, kind in kinds.items()})
    rows = _rows_after_header(document)
    if not rows.strip():
        return table
    if rows.count(b'"') % 2:
        raise document.error("ends inside a quoted cell, so it is not whole")
    try:
        batches = csv.open_csv(
            pa.BufferReader(rows),
            read_options=csv.ReadOptions(column_names=list(document.columns), block_size=_BLOCK),
            parse_options=csv.ParseOptions(delimiter=document.delimiter, newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=dict(kinds), include_columns=list(kinds), strings_can_be_null=False
            ),
        )
        return _gathered(document, batches)
    except _FAULTS as error:
        raise _csv_error(document, kinds, error) from error


def read_json_lines(document: Document, schema: pa.Schema) -> pa.Table:
    """The members named in `schema`, null where a line does not have them.

    Raises:
        SourceError: A line is not JSON, a member has another type, or there are too many lines.
    """
    from pyarrow import json

    options = json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    try:
        table = json.read_json(
            pa.BufferReader(_utf8(document)),
            read_options=json.ReadOptions(block_size=_BLOCK),
            parse_options=options,
        )
    except _FAULTS as error:
        raise document.error(f"is not JSON Lines: {one_line(str(error))}") from error
    document.tick()
    _check_rows(document, table.num_rows)
    return table


def read_parquet(document: Document, names: tuple[str, ...]) -> pa.Table:
    """The columns `names`, whatever types they have.

    Raises:
        SourceError: It is not whole, nested, has too many rows, or unpacks to too much.
    """
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(pa.BufferReader(document.body))
        _check_rows(document, file.metadata.num_rows)
        _check_ratio(document, file.metadata)
        texts = [name for name in names if is_text(file.schema_arrow.field(name).type)]
        file = parquet.ParquetFile(
            pa.BufferReader(document.body),
            read_dictionary=texts,  # one long text said ten million times is held once
            page_checksum_verification=True,
        )
        return file.read(columns=list(names))
    except SourceError:
        raise
    except _FAULTS as error:
        raise document.error(f"is not a whole Parquet file: {one_line(str(error))}") from error


def parquet_columns(document: Document) -> dict[str, pa.DataType]:
    """The columns of a Parquet file and their types.

    Raises:
        SourceError: It is not whole, or a column name stands twice.
    """
    from pyarrow import parquet

    try:
        schema = parquet.read_schema(pa.BufferReader(document.body))
    except _FAULTS as error:
        raise document.error(f"is not a whole Parquet file: {one_line(str(error))}") from error
    columns = {field.name: field.type for field in schema}
    if len(columns) != len(schema):
        raise document.error("names a column twice")
    return columns


def is_text(kind: pa.DataType) -> bool:
    """Whether a column of this type holds text, plain or as a dictionary."""
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain))


def _gathered(document: Document, batches: Any) -> pa.Table:
    found, rows = [], 0
    for batch in batches:
        document.tick()
        rows += batch.num_rows
        _check_rows(document, rows)
        found.append(batch)
    return pa.Table.from_batches(found, schema=batches.schema)


def _check_rows(document: Document, rows: int) -> None:
    if rows > document.limits.max_rows:
        raise document.error(
            f"has more than max_rows = {document.limits.max_rows} rows", advice=_LIMIT_ADVICE
        )


def _check_ratio(document: Document, metadata: Any) -> None:
    """Of whole row groups: to ask for one column of damaged metadata can end the process."""
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    unpacked = sum(group.total_byte_size for group in groups)
    if unpacked > len(document.body) * document.limits.max_ratio:
        raise document.error(
            f"unpacks to {unpacked} bytes, more than max_ratio = {document.limits.max_ratio} times "
            f"its own {len(document.body)}",
            advice=_LIMIT_ADVICE,
        )


def _utf8(document: Document) -> bytes:
    """The file as UTF-8 of whole characters, which decoding it has shown."""
    text = document.text
    return document.body if encoding_of(document.body) == "utf-8" else text.encode()


def _rows_after_header(document: Document) -> bytes:
    """The bytes after the header line, as UTF-8."""
    body = _utf8(document)
    start = 0
    while start < len(body):
        end = body.find(b"\n", start)
        end = len(body) if end < 0 else end
        line = body[start:end]
        start = end + 1
        if line.strip() and not line.startswith(b"# "):
            break
    return body[start:]


def _csv_error(document: Document, kinds: Mapping[str, pa.DataType], error: Exception) -> Exception:
    """The error with its line: the rows are read again, one by one, up to the one at fault."""
    numbers = [name for name, kind in kinds.items() if not pa.types.is_string(kind)]
    for line, row in document.rows():
        for name in numbers:
            if row[name].strip() and not _is_number(row[name]):
                return document.error(
                    f"{name} is {one_line(repr(row[name]), 40)}, expected a number", line=line
                )
    return document.error(f"is not CSV: {one_line(str(error))}")


def _is_number(cell: str) -> bool:
    try:
        return not math.isinf(float(cell))
    except ValueError:
        return False
