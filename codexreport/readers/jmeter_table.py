"""The rows of JMeter results as CSV, a column at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from codexreport.performance.run import Run
from codexreport.readers.jmeter_samples import (
    MILLISECONDS,
    TRANSACTION,
    moment_of,
    unknown_outcomes,
)
from codexreport.readers.notation.arrow_tables import read_csv
from codexreport.readers.notation.document import Document
from codexreport.readers.sample_run import Samples, run_of

_TEXTS = ("success", "label", "responseMessage")


def run_of_table(document: Document) -> Run:
    """The run of a JTL file whose header has at least `timeStamp` and `elapsed`.

    Raises:
        SourceError: A row is not whole, or not what it should be.
    """
    table = _table(document)
    started = _milliseconds(document, table.column("timeStamp"))
    elapsed = table.column("elapsed").to_numpy()
    ended = (started + elapsed)[np.isfinite(elapsed)]
    names, labels = _encoded(table, "label")
    failed, doubts = _failures(table)
    samples = Samples(
        rows=table.num_rows,
        durations=elapsed,
        per_second=MILLISECONDS,
        failed=failed,
        names=names if "label" in table.column_names else None,
        labels=labels,
        extra=_transactions(table),
        start=moment_of(document, started.min()) if len(started) else None,
        end=moment_of(document, ended.max()) if len(ended) else None,
    )
    return run_of("JMeter", samples, doubts)


def _table(document: Document) -> pa.Table:
    text = pa.dictionary(pa.int32(), pa.string())
    saved = [name for name in _TEXTS if name in document.columns]
    numbers = {"timeStamp": pa.string(), "elapsed": pa.float64()}
    return read_csv(document, {**numbers, **dict.fromkeys(saved, text)})


def _failures(table: pa.Table) -> tuple[Any, tuple[str, ...]]:
    """Which samples failed, and doubts about it."""
    if "success" not in table.column_names:
        return None, ("The column success was not saved, so failed samples are not known.",)
    outcomes, kinds = _encoded(table, "success")
    failing = np.array([kind.lower() != "true" for kind in kinds], dtype=bool)
    failed = failing[outcomes] if len(kinds) else np.zeros(0, dtype=bool)
    return failed, unknown_outcomes(kinds)


def _milliseconds(document: Document, column: Any) -> Any:
    try:
        return pc.cast(column, pa.int64()).to_numpy()
    except pa.ArrowInvalid as error:
        raise document.error(
            "timeStamp is not in milliseconds since 1970",
            advice="Set jmeter.save.saveservice.timestamp_format=ms and run again.",
        ) from error


def _encoded(table: pa.Table, name: str) -> tuple[Any, list[str]]:
    """A column of text as numbers, and the texts they stand for."""
    if name not in table.column_names:
        return np.zeros(table.num_rows, dtype=np.int64), []
    column = table.column(name).combine_chunks()
    column = column.unify_dictionaries() if hasattr(column, "unify_dictionaries") else column
    chunk = column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
    return chunk.indices.to_numpy().astype(np.int64), chunk.dictionary.to_pylist()


def _transactions(table: pa.Table) -> Any:
    """Rows of transaction controllers, which JMeter writes after the samples they are made of."""
    numbers, messages = _encoded(table, "responseMessage")
    if not messages:
        return None
    own = np.array([message.startswith(TRANSACTION) for message in messages], dtype=bool)
    return own[numbers]
