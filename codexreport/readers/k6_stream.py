"""The lines of k6's stream: metrics declared, their samples, and thresholds worked out again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from codexreport.performance.ordered import ordered_of
from codexreport.performance.percentiles import METHOD, RANKS, exact, percentile
from codexreport.performance.run import Run
from codexreport.readers.k6_run import KINDS, check_counts, made_any, run_of
from codexreport.readers.k6_thresholds import Metric, judge, percentile_asked
from codexreport.readers.notation import fields
from codexreport.readers.notation.arrow_tables import read_json_lines
from codexreport.readers.notation.arrow_times import first_and_last
from codexreport.readers.notation.document import Document
from codexreport.strict import StrictError, load_json
from codexreport.text import one_line
from codexreport.wording import figure

_POINTS = pa.schema(
    [
        ("type", pa.string()),
        ("metric", pa.string()),
        ("data", pa.struct([("time", pa.string()), ("value", pa.float64())])),
    ]
)
_TOO_LARGE = 1e18
_ALWAYS_THERE = "http_req_duration{expected_response:true}"
"""A part that k6 keeps of its own accord; every other part is one that a threshold asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Declared:
    """What a `Metric` line says."""

    name: str
    kind: str
    contains: str
    thresholds: tuple[str, ...]
    parts: tuple[str, ...]
    tainted: bool


def run_of_stream(document: Document) -> Run:
    """The run that the stream is of.

    Raises:
        SourceError: A line is not k6's, or the beginning of the stream is missing.
    """
    table = read_json_lines(document, _POINTS)
    declared = _declarations(document, table)
    points = _points(document, table)
    start, end, _ = first_and_last(document, points.column("time"), "time")
    samples = _by_metric(document, points, declared)
    metrics = {name: _metric(one, samples[name]) for name, one in declared.items()}
    check_counts(document, metrics)
    ran = made_any(metrics)
    thresholds = [
        judge(metrics[name], expression, kept=False if one.tainted else None, ran=ran)
        for name, one in declared.items()
        for expression in one.thresholds
    ]
    timed = _with_rates(metrics, start, end)
    run = run_of(timed, thresholds, tuple(_untold(declared)), method=METHOD)
    return replace(run, observed=end)


def _declarations(document: Document, table: pa.Table) -> dict[str, _Declared]:
    """The `Metric` lines, read strictly and one by one: there is one for each metric."""
    declared: dict[str, _Declared] = {}
    text, seen, at = document.text, 0, 0
    while (found := text.find('"Metric"', at)) >= 0:
        document.tick()
        start, end = text.rfind("\n", 0, found) + 1, text.find("\n", found)
        at = len(text) if end < 0 else end
        try:
            line = load_json(text[start:at])
        except StrictError as error:
            number = text.count("\n", 0, start) + 1
            raise document.error(f"is not strict JSON: {error}", line=number) from error
        if isinstance(line, dict) and line.get("type") == "Metric":
            seen += 1
            one = _declared(document, line, text.count("\n", 0, start) + 1)
            declared.setdefault(one.name, one)
    written = pc.sum(pc.equal(table.column("type"), "Metric")).as_py() or 0
    if written != seen:
        raise document.error("declares metrics in a form that is not k6's")
    return declared


def _declared(document: Document, line: dict[str, Any], number: int) -> _Declared:
    where = f"line {number}: data"
    data = fields.mapping_at(document, line, "data", f"line {number}")
    kind = fields.text(document, data, "type", where)
    if kind not in KINDS:
        raise document.error(f"a metric of the type {one_line(kind)!r} is not k6's", line=number)
    parts = fields.objects(document, data, "submetrics", where, None) or []
    bounds = fields.items(document, data, "thresholds", where, None) or []
    return _Declared(
        name=fields.text(document, line, "metric", f"line {number}"),
        kind=kind,
        contains=fields.text(document, data, "contains", where, "default"),
        thresholds=tuple(_expression(document, bound, where) for bound in bounds),
        parts=tuple(fields.text(document, part, "name", where) for part in parts),
        tainted=bool(fields.flag(document, data, "tainted", where, None)),
    )


def _expression(document: Document, bound: object, where: str) -> str:
    """A threshold is its expression, or an object that holds it beside when to abort."""
    if isinstance(bound, str):
        return bound
    named = fields.place(where, "thresholds")
    return fields.text(document, fields.as_mapping(document, bound, named), "threshold", named)


