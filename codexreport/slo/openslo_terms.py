"""What the terms of an OpenSLO objective mean here: target, method, period and indicator.

Each function reads one term. What cannot be honoured it refuses on the spot, and answers None.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from codexreport.errors import ParameterError
from codexreport.series import Indicator, Metric, RatioIndicator, ThresholdIndicator
from codexreport.slo.documents import Spot
from codexreport.slo.objective import Method, Occurrences, RatioTimeslices, Timeslices
from codexreport.slo.openslo_schema import (
    Calendar,
    MetricBody,
    ObjectiveItem,
    RatioMetric,
    SliSpec,
    TimeWindow,
)
from codexreport.slo.period import CalendarPeriod, CalendarUnit, Period, RollingPeriod
from codexreport.slo.sources import KnownSources
from codexreport.window import format_duration, zone

_SHORTHAND = re.compile(r"([1-9][0-9]{0,6})([mhdwMQY])")
_FIXED = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_CALENDAR: dict[str, CalendarUnit] = {
    "d": "day",
    "w": "week",
    "M": "month",
    "Q": "quarter",
    "Y": "year",
}
_LONGEST = {"m": 5_270_400, "h": 87_840, "d": 3660, "w": 522, "M": 120, "Q": 40, "Y": 10}
"""How many of each make ten years, which is more than anything keeps data for."""


def target_of(item: ObjectiveItem, spot: Spot) -> Fraction | None:
    """`target` or `targetPercent`, whichever is given."""
    if (item.target is None) == (item.target_percent is None):
        spot.at("target").refuse("give either target or targetPercent")
        return None
    return item.target if item.target_percent is None else item.target_percent / 100


def method_of(
    name: str, item: ObjectiveItem, bucket: timedelta | None, spot: Spot
) -> Method | None:
    """`budgetingMethod` with the objective's time slices.

    Args:
        name: The method.
        item: The objective.
        bucket: Width that events are counted in, which a slice must be a multiple of.
        spot: Where the objective stands.
    """
    wanted = {
        "timeSliceTarget": name == "Timeslices",
        "timeSliceWindow": name != "Occurrences",
    }
    given = {
        "timeSliceTarget": item.time_slice_target is not None,
        "timeSliceWindow": item.time_slice_window is not None,
    }
    for key, needed in wanted.items():
        if given[key] and not needed:
            spot.at(key).refuse(f"has no meaning with budgetingMethod {name}")
        elif needed and not given[key]:
            spot.at(key).refuse(f"is missing, and budgetingMethod {name} needs it")
    if wanted != given:
        return None
    if item.time_slice_window is None:
        return Occurrences()
    width = _slice_width(item.time_slice_window, bucket, spot.at("timeSliceWindow"))
    if width is None:
        return None
    if item.time_slice_target is None:
        return RatioTimeslices(width=width)
    return Timeslices(width=width, target=item.time_slice_target)


def _slice_width(written: int | str, bucket: timedelta | None, spot: Spot) -> timedelta | None:
    """A slice's width; a bare number is minutes."""
    match = _SHORTHAND.fullmatch(f"{written}m" if isinstance(written, int) else written)
    if match is None or match[2] not in _FIXED:
        spot.refuse("must be a number of minutes or a duration of fixed length, such as 5m")
        return None
    width = int(match[1]) * _FIXED[match[2]]
    if bucket is not None and width % bucket:
        spot.refuse(
            f"{format_duration(width)} is not a whole number of the project's buckets of"
            f" {format_duration(bucket)}; choose a finer bucket in the project file"
        )
        return None
    return width


def period_of(window: TimeWindow, default_zone: str, spot: Spot) -> Period | None:
    """`timeWindow`: rolling, or cut by a calendar."""
    length = _shorthand(window.duration, spot.at("duration"))
    if length is None:
        return None
    count, unit = length
    if window.calendar is not None and window.is_rolling:
        spot.at("isRolling").refuse("a rolling window has no calendar: give one of the two")
        return None
    if window.calendar is not None:
        return _calendar_period(count, unit, window.calendar, default_zone, spot)
    if not window.is_rolling:
        spot.at("isRolling").refuse("must be true where there is no calendar")
        return None
    if unit not in _FIXED:
        spot.at("duration").refuse(
            f"{window.duration} is not always of one length, which a rolling window needs:"
            " write it in days, or give a calendar"
        )
        return None
    return RollingPeriod(length=count * _FIXED[unit])


