"""Locust's statistics through a run, `PREFIX_stats_history.csv`: a row every second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from fractions import Fraction
from typing import ClassVar

from codexreport.measure import Number
from codexreport.performance.run import Run
from codexreport.performance.values import Figure, Group, Latency
from codexreport.readers.locust_cells import (
    MILLISECONDS,
    Row,
    name_of,
    number,
    shown,
    whole,
)
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.plain_keys import require_columns

_COLUMNS = frozenset(
    {"Timestamp", "User Count", "Type", "Name", "Total Request Count", "Total Failure Count"}
)
_METHOD = (
    "as Locust computed it for the whole run; the percentiles of each moment in this file are of "
    "the seconds before it, and cannot be joined"
)
_FIGURES = (
    ("p50", "Total Median Response Time"),
    ("mean", "Total Average Response Time"),
    ("min", "Total Min Response Time"),
    ("max", "Total Max Response Time"),
)
_YEAR_10000 = 253_402_300_800


@dataclass(frozen=True, slots=True)
class _Moment:
    """One row."""

    line: int
    row: Row
    at: int
    made: int
    failed: int


class LocustHistoryReader:
    """Counts in it are of the run so far: the last row of a name is the run's."""

    format: ClassVar[str] = "locust-history"
    title: ClassVar[str] = "Locust history (_stats_history.csv)"
    made_by: ClassVar[str] = "locust --headless -u 10 -t 1m --csv=results"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.CSV})

    def recognises(self, document: Document) -> bool:
        """Whether the header has moments and counts so far."""
        return set(document.columns) >= _COLUMNS

    def parse(self, document: Document) -> Run:
        """The last row of each name, and doubts where counts fall back."""
        require_columns(document, _COLUMNS)
        first: dict[str, _Moment] = {}
        last: dict[str, _Moment] = {}
        users, doubts = 0, list[str]()
        for line, row in document.rows():
            moment = _moment(document, row, line)
            name = name_of(row)
            before = last.get(name)
            doubts += _fallen(before, moment) if before and not doubts else []
            users = max(users, whole(document, row, "User Count", line))
            first.setdefault(name, moment)
            last[name] = moment
        return _run(document, first, last, users, doubts)


def _moment(document: Document, row: Row, line: int) -> _Moment:
    at = whole(document, row, "Timestamp", line)
    if at >= _YEAR_10000:
        raise document.error(f"Timestamp is {at}, expected seconds since 1970", line=line)
    made = whole(document, row, "Total Request Count", line)
    return _Moment(line, row, at, made, whole(document, row, "Total Failure Count", line))


def _fallen(before: _Moment, moment: _Moment) -> list[str]:
    if moment.at < before.at:
        return [f"Line {moment.line} is earlier than line {before.line}."]
    if moment.made < before.made or moment.failed < before.failed:
        return [
            f"The counts fall back at line {moment.line}: the statistics were reset, and what was "
            f"before is not in the last row."
        ]
    return []


def _run(
    document: Document,
    first: dict[str, _Moment],
    last: dict[str, _Moment],
    users: int,
    doubts: Sequence[str],
) -> Run:
    groups = tuple(_group(document, name, first[name], last[name]) for name in sorted(last) if name)
    end = max((moment.at for moment in last.values()), default=None)
    if "" in last:
        total = _group(document, "", first[""], last[""])
    else:
        total = Group(count=0) if not last else Group()
        doubts = (*doubts, "There is no row Aggregated.")
    return Run(
        tool="Locust",
        total=total,
        groups=groups,
        figures=(Figure(name="users.peak", value=users, unit="users"),),
        doubts=tuple(doubts),
        observed=None if end is None else datetime.fromtimestamp(end, tz=timezone.utc),
    )


def _group(document: Document, name: str, first: _Moment, last: _Moment) -> Group:
    figures: list[tuple[str, Number]] = []
    for statistic, column in _FIGURES:
        value = number(document, last.row, column, last.line)
        if value is not None and last.made:
            figures.append((statistic, value / MILLISECONDS))
    span = last.at - first.at
    return Group(
        name=shown(name),
        count=last.made,
        failed=last.failed,
        latency=Latency(figures=tuple(figures), method=_METHOD, samples=last.made)
        if figures
        else None,
        throughput=Fraction(last.made - first.made, span)
        if span > 0 and last.made >= first.made
        else None,
    )
