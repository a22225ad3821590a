"""k6's stream of every sample, `--out json=FILE`: JSON Lines of `Metric` and `Point`."""

from __future__ import annotations

from typing import ClassVar

from codexreport.performance.run import Run
from codexreport.readers.notation.containers import HEAD, Container
from codexreport.readers.notation.document import Document
from codexreport.strict import StrictError, load_json


class K6PointsReader:
    """Thresholds are worked out again from the samples: the stream holds no verdict on them."""

    format: ClassVar[str] = "k6-points"
    title: ClassVar[str] = "k6 samples (--out json)"
    made_by: ClassVar[str] = "k6 run --out json=points.json script.js"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON_LINES})

    def recognises(self, document: Document) -> bool:
        """Whether the first line declares a metric or is a sample of one."""
        first = next(filter(None, map(str.strip, document.text[:HEAD].split("\n"))), "")
        try:
            line = load_json(first)
        except StrictError:
            return False
        return (
            isinstance(line, dict)
            and {"type", "metric", "data"} <= line.keys()
            and line["type"] in ("Metric", "Point")
        )

    def parse(self, document: Document) -> Run:
        """Every sample, by metric."""
        from codexreport.readers.k6_stream import run_of_stream

        return run_of_stream(document)
