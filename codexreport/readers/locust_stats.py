"""Locust's statistics at the end of a run: `PREFIX_stats.csv`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from codexreport.measure import Number
from codexreport.performance.judging import GROUPS_SHOWN
from codexreport.performance.run import Run
from codexreport.performance.values import Group, Latency
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
from codexreport.wording import count

_COLUMNS = frozenset({"Type", "Name", "Request Count", "Failure Count"})
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)%")
_METHOD = "as Locust computed it, from response times that it rounds to two digits above 100 ms"
_OTHERS = (
    ("mean", "Average Response Time"),
    ("min", "Min Response Time"),
    ("max", "Max Response Time"),
)


class _Count(NamedTuple):
    """How many requests a row counts, and how many failed ones."""

    line: int
    made: int
    failed: int


class LocustStatsReader:
    """A row for each request name, and the row `Aggregated` for all of them."""

    format: ClassVar[str] = "locust-stats"
    title: ClassVar[str] = "Locust statistics (_stats.csv)"
    made_by: ClassVar[str] = "locust --headless -u 10 -t 1m --csv=results"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.CSV})

    def recognises(self, document: Document) -> bool:
        """Whether the header has Locust's columns, and no moments."""
        return set(document.columns) >= _COLUMNS and "Timestamp" not in document.columns

    def parse(self, document: Document) -> Run:
        """Every row; where `Aggregated` and the sum of the others differ, the worse wins."""
        require_columns(document, _COLUMNS)
        counts = _counts(document)
        parts = {name: one for name, one in counts.items() if name}
        largest = sorted(parts, key=lambda name: (-parts[name].made, name))[:GROUPS_SHOWN]
        groups = _groups(document, {*largest, ""})
        total, doubts = _total(groups.pop("", None), list(parts.values()))
        return Run(
            tool="Locust",
            total=total,
            groups=tuple(groups[name] for name in sorted(groups)),
            more_groups=len(parts) - len(groups),
            doubts=doubts,
        )


def _counts(document: Document) -> dict[str, _Count]:
    """The counts of each row by its name; that of `Aggregated` is empty."""
    counts: dict[str, _Count] = {}
    for line, row in document.rows():
        name = name_of(row)
        if name in counts:
            raise document.error(f"{shown(name) or 'Aggregated'} stands twice", line=line)
        made = whole(document, row, "Request Count", line)
        counts[name] = _Count(line, made, whole(document, row, "Failure Count", line))
    return counts


def _groups(document: Document, names: set[str]) -> dict[str, Group]:
    """Everything that the rows of `names` say."""
    rows = ((line, row) for line, row in document.rows() if name_of(row) in names)
    return {name_of(row): _group(document, row, line) for line, row in rows}


def _group(document: Document, row: Row, line: int) -> Group:
    made = whole(document, row, "Request Count", line)
    return Group(
        name=shown(name_of(row)),
        count=made,
        failed=whole(document, row, "Failure Count", line),
        throughput=number(document, row, "Requests/s", line),
        latency=_latency(document, row, line, made) if made else None,
    )


def _latency(document: Document, row: Row, line: int, made: int) -> Latency:
    figures: list[tuple[str, Number]] = []
    for column in row:
        found = _PERCENT.fullmatch(column)
        value = number(document, row, column, line) if found else None
        if found and value is not None:
            figures.append((f"p{found[1]}", value / MILLISECONDS))
    for name, column in _OTHERS:
        value = number(document, row, column, line)
        if value is not None:
            figures.append((name, value / MILLISECONDS))
    return Latency(figures=tuple(figures), method=_METHOD, samples=made)


def _total(everything: Group | None, parts: Sequence[_Count]) -> tuple[Group, tuple[str, ...]]:
    made, failed = sum(part.made for part in parts), sum(part.failed for part in parts)
    if everything is None:
        said = "There is no row Aggregated, so the file may not be whole."
        return Group(count=made, failed=failed), (said,)
    if (everything.count, everything.failed) == (made, failed):
        return everything, ()
    said = (
        f"Aggregated says {count(everything.count or 0, 'requests')} and {everything.failed} "
        f"failed, its rows {count(made, 'requests')} and {failed} failed."
    )
    worse = Group(
        count=min(everything.count or 0, made),
        failed=max(everything.failed or 0, failed),
        throughput=everything.throughput,
        latency=everything.latency,
    )
    return worse, (said,)
