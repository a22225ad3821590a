"""pytest-benchmark's JSON: seconds a round, and every round where the data was kept."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from codexreport.measure import Number
from codexreport.performance.percentiles import exact, latency
from codexreport.performance.run import Run
from codexreport.performance.values import Group, Latency
from codexreport.readers.commits import the_one
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.text import one_line
from codexreport.wording import count, figure

_METHOD = "as pytest-benchmark computed it of its rounds; quartiles by the median of the halves"
_STATISTICS = (("median", "p50"), ("q1", "p25"), ("q3", "p75"), ("min", "min"), ("max", "max"))
_CLOSE = 1e-9


class PytestBenchmarkReader:
    """Its bounds (`--benchmark-compare-fail`) are not in the file, so it never passes alone."""

    format: ClassVar[str] = "pytest-benchmark"
    title: ClassVar[str] = "pytest-benchmark JSON"
    made_by: ClassVar[str] = "pytest --benchmark-json=benchmark.json"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether there are benchmarks beside the machine they ran on."""
        top = document.json
        return (
            isinstance(top, dict)
            and isinstance(top.get("benchmarks"), list)
            and isinstance(top.get("machine_info"), dict)
        )

    def parse(self, document: Document) -> Run:
        """Every benchmark is a group; different benchmarks have no percentile together."""
        top = fields.as_mapping(document, document.json, "")
        doubts: list[str] = []
        groups = [
            _group(document, one, fields.place("benchmarks", number), doubts)
            for number, one in enumerate(fields.objects(document, top, "benchmarks", ""))
        ]
        return Run(
            tool="pytest-benchmark",
            total=Group(count=sum(group.count or 0 for group in groups)),
            groups=tuple(sorted(groups, key=lambda group: group.name)),
            unit="rounds",
            doubts=tuple(doubts),
            observed=fields.moment(document, top, "datetime", "", None),
            commit=_commit(document, top),
        )


def _group(document: Document, one: dict[str, Any], where: str, doubts: list[str]) -> Group:
    document.tick()
    short = fields.text(document, one, "name", where, "")
    name = one_line(fields.text(document, one, "fullname", where, short), 120) or "(no name)"
    stats = fields.mapping_at(document, one, "stats", where)
    inside = fields.place(where, "stats")
    rounds = fields.count(document, stats, "rounds", inside)
    told = dict(_told(document, stats, inside))
    data = fields.items(document, stats, "data", inside, None)
    if not data:
        known = Latency(figures=tuple(told.items()), method=_METHOD, samples=rounds)
        return Group(name=name, count=rounds, latency=known if rounds else None)
    samples = _samples(document, data, fields.place(inside, "data"))
    worked_out = latency(samples, 1)
    doubts += [f"{name}: {said}" for said in _differences(worked_out, told, rounds)]
    return Group(name=name, count=min(rounds, len(samples)), latency=worked_out)


def _told(document: Document, stats: dict[str, Any], where: str) -> Iterator[tuple[str, Number]]:
    for key, name in (*_STATISTICS, ("mean", "mean")):
        value = fields.number(document, stats, key, where, None)
        if value is not None and value < 0:
            raise document.error(f"{where}.{key} is {value!r}, a negative time")
        if value is not None:
            yield name, exact(value)


def _samples(document: Document, data: list[Any], where: str) -> Any:
    for number, value in enumerate(data):
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        if not plain or not 0 <= value < 10**9:
            raise document.error(
                f"{fields.place(where, number)} is {one_line(repr(value), 40)}, expected seconds"
            )
    return np.array(data, dtype=np.float64)


def _differences(worked_out: Latency | None, told: dict[str, Number], rounds: int) -> Iterator[str]:
    """Where the statistics in the file are not those of the data beside them."""
    if worked_out is None:
        return
    if worked_out.samples != rounds:
        yield (
            f"the data has {count(worked_out.samples or 0, 'rounds')}, the statistics "
            f"{count(rounds, 'rounds')}."
        )
    for name in ("p50", "min", "max"):
        ours, theirs = worked_out.figure(name), told.get(name)
        if ours is None or theirs is None:
            continue
        if not math.isclose(ours, theirs, rel_tol=_CLOSE):
            yield f"{name} of the data is {figure(ours)} s, the statistics say {figure(theirs)} s."


def _commit(document: Document, top: dict[str, Any]) -> str:
    """The revision; one with changes that are in no commit is marked, and equals none."""
    info = fields.mapping_at(document, top, "commit_info", "", {})
    revision = the_one([fields.text(document, info, "id", "commit_info", "")])
    dirty = fields.flag(document, info, "dirty", "commit_info", None)
    return f"dirty:{revision}" if revision and dirty else revision
