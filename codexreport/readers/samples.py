"""Plain samples, CSV or Parquet: one row a request, a column named with its unit."""

from __future__ import annotations

from typing import ClassVar

from codexreport.performance.run import Run
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.sample_columns import have_samples, roles


class SamplesReader:
    """A duration such as `latency_ms`; perhaps a time, an outcome, and what was requested."""

    format: ClassVar[str] = "samples"
    title: ClassVar[str] = "Samples of durations (CSV, Parquet)"
    made_by: ClassVar[str] = "a table with a column latency_ms, and timestamp, status, endpoint"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.CSV, Container.PARQUET})

    def recognises(self, document: Document) -> bool:
        """Whether a column is a duration with its unit."""
        return have_samples(_columns(document))

    def parse(self, document: Document) -> Run:
        """Every row is one request."""
        from codexreport.readers.sample_table import run_of_table

        return run_of_table(document, roles(document, _columns(document)))


def _columns(document: Document) -> tuple[str, ...]:
    if document.container is Container.PARQUET:
        from codexreport.readers.notation.arrow_tables import parquet_columns

        return tuple(parquet_columns(document))
    return document.columns
