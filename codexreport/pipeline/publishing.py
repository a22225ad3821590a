"""Figures as Prometheus takes them: measures, their states, and decisions, as gauges.

Source: Prometheus, Metric and label naming; OpenMetrics 1.0, Gauge and StateSet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.registry import Collector

from codexreport import __version__
from codexreport.measure import Measure, Number, State, json_number
from codexreport.readiness.decision import Decision, Verdict
from codexreport.readiness.judging import WORST_FIRST

PREFIX = "codexreport"
_UNITS = {"ratio": "ratio", "seconds": "seconds", "bytes": "bytes", "1/s": "per_second"}
"""Units that a name ends with; what is counted needs none."""
_MEANT_OTHERWISE = ("_total", "_count", "_sum", "_bucket", "_info")
"""Endings that say that a metric is no gauge; the unit is added to them."""
_NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9_]")
_UNSURE = frozenset({State.UNKNOWN, State.ERROR})


class Figures(Collector):
    """A collector for a registry of prometheus_client: the same figures each time.

    Args:
        project: Its name.
        release: What is judged; may be empty.
        now: The moment of the judgement, aware.
        measures: What is published. One that is unknown has a state and no value.
        decisions: What was decided, by name.
    """

    def __init__(
        self,
        *,
        project: str,
        release: str,
        now: datetime,
        measures: Iterable[Measure],
        decisions: Mapping[str, Decision],
    ) -> None:
        self._about = {"project": project, "release": release, "version": __version__}
        self._now = now
        self._measures = _each_once(measures)
        self._decisions = decisions
        self._release = {"release": release} if release else {}

    def collect(self) -> Iterator[Metric]:
        """Every figure, in a fixed order."""
        yield _gauge("info", "Who these figures are about.", [(self._about, 1)])
        yield _gauge(
            "judged_timestamp_seconds", "When it was judged.", [({}, self._now.timestamp())]
        )
        yield from self._values()
        yield _gauge(
            "measure_state", "What a measure says; 1 for the state it is in.", self._states()
        )
        yield from _of_decisions(self._decisions, self._release)

    def _values(self) -> Iterator[Metric]:
        """A family for each name; a value that is not sure is not published."""
        families: dict[str, list[Measure]] = {}
        for one in self._measures:
            if one.value is not None and one.state not in _UNSURE:
                families.setdefault(metric_name(one.name, one.unit), []).append(one)
        for name, members in sorted(families.items()):
            told = f"{members[0].name}, in {members[0].unit}."
            yield _gauge(
                name, told, [({"subject": one.subject}, _float(one.value)) for one in members]
            )

    def _states(self) -> Iterator[tuple[dict[str, str], float]]:
        for one in self._measures:
            for state in State:
                labels = {"measure": one.name, "subject": one.subject, "state": state.value}
                yield labels, one.state is state


def as_text(figures: Figures) -> str:
    """The figures in OpenMetrics."""
    registry = CollectorRegistry()
    registry.register(figures)
    text: bytes = generate_latest(registry)  # type: ignore[no-untyped-call]
    return text.decode()


def metric_name(measure: str, unit: str) -> str:
    """What a measure is called, without the prefix: `slo.sli` in ratio is `slo_sli_ratio`."""
    name = _NOT_IN_NAMES.sub("_", measure)
    taken = name.endswith(_MEANT_OTHERWISE)
    suffix = _UNITS.get(unit, _NOT_IN_NAMES.sub("_", unit) if taken else "")
    return name if not suffix or name.endswith(f"_{suffix}") else f"{name}_{suffix}"


def chosen(measures: Iterable[Measure], prefixes: Sequence[str]) -> list[Measure]:
    """The measures whose names begin with one of these."""
    return [one for one in measures if one.name.startswith(tuple(prefixes))]


def _each_once(measures: Iterable[Measure]) -> list[Measure]:
    """By name and subject; of two that say different things, the worse counts."""
    worst: dict[tuple[str, str, str], Measure] = {}
    for one in measures:
        key = (one.name, one.subject, one.unit)
        if key not in worst or _rank(one) < _rank(worst[key]):
            worst[key] = one
    return [worst[key] for key in sorted(worst)]


def _rank(measure: Measure) -> int:
    state = State.UNKNOWN if measure.state is State.ERROR else measure.state
    return WORST_FIRST.index(state)


def _of_decisions(
    decisions: Mapping[str, Decision], release: Mapping[str, str]
) -> Iterator[Metric]:
    """`release` is a label of each, where a release is judged."""
    if not decisions:
        return
    told = sorted(decisions.items())
    yield _gauge(
        "decision",
        "What is decided; 1 for the verdict.",
        [
            ({"decision": name, **release, "verdict": verdict.value}, one.verdict is verdict)
            for name, one in told
            for verdict in Verdict
        ],
    )
    yield _gauge(
        "gate_score_ratio",
        "A gate's score, 1 for all of it.",
        [
            ({"decision": name, **release, "gate": gate.gate.name}, float(gate.score / 100))
            for name, one in told
            for gate in one.gates
            if gate.score is not None
        ],
    )
    yield _gauge(
        "gate_findings",
        "How many findings of a gate are in a state.",
        [
            (
                {"decision": name, **release, "gate": gate.gate.name, "state": state.value},
                sum(finding.state is state for finding in gate.findings),
            )
            for name, one in told
            for gate in one.gates
            for state in WORST_FIRST
        ],
    )


def _gauge(name: str, told: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> Metric:
    rows = list(samples)
    family = GaugeMetricFamily(f"{PREFIX}_{name}", told, labels=list(rows[0][0]) if rows else [])
    for labels, value in rows:
        family.add_metric(list(labels.values()), float(value))
    return family


def _float(value: Number | None) -> float:
    told = json_number(value)
    return float(told) if told is not None else float("nan")
