"""A time zone as a calendar file describes it, with every change of clocks it needs.

Source: RFC 5545, section 3.6.5. A change is told in the local time that ends with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def vtimezone(there: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """The component for `there`, right from `first` to `last`.

    Args:
        there: The zone.
        first: Aware; it is described from the day before on.
        last: Aware; it is described to the day after.
    """
    start = first.astimezone(timezone.utc).replace(microsecond=0) - _DAY
    end = last.astimezone(timezone.utc) + _DAY
    component = Timezone()
    component.add("tzid", there.key)
    before = start.astimezone(there)
    component.add_component(_observance(before, before))
    for change in _changes(there, start, end):
        before = (change - _SECOND).astimezone(there)
        component.add_component(_observance(before, change.astimezone(there)))
    return component


def _observance(before: datetime, after: datetime) -> TimezoneDaylight | TimezoneStandard:
    """What holds from `after` on, a moment on the clock that `before` was read from."""
    old, new = before.utcoffset() or timedelta(), after.utcoffset() or timedelta()
    one = TimezoneDaylight() if after.dst() else TimezoneStandard()
    one.add("dtstart", (after.astimezone(timezone.utc) + old).replace(tzinfo=None))
    one.add("tzoffsetfrom", old)
    one.add("tzoffsetto", new)
    one.add("tzname", after.tzname() or "")
    return one


def _changes(there: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """The moments at which the offset changes, in UTC, to the second."""
    day = start
    while day < end:
        following = min(day + _DAY, end)
        if _offset(day, there) != _offset(following, there):
            yield _change(there, day, following)
        day = following


def _change(there: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first moment with the offset of `after`, by halving the span."""
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if _offset(middle, there) == _offset(before, there):
            before = middle
        else:
            after = middle
    return after


def _offset(moment: datetime, there: ZoneInfo) -> timedelta | None:
    return moment.astimezone(there).utcoffset()
