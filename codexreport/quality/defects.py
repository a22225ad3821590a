"""Known defects: which are open, how bad they are, and whether somebody owns them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar

from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.text import one_line
from codexreport.wording import count


class Severity(StrEnum):
    """How bad a defect is. `UNKNOWN` is judged as `HIGH` until somebody classifies it."""

    CRITICAL = "critical"
    HIGH = "high"
    UNKNOWN = "unknown"
    MEDIUM = "medium"
    LOW = "low"


class Status(StrEnum):
    """Where a defect stands. A word that is not known means that it is open."""

    OPEN = "open"
    WAIVED = "waived"
    """Somebody decided to live with it."""
    CLOSED = "closed"


_SEVERITIES = {
    Severity.CRITICAL: "critical blocker highest emergency showstopper sev0 sev1 s0 s1 p0 p1",
    Severity.HIGH: "high major urgent severe important sev2 s2 p2",
    Severity.MEDIUM: "medium moderate normal average sev3 s3 p3",
    Severity.LOW: "low lowest minor trivial cosmetic sev4 sev5 s4 s5 p4 p5",
}
_SEVERITY_OF = {word: one for one, words in _SEVERITIES.items() for word in words.split()}
_STATUSES = {
    Status.CLOSED: "closed|done|resolved|fixed|verified|completed|released|duplicate|invalid|"
    "rejected|cannot reproduce|not a bug|not a defect",
    Status.WAIVED: "waived|accepted|accepted risk|risk accepted|deferred|wont fix|wontfix",
}
_STATUS_OF = {word: one for one, words in _STATUSES.items() for word in words.split("|")}


@lru_cache(maxsize=1024)
def severity_of(written: str) -> Severity:
    """What a team's word means: `Major`, `SEV-1`, `P1 (critical)`; of several the worst."""
    text = re.sub(r"(?<=[a-z])[ _-]+(?=\d)", "", written.lower().replace("severity", "sev"))
    found = [_SEVERITY_OF[word] for word in re.findall(r"[a-z]+\d*", text) if word in _SEVERITY_OF]
    return min(found, key=list(Severity).index, default=Severity.UNKNOWN)


@lru_cache(maxsize=1024)
def status_of(written: str) -> Status:
    """Where a defect stands by a team's word for it."""
    words = re.sub(r"[^a-z]+", " ", written.lower().replace("'", "").replace("\u2019", ""))
    return _STATUS_OF.get(words.strip(), Status.OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One entry of a defect log.

    Attributes:
        name: Its ticket or number.
        severity: How bad it is.
        status: Where it stands.
        owner: The team or role that has it; empty where none is named.
        title: What it is; empty where nothing says.
        link: Where it is followed, or how it is remedied; empty where nothing says.
        plan: How it is remedied or lived with until it is; empty where nothing says.
    """

    name: str
    severity: Severity
    status: Status
    owner: str = ""
    title: str = ""
    link: str = ""
    plan: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectLog:
    """What one defect log says.

    Attributes:
        defects: Its entries.
        observed: When it was exported, aware; None where nothing says.
        commit: The revision it names; empty where it names none.
        notes: What it leaves out, a sentence each.
        tells_plans: Whether it has a column for how a defect is remedied.
    """

    kind: ClassVar[str] = "defects"

    defects: tuple[Defect, ...]
    observed: datetime | None = None
    commit: str = ""
    notes: tuple[str, ...] = ()
    tells_plans: bool = False

    @property
    def open(self) -> tuple[Defect, ...]:
        """The entries that are neither closed nor waived."""
        return tuple(one for one in self.defects if one.status is Status.OPEN)

    def summary(self) -> str:
        """Such as `14 defects, 3 open: 1 critical, 2 low`."""
        told = f"{count(len(self.defects), 'defects')}, {len(self.open)} open"
        numbers = [(sum(one.severity is rank for one in self.open), rank) for rank in Severity]
        parts = [f"{number} {rank.value}" for number, rank in numbers if number]
        return f"{told}: {', '.join(parts)}" if parts else told

    def measures(self, about: About) -> tuple[Measure, ...]:
        """The numbers; an open critical defect fails, an open high or unowned one warns."""
        return (
            self._shown(about, "total", len(self.defects)),
            self._shown(about, "open", len(self.open)),
            self._judged(
                about, "open_critical", State.FAIL, lambda one: one.severity is Severity.CRITICAL
            ),
            self._critical_unmitigated(about),
            self._judged(
                about,
                "open_high",
                State.WARNING,
                lambda one: one.severity in (Severity.HIGH, Severity.UNKNOWN),
            ),
            self._judged(about, "open_without_owner", State.WARNING, lambda one: not one.owner),
            self._waived(about),
        )

    def _empty(self) -> str:
        return "" if self.defects else "It lists no defect, so nothing shows that it is kept."

    def _shown(self, about: About, name: str, number: int) -> Measure:
        state = State.UNKNOWN if self._empty() else State.NOT_APPLICABLE
        reason = " ".join(filter(None, [self._empty(), *self.notes]))
        return about.measure(f"quality.defects.{name}", number, "defects", state, reason)

    def _judged(
        self, about: About, name: str, bad: State, which: Callable[[Defect], bool]
    ) -> Measure:
        found = [one for one in self.open if which(one)]
        state = bad if found else State.UNKNOWN if self._empty() else State.PASS
        what = name.replace("_", " ")
        reason = f"{what.capitalize()}: {_named(found) or 'none'}."
        return self._measure(about, name, found, state, self._empty() or reason)

    def _critical_unmitigated(self, about: About) -> Measure:
        """An open critical defect needs a plan, and somebody who has it."""
        name = "critical_unmitigated"
        critical = [one for one in self.open if one.severity is Severity.CRITICAL]
        if critical and not self.tells_plans:
            reason = "It has no column for how a defect is remedied, such as remediation."
            return self._measure(about, name, critical, State.UNKNOWN, reason)
        found = [one for one in critical if not (one.plan and one.owner)]
        state = State.FAIL if found else State.UNKNOWN if self._empty() else State.PASS
        reason = f"Critical and without a plan or an owner: {_named(found) or 'none'}."
        return self._measure(about, name, found, state, self._empty() or reason)

    def _waived(self, about: About) -> Measure:
        found = [one for one in self.defects if one.status is Status.WAIVED]
        state = State.WARNING if found else State.UNKNOWN if self._empty() else State.PASS
        reason = f"Waived: {_named(found) or 'none'}."
        return self._measure(about, "waived", found, state, self._empty() or reason)

    def _measure(
        self, about: About, name: str, found: list[Defect], state: State, reason: str
    ) -> Measure:
        return about.measure(
            f"quality.defects.{name}",
            len(found),
            "defects",
            state,
            reason,
            formula=f"{len(found)} <= 0",
            sample_size=len(self.defects),
        )


_NAMED = 5
_LONGEST_NAME = 60


def _named(defects: list[Defect]) -> str:
    names = [one_line(one.name, _LONGEST_NAME) for one in defects[:_NAMED]]
    more = [f"{len(defects) - _NAMED} more"] if len(defects) > _NAMED else []
    return ", ".join(names + more)
