"""One indicator's counts from a table of buckets, checked row by row before they are summed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from codexreport.sources.tables import Rows, texts

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_EXACT = 2**53
"""From here on a float does not hold every whole number: an event could be lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One indicator's rows of all files, in the order they are written.

    Attributes:
        lost: Buckets that have a total and no good (or bad) count; they are not observed.
        notes: What a reader should know of the file, in sentences.
        unfit: What in the rows makes them no counts, in sentences.
    """

    start: Integers
    good: Floats
    valid: Floats
    places: tuple[str, ...]
    lost: int = 0
    notes: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of counts, and which of its rows are meant."""

    name: str
    counts: Floats
    chosen: NDArray[np.bool_]


def one_cut(rows: Rows, start: Integers, part: Column, total: Column, *, bad: bool) -> Counted:
    """`good` and `total` stand in the same rows, one bucket a row."""
    kept = np.flatnonzero(total.chosen)
    counts, valid = part.counts[kept], total.counts[kept]
    return Counted(
        start=start[kept],
        good=valid - counts if bad else counts,
        valid=valid,
        places=tuple(rows.place(int(row)) for row in kept),
        notes=rows.notes,
        unfit=tuple(_unfit(rows, part, total)),
    )


def two_cuts(rows: Rows, start: Integers, part: Column, total: Column, *, bad: bool) -> Counted:
    """`good` and `total` select different rows: sum each by bucket, then put them together."""
    in_total, first = np.unique(start[total.chosen], return_index=True)
    # A bucket without any row of the part was not counted: that is no zero.
    both = np.isin(in_total, start[part.chosen])
    buckets = in_total[both]
    counts, valid = (
        _summed(buckets, start[one.chosen], one.counts[one.chosen]) for one in (part, total)
    )
    return Counted(
        start=buckets,
        good=valid - counts if bad else counts,
        valid=valid,
        places=tuple(rows.place(int(row)) for row in np.flatnonzero(total.chosen)[first][both]),
        lost=int((~both).sum()),
        notes=rows.notes,
        unfit=(*_unfit(rows, part, total), *_repeated(rows, part, total)),
    )


def _unfit(rows: Rows, *columns: Column) -> Iterator[str]:
    """Checked before anything is summed, where one row could make up for another."""
    chosen = np.array([one.chosen for one in columns])
    counts = np.array([one.counts for one in columns])
    for what, wrong in (
        ("negative counts", counts < 0),
        ("counts that are not whole numbers", counts % 1 != 0),
        ("counts too large to be exact", counts >= _EXACT),
    ):
        found = np.flatnonzero(np.any(wrong & chosen, axis=0))
        yield from _told(what, [rows.place(int(row)) for row in found])


def _repeated(rows: Rows, part: Column, total: Column) -> Iterator[str]:
    """Rows that differ in nothing but their counts; summed, they would count events twice."""
    others = [
        texts(rows, column.name)
        for column in rows.table.schema
        if column.name not in {part.name, total.name} and not pa.types.is_nested(column.type)
    ]
    seen: set[tuple[object, ...]] = set()
    twice = []
    for row in np.flatnonzero(part.chosen | total.chosen):
        key = tuple(column[row] for column in others)
        if key in seen:
            twice.append(rows.place(int(row)))
        seen.add(key)
    yield from _told("buckets that stand twice", twice)


def _summed(buckets: Integers, start: Integers, counts: Floats) -> Floats:
    inside = np.isin(start, buckets)
    summed = np.zeros(len(buckets))
    np.add.at(summed, np.searchsorted(buckets, start[inside]), counts[inside])
    return summed


def joined(parts: Sequence[Counted]) -> Counted:
    """The rows of several files as one."""
    return Counted(
        start=np.concatenate([part.start for part in parts]),
        good=np.concatenate([part.good for part in parts]),
        valid=np.concatenate([part.valid for part in parts]),
        places=tuple(place for part in parts for place in part.places),
        unfit=tuple(sentence for part in parts for sentence in part.unfit),
    )


def notes_on(parts: Sequence[Counted]) -> Iterator[str]:
    """What a reader should know of the files, in sentences."""
    for part in parts:
        yield from part.notes
    if any(bool(np.any(np.diff(part.start) < 0)) for part in parts):
        yield "Rows are not in order of time; they were sorted."
    if lost := sum(part.lost for part in parts):
        yield f"{lost} buckets have a total and no other count; they count as not observed."


def contradictions_in(rows: Counted, width: int) -> Iterator[str]:
    """What makes buckets of `width` seconds unfit for any verdict, in sentences."""
    order = np.argsort(rows.start, kind="stable")
    apart = np.diff(rows.start[order])
    found = [
        ("more good events than valid ones", np.flatnonzero(rows.good > rows.valid)),
        ("more bad events than valid ones", np.flatnonzero(rows.good < 0)),
        ("buckets that stand twice", order[1:][apart == 0]),
        ("buckets that overlap", order[1:][(apart > 0) & (apart < width)]),
        ("buckets that do not start on the grid", np.flatnonzero(rows.start % width != 0)),
    ]
    for what, at in found:
        yield from _told(what, [rows.places[row] for row in sorted(at)])


def _told(what: str, places: Sequence[str]) -> Iterator[str]:
    """What is wrong, at the first of the places where it is; nothing where it is nowhere."""
    if places:
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        yield f"{places[0]}{more}: {what}"
