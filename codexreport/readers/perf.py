"""Performance runs as `codexreport perf` writes them: figures, method and number of samples.

    {
      "schema": 1,
      "scenario": "smoke",
      "target": "https://staging.shop.example",
      "started": "2026-10-05T09:00:00.000Z",
      "ended": "2026-10-05T09:01:00.000Z",
      "attempts": [{"started": "2026-10-05T09:00:00.000Z", "waited_s": 0, "state": "pass"}],
      "tool": "Locust 2.47.0",
      "unit": "requests",
      "commit": "4f1c2a9",
      "cause": null,
      "total": {
        "count": 612, "failed": 0, "throughput": 10.2,
        "latency": {"method": "exact from the samples", "samples": 612, "seconds": {"p95": 0.12}}
      },
      "groups": [],
      "thresholds": [{"of": "p95", "expression": "< 200 ms", "state": "pass"}],
      "doubts": []
    }

A threshold on a statistic of the whole is judged again by its figure; a worse `state` in the file
stays. A run that passed only after it had been measured before is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from codexreport.bounds import BoundError, parse_bound
from codexreport.measure import Number, State, worst
from codexreport.performance.percentiles import exact
from codexreport.performance.readings import UNITS
from codexreport.performance.run import Run
from codexreport.performance.thresholds import threshold_of
from codexreport.performance.values import Figure, Group, Latency, Threshold
from codexreport.readers.commits import the_one
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.plain_keys import refuse_others, refuse_schema
from codexreport.text import one_line
from codexreport.wording import count

_TOP = frozenset(
    {
        "schema",
        "scenario",
        "target",
        "setting",
        "imported",
        "started",
        "ended",
        "attempts",
        "tool",
        "unit",
        "cause",
        "commit",
        "total",
        "groups",
        "more_groups",
        "errors_bounded",
        "thresholds",
        "figures",
        "doubts",
    }
)
_JUDGED = frozenset({State.PASS, State.WARNING, State.FAIL, State.UNKNOWN, State.NOT_APPLICABLE})


class PerfReader:
    """The project's own plain form."""

    format: ClassVar[str] = "perf"
    title: ClassVar[str] = "Performance run, plain JSON"
    made_by: ClassVar[str] = "codexreport perf --scenario smoke --output perf.json"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether a scenario was measured, attempt by attempt."""
        top = document.json
        return isinstance(top, dict) and {"scenario", "attempts", "total"} <= top.keys()

    def parse(self, document: Document) -> Run:
        """Understand the file.

        Raises:
            SourceError: A key is missing, not known, or holds what it cannot.
        """
        top = fields.as_mapping(document, document.json, "")
        refuse_schema(document, top)
        refuse_others(document, top, _TOP, "")
        total = _group(document, fields.mapping_at(document, top, "total", ""), "total")
        thresholds = fields.objects(document, top, "thresholds", "", [])
        groups = document.counted(iter(fields.objects(document, top, "groups", "", [])))
        return Run(
            tool=one_line(fields.text(document, top, "tool", "", "")),
            total=total,
            groups=tuple(
                _group(document, one, fields.place("groups", n)) for n, one in enumerate(groups)
            ),
            more_groups=fields.count(document, top, "more_groups", "", 0),
            thresholds=tuple(
                _threshold(document, one, fields.place("thresholds", n), total)
                for n, one in enumerate(thresholds)
            ),
            errors_bounded=any(one.get("of") == "errors" for one in thresholds)
            or fields.flag(document, top, "errors_bounded", "", default=False),
            figures=(*_figures(document, top), *_retries(document, top)),
            unit=one_line(fields.text(document, top, "unit", "", "requests")) or "requests",
            cause=one_line(fields.text(document, top, "cause", "", "")),
            doubts=tuple(f"{one_line(one)}." for one in fields.texts(document, top, "doubts", "")),
            observed=fields.moment(document, top, "ended", "", None),
            commit=the_one([fields.text(document, top, "commit", "", "")]),
        )


def _group(document: Document, one: dict[str, Any], where: str) -> Group:
    throughput = fields.number(document, one, "throughput", where, None)
    told = fields.mapping_at(document, one, "latency", where, None)
    return Group(
        name=one_line(fields.text(document, one, "name", where, ""), 120),
        count=fields.count(document, one, "count", where, None),
        failed=fields.count(document, one, "failed", where, None),
        throughput=None if throughput is None else exact(throughput),
        latency=_latency(document, told, fields.place(where, "latency")) if told else None,
    )


def _latency(document: Document, told: dict[str, Any], where: str) -> Latency:
    seconds = fields.mapping_at(document, told, "seconds", where)
    inside = fields.place(where, "seconds")
    figures: list[tuple[str, Number]] = []
    for name in seconds:
        value = fields.number(document, seconds, name, inside)
        if value < 0:
            raise document.error(f"{fields.place(inside, one_line(name, 40))} is a negative time")
        figures.append((one_line(name, 40), exact(value)))
    return Latency(
        figures=tuple(figures),
        method=one_line(fields.text(document, told, "method", where)),
        samples=fields.count(document, told, "samples", where, None),
    )


def _threshold(document: Document, one: dict[str, Any], where: str, total: Group) -> Threshold:
    statistic = fields.text(document, one, "of", where)
    expression = fields.text(document, one, "expression", where)
    value = fields.number(document, one, "value", where, None)
    told = Threshold(
        of=one_line(statistic, 120),
        expression=one_line(expression, 120),
        state=_state(document, one, where),
        reason=_reason(document, one, where),
        value=None if value is None else exact(value),
        unit=one_line(fields.text(document, one, "unit", where, "1")),
    )
    found = _judged_again(total, statistic, expression)
    if found is None or worst([found.state, told.state]) is not found.state:
        return told
    return found


def _judged_again(total: Group, statistic: str, expression: str) -> Threshold | None:
    """The verdict that the figure gives; None where another tool wrote the bound its own way."""
    if statistic not in UNITS:
        return None
    try:
        return threshold_of(total, statistic, parse_bound(expression))
    except BoundError:
        return None


def _figures(document: Document, top: dict[str, Any]) -> Iterator[Figure]:
    for n, one in enumerate(fields.objects(document, top, "figures", "", [])):
        where = fields.place("figures", n)
        value = fields.number(document, one, "value", where, None)
        yield Figure(
            name=one_line(fields.text(document, one, "name", where), 80),
            of=one_line(fields.text(document, one, "of", where, ""), 120),
            value=None if value is None else exact(value),
            unit=one_line(fields.text(document, one, "unit", where, "1")),
            state=_state(document, one, where),
            reason=_reason(document, one, where),
        )


def _retries(document: Document, top: dict[str, Any]) -> Iterator[Figure]:
    """What was measured again is said, and is no clean pass."""
    attempts = fields.objects(document, top, "attempts", "")
    if len(attempts) > 1:
        yield Figure(
            name="retries",
            value=len(attempts) - 1,
            unit="retries",
            state=State.WARNING,
            reason=f"It was measured {count(len(attempts), 'times')}; the last counts.",
        )


def _state(document: Document, one: dict[str, Any], where: str) -> State:
    written = fields.text(document, one, "state", where)
    state = next((known for known in _JUDGED if known.value == written), None)
    if state is None:
        raise document.error(f"{fields.place(where, 'state')} is {one_line(written, 40)!r}")
    return state


def _reason(document: Document, one: dict[str, Any], where: str) -> str:
    said = one_line(fields.text(document, one, "reason", where, ""))
    return f"{said}." if said else "The file does not say why."
