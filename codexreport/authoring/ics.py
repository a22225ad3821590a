"""A calendar file that can be imported again and again: each entry keeps its identity.

Source: RFC 5545, iCalendar. What is imported anew takes the place of what has the same UID and a
lower SEQUENCE.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from icalendar import Calendar, Event

from codexreport.authoring.vtimezone import vtimezone
from codexreport.errors import AuthoringError
from codexreport.window import zone

MADE_BY = "-//codexreport//schedule//EN"
_DOMAIN = "@codexreport"
_CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One meeting in the calendar.

    Attributes:
        key: What it is told apart by, also when its day or hour moves; no spaces.
        start: Aware, in `zone_name` of the calendar.
        end: Likewise.
        summary: One line.
        description: Text.
    """

    key: str
    start: datetime
    end: datetime
    summary: str
    description: str

    @property
    def uid(self) -> str:
        """Its identity in every calendar it is imported into."""
        return f"{self.key}{_DOMAIN}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a meeting stands in a calendar file.

    Attributes:
        start: Aware.
        end: Likewise.
        cancelled: Whether it is planned no more.
    """

    start: datetime
    end: datetime
    cancelled: bool


def standings(content: bytes | None, file: str) -> Mapping[str, Standing]:
    """How each meeting of a calendar file stands, by its key; none where there is no file.

    Raises:
        AuthoringError: It is no calendar, or not one that was made here.
    """
    events = {} if content is None else _events(content, file)
    return {
        uid.removesuffix(_DOMAIN): Standing(
            start=event.decoded("dtstart"),
            end=event.decoded("dtend"),
            cancelled=str(event["status"]) == _CANCELLED,
        )
        for uid, event in events.items()
    }


def calendar(
    entries: Sequence[Entry],
    *,
    name: str,
    zone_name: str,
    now: datetime,
    before: bytes | None = None,
    file: str = "",
) -> bytes:
    """The calendar file with these entries.

    What did not change since `before` stays as it was, with its number and stamp; what changed
    has the next number; what is planned no more and not over is cancelled.

    Args:
        entries: All that is planned; at least one.
        name: What the calendar is called.
        zone_name: IANA zone that its times are written in.
        now: The stamp of what is new or changed, aware.
        before: The file as it is; None where there is none.
        file: What that file is called in messages.

    Raises:
        AuthoringError: `before` is no calendar, or not one that was made here.
    """
    old = {} if before is None else _events(before, file)
    fresh = {one.uid: _event(one) for one in entries}
    gone = (_withdrawn(event, now, zone_name) for uid, event in old.items() if uid not in fresh)
    events = [*fresh.values(), *gone]
    document = Calendar()
    document.add("prodid", MADE_BY)
    document.add("version", "2.0")
    document.add("calscale", "GREGORIAN")
    document.add("x-wr-calname", name)
    moments = [event.decoded(bound) for event in events for bound in ("dtstart", "dtend")]
    if zone_name != "UTC":
        document.add_component(vtimezone(zone(zone_name), min(moments), max(moments)))
    for event in sorted(events, key=lambda one: (one.decoded("dtstart"), str(one["uid"]))):
        document.add_component(_numbered(event, old.get(str(event["uid"])), now))
    return bytes(document.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstart", entry.start)
    event.add("dtend", entry.end)
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("status", "CONFIRMED")
    return event


def _withdrawn(event: Event, now: datetime, zone_name: str) -> Event:
    """What is planned no more: cancelled, unless it is over."""
    copy = _without_number(event)
    for bound in ("dtstart", "dtend"):
        del copy[bound]
        copy.add(bound, event.decoded(bound).astimezone(zone(zone_name)))
    if event.decoded("dtend") > now:
        copy["status"] = _CANCELLED
    return copy


def _numbered(event: Event, old: Event | None, now: datetime) -> Event:
    """With the number and stamp of `old` where nothing changed, else the next and a new one."""
    same = old is not None and _without_number(old).to_ical() == event.to_ical()
    if old is not None and same:
        event.add("sequence", int(old.get("sequence", 0)))
        event["dtstamp"] = old["dtstamp"]
        return event
    event.add("sequence", 0 if old is None else int(old.get("sequence", 0)) + 1)
    event.add("dtstamp", now.astimezone(timezone.utc).replace(microsecond=0))
    return event


def _without_number(event: Event) -> Event:
    copy = Event()
    for name, value in event.items():
        if name.upper() not in {"SEQUENCE", "DTSTAMP"}:
            copy[name] = value
    return copy


def _events(content: bytes, file: str) -> Mapping[str, Event]:
    try:
        document: Any = Calendar.from_ical(content)
        ours = str(document.get("prodid", "")) == MADE_BY
        found = {str(event["uid"]): event for event in document.walk("VEVENT")}
        sound = ours and all(uid.endswith(_DOMAIN) and _whole(found[uid]) for uid in found)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise _foreign(file) from error
    if not sound:
        raise _foreign(file)
    return found


def _whole(event: Event) -> bool:
    """Whether it has all that an entry of ours has."""
    needed = {"UID", "DTSTART", "DTEND", "DTSTAMP", "SUMMARY", "STATUS"}
    aware = (event.decoded(bound).tzinfo for bound in ("dtstart", "dtend"))
    return needed <= set(event) and all(aware)


def _foreign(file: str) -> AuthoringError:
    return AuthoringError(
        f"{file} is no calendar that codexreport made.",
        advice="Name another file with --output, or move this one away.",
    )
