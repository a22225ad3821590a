"""Text exports of metrics with timestamps, read with the same selectors as a Prometheus server."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import numpy as np

from codexreport.errors import SourceError
from codexreport.keys import Length
from codexreport.series import (
    Ask,
    EventSeries,
    Indicator,
    Metric,
    RatioIndicator,
    ThresholdIndicator,
)
from codexreport.sources import openmetrics_text, paths
from codexreport.sources.base import Place, Pulled, Snapshot, SourceSettings
from codexreport.sources.counters import Selected, count_events
from codexreport.sources.increase import Grid, moment
from codexreport.sources.observations import observations
from codexreport.sources.prometheus_plan import roles_of
from codexreport.sources.promql import Selector, parse_selector
from codexreport.wording import count

MEDIA_TYPE = "application/openmetrics-text"


class OpenMetricsSettings(SourceSettings):
    """An `openmetrics` source."""

    path: str
    """File or pattern, below the project's folder."""
    lookback: Length = timedelta(minutes=5)
    """Time between two samples above which what lies between was not observed."""


class OpenMetricsSource:
    """Reads text exports; see `OpenMetricsSettings`."""

    type: ClassVar[str] = "openmetrics"
    Settings: ClassVar[builtins.type[SourceSettings]] = OpenMetricsSettings

    def __init__(self, name: str, settings: OpenMetricsSettings) -> None:
        self._name = name
        self._settings = settings
        self._parsed: dict[tuple[str, str], list[openmetrics_text.Series]] = {}

    def refusal(self, indicator: Indicator) -> str:
        """Why it cannot answer: only selectors can be read from a file."""
        for metric in _metrics(indicator):
            query = str(metric.spec.get("query", ""))
            if parse_selector(query) is None:
                return f"a text export can only be asked for a selector, not {query!r}"
        if isinstance(indicator, RatioIndicator) and not indicator.counter:
            return "a text export holds counters; write counter: true"
        return ""

    def collect(self, ask: Ask, place: Place) -> Mapping[str, Pulled]:
        """Read every file once; all indicators are answered from the same bytes."""
        snapshots = tuple(self._snapshots(place))
        return {indicator.name: snapshots for indicator in ask.indicators}

    def read(self, indicator: Indicator, ask: Ask, snapshots: Sequence[Snapshot]) -> EventSeries:
        """Count what the selected counters counted, or compare what the gauge showed."""
        grid = Grid.inside(ask.span.start_s, ask.span.end_s, round(ask.bucket.total_seconds()))
        if isinstance(indicator, RatioIndicator):
            part = indicator.good or indicator.bad
            if part is None:
                raise SourceError(f"{indicator.name} has neither good nor bad events.")
            series = count_events(
                indicator,
                self._selected(indicator.total, snapshots),
                self._selected(part, snapshots),
                grid,
                self._settings.lookback.total_seconds(),
            )
        else:
            series = _observed(indicator, self._selected(indicator.metric, snapshots), grid)
        origins = tuple(origin for snapshot in snapshots for origin in snapshot.origins)
        return replace(series, origins=origins)

    def probe(self, place: Place, indicators: Sequence[Indicator] = ()) -> str:
        """How many files there are; each selector must find in them what it asks for."""
        found = paths.find(self._name, self._settings.path, place.root)
        snapshots = tuple(self._snapshots(place)) if indicators else ()
        for indicator in indicators:
            for role, metric in roles_of(indicator).items():
                if refusal := self._selected(metric, snapshots).refusal(role):
                    raise SourceError(f"Source {self._name}: {refusal}")
        return count(len(found), "files")

    def _snapshots(self, place: Place) -> Iterator[Snapshot]:
        for path in paths.find(self._name, self._settings.path, place.root):
            content = paths.read_bytes(self._name, path, place.root)
            origin = paths.origin_of(self._name, path, place.root, content, place.now)
            yield Snapshot(body=content, media_type=MEDIA_TYPE, origins=(origin,))

    def _selected(self, metric: Metric, snapshots: Sequence[Snapshot]) -> Selected:
        selector = _selector(metric)
        joined: dict[tuple[tuple[str, str], ...], list[openmetrics_text.Series]] = {}
        for snapshot in snapshots:
            for series in self._series(snapshot, selector.metric):
                if selector.matches(series.labels):
                    joined.setdefault(tuple(sorted(series.labels.items())), []).append(series)
        return Selected(
            selector=selector, series=[_one(parts).as_counter() for parts in joined.values()]
        )

    def _series(self, snapshot: Snapshot, metric: str) -> list[openmetrics_text.Series]:
        """A file's series of one metric, parsed once."""
        key = snapshot.origins[0].sha256, metric
        if key not in self._parsed:
            name = snapshot.origins[0].uri
            try:
                text = snapshot.body.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise SourceError(f"{name} is not UTF-8 text.") from error
            self._parsed[key] = openmetrics_text.parse(text, name, {metric}).get(metric, [])
        return self._parsed[key]


def _metrics(indicator: Indicator) -> list[Metric]:
    if isinstance(indicator, ThresholdIndicator):
        return [indicator.metric]
    given = (indicator.total, indicator.good, indicator.bad)
    return [metric for metric in given if metric is not None]


def _selector(metric: Metric) -> Selector:
    selector = parse_selector(str(metric.spec.get("query", "")))
    if selector is None:
        raise SourceError("Only a selector can be read from a text export.")
    return selector


def _one(parts: Sequence[openmetrics_text.Series]) -> openmetrics_text.Series:
    """One series from its pieces in several files; a sample that two hold counts once."""
    times = np.concatenate([part.times for part in parts])
    values = np.concatenate([part.values for part in parts])
    unique, first, which = np.unique(times, return_index=True, return_inverse=True)
    kept = values[first]
    equal = (values == kept[which]) | (np.isnan(values) & np.isnan(kept[which]))
    other = np.flatnonzero(~equal)
    if other.size:
        raise SourceError(
            f"A series reads both {kept[which[other[0]]]:g} and {values[other[0]]:g} at "
            f"{moment(times[other[0]])}, in two places of the export.",
            advice="Leave one of them; both cannot be right.",
        )
    return openmetrics_text.Series(parts[0].labels, unique, kept)


def _observed(indicator: ThresholdIndicator, selected: Selected, grid: Grid) -> EventSeries:
    if refusal := selected.refusal("value"):
        return EventSeries(width=grid.width, contradictions=(refusal,))
    if len(selected.series) != 1:
        found = len(selected.series)
        return EventSeries(width=grid.width, contradictions=(f"{found} series where one is due",))
    (series,) = selected.series
    return observations(indicator, series.times, series.values, grid)
