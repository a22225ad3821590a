"""One incident: its timeline, what follows from it, and where it contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from codexreport.incidents.severity import Severity, severity_of
from codexreport.incidents.spans import elapsed, since_epoch
from codexreport.moments import in_utc

CLOCK_SKEW = timedelta(minutes=5)
"""How far another machine's clock may be ahead of ours."""

_IN_ORDER = (
    ("started", "detected"),
    ("started", "acknowledged"),
    ("started", "mitigated"),
    ("started", "resolved"),
    ("detected", "acknowledged"),
    ("acknowledged", "resolved"),
    ("mitigated", "resolved"),
)
"""What cannot come after what. An incident may be mitigated by itself, before anybody saw it."""

_MOMENTS = ("started", "detected", "acknowledged", "mitigated", "resolved")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One incident, as its tracker tells it.

    Attributes:
        id: Unique in its tracker.
        title: Its author's words.
        level: The severity in the team's own word, such as `SEV-1`; empty where it has none.
        open: Whether it still goes on, by the tracker's own state.
        started: When users first felt it, aware.
        detected: When the team first knew of it.
        acknowledged: When somebody took it up.
        mitigated: When users stopped feeling it.
        resolved: When it was over.
        services: The services it touched.
        deployment: The deployment that caused it; empty where it names none.
        url: Where it can be read.
        postmortem: Where what was learnt can be read.
    """

    id: str
    title: str
    open: bool
    level: str = ""
    started: datetime | None = None
    detected: datetime | None = None
    acknowledged: datetime | None = None
    mitigated: datetime | None = None
    resolved: datetime | None = None
    services: tuple[str, ...] = ()
    deployment: str = ""
    url: str = ""
    postmortem: str = ""

    @property
    def severity(self) -> Severity:
        """What `level` means."""
        return severity_of(self.level)

    @property
    def began(self) -> datetime | None:
        """Its start; where that is not recorded, when it was detected."""
        return self.started or self.detected

    @property
    def time_to_detect(self) -> timedelta | None:
        """Detected - started."""
        return _between(self.started, self.detected)

    @property
    def time_to_acknowledge(self) -> timedelta | None:
        """Acknowledged - detected."""
        return _between(self.detected, self.acknowledged)

    @property
    def time_to_mitigate(self) -> timedelta | None:
        """Mitigated - started; from detection where no start is recorded."""
        return _between(self.began, self.mitigated)

    @property
    def time_to_restore(self) -> timedelta | None:
        """Resolved - started; from detection where no start is recorded."""
        return _between(self.began, self.resolved)

    def contradiction(self, now: datetime) -> str:
        """Why its timeline cannot be true as it stands at `now`; empty where it can be."""
        told = {
            name: since_epoch(moment)
            for name in _MOMENTS
            if (moment := getattr(self, name)) is not None
        }
        wrong = [*_reversed(told)]
        ahead = since_epoch(now) + CLOCK_SKEW
        wrong += [
            f"was {name} in the future, at {in_utc(getattr(self, name))}"
            for name, at in told.items()
            if at > ahead
        ]
        if self.open and self.resolved is not None:
            wrong.append(f"is open and resolved at {in_utc(self.resolved)}")
        return f"{self.id} {', and '.join(wrong)}" if wrong else ""


def _reversed(told: Mapping[str, timedelta]) -> Iterator[str]:
    """What came before that which it cannot come before, moment by moment."""
    for earlier in _MOMENTS:
        too_soon = [
            later
            for first, later in _IN_ORDER
            if first == earlier
            and earlier in told
            and later in told
            and told[later] < told[earlier]
        ]
        if too_soon:
            yield f"was {' and '.join(too_soon)} before it was {earlier}"


def _between(start: datetime | None, end: datetime | None) -> timedelta | None:
    return None if start is None or end is None else elapsed(start, end)
