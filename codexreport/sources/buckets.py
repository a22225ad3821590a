"""Counts by bucket from CSV or Parquet files: its start, good events, valid events."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from codexreport.errors import SourceError
from codexreport.keys import Length, ZoneName
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
from codexreport.wording import count

if TYPE_CHECKING:
    from codexreport.sources.bucket_counts import Counted


_NO_ROW = "no row matches its `where`; a missing series is not zero"


class BucketsSettings(SourceSettings):
    """A `buckets` source."""

    path: str
    """File or pattern, below the project's folder; CSV or Parquet."""
    start: str = "start"
    """Column with the moment each bucket begins: ISO 8601 with offset, or Unix time."""
    bucket: Length | None = None
    """Width of a bucket in the file, such as 1h; `[slo] bucket` where it is not given."""
    timezone: ZoneName | None = None
    """Zone of times without offset; they are refused where it is not given."""


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
        snapshots = tuple(self._snapshots(place))
        return {indicator.name: snapshots for indicator in ask.indicators}

    def read(self, indicator: Indicator, ask: Ask, snapshots: Sequence[Snapshot]) -> EventSeries:
        """Parse, check and put on the grid. Contradictions make the series unfit for a verdict."""
        if not isinstance(indicator, RatioIndicator):
            raise SourceError(f"Source {self._name}: {self.refusal(indicator)}.")
        from codexreport.sources.bucket_counts import contradictions_in, joined, notes_on

        if not snapshots:
            raise SourceError(f"Source {self._name}: there is no file to read from.")
        width = self._width(ask)
        parts = [self._rows(indicator, snapshot) for snapshot in snapshots]
        counted = joined(parts)
        origins = tuple(origin for snapshot in snapshots for origin in snapshot.origins)
        if not len(counted.start):
            return EventSeries(
                width=width,
                contradictions=(_NO_ROW,),
                origins=origins,
            )
        notes = tuple(notes_on(parts))
        contradictions = counted.unfit or tuple(contradictions_in(counted, width))
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

    def probe(self, place: Place, indicators: Sequence[Indicator] = ()) -> str:
        """How many files there are; each is read as it will be for the indicators."""
        found = paths.find(self._name, self._settings.path, place.root)
        asked = [one for one in indicators if isinstance(one, RatioIndicator)]
        snapshots = tuple(self._snapshots(place)) if asked else ()
        for indicator in asked:
            if not any(len(self._rows(indicator, snapshot).start) for snapshot in snapshots):
                raise SourceError(f"Source {self._name}: {_NO_ROW}.")
        return count(len(found), "files")

    def _snapshots(self, place: Place) -> Iterator[Snapshot]:
        for path in paths.find(self._name, self._settings.path, place.root):
            content = paths.read_bytes(self._name, path, place.root)
            origin = paths.origin_of(self._name, path, place.root, content, place.now)
            yield Snapshot(body=content, media_type=_media_type(content), origins=(origin,))

    def _width(self, ask: Ask) -> int:
        return round((self._settings.bucket or ask.bucket).total_seconds())

    def _rows(self, indicator: RatioIndicator, snapshot: Snapshot) -> Counted:
        from codexreport.sources import row_filter, tables
        from codexreport.sources.bucket_counts import Column, one_cut, two_cuts

        part = indicator.good or indicator.bad
        if part is None:
            raise SourceError(f"{indicator.name} has neither good nor bad events.")
        rows = tables.parse(snapshot.body, snapshot.origins[0].uri)
        start = tables.instants(rows, self._settings.start, self._settings.timezone)
        counts, valid = (
            Column(
                name=(name := str(metric.spec.get("column", role))),
                counts=tables.numbers(rows, name),
                chosen=row_filter.selected(rows, metric.spec.get("where", {})),
            )
            for role, metric in (
                ("good" if indicator.good else "bad", part),
                ("valid", indicator.total),
            )
        )
        put_together = one_cut if np.array_equal(counts.chosen, valid.chosen) else two_cuts
        return put_together(rows, start, counts, valid, bad=indicator.bad is not None)


def _refusal(metric: Metric) -> str:
    if unknown := set(metric.spec) - {"column", "where"}:
        return f"spec knows column and where, not {', '.join(sorted(unknown))}"
    if not isinstance(metric.spec.get("column", ""), str):
        return f"column must be the name of a column, not {metric.spec['column']!r}"
    try:
        conditions.parse(metric.spec.get("where", {}))
    except conditions.ConditionError as error:
        return str(error)
    return ""


def _media_type(content: bytes) -> str:
    return "application/vnd.apache.parquet" if content[:4] == b"PAR1" else "text/csv"


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
