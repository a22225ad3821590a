"""The rows of plain sample files, a column at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from codexreport.performance.run import Run
from codexreport.readers.notation.arrow_tables import (
    is_text,
    parquet_columns,
    read_csv,
    read_parquet,
)
from codexreport.readers.notation.arrow_times import first_and_last
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.sample_columns import Roles, failed
from codexreport.readers.sample_run import Samples, run_of
from codexreport.text import one_line
from codexreport.wording import count


def run_of_table(document: Document, chosen: Roles) -> Run:
    """The run that the rows are of.

    Args:
        document: CSV or Parquet.
        chosen: What its columns say.

    Raises:
        SourceError: A row is not whole, or a column is not of what it says.
    """
    table = _table(document, chosen)
    durations = _durations(document, table, chosen.latency) if chosen.latency else None
    failures, doubts = _outcomes(table, chosen.outcome)
    names, labels = _labels(table, chosen.label)
    start, end, timeless = _times(document, table, chosen)
    samples = Samples(
        rows=table.num_rows,
        durations=durations,
        per_second=chosen.per_second,
        failed=failures,
        names=names,
        labels=labels,
        start=start,
        end=end,
    )
    return run_of("samples", samples, (*doubts, *timeless))


def _table(document: Document, chosen: Roles) -> pa.Table:
    if document.container is not Container.PARQUET:
        text = pa.dictionary(pa.int32(), pa.string())
        kinds = {chosen.latency: pa.float64(), chosen.time: pa.string()}
        kinds |= {chosen.outcome: text, chosen.label: text}
        return read_csv(document, {name: kinds[name] for name in chosen.names})
    for name, kind in parquet_columns(document).items():
        if name in chosen.names and pa.types.is_nested(kind):
            raise document.error(f"the column {name!r} is nested ({one_line(str(kind), 60)})")
    return read_parquet(document, chosen.names)


def _durations(document: Document, table: pa.Table, name: str) -> Any:
    column = table.column(name)
    kind = column.type
    numeric = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    if not numeric:
        raise document.error(f"the column {name!r} is of {kind}, expected numbers")
    return pc.cast(column, pa.float64(), safe=False).to_numpy()


def _outcomes(table: pa.Table, name: str) -> tuple[Any, tuple[str, ...]]:
    """Which rows failed; a row whose outcome is not understood counts as failed, and is said."""
    if not name:
        return None, ()
    numbers, cells = _encoded(table.column(name))
    verdicts = [failed(name, cell) for cell in cells]
    strange = [cell for cell, verdict in zip(cells, verdicts, strict=True) if verdict is None]
    failing = np.array([verdict is not False for verdict in verdicts], dtype=bool)
    if not strange:
        return failing[numbers], ()
    unclear = np.array([verdict is None for verdict in verdicts], dtype=bool)
    said = count(int(np.count_nonzero(unclear[numbers])), "samples")
    shown = one_line(repr(min(strange)), 40)
    return failing[numbers], (
        f"{said} counted as failed: {name} says nothing that is understood, such as {shown}.",
    )


def _labels(table: pa.Table, name: str) -> tuple[Any, list[str]]:
    return _encoded(table.column(name)) if name else (None, [])


def _times(
    document: Document, table: pa.Table, chosen: Roles
) -> tuple[datetime | None, datetime | None, tuple[str, ...]]:
    if not chosen.time:
        return None, None, ()
    column = table.column(chosen.time)
    start, end, without = first_and_last(document, column, chosen.time, chosen.time_per_second)
    doubt = (
        (f"{count(without, 'samples')} {'has' if without == 1 else 'have'} no time.",)
        if without
        else ()
    )
    return start, end, doubt


def _encoded(column: pa.ChunkedArray) -> tuple[Any, list[str]]:
    """Cells as numbers, and the texts they stand for; a missing cell is an empty text."""
    if not is_text(column.type):
        texts = ["" if one is None else str(one) for one in column.to_pylist()]
        column = pa.chunked_array([texts], pa.string())
    encoded = pc.dictionary_encode(pc.fill_null(pc.cast(column, pa.string()), ""))
    whole = pa.concat_arrays(encoded.unify_dictionaries().chunks or [pa.array([], encoded.type)])
    return whole.indices.to_numpy().astype(np.int64), whole.dictionary.to_pylist()
