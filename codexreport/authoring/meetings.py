"""When people meet: the same local time every so many weeks, also over a change of clocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from itertools import count, islice, takewhile

from codexreport.errors import ParameterError
from codexreport.window import Window, zone

MOST = 260
"""Meetings that are planned at once, at most: five years of every week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often, when and how long.

    Attributes:
        first: The day of the first meeting.
        weeks: From one to the next.
        at: Local time it begins at.
        length: How long it lasts, in real time.
        zone_name: IANA zone of the local time.
    """

    first: date
    weeks: int
    at: time
    length: timedelta
    zone_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One meeting.

    Attributes:
        label: The ISO week it is in, such as `2026-W45`; it stays when the day or hour moves.
        start: Aware, in its own zone.
        end: Likewise.
        since: The first day that it looks back on, which is that of the meeting before it.
    """

    label: str
    start: datetime
    end: datetime
    since: date


def meetings(rhythm: Rhythm, *, number: int | None, until: date | None) -> tuple[Meeting, ...]:
    """The meetings of a rhythm.

    Args:
        rhythm: When they are.
        number: How many, at least 1; None where `until` tells.
        until: The last day that may have one; None where `number` tells.

    Raises:
        ParameterError: There would be none, or more than `MOST`.
    """
    if number is not None and number > MOST:
        raise _too_many()
    try:
        days = _days(rhythm, until)
        found = [_meeting(day, rhythm) for day in islice(days, number or MOST + 1)]
    except OverflowError as error:
        raise ParameterError("The calendar has no such day.") from error
    if not found:
        raise ParameterError("There is no meeting: the last day is before the first.")
    if len(found) > MOST:
        raise _too_many()
    return tuple(found)


def _too_many() -> ParameterError:
    return ParameterError(f"That is more than {MOST} meetings.", advice="Plan fewer at once.")


def _days(rhythm: Rhythm, until: date | None) -> Iterator[date]:
    days = (rhythm.first + timedelta(weeks=turn * rhythm.weeks) for turn in count())
    return days if until is None else takewhile(lambda day: day <= until, days)


def _meeting(day: date, rhythm: Rhythm) -> Meeting:
    there = zone(rhythm.zone_name)
    start = datetime.combine(day, rhythm.at, there)
    end = (start.astimezone(timezone.utc) + rhythm.length).astimezone(there)
    return Meeting(
        label=Window.week_of(start, rhythm.zone_name).label,
        start=start,
        end=end,
        since=day - timedelta(weeks=rhythm.weeks),
    )
