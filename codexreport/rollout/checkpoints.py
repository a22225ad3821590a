"""Checkpoints: when somebody, or cron, is to look, and whether they did.

Usual are every 15 minutes for 6 hours, hourly for 24 hours and every 3 hours up to 48 hours, with
one at the start: 1 + 24 + 24 + 6 = 55. Read as "hourly to hour 24" instead of "for 24 hours" it is
1 + 24 + 18 + 8 = 51; each of those is among the 55.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum

from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.moments import moment
from codexreport.text import listed
from codexreport.wording import count


class Mark(StrEnum):
    """What became of a checkpoint.

    Attributes:
        DONE: Somebody looked near its time, and saw something.
        DUE: Its time is now, and nobody has looked.
        MISSED: Nobody looked near its time.
        AHEAD: Its time is to come.
    """

    DONE = "done"
    DUE = "due"
    MISSED = "missed"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stint:
    """A part of the schedule.

    Attributes:
        every: Real time between two checkpoints.
        until: Up to when, real time since the schedule began.
    """

    every: timedelta
    until: timedelta


USUAL = (
    Stint(every=timedelta(minutes=15), until=timedelta(hours=6)),
    Stint(every=timedelta(hours=1), until=timedelta(hours=30)),
    Stint(every=timedelta(hours=3), until=timedelta(hours=48)),
)
"""55 checkpoints over 48 hours."""
NEAR = timedelta(minutes=7)
"""How far from a checkpoint, and from the clock, a look usually may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Somebody looked.

    Attributes:
        at: When, by the clock.
        record: The number of the record that says so.
        knew: Whether anything could be seen.
    """

    at: datetime
    record: int
    knew: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """One of the schedule, and what became of it.

    Attributes:
        at: When to look.
        mark: What became of it.
        look: Who looked near its time; None where nobody did.
    """

    at: datetime
    mark: Mark
    look: Look | None = None


def schedule(start: datetime, stints: Sequence[Stint]) -> list[datetime]:
    """The moments to look at, the start among them, in UTC.

    Args:
        start: When it begins, aware.
        stints: In order; each goes on where the one before ended.
    """
    begun, offset = start.astimezone(timezone.utc), timedelta()
    moments = [begun]
    for stint in stints:
        while offset + stint.every <= stint.until:
            offset += stint.every
            moments.append(begun + offset)
        offset = stint.until
    return moments


def checkpoints(
    moments: Iterable[datetime], looks: Sequence[Look], *, near: timedelta, now: datetime
) -> tuple[Checkpoint, ...]:
    """What became of each.

    A look counts for a checkpoint that is at most `near` away, and only where it saw something.

    Args:
        moments: When to look.
        looks: What evidence says, in any order.
        near: Less than half the time between two of them.
        now: The moment of the judgement, aware; looks after it do not count.
    """
    return tuple(_judged(at, looks, near, now) for at in moments)


def _judged(at: datetime, looks: Sequence[Look], near: timedelta, now: datetime) -> Checkpoint:
    around = [one for one in looks if abs(one.at - at) <= near and one.at <= now]
    look = min(around, key=lambda one: (not one.knew, abs(one.at - at)), default=None)
    if look and look.knew:
        return Checkpoint(at=at, mark=Mark.DONE, look=look)
    if now < at:
        return Checkpoint(at=at, mark=Mark.AHEAD)
    return Checkpoint(at=at, mark=Mark.DUE if now <= at + near else Mark.MISSED, look=look)


def checkpoint_measures(
    found: Sequence[Checkpoint], about: About, zone_name: str
) -> tuple[Measure, ...]:
    """How many there are of each mark; one that was missed is a warning by its time.

    Args:
        found: The checkpoints.
        about: Whose they are.
        zone_name: IANA zone that times are told in.
    """
    number = Counter(one.mark for one in found)
    missed = [moment(one.at, zone_name) for one in found if one.mark is Mark.MISSED]
    looked = bool(number[Mark.DONE] or number[Mark.MISSED])
    state = State.WARNING if missed else State.PASS if looked else State.UNKNOWN
    reason = f"Nobody looked at {listed(missed, '; ')}." if missed else ""
    return (
        about.measure("rollout.checkpoints.total", len(found), "checkpoints"),
        about.measure("rollout.checkpoints.done", number[Mark.DONE], "checkpoints"),
        about.measure("rollout.checkpoints.due", number[Mark.DUE], "checkpoints"),
        about.measure(
            "rollout.checkpoints.missed",
            number[Mark.MISSED],
            "checkpoints",
            state,
            reason or ("" if looked else "No checkpoint is over yet."),
            formula=f"of {count(len(found), 'checkpoints')}",
        ),
    )
