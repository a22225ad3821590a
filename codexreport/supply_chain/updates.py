"""The log of updates: which package went from which version to which, when and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import ClassVar

from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.wording import count

CADENCE_DAYS = 31
"""Days between two entries that are still a cadence: a month, however long."""

_LATEST_ZONE = timedelta(hours=14)
_ADVISORY = re.compile(r"\b(?:CVE-\d|GHSA-\w|PYSEC-\d|security\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One line of the log.

    Attributes:
        on: The day as written; a day has no zone.
        package: What was updated.
        before: The version it had; empty where it was new.
        after: The version it has since; empty where it was removed.
        reason: Why, as written.
        line: Where it stands in the file, 1-based.
    """

    on: date
    package: str
    before: str
    after: str
    reason: str
    line: int

    @property
    def for_security(self) -> bool:
        """Whether its reason names an advisory or the word security."""
        return bool(_ADVISORY.search(self.reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateLog:
    """The updates that a team has written down.

    Attributes:
        entries: In the file's order.
        observed: Always None: a log says when updates were, not when it was written.
        commit: Always empty.
    """

    kind: ClassVar[str] = "updates"

    entries: tuple[Update, ...]
    observed: datetime | None = None
    commit: str = ""

    def summary(self) -> str:
        """Such as `12 updates, 3 for security, the last on 2026-10-01`."""
        if not self.entries:
            return "0 updates"
        last = max(entry.on for entry in self.entries)
        return (
            f"{count(len(self.entries), 'updates')}, {self._for_security()} for security, "
            f"the last on {last.isoformat()}"
        )

    def measures(self, about: About) -> tuple[Measure, ...]:
        """How long ago the last update was, judged against a month; and how many there are."""
        return (
            self._age(about),
            about.measure("supply_chain.updates.entries", len(self.entries), "updates"),
            about.measure(
                "supply_chain.updates.security",
                self._for_security(),
                "updates",
                formula="entries whose reason names an advisory or security",
            ),
        )

    def _age(self, about: About) -> Measure:
        days, state, reason = self._judged(about.now)
        return about.measure(
            "supply_chain.updates.age",
            None if days is None else days * 86_400,
            "seconds",
            state,
            reason,
            formula="days from the newest entry to now, in UTC",
            sample_size=len(self.entries),
        )

    def _judged(self, now: datetime) -> tuple[int | None, State, str]:
        days, late, reason = since_last(self.entries, now, timedelta(days=CADENCE_DAYS))
        if late is None:
            return None, State.UNKNOWN, reason
        return days, State.WARNING if late else State.PASS, reason

    def _for_security(self) -> int:
        return sum(1 for entry in self.entries if entry.for_security)


def since_last(
    entries: Sequence[Update], now: datetime, cadence: timedelta
) -> tuple[int | None, bool | None, str]:
    """How long ago the newest entry is, in days, and whether that is longer than the cadence.

    Args:
        entries: In any order.
        now: The moment of the judgement, aware.
        cadence: The longest time between two entries; a part of a day does not count.

    Returns:
        The days, whether they are too many, and why, a sentence that is empty where they are not.
        Days and answer are None where the log has no entry, or one from a day to come.
    """
    if not entries:
        return None, None, "The log has no entries."
    latest = (now.astimezone(timezone.utc) + _LATEST_ZONE).date()
    future = [entry for entry in entries if entry.on > latest]
    if future:
        first = future[0]
        when = f"Line {first.line} is dated {first.on.isoformat()}"
        return None, None, f"{when}, which nowhere has begun at {now.isoformat()}."
    last = max(entry.on for entry in entries)
    days = max((now.astimezone(timezone.utc).date() - last).days, 0)
    if days <= cadence.days:
        return days, False, ""
    said = f"The last update was {count(days, 'days')} ago, on {last.isoformat()}"
    return days, True, f"{said}; {count(cadence.days, 'days')} is the cadence."
