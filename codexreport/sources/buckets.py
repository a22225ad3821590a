"""Counts by bucket from CSV or Parquet files: its start, good events, valid events."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator

from codexreport.errors import SourceError
from codexreport.series import (
    Ask,
    EventSeries,
    Indicator,
    Metric,
    RatioIndicator,
    ThresholdIndicator,
)
from codexreport.sources import conditions, paths
from codexreport.sources.base import Place, Pulled, Snapshot, SourceSettings
from codexreport.window import duration

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class BucketsSettings(SourceSettings):
    """A `buckets` source."""

    path: str
    """File or pattern, below the project's folder; CSV or Parquet."""
    start: str = "start"
    """Column with the moment each bucket begins: ISO 8601 with offset, or Unix time."""
    bucket: Annotated[
        timedelta | None, BeforeValidator(lambda v: duration(v) if isinstance(v, str) else v)
    ] = None
    """Width of a bucket in the file, such as 1h; `[slo] bucket` where it is not given."""
    timezone: str | None = None
    """Zone of times without offset; they are refused where it is not given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """One indicator's rows of all files, in the order they are written.

    Attributes:
        lost: Buckets that have a total and no good (or bad) count; they are not observed.
    """

    start: Integers
    good: Floats
    valid: Floats
    places: tuple[str, ...]
    lost: int = 0

    def place(self, row: int) -> str:
        return self.places[row]


class BucketsSource:
    """Reads files of counts; see `BucketsSettings`."""

    type: ClassVar[str] = "buckets"
    Settings: ClassVar[builtins.type[SourceSettings]] = BucketsSettings

    def __init__(self, name: str, settings: BucketsSettings) -> None:
        self._name = name
        self._settings = settings

    def refusal(self, indicator: Indicator) -> str:
        """Why it cannot answer: counts hold no single values, and a metric names a column."""
        if isinstance(indicator, ThresholdIndicator):
            return "a source of counts holds no values to compare; write a ratioMetric"
        for metric in (indicator.total, indicator.good, indicator.bad):
            if metric is not None and (reason := _refusal(metric)):
                return reason
        return ""

    def collect(self, ask: Ask, place: Place) -> Mapping[str, Pulled]:
        """Read every file once; all indicators are answered from the same bytes."""
        snapshots = []
        for path in paths.find(self._name, self._settings.path, place.root):
            content = paths.read_bytes(self._name, path, place.root)
            origin = paths.origin_of(self._name, path, place.root, content, place.now)
            snapshots.append(
                Snapshot(body=content, media_type=_media_type(content), origins=(origin,))
            )
        return {indicator.name: tuple(snapshots) for indicator in ask.indicators}

    def read(self, indicator: Indicator, ask: Ask, snapshots: Sequence[Snapshot]) -> EventSeries:
        """Parse, check and put on the grid. Contradictions make the series unfit for a verdict."""
        if not isinstance(indicator, RatioIndicator):
            raise SourceError(f"Source {self._name}: {self.refusal(indicator)}.")
        width = self._width(ask)
        parts = [self._rows(indicator, snapshot) for snapshot in snapshots]
        counted = _joined(parts)
        origins = tuple(origin for snapshot in snapshots for origin in snapshot.origins)
        if not len(counted.start):
            return EventSeries(
                width=width,
                contradictions=("no row matches its `where`; a missing series is not zero",),
                origins=origins,
            )
        notes = tuple(_notes(parts))
        contradictions = tuple(_contradictions(counted, width))
        if contradictions:
            return EventSeries(width=width, contradictions=contradictions, origins=origins)
        order = np.argsort(counted.start, kind="stable")
        series = EventSeries(
            width=width,
            start=counted.start[order],
            good=counted.good[order],
            valid=counted.valid[order],
            notes=notes,
            origins=origins,
        ).between(ask.span.start_s, ask.span.end_s)
        return _coarser(series, round(ask.bucket.total_seconds()))

    def probe(self, place: Place) -> str:
        """How many files there are."""
        found = paths.find(self._name, self._settings.path, place.root)
        return f"{len(found)} file{'s' if len(found) != 1 else ''}"

    def _width(self, ask: Ask) -> int:
        return round((self._settings.bucket or ask.bucket).total_seconds())

    def _rows(self, indicator: RatioIndicator, snapshot: Snapshot) -> _Counted:
        from codexreport.sources import tables

        rows = tables.parse(snapshot.body, snapshot.origins[0].uri)
        start = tables.instants(rows, self._settings.start, self._settings.timezone)
        part = indicator.good or indicator.bad or indicator.total
        columns, masks = [], []
        for role, metric in (("good", part), ("valid", indicator.total)):
            masks.append(_mask(metric, rows))
            columns.append(tables.numbers(rows, str(metric.spec.get("column", role))))
        if not np.array_equal(masks[0], masks[1]):
            return self._two_cuts(rows, start, columns, masks, bad=indicator.bad is not None)
        kept = np.flatnonzero(masks[1])
        counts, valid = columns[0][kept], columns[1][kept]
        return _Counted(
            start=start[kept],
            good=valid - counts if indicator.bad is not None else counts,
            valid=valid,
            places=tuple(rows.place(int(row)) for row in kept),
        )

    def _two_cuts(
        self,
        rows: Any,
        start: Integers,
        columns: list[Floats],
        masks: list[NDArray[np.bool_]],
        *,
        bad: bool,
    ) -> _Counted:
        """`good` and `total` select different rows: sum each by bucket, then put them together."""
        in_total, first = np.unique(start[masks[1]], return_index=True)
        # A bucket without any row of the part was not counted: that is no zero.
        both = np.isin(in_total, start[masks[0]])
        buckets = in_total[both]
        valid = _summed(buckets, start[masks[1]], columns[1][masks[1]])
        counts = _summed(buckets, start[masks[0]], columns[0][masks[0]])
        rows_of_total = np.flatnonzero(masks[1])[first][both]
        return _Counted(
            start=buckets,
            good=valid - counts if bad else counts,
            valid=valid,
            places=tuple(rows.place(int(row)) for row in rows_of_total),
            lost=int((~both).sum()),
        )


def _refusal(metric: Metric) -> str:
    if unknown := set(metric.spec) - {"column", "where"}:
        return f"spec knows column and where, not {', '.join(sorted(unknown))}"
    try:
        conditions.parse(metric.spec.get("where", {}))
    except conditions.ConditionError as error:
        return str(error)
    return ""


def _media_type(content: bytes) -> str:
    return "application/vnd.apache.parquet" if content[:4] == b"PAR1" else "text/csv"


def _mask(metric: Metric, rows: Any) -> NDArray[np.bool_]:
    from codexreport.sources import tables

    mask = np.ones(rows.table.num_rows, dtype=bool)
    for condition in conditions.parse(metric.spec.get("where", {})):
        mask &= _holds(condition, rows, tables)
    return mask


def _holds(condition: conditions.Condition, rows: Any, tables: Any) -> NDArray[np.bool_]:
    wanted = condition.value
    if isinstance(wanted, tuple):
        allowed = {str(one) for one in wanted}
        return np.array(
            [one in allowed for one in tables.texts(rows, condition.column)], dtype=bool
        )
    if isinstance(wanted, str) or condition.operator in {"=", "!="}:
        equal = tables.texts(rows, condition.column) == str(wanted)
        if condition.operator in {"=", "!="}:
            return np.asarray(equal if condition.operator == "=" else ~equal, dtype=bool)
        raise SourceError(
            f"{condition.column}: only numbers can be compared by {condition.operator}."
        )
    figures = tables.numbers(rows, condition.column)
    compare = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
    return np.asarray(compare[condition.operator](figures, float(wanted)), dtype=bool)


def _summed(buckets: Integers, start: Integers, counts: Floats) -> Floats:
    position = np.searchsorted(buckets, start)
    inside = (position < len(buckets)) & (buckets[np.minimum(position, len(buckets) - 1)] == start)
    summed = np.zeros(len(buckets))
    np.add.at(summed, position[inside], counts[inside])
    return summed


def _joined(parts: Sequence[_Counted]) -> _Counted:
    return _Counted(
        start=np.concatenate([part.start for part in parts]),
        good=np.concatenate([part.good for part in parts]),
        valid=np.concatenate([part.valid for part in parts]),
        places=tuple(place for part in parts for place in part.places),
    )


def _notes(parts: Sequence[_Counted]) -> Iterator[str]:
    if any(bool(np.any(np.diff(part.start) < 0)) for part in parts):
        yield "Rows are not in order of time; they were sorted."
    if lost := sum(part.lost for part in parts):
        yield f"{lost} buckets have a total and no other count; they count as not observed."


def _contradictions(rows: _Counted, width: int) -> Iterator[str]:
    order = np.argsort(rows.start, kind="stable")
    apart = np.diff(rows.start[order])
    found = [
        ("negative counts", np.flatnonzero((rows.good < 0) | (rows.valid < 0))),
        ("more good events than valid ones", np.flatnonzero(rows.good > rows.valid)),
        (
            "counts that are not whole numbers",
            np.flatnonzero((rows.good % 1 != 0) | (rows.valid % 1 != 0)),
        ),
        ("buckets that stand twice", order[1:][apart == 0]),
        ("buckets that overlap", order[1:][(apart > 0) & (apart < width)]),
        ("buckets that do not start on the grid", np.flatnonzero(rows.start % width != 0)),
    ]
    for what, at in found:
        if len(at):
            more = f" and {len(at) - 1} more" if len(at) > 1 else ""
            yield f"{rows.place(int(min(at)))}{more}: {what}"


def _coarser(series: EventSeries, width: int) -> EventSeries:
    """Sum buckets finer than `width` where none of a wide one's is missing; others stay."""
    if series.width >= width or width % series.width:
        return series
    wide, position, pieces = np.unique(
        series.start // width, return_inverse=True, return_counts=True
    )
    whole = pieces == width // series.width
    partial = int((~whole).sum())
    note = f"{partial} buckets were seen in part only and are not counted."
    return EventSeries(
        width=width,
        start=(wide * width)[whole],
        good=np.bincount(position, weights=series.good, minlength=len(wide))[whole],
        valid=np.bincount(position, weights=series.valid, minlength=len(wide))[whole],
        notes=(*series.notes, note) if partial else series.notes,
        origins=series.origins,
    )
