"""What `list` says of incidents, action items and vulnerabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from codexreport.project.workspace import Workspace
from codexreport.text import one_line

if TYPE_CHECKING:
    from codexreport.incidents.backlog import Work
    from codexreport.pipeline.check import Checked
    from codexreport.pipeline.happenings import Happenings
    from codexreport.project.model import Project

Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a list shows; apart from the rows it is sentences.

    Attributes:
        rows: A cell by the name of its column, in snake case.
        unread: What could not be read of what may hold more.
        contradictions: What cannot be as it stands there, so that its figures are not known.
        doubts: What nobody can tell of what stands there.
    """

    rows: list[Row]
    unread: list[str] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def incidents(root: Path, workspace: Workspace, now: str, *, offline: bool) -> Listed:
    """A row for each incident, told in one place or several; the latest first."""
    from codexreport.incidents.severity import SEVERITIES, Severity
    from codexreport.incidents.spans import since_epoch
    from codexreport.pipeline.happenings import INCIDENTS
    from codexreport.pipeline.owed_postmortems import postmortem_of

    project, moment, results = _checked(root, workspace, now, offline=offline)
    found = _happenings(project, moment, results)
    latest_first = sorted(
        found.incidents,
        key=lambda one: (-since_epoch(one.incident.began or found.now), one.incident.id),
    )
    rows: list[Row] = [
        {
            "id": one.incident.id,
            "severity": one.incident.severity.value,
            "state": "open" if one.incident.open else "resolved",
            "began": _there(one.incident.began, found.now),
            "resolved": _there(one.incident.resolved, found.now),
            "title": one.incident.title,
            "services": list(one.incident.services),
            "postmortem": postmortem_of(one.incident, project.root),
            "told_in": list(one.where),
            "contradiction": one.contradiction,
        }
        for one in latest_first
    ]
    odd = [one.incident for one in latest_first if one.incident.severity is Severity.UNKNOWN]
    return Listed(
        rows=rows,
        unread=[f"{gap.what}: {gap.reason}" for gap in found.gaps_of(INCIDENTS)],
        contradictions=[one.contradiction for one in latest_first if one.contradiction],
        doubts=[
            f"{one.id} has no known severity{_written(one.level)}; write {SEVERITIES}."
            for one in odd
        ],
    )


def _written(level: str) -> str:
    return f", but {one_line(level)!r}" if level else ""


def actions(root: Path, workspace: Workspace, now: str, *, offline: bool) -> Listed:
    """A row for each action item; what a tracker has as well is one."""
    from codexreport.pipeline.happenings import ACTIONS
    from codexreport.pipeline.unread import unread
    from codexreport.pipeline.work import action_items

    project, moment, results = _checked(root, workspace, now, offline=offline)
    work = action_items(results)
    rows: list[Row] = [
        {
            "id": one.item.id,
            "state": one.standing(moment).value,
            "due": one.item.due,
            "closed": _there(one.item.closed_at, moment),
            "owner": one.item.owner,
            "title": one.item.title,
            "incident": one.item.incident,
            "link": one.item.url,
            "sources": list(one.sources),
        }
        for one in work
    ]
    wrong = (one.item.contradiction(moment) for one in work)
    unsure = [one.item.doubt(moment) for one in work if not one.item.contradiction(moment)]
    return Listed(
        rows=rows,
        unread=unread(results, ACTIONS),
        contradictions=[f"{one}." for one in dict.fromkeys(filter(None, wrong))],
        doubts=[
            *(f"{one}." for one in filter(None, unsure)),
            *_of_no_incident(work, _happenings(project, moment, results)),
        ],
    )


def _of_no_incident(work: Sequence[Work], found: Happenings) -> list[str]:
    """Action items that name an incident nobody tells of; none where the project lists none."""
    from codexreport.pipeline.authoring import retro_id
    from codexreport.pipeline.happenings import INCIDENTS

    known = {one.incident.id for one in found.incidents}
    if not known and not INCIDENTS & found.asked:
        return []
    has = "that could be read has" if found.gaps_of(INCIDENTS) else "has"
    return [
        f"{one.item.id} names {one_line(one.item.incident)}, which no list of incidents {has}."
        for one in work
        if one.item.incident not in {"", *known} and not one.item.incident.startswith(retro_id(""))
    ]


def vulnerabilities(root: Path, workspace: Workspace, now: str, *, offline: bool) -> Listed:
    """A row for each open vulnerability; how old it is, the age ledger knows."""
    from codexreport.pipeline.unread import SCANS, unread
    from codexreport.pipeline.work import open_vulnerabilities

    project, moment, results = _checked(root, workspace, now, offline=offline)
    aged = open_vulnerabilities(workspace, project.vulnerabilities.sla_days, moment)
    rows: list[Row] = [
        {
            "id": one.entry.ids[0],
            "severity": one.entry.severity.value,
            "package": one.entry.package,
            "state": one.delay.value,
            "days": one.age.days,
            "due": one.due,
            "first_seen": _there(one.entry.first_seen, moment),
            "seen_by": [scanner.tool for scanner in one.entry.seen_by],
        }
        for one in aged
    ]
    return Listed(rows=rows or _of_scans(results), unread=unread(results, SCANS))


def _of_scans(results: list[Checked]) -> list[Row]:
    from codexreport.supply_chain.vulnerabilities import Scan, Standing

    return [
        {
            "id": one.ids[0],
            "severity": one.severity.value,
            "package": one.package,
            "state": "open",
            "days": None,
            "due": None,
            "first_seen": None,
            "seen_by": [result.facts.tool],
        }
        for result in results
        if isinstance(result.facts, Scan)
        for one in result.facts.standing(Standing.OPEN)
    ]


def _checked(
    root: Path, workspace: Workspace, now: str, *, offline: bool
) -> tuple[Project, datetime, list[Checked]]:
    """The project, the moment in its zone, and what its files and trackers say."""
    from codexreport.pipeline.check import check_project
    from codexreport.pipeline.open import moment_of, open_project
    from codexreport.window import zone

    project = open_project(root)
    at = moment_of(now, project) if now or project.as_of else None
    moment, results = check_project(project, workspace, at, offline=offline)
    return project, moment.astimezone(zone(project.timezone)), results


def _happenings(project: Project, moment: datetime, results: list[Checked]) -> Happenings:
    from codexreport.pipeline.happenings import happenings_of

    asked = {one.type for one in project.sources.values()}
    return happenings_of(project.incidents, results, moment, asked)


def _there(at: datetime | None, now: datetime) -> datetime | None:
    """A moment in the project's zone, which is that of `now`."""
    return at and at.astimezone(now.tzinfo)
