"""What `list` says of incidents, action items and vulnerabilities."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from codexreport.project.workspace import Workspace

if TYPE_CHECKING:
    from codexreport.pipeline.check import Checked
    from codexreport.project.model import Project

Row = dict[str, object]
Listed = tuple[list[Row], list[str]]
"""The rows, and what could not be read of what may hold more, a sentence each."""


def incidents(root: Path, workspace: Workspace, now: str, *, offline: bool) -> Listed:
    """A row for each incident, told in one place or several."""
    from codexreport.pipeline.happenings import INCIDENTS, happenings_of

    project, moment, results = _checked(root, workspace, now, offline=offline)
    asked = {one.type for one in project.sources.values()}
    found = happenings_of(project.incidents, results, moment, asked)
    rows: list[Row] = [
        {
            "id": one.incident.id,
            "severity": one.incident.severity.value,
            "state": "open" if one.incident.open else "resolved",
            "began": one.incident.began,
            "resolved": one.incident.resolved,
            "title": one.incident.title,
            "services": ", ".join(one.incident.services),
            "postmortem": one.incident.postmortem,
            "told in": ", ".join(one.where),
            "contradiction": one.contradiction,
        }
        for one in found.incidents
    ]
    return rows, [f"{gap.what}: {gap.reason}" for gap in found.gaps_of(INCIDENTS)]


def actions(root: Path, workspace: Workspace, now: str, *, offline: bool) -> Listed:
    """A row for each action item; what a tracker has as well is one."""
    from codexreport.pipeline.happenings import ACTIONS
    from codexreport.pipeline.work import action_items, unread

    _, moment, results = _checked(root, workspace, now, offline=offline)
    rows: list[Row] = [
        {
            "id": one.item.id,
            "state": one.standing(moment).value,
            "due": one.item.due,
            "closed": one.item.closed_at,
            "owner": one.item.owner,
            "title": one.item.title,
            "incident": one.item.incident,
            "link": one.item.url,
            "source": ", ".join(one.sources),
        }
        for one in action_items(results)
    ]
    return rows, unread(results, ACTIONS)


def vulnerabilities(root: Path, workspace: Workspace, now: str, *, offline: bool) -> Listed:
    """A row for each open vulnerability; how old it is, the age ledger knows."""
    from codexreport.pipeline.work import SCANS, open_vulnerabilities, unread

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
            "first seen": one.entry.first_seen,
            "seen by": ", ".join(scanner.tool for scanner in one.entry.seen_by),
        }
        for one in aged
    ]
    return rows or _of_scans(results), unread(results, SCANS)


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
            "first seen": None,
            "seen by": result.facts.tool,
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
