"""How long vulnerabilities have been open, against how long they may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from types import MappingProxyType

from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.moments import in_utc
from codexreport.supply_chain.ledger import Entry, Ledger
from codexreport.supply_chain.severity import Severity
from codexreport.supply_chain.vulnerabilities import named
from codexreport.window import format_duration
from codexreport.wording import count

SLA_DAYS: Mapping[Severity, int] = MappingProxyType(
    {Severity.CRITICAL: 14, Severity.HIGH: 14, Severity.UNKNOWN: 14}
)
"""Days that a vulnerability of each severity may be open; none where a severity is not named."""


def age(entry: Entry, now: datetime) -> timedelta:
    """Real time from the first sight of it until it was closed, or until `now`.

    Negative where it was first seen after `now`.
    """
    return (entry.closed_at or now) - entry.first_seen


def overdue(
    ledger: Ledger, now: datetime, sla_days: Mapping[Severity, int] = SLA_DAYS
) -> tuple[Entry, ...]:
    """The open entries that are older than their severity may be; the oldest first.

    One that is exactly as old as it may be is not overdue.
    """
    late = [
        entry
        for entry in ledger.opened
        if entry.severity in sla_days and age(entry, now) > timedelta(days=sla_days[entry.severity])
    ]
    return tuple(sorted(late, key=lambda entry: (entry.first_seen, entry.key)))


def measure_ages(
    ledger: Ledger,
    about: About,
    sla_days: Mapping[Severity, int] = SLA_DAYS,
    *,
    unread: Sequence[str] = (),
) -> tuple[Measure, ...]:
    """For each severity how many are overdue, judged, and how old the oldest is, shown.

    A ledger of no complete scan, or with a first sight after `about.now`, is unknown. So is one
    beside a scan that does not count: nobody knows what it would have found.

    Args:
        ledger: What was seen, and when.
        about: The moment of the judgement, aware, and where the ledger comes from.
        sla_days: Days that each severity may be open.
        unread: The scans that could not be read or are no evidence, a sentence each.
    """
    judged = (_overdue(ledger, severity, sla_days, about, unread) for severity in Severity)
    return (*filter(None, judged), *(_oldest(ledger, severity, about) for severity in Severity))


def _overdue(
    ledger: Ledger,
    severity: Severity,
    sla_days: Mapping[Severity, int],
    about: About,
    unread: Sequence[str],
) -> Measure | None:
    days = sla_days.get(severity)
    if days is None:
        return None
    late = [one for one in overdue(ledger, about.now, sla_days) if one.severity is severity]
    state, reason = State.PASS, ""
    if late:
        state = State.FAIL
        oldest = format_duration(age(late[0], about.now))
        reason = (
            f"{len(late)} of {severity.value} severity open for more than {count(days, 'days')}, "
            f"the oldest for {oldest}: {named([entry.key for entry in late])}."
        )
    elif doubt := _doubt(ledger, severity, about, unread):
        state, reason = State.UNKNOWN, doubt
    return about.measure(
        f"supply_chain.overdue.{severity.value}",
        len(late),
        "vulnerabilities",
        state,
        reason,
        formula=f"open findings first seen more than {count(days, 'days')} ago",
    )


def _oldest(ledger: Ledger, severity: Severity, about: About) -> Measure:
    ages = [age(entry, about.now) for entry in ledger.opened if entry.severity is severity]
    oldest = max(ages, default=None)
    return about.measure(
        f"supply_chain.age.{severity.value}",
        None if oldest is None else Fraction(oldest // timedelta(microseconds=1), 1_000_000),
        "seconds",
        formula="now - first seen, of the oldest open finding",
        sample_size=len(ages),
    )


def _doubt(ledger: Ledger, severity: Severity, about: About, unread: Sequence[str]) -> str:
    early = [
        entry.key
        for entry in ledger.opened
        if entry.severity is severity and entry.first_seen > about.now
    ]
    if early:
        return f"First seen after {in_utc(about.now)}: {named(early)}."
    if not any(last.complete for last in ledger.scans):
        return "No complete scan has been recorded."
    return " ".join(["Not every scan counts.", *unread]) if unread else ""
