"""Action items: the work that incidents left, whether it has an owner and is done in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from codexreport.addresses import is_http_url
from codexreport.facts import About
from codexreport.incidents.incident import CLOCK_SKEW
from codexreport.incidents.spans import elapsed
from codexreport.measure import Measure, State
from codexreport.moments import in_utc
from codexreport.text import listed
from codexreport.wording import count


class ActionState(StrEnum):
    """Where an action item stands."""

    OPEN = "open"
    CLOSED = "closed"
    DROPPED = "dropped"


class Standing(StrEnum):
    """How an action item stands, as people say it."""

    OVERDUE = "overdue"
    OPEN = "open"
    IN_TIME = "closed on time"
    LATE = "closed late"
    CLOSED = "closed"
    DROPPED = "dropped"


_SAID = {
    Standing.IN_TIME: "Closed on time",
    Standing.LATE: "Closed late",
    Standing.CLOSED: "Closed; whether on time is not known",
    Standing.DROPPED: "Closed without being done",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItem:
    """One promise of work.

    Attributes:
        id: Unique in its tracker.
        title: Its author's words.
        state: Open, closed, or closed without being done.
        owner: Role, team or account that has taken it; empty where nobody has.
        due: The last day it may be done on; a day ends where the reader of the report is.
        closed_at: When it was closed, aware.
        incident: The incident it follows from; empty where it names none.
        url: Where it can be read.
        repeated: Whether its list has another of its id, so that nobody knows which is meant.
    """

    id: str
    title: str
    state: ActionState
    owner: str = ""
    due: date | None = None
    closed_at: datetime | None = None
    incident: str = ""
    url: str = ""
    repeated: bool = False

    def overdue(self, now: datetime) -> bool:
        """Whether it is open and its last day is over, in the zone of `now`."""
        return self.state is ActionState.OPEN and self.due is not None and now.date() > self.due

    def in_time(self, now: datetime) -> bool | None:
        """Whether it was closed on its last day or before; None where that is not known."""
        if self.state is not ActionState.CLOSED or self.due is None or self.closed_at is None:
            return None
        if self.contradiction(now):
            return None
        return self.closed_at.astimezone(now.tzinfo).date() <= self.due

    def standing(self, now: datetime) -> Standing:
        """How it stands at `now`, in whose zone days end."""
        if self.state is ActionState.DROPPED:
            return Standing.DROPPED
        if self.state is ActionState.OPEN:
            return Standing.OVERDUE if self.overdue(now) else Standing.OPEN
        in_time = self.in_time(now)
        if in_time is None:
            return Standing.CLOSED
        return Standing.IN_TIME if in_time else Standing.LATE

    def lacks(self) -> tuple[str, ...]:
        """What every promise needs and it has not; one that was given up needs nothing."""
        if self.state is ActionState.DROPPED:
            return ()
        needed = {"owner": self.owner, "due date": self.due, "link to its tracker": self.linked}
        return tuple(what for what, there in needed.items() if not there)

    @property
    def linked(self) -> bool:
        """Whether it can be found in a tracker: its link is an address."""
        return is_http_url(self.url)

    def judged(self, now: datetime) -> State:
        """Its state: the one rule of every page.

        It fails where it is overdue, was closed late, or lacks an owner, a due date or a link;
        it is not known where it contradicts itself, or does not say when it was closed.
        """
        standing = self.standing(now)
        if standing in {Standing.OVERDUE, Standing.LATE} or self.lacks():
            return State.FAIL
        if self.doubt(now):
            return State.UNKNOWN
        return State.NOT_APPLICABLE if standing is Standing.DROPPED else State.PASS

    def told(self, now: datetime) -> str:
        """How it stands and what it lacks, such as `Open, 3 days overdue; no owner`."""
        if reason := self.contradiction(now):
            said = reason
        elif self.overdue(now) and self.due is not None:
            said = f"Open, {count((now.date() - self.due).days, 'days')} overdue"
        else:
            said = _SAID.get(self.standing(now), "Open")
        return "; ".join([said, *(f"no {what}" for what in self.lacks())])

    def doubt(self, now: datetime) -> str:
        """Why nobody knows whether it was done in time; empty where that can be told."""
        if reason := self.contradiction(now):
            return reason
        undated = self.state is ActionState.CLOSED and self.closed_at is None
        return f"{self.id} is closed, and nothing says when" if undated else ""

    def contradiction(self, now: datetime) -> str:
        """Why it cannot be as it says; empty where it can."""
        if self.repeated:
            return f"{self.id} stands in its list more than once"
        if self.closed_at is not None and self.state is ActionState.OPEN:
            return f"{self.id} is open, and was closed at {in_utc(self.closed_at)}"
        if self.closed_at is not None and elapsed(now, self.closed_at) > CLOCK_SKEW:
            return f"{self.id} was closed in the future, at {in_utc(self.closed_at)}"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """The action items of one list.

    Attributes:
        items: In the order of the list.
        incomplete: Why it is not the whole, a sentence; empty where nothing says so.
        observed: When it was made.
        commit: Always empty: action items are of no revision.
    """

    kind: ClassVar[str] = "actions"

    items: tuple[ActionItem, ...]
    incomplete: str = ""
    observed: datetime | None = None
    commit: str = ""

    @property
    def told(self) -> tuple[ActionItem, ...]:
        """The items, those marked that share their id."""
        times = Counter(one.id for one in self.items)
        return tuple(
            replace(one, repeated=True) if times[one.id] > 1 else one for one in self.items
        )

    def summary(self) -> str:
        """Such as `14 action items, 3 open`."""
        still = sum(one.state is ActionState.OPEN for one in self.items)
        return f"{count(len(self.items), 'action items')}, {still} open"

    def measures(self, about: About) -> tuple[Measure, ...]:
        """Open, overdue, closed in time or late, and what is missing on them."""
        open_ones = [one for one in self.items if one.state is ActionState.OPEN]
        return (
            about.measure("actions.total", len(self.items), "action items"),
            about.measure("actions.open", len(open_ones), "action items"),
            self._overdue(about, open_ones),
            *_missing(about, open_ones),
            *_closed(about, self.items),
            _contradictory(about, self.told),
        )

    def _overdue(self, about: About, open_ones: Sequence[ActionItem]) -> Measure:
        late = [one for one in open_ones if one.overdue(about.now)]
        state, reason = State.PASS, "No open action item is past its last day."
        if late:
            state, reason = State.FAIL, f"Overdue: {_named(late)}."
        elif self.incomplete:
            state, reason = State.UNKNOWN, self.incomplete
        elif not self.items:
            state, reason = State.UNKNOWN, "It holds no action item."
        formula = f"{len(late)} of {count(len(open_ones), 'open action items')} are past due"
        return about.measure(
            "actions.overdue", len(late), "action items", state, reason, formula=formula
        )


def _missing(about: About, open_ones: Sequence[ActionItem]) -> Iterator[Measure]:
    formula = f"of {count(len(open_ones), 'open action items')}"
    for name, what, found in (
        ("without_owner", "Without an owner", [one for one in open_ones if not one.owner]),
        ("without_due_date", "Without a due date", [one for one in open_ones if one.due is None]),
    ):
        state = State.WARNING if found else State.PASS
        reason = f"{what}: {_named(found)}." if found else ""
        yield about.measure(
            f"actions.{name}", len(found), "action items", state, reason, formula=formula
        )
    unlinked = [one for one in open_ones if not one.incident]
    reason = f"Linked to no incident: {_named(unlinked)}." if unlinked else ""
    yield about.measure(
        "actions.unlinked", len(unlinked), "action items", reason=reason, formula=formula
    )


def _closed(about: About, items: Sequence[ActionItem]) -> Iterator[Measure]:
    closed = [one for one in items if one.state is ActionState.CLOSED]
    punctual = [one.in_time(about.now) for one in closed]
    formula = f"of {count(len(closed), 'closed action items')}"
    for name, number in (
        ("closed_in_time", sum(one is True for one in punctual)),
        ("closed_late", sum(one is False for one in punctual)),
        ("closed_undated", sum(one is None for one in punctual)),
    ):
        yield about.measure(f"actions.{name}", number, "action items", formula=formula)
    dropped = [one for one in items if one.state is ActionState.DROPPED]
    reason = f"Closed without being done: {_named(dropped)}." if dropped else ""
    yield about.measure("actions.dropped", len(dropped), "action items", reason=reason)


def _contradictory(about: About, items: Sequence[ActionItem]) -> Measure:
    found = (one.contradiction(about.now) for one in items)
    wrong = list(dict.fromkeys(filter(None, found)))
    state = State.UNKNOWN if wrong else State.PASS
    reason = f"Contradictory: {listed(wrong, '; ')}." if wrong else ""
    return about.measure("actions.contradictory", len(wrong), "action items", state, reason)


def _named(items: Sequence[ActionItem]) -> str:
    return listed([_name(one) for one in items])


def _name(one: ActionItem) -> str:
    due = f", due {one.due.isoformat()}" if one.due else ""
    return f"{one.id} ({one.title}{due})"
