"""The periods an error budget is given for: rolling, or cut by the calendar."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Literal

from codexreport.window import Window, format_duration, zone

CalendarUnit = Literal["day", "week", "month", "quarter", "year"]

_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class RollingPeriod:
    """A fixed length of real time that ends wherever one looks from."""

    length: timedelta

    def __str__(self) -> str:
        return f"rolling {format_duration(self.length)}"

    def window_at(self, moment: datetime, zone_name: str) -> Window:
        """The window that ends at `moment`."""
        return Window.rolling(self.length, moment, zone_name)

    def window_until(self, end: datetime, zone_name: str) -> Window:
        """The window that a report ending at `end` speaks of: the one that ends there."""
        return self.window_at(end, zone_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPeriod:
    """Periods of so many calendar units, one of which begins at `start`.

    They go on for ever, before `start` too. A period begins at the same time of day by the
    clock on the wall, so one with a change of clocks in it is longer or shorter in real time.
    Where a month lacks the day that `start` has, the period begins on that month's last day.

    Attributes:
        unit: What is counted.
        count: How many of it make one period, at least 1.
        start: Where one period begins, by the wall clock of `zone_name`, naive.
        zone_name: IANA name of the zone the calendar hangs in.
    """

    unit: CalendarUnit
    count: int
    start: datetime
    zone_name: str

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError("a calendar period is at least one unit long")
        if self.start.tzinfo is not None:
            raise ValueError("a calendar period starts by the wall clock, without an offset")

    def __str__(self) -> str:
        return f"calendar {self.unit}" if self.count == 1 else f"{self.count} {self.unit}s"

    def window_at(self, moment: datetime, zone_name: str = "") -> Window:  # noqa: ARG002, the calendar has its own zone
        """The period that contains `moment`."""
        number = self._guess(moment.astimezone(zone(self.zone_name)).replace(tzinfo=None))
        while moment.timestamp() < self._begin(number).timestamp():
            number -= 1
        while moment.timestamp() >= self._begin(number + 1).timestamp():
            number += 1
        begin = self._begin(number)
        return Window(
            start=begin,
            end=self._begin(number + 1),
            zone_name=self.zone_name,
            label=f"{self} from {begin:%Y-%m-%d}",
        )

    def window_until(self, end: datetime, zone_name: str = "") -> Window:
        """The window that a report ending at `end` speaks of: the period just before `end`."""
        last_moment = end.astimezone(timezone.utc) - timedelta(microseconds=1)
        return self.window_at(last_moment, zone_name)

    def _guess(self, local: datetime) -> int:
        """The period's number, give or take one."""
        if self.unit in _DAYS:
            return (local - self.start).days // (_DAYS[self.unit] * self.count)
        months = (local.year - self.start.year) * 12 + local.month - self.start.month
        return months // (_MONTHS[self.unit] * self.count)

    def _begin(self, number: int) -> datetime:
        there = zone(self.zone_name)
        if self.unit in _DAYS:
            days = number * self.count * _DAYS[self.unit]
            return (self.start + timedelta(days=days)).replace(tzinfo=there)
        months = self.start.month - 1 + number * self.count * _MONTHS[self.unit]
        year, month = self.start.year + months // 12, months % 12 + 1
        day = min(self.start.day, calendar.monthrange(year, month)[1])
        return self.start.replace(year=year, month=month, day=day, tzinfo=there)


Period = RollingPeriod | CalendarPeriod
