"""JMeter results as XML (JTL): `<testResults>` of `<httpSample>` and `<sample>` elements."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from codexreport.performance.run import Run
from codexreport.readers.jmeter_samples import (
    MILLISECONDS,
    TRANSACTION,
    moment_of,
    unknown_outcomes,
)
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.xml import Element
from codexreport.readers.sample_run import Samples, run_of
from codexreport.text import one_line
from codexreport.wording import count

_SAMPLES = frozenset({"httpSample", "sample"})
_SAMPLE_DEPTH = 2


@dataclass(slots=True)
class _Columns:
    """What has been read so far, a column each."""

    elapsed: array[float] = field(default_factory=lambda: array("d"))
    started: array[int] = field(default_factory=lambda: array("q"))
    failed: array[int] = field(default_factory=lambda: array("b"))
    extra: array[int] = field(default_factory=lambda: array("b"))
    names: array[int] = field(default_factory=lambda: array("q"))
    labels: dict[str, int] = field(default_factory=dict)
    outcomes: set[str] = field(default_factory=set)
    overruled: int = 0


class JMeterXmlReader:
    """A sample below another is part of it: only the outermost ones count, as in JMeter."""

    format: ClassVar[str] = "jmeter-xml"
    title: ClassVar[str] = "JMeter results (JTL, XML)"
    made_by: ClassVar[str] = (
        "jmeter -n -t plan.jmx -l results.xml -Jjmeter.save.saveservice.output_format=xml"
    )
    containers: ClassVar[frozenset[Container]] = frozenset({Container.XML})

    def recognises(self, document: Document) -> bool:
        """Whether the root is `testResults`."""
        return document.xml_root == "testResults"

    def parse(self, document: Document) -> Run:
        """Every outermost sample, read one by one and let go."""
        if not self.recognises(document):
            raise document.error(f"has the root {document.xml_root!r}, expected 'testResults'")
        columns = _Columns()
        for number, sample in enumerate(_outermost(document), 1):
            _add(document, columns, sample, number)
        return _run(document, columns)


def _outermost(document: Document) -> Iterator[Element]:
    root, depth = None, 0
    for event, element in document.xml_stream():
        root = element if root is None else root
        depth += 1 if event == "start" else -1
        if event == "end" and depth == _SAMPLE_DEPTH - 1:
            if element.tag in _SAMPLES:
                yield element
            root.clear()


def _add(document: Document, columns: _Columns, sample: Element, number: int) -> None:
    outcome = sample.get("s", "")
    failed = outcome.lower() != "true"
    overruled = not failed and _failed_inside(sample)
    columns.outcomes.add(outcome)
    columns.overruled += overruled
    columns.failed.append(failed or overruled)
    columns.elapsed.append(_whole(document, sample, "t", number))
    columns.started.append(_whole(document, sample, "ts", number))
    columns.extra.append(sample.get("rm", "").startswith(TRANSACTION))
    label = columns.labels.setdefault(sample.get("lb", ""), len(columns.labels))
    columns.names.append(label)


def _failed_inside(sample: Element) -> bool:
    """Whether a part of a sample, or an assertion on it, failed."""
    return any(
        (one.tag in _SAMPLES and one is not sample and one.get("s", "").lower() == "false")
        or (one.tag in {"failure", "error"} and (one.text or "").strip() == "true")
        for one in sample.iter()
    )


def _whole(document: Document, sample: Element, name: str, number: int) -> int:
    written = sample.get(name, "")
    if not written.lstrip("-").isascii() or not written.lstrip("-").isdigit():
        raise document.error(
            f"sample {number} has {name}={one_line(written, 40)!r}, expected whole milliseconds"
        )
    return max(min(int(written[:19]), 2**62), -(2**62))


def _run(document: Document, columns: _Columns) -> Run:
    elapsed = np.array(columns.elapsed, dtype=np.float64)
    started = np.array(columns.started, dtype=np.int64)
    samples = Samples(
        rows=len(elapsed),
        durations=elapsed,
        per_second=MILLISECONDS,
        failed=np.array(columns.failed, dtype=bool),
        names=np.array(columns.names, dtype=np.int64),
        labels=list(columns.labels),
        extra=np.array(columns.extra, dtype=bool),
        start=moment_of(document, int(started.min())) if len(started) else None,
        end=moment_of(document, math.ceil((started + elapsed).max())) if len(started) else None,
    )
    doubts = unknown_outcomes(columns.outcomes)
    if columns.overruled:
        said = count(columns.overruled, "samples")
        doubts += (f"{said} counted as failed: marked as good, but a part of it failed.",)
    return run_of("JMeter", samples, doubts)
