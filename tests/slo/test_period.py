"""Budget periods: rolling and by the calendar, over changes of clocks and short months."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.slo.period import CalendarPeriod, RollingPeriod

UTC = timezone.utc


def calendar(unit: str, start: str = "2026-01-01", zone: str = "Europe/Berlin", count: int = 1):
    return CalendarPeriod(
        unit=unit, count=count, start=datetime.fromisoformat(start), zone_name=zone
    )


def test_a_rolling_period_ends_at_the_moment_and_has_its_length_over_a_change_of_clocks():
    moment = datetime(2026, 10, 26, tzinfo=UTC)  # Berlin put its clocks back on 25 October
    window = RollingPeriod(length=timedelta(days=7)).window_at(moment, "Europe/Berlin")
    assert window.end == moment
    assert window.length == timedelta(days=7)


@pytest.mark.parametrize(
    ("month", "hours"),
    [
        (3, 31 * 24 - 1),  # clocks go forward on 29 March 2026
        (10, 31 * 24 + 1),  # clocks go back on 25 October 2026
        (6, 30 * 24),
    ],
)
def test_a_calendar_month_has_its_real_length(month, hours):
    window = calendar("month").window_at(datetime(2026, month, 15, tzinfo=UTC), "UTC")
    assert (window.start.month, window.start.day, window.start.hour) == (month, 1, 0)
    assert window.length == timedelta(hours=hours)


def test_a_calendar_period_hangs_in_its_own_zone_not_in_the_reader_s():
    """21:00 UTC on 31 May is still May in New York, and so is 03:00 UTC on 1 June."""
    period = calendar("month", zone="America/New_York")
    assert period.window_at(datetime(2026, 6, 1, 3, tzinfo=UTC), "UTC").start.month == 5
    assert period.window_at(datetime(2026, 6, 1, 4, tzinfo=UTC), "UTC").start.month == 6


def test_weeks_begin_when_the_start_says():
    """1 January 2022 was a Saturday, so the weeks begin on Saturdays at noon."""
    period = calendar("week", "2022-01-01T12:00", "America/New_York")
    window = period.window_at(datetime(2026, 10, 7, tzinfo=UTC), "UTC")
    assert window.start.isoformat() == "2026-10-03T12:00:00-04:00"
    assert window.end.isoformat() == "2026-10-10T12:00:00-04:00"


def test_a_month_without_the_day_begins_on_its_last():
    period = calendar("month", "2026-01-31", "UTC")
    window = period.window_at(datetime(2026, 3, 1, tzinfo=UTC), "UTC")
    assert (window.start.month, window.start.day) == (2, 28)
    assert (window.end.month, window.end.day) == (3, 31)


@pytest.mark.parametrize(
    ("unit", "start", "end"),
    [
        ("day", "2026-08-15", "2026-08-16"),
        ("quarter", "2026-07-01", "2026-10-01"),
        ("year", "2026-01-01", "2027-01-01"),
    ],
)
def test_units(unit, start, end):
    window = calendar(unit, zone="UTC").window_at(datetime(2026, 8, 15, 13, tzinfo=UTC), "UTC")
    assert (f"{window.start:%Y-%m-%d}", f"{window.end:%Y-%m-%d}") == (start, end)


def test_a_report_that_ends_with_the_period_is_about_that_period():
    month_end = datetime(2026, 7, 1, tzinfo=UTC)
    period = calendar("month", zone="UTC")
    assert period.window_until(month_end, "UTC").start.month == 6
    assert period.window_at(month_end, "UTC").start.month == 7


@given(
    unit=st.sampled_from(["day", "week", "month", "quarter", "year"]),
    count=st.integers(1, 5),
    start=st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001, the wall clock's
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
    seconds=st.integers(946_684_800, 2_208_988_800),
)
def test_every_moment_lies_in_just_one_period(unit, count, start, zone, seconds):
    period = CalendarPeriod(unit=unit, count=count, start=start, zone_name=zone)
    moment = datetime.fromtimestamp(seconds, UTC)
    window = period.window_at(moment, "UTC")
    assert window.start_s <= seconds < window.end_s
    following = period.window_at(datetime.fromtimestamp(window.end_s, UTC), "UTC")
    assert following.start_s == window.end_s


def test_a_period_has_at_least_one_unit_and_no_offset():
    with pytest.raises(ValueError, match="at least one"):
        calendar("day", count=0)
    with pytest.raises(ValueError, match="wall clock"):
        calendar("day", "2026-01-01T00:00+01:00")