def _shorthand(written: str, spot: Spot) -> tuple[int, str] | None:
    match = _SHORTHAND.fullmatch(written)
    if match is None:
        spot.refuse("must be a whole number and one of m, h, d, w, M, Q, Y, such as 28d")
        return None
    count, unit = int(match[1]), match[2]
    if count > _LONGEST[unit]:
        spot.refuse("is longer than ten years")
        return None
    return count, unit


def _calendar_period(
    count: int, unit: str, calendar: Calendar, default_zone: str, spot: Spot
) -> Period | None:
    zone_name = calendar.time_zone or default_zone
    try:
        zone(zone_name)
    except ParameterError as error:
        spot.at("calendar.timeZone").refuse(error.message)
        return None
    start = _wall_time(calendar.start_time, zone_name)
    if start is None:
        spot.at("calendar.startTime").refuse("must be a date and time, such as 2026-01-01 00:00:00")
    if unit not in _CALENDAR:
        spot.at("duration").refuse("a calendar window is counted in d, w, M, Q or Y")
        return None
    if start is None:
        return None
    return CalendarPeriod(unit=_CALENDAR[unit], count=count, start=start, zone_name=zone_name)


def _wall_time(written: datetime | date | str, zone_name: str) -> datetime | None:
    """A start by the wall clock of the zone; one that carries an offset is moved there."""
    if isinstance(written, str):
        try:
            written = datetime.fromisoformat(written)
        except ValueError:
            return None
    if not isinstance(written, datetime):
        return datetime.combine(written, time())
    if written.tzinfo is not None:
        written = written.astimezone(zone(zone_name))
    return written.replace(tzinfo=None)


def indicator_of(
    sli: SliSpec,
    item: ObjectiveItem,
    name: str,
    sources: KnownSources,
    *,
    sli_spot: Spot,
    spot: Spot,
) -> Indicator | None:
    """The SLI as it is counted for one objective.

    Args:
        sli: Its specification.
        item: The objective; a threshold metric takes `op` and `value` from it.
        name: What to call it.
        sources: The sources it can ask.
        sli_spot: Where the SLI stands.
        spot: Where the objective stands.
    """
    if (sli.ratio_metric is None) == (sli.threshold_metric is None):
        sli_spot.refuse("give either ratioMetric or thresholdMetric")
        return None
    if sli.ratio_metric is not None:
        return _ratio(sli.ratio_metric, name, sources, sli_spot.at("ratioMetric"))
    metric = _metric(sli.threshold_metric, sources, sli_spot.at("thresholdMetric"))
    for key, value in (("op", item.op), ("value", item.value)):
        if value is None:
            spot.at(key).refuse("is missing, and a thresholdMetric needs it")
    if metric is None or item.op is None or item.value is None:
        return None
    return ThresholdIndicator(name=name, metric=metric, op=item.op, value=item.value)


def _ratio(ratio: RatioMetric, name: str, sources: KnownSources, spot: Spot) -> Indicator | None:
    for key, given in (("raw", ratio.raw), ("rawType", ratio.raw_type)):
        if given is not None:
            spot.at(key).refuse(
                "a ratio computed elsewhere has no counts to sum: give good or bad, and total"
            )
    if ratio.raw is not None or ratio.raw_type is not None:
        return None
    if ratio.total is None:
        spot.at("total").refuse("is missing: a ratio needs the count of all valid events")
    if (ratio.good is None) == (ratio.bad is None):
        spot.refuse("give either good or bad beside total")
        return None
    good = _metric(ratio.good, sources, spot.at("good"))
    bad = _metric(ratio.bad, sources, spot.at("bad"))
    total = _metric(ratio.total, sources, spot.at("total"))
    part = good or bad
    if part is None or total is None:
        return None
    if part.source != total.source:
        spot.refuse(
            f"its parts come from the sources {part.source!r} and {total.source!r}:"
            " both must come from one"
        )
        return None
    return RatioIndicator(name=name, total=total, good=good, bad=bad, counter=ratio.counter)


def _metric(body: MetricBody | None, sources: KnownSources, spot: Spot) -> Metric | None:
    if body is None:
        return None
    asked, spot = body.metric_source, spot.at("metricSource")
    try:
        if asked.metric_source_ref is not None:
            source = sources.named(asked.metric_source_ref, asked.type)
        elif asked.type is not None:
            source = sources.only(asked.type)
        else:
            spot.refuse("names no source: give metricSourceRef or type")
            return None
    except LookupError as error:
        spot.refuse(str(error))
        return None
    return Metric(source=source, spec=asked.spec)
