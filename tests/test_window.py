"""Windows are half-open, in a named zone, and as long as real time is."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.errors import ParameterError
from codexreport.window import Window, duration, format_duration, instant, zone

UTC = timezone.utc
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
moments = st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("250ms", timedelta(milliseconds=250)),
        ("30s", timedelta(seconds=30)),
        ("5m", timedelta(minutes=5)),
        ("1d12h", timedelta(hours=36)),
        ("4w", timedelta(days=28)),
    ],
)
def test_durations(text, length):
    assert duration(text) == length


@pytest.mark.parametrize(
    "text",
    ["", "5", "m", "5 m", "-5m", "1.5h", "5M", "5m!", "0s", f"{'9' * 20}w", "9" * 5000 + "d"],
)
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError):
        duration(text)


@given(st.integers(1, 10**10))
def test_a_duration_of_whole_seconds_is_read_as_it_is_written(seconds):
    length = timedelta(seconds=seconds)
    assert duration(format_duration(length)) == length


def test_an_unknown_zone_is_refused_with_advice():
    for name in ("Moon/Sea", "../etc/passwd", ""):
        with pytest.raises(ParameterError, match="There is no time zone") as caught:
            zone(name)
        assert "IANA" in caught.value.advice


def test_a_time_without_offset_is_in_the_zone_given():
    berlin = ZoneInfo("Europe/Berlin")
    assert instant("2026-10-05T09:00", berlin).isoformat() == "2026-10-05T09:00:00+02:00"
    assert instant("2026-10-05", berlin).isoformat() == "2026-10-05T00:00:00+02:00"
    assert instant("2026-10-05T09:00Z", berlin).utcoffset() == timedelta(0)
    with pytest.raises(ParameterError, match="'next Monday' is not an ISO 8601 time"):
        instant("next Monday", berlin)


@pytest.mark.parametrize(
    ("label", "zone_name", "first", "hours"),
    [
        ("2026-W40", "Europe/Berlin", "2026-09-28T00:00:00+02:00", 168),
        ("2026-W13", "Europe/Berlin", "2026-03-23T00:00:00+01:00", 167),  # clocks forward 29 March
        ("2026-W43", "Europe/Berlin", "2026-10-19T00:00:00+02:00", 169),  # clocks back 25 October
        ("2026-W44", "America/New_York", "2026-10-26T00:00:00-04:00", 169),  # back 1 November
        ("2026-W53", "UTC", "2026-12-28T00:00:00+00:00", 168),
        ("2020-W53", "UTC", "2020-12-28T00:00:00+00:00", 168),
        ("2025-W01", "UTC", "2024-12-30T00:00:00+00:00", 168),
    ],
)
def test_iso_weeks(label, zone_name, first, hours):
    week = Window.iso_week(label, zone_name)
    assert week.start.isoformat() == first
    assert week.length == timedelta(hours=hours)
    assert week.label == label


@pytest.mark.parametrize(
    "label",
    ["2025-W53", "2026-W00", "2026-W54", "2026-40", "W40", "0000-W01", "9999-W53", "2026-W40x", ""],
)
def test_a_week_that_does_not_exist_is_refused(label):
    with pytest.raises(ParameterError, match="There is no ISO week"):
        Window.iso_week(label, "UTC")


@given(moments, st.sampled_from(ZONES))
def test_a_moment_lies_in_its_week_and_the_week_before_ends_where_it_starts(moment, zone_name):
    week = Window.week_of(moment, zone_name)
    assert week.start <= moment < week.end
    assert week == Window.iso_week(week.label, zone_name)
    assert week.previous_week().end == week.start
    assert timedelta(hours=165) < week.length < timedelta(hours=171)


def test_the_week_before_a_window_is_the_one_before_the_week_it_starts_in():
    """7 October 2026 is the Wednesday of week 41."""
    window = Window.between(
        datetime(2026, 10, 7, tzinfo=UTC), datetime(2026, 10, 9, tzinfo=UTC), "UTC"
    )
    assert window.previous_week().label == "2026-W40"


@given(moments, st.sampled_from(ZONES), st.integers(1, 10**7))
def test_a_rolling_window_ends_at_the_moment_and_has_its_real_length(moment, zone_name, seconds):
    window = Window.rolling(timedelta(seconds=seconds), moment, zone_name)
    assert window.end == moment
    assert window.length == timedelta(seconds=seconds)
    assert window.start.tzinfo == ZoneInfo(zone_name)


@given(moments)
def test_a_window_is_clipped_to_what_has_passed(moment):
    week = Window.iso_week("2026-W40", "Europe/Berlin")
    clipped = week.clipped(moment)
    if moment <= week.start:
        assert clipped is None
    else:
        assert clipped is not None
        assert clipped.start == week.start
        assert clipped.end == min(moment, week.end)
        assert clipped.label == week.label


def test_a_window_needs_a_zone_and_a_length():
    aware, naive = datetime(2026, 10, 5, tzinfo=UTC), datetime(2026, 10, 6)  # noqa: DTZ001, the point
    for make in (
        lambda: Window(start=aware, end=naive, zone_name="UTC", label="x"),
        lambda: Window.between(aware, naive, "UTC"),
        lambda: Window.rolling(timedelta(days=1), naive, "UTC"),
        lambda: Window.week_of(naive, "UTC"),
    ):
        with pytest.raises(ValueError, match="carry a time zone"):
            make()
    with pytest.raises(ParameterError, match="ends before it starts"):
        Window.between(aware, aware, "UTC")
