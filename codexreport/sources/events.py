"""Raw events, one row a request, in CSV or Parquet: counted by DuckDB, each file scanned once."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from codexreport.errors import SourceError
from codexreport.series import Ask, EventSeries, Indicator
from codexreport.sources import conditions, paths
from codexreport.sources.base import Place, Pulled, Snapshot, SourceSettings
from codexreport.sources.event_plan import plan, understand
from codexreport.sources.event_rollup import RollUp
from codexreport.window import duration
from codexreport.wording import count

MEDIA_TYPE = "application/vnd.apache.parquet"


class EventsSettings(SourceSettings):
    """An `events` source."""

    path: str
    """File or pattern, below the project's folder; CSV or Parquet."""
    timestamp: str = "timestamp"
    """Column with the moment of each event."""
    timezone: Literal["UTC"] | None = None
    """`UTC` where times without offset are UTC; they are refused where it is not given."""
    latency: str | None = None
    """Column with each event's duration, for percentiles."""
    latency_unit: Literal["s", "ms", "us"] = "ms"
    """Its unit."""
    gap: Annotated[
        timedelta | Literal["never"],
        BeforeValidator(lambda v: duration(v) if isinstance(v, str) and v != "never" else v),
    ] = timedelta(minutes=30)
    """Longer stretches without any event of any kind count as not observed; `never`: as silence."""
    memory_limit: str = "850MB"
    """What DuckDB may hold in memory before it spills to disk."""


class EventsSource:
    """Reads files of events; see `EventsSettings`."""

    type: ClassVar[str] = "events"
    Settings: ClassVar[builtins.type[SourceSettings]] = EventsSettings

    def __init__(self, name: str, settings: EventsSettings) -> None:
        self._name = name
        self._settings = settings
        self._parsed: tuple[bytes, RollUp] | None = None

    def refusal(self, indicator: Indicator) -> str:
        """Why it cannot answer: a `where` that means nothing."""
        try:
            understand(indicator)
        except conditions.ConditionError as error:
            return str(error)
        return ""

    def collect(self, ask: Ask, place: Place) -> Mapping[str, Pulled]:
        """Scan what was not scanned before; all indicators share one snapshot, the roll-up."""
        from codexreport.sources.event_collect import Collector

        collector = Collector(self._name, self._settings, place, ask, plan(ask.indicators))
        body = collector.roll_up()
        snapshot = Snapshot(body=body, media_type=MEDIA_TYPE, origins=collector.origins())
        return {indicator.name: (snapshot,) for indicator in ask.indicators}

    def read(self, indicator: Indicator, ask: Ask, snapshots: Sequence[Snapshot]) -> EventSeries:
        """The indicator's part of the roll-up, on the grid, gaps left out."""
        if len(snapshots) != 1:
            raise SourceError(f"Source {self._name}: a roll-up is one snapshot.")
        (snapshot,) = snapshots
        if self._parsed is None or self._parsed[0] is not snapshot.body:
            self._parsed = snapshot.body, RollUp.parse(snapshot.body, self._name)
        gap = self._settings.gap
        gap_s = None if gap == "never" else round(gap.total_seconds())
        return self._parsed[1].series(indicator.name, ask, gap_s, snapshot.origins)

    def probe(self, place: Place, indicators: Sequence[Indicator] = ()) -> str:
        """How many files there are; each must have the columns that will be looked at."""
        from codexreport.sources.event_collect import opened

        found = paths.find(self._name, self._settings.path, place.root)
        scans = plan(indicators)
        for path in found:
            with opened(self._name, self._settings, path, place.cache) as scanner:
                scanner.require(scans, self._settings.latency)
        return count(len(found), "files")
