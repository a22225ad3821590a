"""k6's end-of-test summary as `handleSummary` writes it: `metrics.NAME.values`."""

from __future__ import annotations

from typing import Any, ClassVar

from codexreport.performance.percentiles import exact
from codexreport.performance.run import Run
from codexreport.readers.k6_run import KINDS, check_counts, made_any, run_of
from codexreport.readers.k6_thresholds import Metric, judge
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document


class K6SummaryReader:
    """Times in it are milliseconds, whatever unit the summary on screen had."""

    format: ClassVar[str] = "k6-summary"
    title: ClassVar[str] = "k6 end-of-test summary (handleSummary)"
    made_by: ClassVar[str] = (
        "k6 run script.js, with handleSummary = (data) => ({'summary.json': JSON.stringify(data)})"
    )
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether a metric has `type` and `values`."""
        return any(
            isinstance(metric.get("values"), dict) and metric.get("type") in KINDS
            for metric in metric_objects(document)
        )

    def parse(self, document: Document) -> Run:
        """Metrics, and what came of their thresholds."""
        top = fields.as_mapping(document, document.json, "")
        written = fields.mapping_at(document, top, "metrics", "")
        metrics = {name: _metric(document, written, name) for name in written}
        check_counts(document, metrics)
        ran = made_any(metrics)
        thresholds = [
            judge(metrics[name], expression, kept=kept, ran=ran)
            for name in written
            for expression, kept in _verdicts(document, written, name)
        ]
        return run_of(metrics, thresholds)


def metric_objects(document: Document) -> list[dict[str, Any]]:
    """The objects under `metrics`, if the file has the outline of a k6 summary."""
    top = document.json
    written = top.get("metrics") if isinstance(top, dict) else None
    if not isinstance(written, dict):
        return []
    return [metric for metric in written.values() if isinstance(metric, dict)]


def _metric(document: Document, written: dict[str, Any], name: str) -> Metric:
    metric = fields.mapping_at(document, written, name, "metrics")
    where = fields.place("metrics", name)
    kind = fields.text(document, metric, "type", where)
    if kind not in KINDS:
        raise document.error(
            f"{where}.type is {kind!r}, expected one of {', '.join(sorted(KINDS))}"
        )
    numbers = fields.mapping_at(document, metric, "values", where)
    inside = fields.place(where, "values")
    return Metric(
        name=name,
        kind=kind,
        contains=fields.text(document, metric, "contains", where, "default"),
        values={
            key: exact(fields.number(document, numbers, key, inside))
            for key, value in numbers.items()
            if value is not None  # what JavaScript makes of 0/0: nothing was measured
        },
        empty=_empty(kind, numbers),
    )


def _empty(kind: str, numbers: dict[str, Any]) -> bool | None:
    """Whether no sample was taken; None where only the values can hint at it."""
    if kind == "trend" and "count" in numbers:
        return not numbers["count"]
    if kind == "rate" and "passes" in numbers and "fails" in numbers:
        return not numbers["passes"] and not numbers["fails"]
    return None


def _verdicts(document: Document, written: dict[str, Any], name: str) -> list[tuple[str, bool]]:
    where = fields.place("metrics", name)
    verdicts = fields.mapping_at(document, written[name], "thresholds", where, {})
    inside = fields.place(where, "thresholds")
    return [
        (
            expression,
            fields.flag(
                document,
                fields.mapping_at(document, verdicts, expression, inside),
                "ok",
                fields.place(inside, expression),
            ),
        )
        for expression in verdicts
    ]
