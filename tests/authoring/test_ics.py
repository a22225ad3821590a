"""The calendar file, as other calendars read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from icalendar import Calendar

from codexreport.authoring.ics import Entry, calendar
from codexreport.authoring.meetings import Rhythm, meetings
from codexreport.authoring.vtimezone import vtimezone
from codexreport.errors import AuthoringError, ParameterError

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
RHYTHM = Rhythm(
    first=date(2026, 10, 19),
    weeks=2,
    at=time(10),
    length=timedelta(hours=1),
    zone_name="Europe/Berlin",
)


def planned(rhythm=RHYTHM, number=2, before=None, now=NOW):
    entries = [
        Entry(
            key=f"retro-{one.label}",
            start=one.start,
            end=one.end,
            summary="Retro",
            description="Look back; agree, and act",
        )
        for one in meetings(rhythm, number=number, until=None)
    ]
    return calendar(
        entries, name="Retros", zone_name=rhythm.zone_name, now=now, before=before, file="r.ics"
    )


def events(content):
    found = Calendar.from_ical(content).walk("VEVENT")
    return {str(one["uid"]): one for one in found}


def changed(**changes):
    return replace(RHYTHM, **changes)


def test_the_local_time_is_the_same_before_and_after_the_clocks_change():
    # Clocks go back on 25 October 2026: 10:00 is 08:00 UTC on the 19th and 09:00 on 2 November.
    first, second = events(planned()).values()
    assert [one.decoded("dtstart").astimezone(timezone.utc).hour for one in (first, second)] == [
        8,
        9,
    ]
    assert first.decoded("dtend") - first.decoded("dtstart") == timedelta(hours=1)


@pytest.mark.parametrize(
    "name", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin"]
)
def test_another_reader_of_the_zone_sees_the_same_offsets(name):
    """The reader is dateutil's, which looks at the component alone."""
    there = ZoneInfo(name)
    start = datetime(2026, 1, 1, tzinfo=timezone.utc)
    component = vtimezone(there, start, start + timedelta(days=730))
    read = tzical(StringIO(component.to_ical().decode())).get(name)
    for hour in range(1, 2 * 365 * 24):
        local = (start + timedelta(hours=hour)).astimezone(there)
        ambiguous = local.replace(fold=1).utcoffset() != local.replace(fold=0).utcoffset()
        if not ambiguous:
            assert local.replace(tzinfo=read).utcoffset() == local.utcoffset(), local


def test_the_same_plan_gives_the_same_bytes_whenever_it_is_made_again():
    first = planned()
    assert planned(before=first, now=NOW + timedelta(days=9)) == first


def test_another_hour_updates_what_was_imported():
    first = planned()
    second = planned(changed(at=time(11)), before=first, now=NOW + timedelta(days=1))
    old, new = events(first), events(second)
    assert list(old) == list(new)
    assert [int(one["sequence"]) for one in new.values()] == [1, 1]
    assert all(new[uid].decoded("dtstamp") > old[uid].decoded("dtstamp") for uid in new)


def test_another_day_of_the_week_is_still_the_same_meeting():
    second = planned(changed(first=date(2026, 10, 20)), before=planned())
    assert {int(one["sequence"]) for one in events(second).values()} == {1}
    assert len(events(second)) == 2


def test_what_is_planned_no_more_is_cancelled_and_what_is_over_stays():
    first = planned(number=3)  # 19 October, 2 and 16 November
    fewer = planned(
        changed(first=date(2026, 11, 2)), number=1, before=first, now=NOW + timedelta(days=20)
    )
    told = {uid: (str(one["status"]), int(one["sequence"])) for uid, one in events(fewer).items()}
    assert told == {
        "retro-2026-W43@codexreport": ("CONFIRMED", 0),
        "retro-2026-W45@codexreport": ("CONFIRMED", 0),
        "retro-2026-W47@codexreport": ("CANCELLED", 1),
    }
    again = planned(
        changed(first=date(2026, 11, 2)), number=1, before=fewer, now=NOW + timedelta(days=21)
    )
    assert again == fewer


def test_lines_are_escaped_and_folded_as_the_format_asks():
    entry = Entry(
        key="retro-x",
        start=datetime(2026, 11, 2, 10, tzinfo=BERLIN),
        end=datetime(2026, 11, 2, 11, tzinfo=BERLIN),
        summary="Über; alles, was war\nBEGIN:VEVENT " + "x" * 200,
        description="",
    )
    content = calendar([entry], name="n", zone_name="Europe/Berlin", now=NOW)
    assert max(map(len, content.split(b"\r\n"))) <= 75
    (event,) = events(content).values()
    assert str(event["summary"]) == entry.summary


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        b"no calendar",
        b"\xff\xfe",
        planned().replace(b"@codexreport", b"@elsewhere"),
        planned().replace(b"SUMMARY:Retro\r\n", b""),
        planned()[:400],
    ],
)
def test_a_calendar_of_somebody_else_is_not_touched(content):
    with pytest.raises(AuthoringError, match=r"r\.ics is no calendar that codexreport made"):
        planned(before=content)


def test_the_last_day_may_have_a_meeting():
    found = meetings(RHYTHM, number=None, until=date(2026, 11, 16))
    assert [one.label for one in found] == ["2026-W43", "2026-W45", "2026-W47"]
    assert found[1].since == date(2026, 10, 19)


@pytest.mark.parametrize(
    ("changes", "number", "until"),
    [
        ({}, None, date(2026, 10, 18)),
        ({}, 261, None),
        ({}, None, date(2099, 1, 1)),
        ({"first": date(9999, 12, 31)}, 3, None),
        ({"first": date(1, 1, 1)}, 3, None),
    ],
)
def test_a_plan_without_meetings_or_with_too_many_is_refused(changes, number, until):
    with pytest.raises(ParameterError):
        meetings(changed(**changes), number=number, until=until)
