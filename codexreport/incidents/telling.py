"""One incident told in several places: put together, and where they contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from codexreport.incidents.incident import Incident
from codexreport.incidents.spans import since_epoch
from codexreport.text import one_line

_MOMENTS = ("started", "detected", "acknowledged", "mitigated", "resolved")
_TEXTS = ("title", "level", "url", "postmortem", "deployment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An incident, and where it is told.

    Attributes:
        incident: As it is told there.
        where: The file or tracker.
    """

    incident: Incident
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Everything that is told of one incident.

    Attributes:
        incident: Put together: what one place leaves out, another may say.
        where: The places that tell of it.
        contradiction: Why it cannot all be true, a sentence; empty where it can.
    """

    incident: Incident
    where: tuple[str, ...]
    contradiction: str

    def length(self, name: str) -> timedelta | None:
        """One of its times, such as `time_to_restore`; None where it is not known.

        Of what contradicts itself, none is.
        """
        found: timedelta | None = getattr(self.incident, name)
        return None if self.contradiction else found


def accounts(told: Sequence[Told], now: datetime) -> tuple[Account, ...]:
    """One account of each incident, in the order they are first told.

    Args:
        told: The places in order of trust: the first that says something is believed.
        now: The moment of the judgement, aware.
    """
    by_id: dict[str, list[Told]] = {}
    for one in told:
        by_id.setdefault(one.incident.id, []).append(one)
    return tuple(_account(several, now) for several in by_id.values())


def _account(several: Sequence[Told], now: datetime) -> Account:
    incident = several[0].incident
    for other in several[1:]:
        incident = _completed(incident, other.incident)
    wrong = [*_twice(several), incident.contradiction(now)]
    reason = "; ".join(filter(None, wrong))
    return Account(
        incident=incident,
        where=tuple(dict.fromkeys(one.where for one in several)),
        contradiction=f"{reason}." if reason else "",
    )


def _completed(incident: Incident, other: Incident) -> Incident:
    lacking = {
        name: getattr(other, name)
        for name in (*_MOMENTS, *_TEXTS, "services")
        if not getattr(incident, name) and getattr(other, name)
    }
    return replace(incident, **lacking)


def _twice(several: Sequence[Told]) -> Iterator[str]:
    """Where two places say different things of it."""
    first = several[0]
    for other in several[1:]:
        differ = [*_differences(first, other)]
        if differ:
            yield f"{first.incident.id} is told twice: {', '.join(differ)}"


def _differences(first: Told, other: Told) -> Iterator[str]:
    a, b = first.incident, other.incident
    pairs = {}
    for name in _MOMENTS:
        one, two = getattr(a, name), getattr(b, name)
        if one and two and since_epoch(one) != since_epoch(two):
            pairs[name] = (one.isoformat(), two.isoformat())
    if a.level and b.level and a.severity is not b.severity:
        pairs["severity"] = (a.level, b.level)
    if a.deployment and b.deployment and a.deployment != b.deployment:
        pairs["deployment"] = (a.deployment, b.deployment)
    if a.open is not b.open:
        pairs["state"] = ("open" if a.open else "resolved", "open" if b.open else "resolved")
    for name, (one, two) in pairs.items():
        yield (
            f"{name} is {one_line(one)} in {one_line(first.where)},"
            f" {one_line(two)} in {one_line(other.where)}"
        )