def _points(document: Document, table: pa.Table) -> pa.Table:
    """The samples alone: `metric`, `time` and `value`, none of them missing."""
    kind = table.column("type")
    known = pc.is_in(kind, pa.array(["Metric", "Point"]))
    row = pc.index(known, pa.scalar(False)).as_py() + 1
    if row:
        raise document.error(f"record {row} is neither a Metric nor a Point")
    chosen = table.filter(pc.equal(kind, "Point"))
    columns = {
        "metric": chosen.column("metric"),
        "time": pc.struct_field(chosen.column("data"), "time"),
        "value": pc.struct_field(chosen.column("data"), "value"),
    }
    for name, column in columns.items():
        if column.null_count:
            raise document.error(f"{column.null_count} of its points have no {name}")
    ordinary = pc.less(pc.abs(columns["value"]), _TOO_LARGE)
    if chosen.num_rows and not pc.all(ordinary).as_py():
        raise document.error(f"a point has a value that is no number below {_TOO_LARGE:g}")
    return pa.table(columns)


def _by_metric(
    document: Document, points: pa.Table, declared: Mapping[str, _Declared]
) -> dict[str, Any]:
    """The values of each metric, in the order they were taken."""
    encoded = pc.dictionary_encode(points.column("metric")).unify_dictionaries()
    samples = dict.fromkeys(declared, np.zeros(0))
    if not encoded.num_chunks or not points.num_rows:
        return samples
    whole = pa.concat_arrays(encoded.chunks)
    codes, names = whole.indices.to_numpy(), whole.dictionary.to_pylist()
    values = points.column("value").to_numpy()
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(names)))
    for name, part in zip(names, np.split(values[order], ends[:-1]), strict=True):
        if name not in declared:
            raise document.error(
                f"has points of {one_line(name)!r}, a metric that it never declares: its beginning "
                f"is missing"
            )
        samples[name] = part
    return samples


def _metric(declared: _Declared, samples: Any) -> Metric:
    timed = declared.kind == "trend" and declared.contains == "time"
    ordered = np.sort(samples) if declared.kind in {"trend", "gauge"} else samples
    return Metric(
        name=declared.name,
        kind=declared.kind,
        contains=declared.contains,
        values=_values(declared, samples, ordered) if len(samples) else {},
        empty=not len(samples),
        ordered=ordered_of(ordered, 1000, RANKS) if timed and len(samples) else None,
    )


def _values(declared: _Declared, samples: Any, ordered: Any) -> dict[str, Fraction]:
    """What k6 calls the values of a metric."""
    if declared.kind == "rate":
        passes = int(np.count_nonzero(samples))
        made = len(samples)
        rate = Fraction(passes, made)
        return {"passes": Fraction(passes), "fails": Fraction(made - passes), "rate": rate}
    total = exact(math.fsum(samples))
    if declared.kind == "counter":
        return {"count": total}
    ends = {"min": exact(ordered[0].item()), "max": exact(ordered[-1].item())}
    if declared.kind == "gauge":
        return {"value": exact(samples[-1].item()), **ends}
    asked = {rank for one in declared.thresholds if (rank := percentile_asked(one)) is not None}
    ranks = {f"p({figure(rank)})": percentile(ordered, rank) for rank in {*RANKS, *asked}}
    middle = percentile(ordered, Fraction(50))
    count = Fraction(len(samples))
    return {"count": count, "avg": total / count, "med": middle, **ends, **ranks}


def _with_rates(
    metrics: Mapping[str, Metric], start: datetime | None, end: datetime | None
) -> dict[str, Metric]:
    """Counters with how much they counted a second, from the first sample to the last.

    k6 divides by the whole run, which the stream does not tell, so no threshold is judged by it.
    """
    timed = dict(metrics)
    seconds = Fraction(0) if start is None or end is None else exact((end - start).total_seconds())
    for name, metric in metrics.items():
        if metric.kind == "counter" and metric.values and seconds:
            rate = metric.values["count"] / seconds
            timed[name] = replace(metric, values={**metric.values, "rate": rate})
    return timed


def _untold(declared: Mapping[str, _Declared]) -> Iterator[str]:
    """Thresholds on parts of a metric, which k6 does not write into the stream."""
    parts = {part for one in declared.values() for part in one.parts} - {_ALWAYS_THERE}
    if parts:
        yield (
            f"k6 kept {one_line(min(parts))} apart, as it does for a threshold, but does not "
            f"write into this stream which."
        )
