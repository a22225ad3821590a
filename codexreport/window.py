"""Windows of time: half-open, in a named time zone, in real elapsed time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from codexreport.errors import ParameterError

_ISO_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_DURATION = re.compile(r"(\d+)(ms|s|m|h|d|w)")
_UNIT = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


def zone(name: str) -> ZoneInfo:
    """The IANA time zone called `name`.

    Raises:
        ParameterError: No such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ParameterError(
            f"There is no time zone {name!r}.", advice="Use an IANA name such as Europe/Berlin."
        ) from error


def duration(text: str) -> timedelta:
    """Read a length of time such as `30s`, `5m`, `1h`, `28d` or `1d12h` (`m` is minutes).

    Raises:
        ValueError: `text` is not a sum of whole, positive lengths.
    """
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is not a duration; write for example 30s, 5m, 1h or 28d")
    try:
        total = sum((int(number) * _UNIT[unit] for number, unit in parts), timedelta())
    except OverflowError as error:
        raise ValueError(f"{text!r} is too long a duration") from error
    if not total:
        raise ValueError("a duration must be longer than zero")
    return total


def format_duration(length: timedelta) -> str:
    """Write `length` the way `duration` reads it, largest units first, seconds at the finest."""
    seconds = round(length.total_seconds())
    parts = []
    for name in ("d", "h", "m", "s"):
        size = round(_UNIT[name].total_seconds())
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{name}")
    return "".join(parts) or "0s"


def instant(text: str, default_zone: ZoneInfo) -> datetime:
    """Read an ISO 8601 date or time; one without offset is in `default_zone`.

    Raises:
        ParameterError: `text` is not a date or time.
    """
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise ParameterError(
            f"{text!r} is not an ISO 8601 time.", advice="Write for example 2026-10-05T09:00."
        ) from error
    return value if value.tzinfo else value.replace(tzinfo=default_zone)


def recorded_moment(written: object) -> datetime | None:
    """A time that a record says, aware; None where it says none, or one without an offset."""
    try:
        at = datetime.fromisoformat(str(written))
    except ValueError:
        return None
    return at if at.tzinfo else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A half-open span [start, end).

    Attributes:
        start: First moment inside, aware, in `zone_name`.
        end: First moment after it, aware, in `zone_name`.
        zone_name: IANA name of the zone that people read it in.
        label: What people call it, such as `2026-W40`.
    """

    start: datetime
    end: datetime
    zone_name: str
    label: str

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a window's bounds carry a time zone")
        if not self.start.timestamp() < self.end.timestamp():
            raise ParameterError(f"The window {self.label} ends before it starts.")

    @classmethod
    def iso_week(cls, label: str, zone_name: str) -> Window:
        """The ISO 8601 week `label` (`2026-W40`), Monday to Monday, 167 to 169 real hours.

        Raises:
            ParameterError: Not a week, or a year without that week.
        """
        match = _ISO_WEEK.fullmatch(label)
        year, week = (int(match[1]), int(match[2])) if match else (0, 0)
        try:
            monday = date.fromisocalendar(year, week, 1)
            following = monday + timedelta(days=7)
        except (ValueError, OverflowError) as error:
            raise ParameterError(
                f"There is no ISO week {label!r}.", advice="Write for example 2026-W40."
            ) from error
        return cls(
            start=_midnight(monday, zone_name),
            end=_midnight(following, zone_name),
            zone_name=zone_name,
            label=label,
        )

    @classmethod
    def week_of(cls, moment: datetime, zone_name: str) -> Window:
        """The ISO week that `moment` falls in, as seen in `zone_name`."""
        year, week, _ = _aware(moment).astimezone(zone(zone_name)).isocalendar()
        return cls.iso_week(f"{year:04d}-W{week:02d}", zone_name)

    @classmethod
    def rolling(cls, length: timedelta, end: datetime, zone_name: str) -> Window:
        """The `length` of real time that ends at `end`."""
        there = zone(zone_name)
        end = _aware(end).astimezone(timezone.utc)
        return cls(
            start=(end - length).astimezone(there),
            end=end.astimezone(there),
            zone_name=zone_name,
            label=f"{format_duration(length)} to {end.astimezone(there):%Y-%m-%d %H:%M}",
        )

    @classmethod
    def between(cls, start: datetime, end: datetime, zone_name: str) -> Window:
        """The explicit span from `start` to `end`."""
        there = zone(zone_name)
        start, end = _aware(start).astimezone(there), _aware(end).astimezone(there)
        return cls(
            start=start,
            end=end,
            zone_name=zone_name,
            label=f"{start:%Y-%m-%dT%H%M}--{end:%Y-%m-%dT%H%M}",
        )

    @property
    def start_s(self) -> float:
        """Start in Unix seconds."""
        return self.start.timestamp()

    @property
    def end_s(self) -> float:
        """End in Unix seconds."""
        return self.end.timestamp()

    @property
    def length(self) -> timedelta:
        """Real elapsed time, right over a change of clocks."""
        return timedelta(seconds=self.end_s - self.start_s)

    def previous_week(self) -> Window:
        """The ISO week before the one this window starts in."""
        monday = Window.week_of(self.start, self.zone_name).start.astimezone(timezone.utc)
        return Window.week_of(monday - timedelta(hours=12), self.zone_name)

    def clipped(self, moment: datetime) -> Window | None:
        """The part of it before `moment`; None where nothing is left."""
        if moment.timestamp() <= self.start_s:
            return None
        if moment.timestamp() >= self.end_s:
            return self
        return Window(
            start=self.start,
            end=moment.astimezone(zone(self.zone_name)),
            zone_name=self.zone_name,
            label=self.label,
        )


def _aware(moment: datetime) -> datetime:
    """Refuses a time without a zone, which Python would take to be in the machine's own."""
    if moment.tzinfo is None:
        raise ValueError("a window's bounds carry a time zone")
    return moment


def _midnight(day: date, zone_name: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone(zone_name))
