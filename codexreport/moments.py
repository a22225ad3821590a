"""Days and moments as people read them: the same in every locale, the zone shown."""

from __future__ import annotations

from datetime import date, datetime

from codexreport.window import zone

_MINUS = "\u2212"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(value: datetime, zone_name: str, *, precise: bool = False) -> str:
    """A moment in the project's zone, such as `Mon 5 Oct 2026, 09:00 CEST`.

    Args:
        value: Aware.
        zone_name: IANA zone that it is shown in.
        precise: Whether its seconds are shown, where it has any.
    """
    there = value.astimezone(zone(zone_name))
    name = there.tzname() or ""
    shown = name if name.isalpha() else f"UTC{name.replace('-', _MINUS)}"
    clock = f"{there:%H:%M:%S}" if precise and there.second else f"{there:%H:%M}"
    return f"{day(there)}, {clock} {shown}"


def in_utc(value: datetime) -> str:
    """A moment for a sentence that knows of no project's zone: `Mon 5 Oct 2026, 07:00 UTC`."""
    return moment(value, "UTC", precise=True)


def day(value: date) -> str:
    """A day, such as `Mon 5 Oct 2026`."""
    return f"{_DAYS[value.weekday()]} {short_day(value)} {value.year}"


def short_day(value: date) -> str:
    """A day where there is little room, such as `5 Oct`."""
    return f"{value.day} {_MONTHS[value.month - 1]}"
