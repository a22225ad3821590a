"""How far lists of deployments reach: what none of them spans, none can show to be free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from codexreport.incidents.spans import since_epoch
from codexreport.moments import moment
from codexreport.pipeline.check import Checked
from codexreport.rollout.deployments import Deployments
from codexreport.text import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """From when to when the lists of one source tell of deployments.

    Attributes:
        name: The source's file, or its name where it has several.
        first: When its earliest deployment began; None where it holds none.
        last: When its latest began, or when the list was made where it says so; None likewise.
    """

    name: str
    first: datetime | None
    last: datetime | None

    def lack(self, start: datetime, end: datetime, zone_name: str) -> str:
        """Why it cannot show that nothing began from `start` to `end`; empty where it can."""
        if self.first is None or self.last is None:
            return f"{self.name} holds no deployment"
        if since_epoch(self.last) < since_epoch(end):
            return f"{self.name} ends on {moment(self.last, zone_name)}"
        if since_epoch(self.first) > since_epoch(start):
            return f"{self.name} begins on {moment(self.first, zone_name)}"
        return ""


def reaches(checked: Iterable[Checked]) -> tuple[Reach, ...]:
    """How far each source of deployments reaches, in the order that they are told."""
    by_source: dict[str, list[tuple[str, Deployments]]] = {}
    for one in checked:
        if isinstance(one.facts, Deployments):
            by_source.setdefault(one.source or one.name, []).append((one.name, one.facts))
    return tuple(_reach(source, lists) for source, lists in by_source.items())


def _reach(source: str, lists: Sequence[tuple[str, Deployments]]) -> Reach:
    told = [one for _, facts in lists for one in _moments(facts)]
    name = lists[0][0] if len(lists) == 1 else source
    return Reach(
        name=one_line(name),
        first=min(told, key=since_epoch, default=None),
        last=max(told, key=since_epoch, default=None),
    )


def _moments(facts: Deployments) -> Iterator[datetime]:
    """When what a list tells of began, and when a list that holds something was made."""
    yield from (one.started for one in facts.deployments)
    if facts.deployments and facts.observed is not None:
        yield facts.observed


def cannot_tell(found: Sequence[Reach], start: datetime, end: datetime, zone_name: str) -> str:
    """Why the lists cannot show that no deployment began from `start` to `end`, a sentence.

    Each has to reach over all of it: one may tell of an environment that the others do not.
    Empty where they can.
    """
    lacks = filter(None, (one.lack(start, end, zone_name) for one in found))
    return next((f"{lack}." for lack in lacks), "")
