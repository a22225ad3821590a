"""JMeter results as CSV (JTL): one row a sample, in whichever columns were chosen to be saved."""

from __future__ import annotations

import re
from typing import ClassVar

from codexreport.performance.run import Run
from codexreport.readers.notation.containers import HEAD, Container
from codexreport.readers.notation.document import Document

_REQUIRED = {"timeStamp": "timestamp_format=ms", "elapsed": "time=true"}
"""Columns, and the setting below `jmeter.save.saveservice` that saves each."""
_BARE_ROW = re.compile(r"\d{13},\d+,[^\n]*,(?:true|false),")
"""A row of the default columns where a header should be."""


class JMeterCsvReader:
    """Needs the columns `timeStamp` and `elapsed`; uses `success` and `label` where they are."""

    format: ClassVar[str] = "jmeter-csv"
    title: ClassVar[str] = "JMeter results (JTL, CSV)"
    made_by: ClassVar[str] = "jmeter -n -t plan.jmx -l results.jtl"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.CSV})

    def recognises(self, document: Document) -> bool:
        """Whether the header names JMeter's columns, or is missing above JMeter's rows."""
        return _has_no_header(document) or set(_REQUIRED) <= set(document.columns)

    def parse(self, document: Document) -> Run:
        """Every row is one sample; a transaction's own row repeats what its parts say."""
        if _has_no_header(document):
            raise document.error(
                "has no header, so its columns cannot be told",
                line=1,
                advice="Set jmeter.save.saveservice.print_field_names=true, or put the names of "
                "the saved columns on a first line.",
            )
        missing = [name for name in _REQUIRED if name not in document.columns]
        if missing:
            raise document.error(
                f"has no column {missing[0]!r}",
                line=1,
                advice=f"Set jmeter.save.saveservice.{_REQUIRED[missing[0]]} and run again.",
            )
        from codexreport.readers.jmeter_table import run_of_table

        return run_of_table(document)


def _has_no_header(document: Document) -> bool:
    return _BARE_ROW.match(document.text[:HEAD]) is not None
