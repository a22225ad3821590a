"""A rollout's plan as a calendar: an event for each step, and for each freeze."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from codexreport.pipeline.placing import put
from codexreport.rollout.plan import Plan
from codexreport.text import one_line
from codexreport.wording import NO_BREAK, exact_percent

if TYPE_CHECKING:
    from icalendar import Event

_MADE_BY = "-//codexreport//rollout//EN"
_STEP = timedelta(minutes=30)
"""How long a step stands in a calendar; it happens at its beginning."""


def write_calendar(path: Path, plan: Plan, project: str, root: Path) -> None:
    """Put the plan's calendar where a person says.

    Args:
        path: Where to; an earlier one is replaced, and nothing else.
        plan: What is planned.
        project: The project's name.
        root: The project's folder.

    Raises:
        ParameterError: There is something else, or no such folder.
        EvidenceError: It cannot be written.
    """
    mark = f"PRODID:{_MADE_BY}".encode()
    put(path, calendar_of(plan, project), what="rollout calendar", mark=mark, root=root)


def calendar_of(plan: Plan, project: str) -> bytes:
    """The plan in iCalendar's form (RFC 5545).

    The same plan is the same bytes. An event keeps its UID when its step moves, so that a calendar
    that takes the file again moves it too.

    Args:
        plan: What is planned.
        project: The project's name.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _MADE_BY)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for event in (*_steps(plan, project), *_freezes(plan, project)):
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _steps(plan: Plan, project: str) -> Iterator[Event]:
    for step in plan.steps:
        share = exact_percent(step.share).replace(NO_BREAK, " ")
        event = _event(plan, f"{project}/step/{step.share}", f"{project}: rollout to {share}")
        event.add("dtstart", step.at.astimezone(timezone.utc))
        event.add("dtend", step.at.astimezone(timezone.utc) + _STEP)
        if step.delayed_by:
            event.add("description", f"Delayed by a freeze: {one_line(step.delayed_by)}")
        yield event


def _freezes(plan: Plan, project: str) -> Iterator[Event]:
    for number, freeze in enumerate(plan.freezes):
        event = _event(plan, f"{project}/freeze/{number}", f"{project}: rollout frozen")
        event.add("dtstart", freeze.start.astimezone(timezone.utc))
        event.add("dtend", freeze.end.astimezone(timezone.utc))
        event.add("description", one_line(freeze.reason))
        event.add("transp", "TRANSPARENT")
        yield event


def _event(plan: Plan, what: str, summary: str) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{uuid5(NAMESPACE_URL, f'codexreport:rollout:{what}')}@codexreport")
    event.add("dtstamp", _stamp(plan.start))
    event.add("summary", one_line(summary))
    return event


def _stamp(moment: datetime) -> datetime:
    """When the event was made, as far as that may change the bytes: not at all."""
    return moment.astimezone(timezone.utc).replace(microsecond=0)
