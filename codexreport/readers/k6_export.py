"""k6's older summary, `--summary-export`: flat, and a threshold that is `true` has FAILED."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from codexreport.performance.percentiles import exact
from codexreport.performance.run import Run
from codexreport.readers.k6_run import check_counts, made_any, run_of
from codexreport.readers.k6_summary import metric_objects
from codexreport.readers.k6_thresholds import Metric, judge
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document

_TIME = re.compile(
    r"(?:http_req_(?:blocked|connecting|tls_handshaking|sending|waiting|receiving|duration)"
    r"|grpc_req_duration|ws_(?:connecting|session_duration|ping)|browser_http_req_duration"
    r"|browser_web_vital_(?:fcp|lcp|fid|inp|ttfb)|(?:iteration|group)_duration)(?:\{.*\})?",
    re.DOTALL,
)
"""k6's own metrics of time. What a metric of the script holds, this file does not say."""

_DATA = frozenset({"data_sent", "data_received"})
_THRESHOLDS = "thresholds"


class K6ExportReader:
    """The kind of a metric is told by the statistics that it has."""

    format: ClassVar[str] = "k6-export"
    title: ClassVar[str] = "k6 end-of-test summary (--summary-export)"
    made_by: ClassVar[str] = "k6 run --summary-export=summary.json script.js"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether metrics stand beside a root group, and none has `values`."""
        metrics = metric_objects(document)
        return (
            bool(metrics)
            and isinstance(document.json.get("root_group"), dict)
            and not any("values" in metric for metric in metrics)
        )

    def parse(self, document: Document) -> Run:
        """Metrics, and what came of their thresholds."""
        top = fields.as_mapping(document, document.json, "")
        written = fields.mapping_at(document, top, "metrics", "")
        metrics = {name: _metric(document, written, name) for name in written}
        check_counts(document, metrics)
        ran = made_any(metrics)
        thresholds = [
            judge(metrics[name], expression, kept=not failed, ran=ran)
            for name in written
            for expression, failed in _verdicts(document, written, name)
        ]
        return run_of(metrics, thresholds)


def _metric(document: Document, written: dict[str, Any], name: str) -> Metric:
    numbers = fields.mapping_at(document, written, name, "metrics")
    where = fields.place("metrics", name)
    values = {
        key: exact(fields.number(document, numbers, key, where))
        for key, value in numbers.items()
        if key != _THRESHOLDS and value is not None
    }
    kind = _kind(values)
    if kind == "rate" and "value" in values:
        values["rate"] = values.pop("value")
    return Metric(
        name=name,
        kind=kind,
        contains="time" if _TIME.fullmatch(name) else "data" if name in _DATA else "default",
        values=values,
        empty=not values["passes"] and not values["fails"] if kind == "rate" else None,
    )


def _kind(values: dict[str, Any]) -> str:
    if {"passes", "fails"} <= values.keys():
        return "rate"
    if "value" in values:
        return "gauge"
    return "counter" if values.keys() == {"count", "rate"} else "trend"


def _verdicts(document: Document, written: dict[str, Any], name: str) -> list[tuple[str, bool]]:
    """Each expression and whether it FAILED, which is what `true` means in this file."""
    where = fields.place("metrics", name)
    verdicts = fields.mapping_at(document, written[name], _THRESHOLDS, where, {})
    inside = fields.place(where, _THRESHOLDS)
    return [(one, fields.flag(document, verdicts, one, inside)) for one in verdicts]
