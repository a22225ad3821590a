"""A performance run from k6's metrics, whichever of its files they come from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from codexreport.measure import Number, State
from codexreport.performance.run import Run
from codexreport.performance.values import Figure, Group, Latency, Threshold
from codexreport.readers.k6_thresholds import Metric
from codexreport.readers.notation.document import Document
from codexreport.wording import count, figure

Metrics = Mapping[str, Metric]

SUMMARY_METHOD = "as k6 computed it: linear interpolation between ranks of all its samples"

KINDS = frozenset({"trend", "rate", "counter", "gauge"})

_DURATION = re.compile(r"(\w+_)req_duration")
_PERCENTILE = re.compile(r"p\((\d{1,3}(?:\.\d{1,9})?)\)")
_NAMES = {"med": "p50", "avg": "mean", "min": "min", "max": "max"}
_COUNTERS = ("_reqs", "iterations")
_TOO_MANY = 2**63
_RATE_ERROR = Fraction(1, 10**6)


def run_of(
    metrics: Metrics,
    thresholds: Sequence[Threshold],
    doubts: Sequence[str] = (),
    *,
    method: str = SUMMARY_METHOD,
) -> Run:
    """The run that `metrics` describe.

    Requests are counted in `http_reqs`, and failed ones in `http_req_failed`, a rate of the
    question "did it fail?": its `passes` are the requests that did.
    """
    protocols = [found[1] for name in sorted(metrics) if (found := _DURATION.fullmatch(name))]
    parts = [_protocol(metrics, prefix, method) for prefix in protocols]
    total = parts[0] if len(parts) == 1 else _together(parts)
    if not parts and "iterations" in metrics:
        total = _iterations(metrics["iterations"])
    return Run(
        tool="k6",
        total=total,
        groups=tuple(_timings(metrics, parts, method)),
        thresholds=tuple(sorted(thresholds, key=lambda one: (one.of, one.expression))),
        errors_bounded=any(one.of.endswith("req_failed") for one in thresholds),
        figures=tuple(_checks(metrics, thresholds)),
        unit="requests" if parts else "iterations",
        doubts=(*doubts, *_contradictions(metrics)),
    )


def made_any(metrics: Metrics) -> bool:
    """Whether the run did anything at all."""
    counted = (metrics.get(name) for name in ("http_reqs", "iterations"))
    return any(one is not None and one.values.get("count") for one in counted)


def count_of(document: Document, metric: Metric, key: str) -> int | None:
    """A number of events of `metric`, checked; None where the file does not have it."""
    value = metric.values.get(key)
    if value is not None and (not 0 <= value < _TOO_MANY or value.denominator != 1):
        raise document.error(
            f"metrics.{metric.name}: {key} is {figure(value)}, expected a whole number from 0"
        )
    return None if value is None else int(value)


def check_counts(document: Document, metrics: Metrics) -> None:
    """Refuse a number of events that is none.

    Raises:
        SourceError: It is negative, or not whole.
    """
    for metric in metrics.values():
        if metric.kind == "rate":
            count_of(document, metric, "passes")
            count_of(document, metric, "fails")
        if metric.kind == "trend" or metric.name.endswith(_COUNTERS):
            count_of(document, metric, "count")
        if metric.contains == "time" and any(value < 0 for value in metric.values.values()):
            raise document.error(f"metrics.{metric.name} holds a negative time")


def _protocol(metrics: Metrics, prefix: str, method: str) -> Group:
    """The requests of one protocol: `http_reqs`, `http_req_failed` and `http_req_duration`."""
    durations, made = metrics[f"{prefix}req_duration"], metrics.get(f"{prefix}reqs")
    failing = metrics.get(f"{prefix}req_failed")
    failed, asked = _asked(failing)
    timed = 0 if durations.idle and not asked else durations.values.get("count")
    number = made.values.get("count") if made else (asked if failing else timed)
    return Group(
        name=prefix.rstrip("_"),
        count=None if number is None else int(number),
        failed=failed,
        latency=_latency(durations, method),
        throughput=made.values.get("rate") if made else None,
    )


def _asked(rate: Metric | None) -> tuple[int | None, int]:
    """How often a rate was true, and how often it was asked."""
    if rate is None or "passes" not in rate.values or "fails" not in rate.values:
        return None, 0
    passes = int(rate.values["passes"])
    return passes, passes + int(rate.values["fails"])


def _together(parts: Sequence[Group]) -> Group:
    """Several protocols: their counts add up, their percentiles do not."""
    counts, failures = [one.count for one in parts], [one.failed for one in parts]
    known = [number for number in failures if number is not None]
    return Group(
        count=None if None in counts else sum(number or 0 for number in counts),
        failed=sum(known) if known else None,
    )


def _iterations(metric: Metric) -> Group:
    return Group(count=int(metric.values.get("count", 0)), throughput=metric.values.get("rate"))


def _timings(metrics: Metrics, parts: Sequence[Group], method: str) -> Iterator[Group]:
    """Every metric of time apart: parts of a request, parts of the requests, iterations."""
    whole = {f"{part.name}_req_duration": part for part in parts}
    for name, metric in sorted(metrics.items()):
        if name in whole and len(parts) > 1:
            yield whole[name]
        elif name not in whole and metric.kind == "trend" and metric.contains == "time":
            yield Group(name=name, latency=_latency(metric, method))


def _latency(metric: Metric, method: str) -> Latency | None:
    if metric.idle:
        return None
    figures: dict[str, Number] = {}
    for key, value in metric.values.items():
        found = _PERCENTILE.fullmatch(key)
        name = f"p{figure(Fraction(found[1]))}" if found else _NAMES.get(key)
        if name:
            figures[name] = value / 1000
    made = metric.values.get("count")
    return Latency(
        figures=tuple(sorted(figures.items(), key=_order)),
        method=method,
        samples=None if made is None else int(made),
        ordered=metric.ordered,
    )


def _order(named: tuple[str, Number]) -> tuple[bool, Fraction, str]:
    """Percentiles first, by rank."""
    name = named[0]
    rank = name[1:] if name.startswith("p") else "0"
    return not name.startswith("p"), Fraction(rank), name


def _checks(metrics: Metrics, thresholds: Sequence[Threshold]) -> Iterator[Figure]:
    """Assertions of the script. k6 fails none of its runs for them unless a threshold does."""
    if "checks" not in metrics:
        return
    passed, made = _asked(metrics["checks"])
    failed = made - (passed or 0)
    bounded = any(one.of == "checks" for one in thresholds)
    warned = failed > 0 and not bounded
    said = f"{figure(failed)} of {count(made, 'checks')} failed, and no threshold bounds that."
    yield Figure(
        name="checks.failed",
        value=failed,
        unit="checks",
        state=State.WARNING if warned else State.NOT_APPLICABLE,
        reason=said if warned else "",
    )


def _contradictions(metrics: Metrics) -> Iterator[str]:
    for name, metric in sorted(metrics.items()):
        true, asked = _asked(metric) if metric.kind == "rate" else (None, 0)
        rate = metric.values.get("rate")
        if true is None or not asked or rate is None:
            continue
        if abs(Fraction(true, asked) - rate) > _RATE_ERROR:
            yield (
                f"{name} has a rate of {figure(rate)}, but {figure(true)} of {figure(asked)} "
                f"were true."
            )
    made, failing = metrics.get("http_reqs"), metrics.get("http_req_failed")
    asked = _asked(failing)[1]
    if made and asked and made.values.get("count") not in {None, asked}:
        yield (
            f"http_reqs counts {figure(made.values['count'])} requests, http_req_failed "
            f"{figure(asked)}."
        )
