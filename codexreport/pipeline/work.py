"""The work that is open: action items of all lists as one, vulnerabilities with their days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from codexreport.evidence.keep import phase_folder
from codexreport.incidents.actions import Actions
from codexreport.incidents.backlog import ActionList, Work, backlog
from codexreport.pipeline.ages import kept_ledger
from codexreport.pipeline.check import Checked
from codexreport.project.workspace import PHASE, Workspace
from codexreport.sources.trackers import TRACKERS
from codexreport.supply_chain.ages import age
from codexreport.supply_chain.ledger import Entry
from codexreport.supply_chain.ledger_text import FILE_NAME
from codexreport.supply_chain.severity import Severity


class Delay(StrEnum):
    """How an open vulnerability stands against its days."""

    OVERDUE = "overdue"
    IN_TIME = "in time"
    NO_LIMIT = "no limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenVulnerability:
    """One vulnerability that is open, as the age ledger has it.

    Attributes:
        entry: What the ledger says.
        age: Since it was first seen.
        due: The last day it may be open on, in the zone of the report; None: it has no limit.
        delay: How it stands.
    """

    entry: Entry
    age: timedelta
    due: date | None
    delay: Delay


def action_items(results: Iterable[Checked]) -> tuple[Work, ...]:
    """The action items of every file and tracker, each once."""
    return backlog(
        ActionList(source=one.source or one.name, actions=one.facts, live=one.format in TRACKERS)
        for one in results
        if isinstance(one.facts, Actions)
    )


def open_vulnerabilities(
    workspace: Workspace, sla_days: Mapping[Severity, int], now: datetime
) -> tuple[OpenVulnerability, ...]:
    """What the age ledger says is open, the most urgent first.

    Args:
        workspace: Where the evidence is.
        sla_days: Days that each severity may be open.
        now: The moment of the judgement, in the zone that days are told in.

    Raises:
        EvidenceError: The ledger is not as it was written.
    """
    ledger, _ = kept_ledger(phase_folder(workspace.recorded, PHASE) / FILE_NAME)
    return tuple(sorted(_opened(ledger.opened, sla_days, now), key=_urgency))


def _opened(
    entries: Iterable[Entry], sla_days: Mapping[Severity, int], now: datetime
) -> Iterator[OpenVulnerability]:
    for entry in entries:
        days = sla_days.get(entry.severity)
        old = age(entry, now)
        due, delay = None, Delay.NO_LIMIT
        if days is not None:
            due = (entry.first_seen + timedelta(days=days)).astimezone(now.tzinfo).date()
            delay = Delay.OVERDUE if old > timedelta(days=days) else Delay.IN_TIME
        yield OpenVulnerability(entry=entry, age=old, due=due, delay=delay)


def _urgency(one: OpenVulnerability) -> tuple[int, int, datetime, str]:
    return (
        list(Delay).index(one.delay),
        list(Severity).index(one.entry.severity),
        one.entry.first_seen,
        one.entry.key,
    )
