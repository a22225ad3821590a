"""What happened to a project's services: incidents, deployments, flags, and the work they left."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from codexreport.errors import ParameterError
from codexreport.incidents.actions import ActionItem
from codexreport.incidents.history import Incidents
from codexreport.incidents.incident import Incident
from codexreport.incidents.telling import Account, Told, accounts
from codexreport.measure import Origin
from codexreport.pipeline.check import Checked, check_project
from codexreport.pipeline.deployment_lists import Reach, cannot_tell, reaches
from codexreport.pipeline.work import action_items
from codexreport.project.model import Project
from codexreport.project.schema import IncidentTable
from codexreport.project.workspace import FILE_NAME, Workspace
from codexreport.rollout.deployments import Deployment, Deployments
from codexreport.sources.base import Progress, silent
from codexreport.text import listed, one_line
from codexreport.window import zone

INCIDENTS = frozenset({"incidents", "pagerduty", "incident-io"})
ACTIONS = frozenset({"actions", "github-issues", "gitlab-issues", "jira-issues"})
DEPLOYMENTS = frozenset({"deployments", "github-deployments"})
FORMATS = INCIDENTS | ACTIONS | DEPLOYMENTS
"""The formats that tell of something that happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that could not be told, or not wholly.

    Attributes:
        formats: What it would have told of, one of the sets above.
        what: The file or tracker.
        reason: A sentence, and what to do where that is known.
    """

    formats: frozenset[str]
    what: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happenings:
    """What happened, as far as the project's files and trackers tell.

    Attributes:
        now: The moment of the judgement.
        incidents: One account of each, in the order they are first told.
        deployments: In the order they are told.
        reaches: How far the lists of them reach.
        actions: The same; one that several places tell of stands there once.
        gaps: What could not be told.
        origins: The bytes it was read from.
        asked: The formats that any source of the project has.
    """

    now: datetime
    incidents: tuple[Account, ...]
    deployments: tuple[Deployment, ...]
    reaches: tuple[Reach, ...]
    actions: tuple[ActionItem, ...]
    gaps: tuple[Gap, ...]
    origins: tuple[Origin, ...]
    asked: frozenset[str]

    def incident(self, id_: str) -> Account:
        """The account of one incident.

        Raises:
            ParameterError: There is none; names those whose id comes near.
        """
        for one in self.incidents:
            if one.incident.id == id_:
                return one
        known = [one.incident.id for one in self.incidents]
        near = difflib.get_close_matches(id_, known, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else "."
        there = f"There are: {listed(known)}." if known else "The project has none."
        if gaps := [f"{gap.what}: {gap.reason}" for gap in self.gaps_of(INCIDENTS)]:
            others = f"{there} " if known else ""
            raise ParameterError(
                f"{gaps[0]} So nobody can tell of incident {one_line(id_)!r}{hint}",
                advice=" ".join([*gaps[1:], f"{others}{_WHERE}"]),
            )
        raise ParameterError(
            f"There is no incident {one_line(id_)!r}{hint}", advice=f"{there} {_WHERE}"
        )

    def gaps_of(self, formats: frozenset[str]) -> tuple[Gap, ...]:
        """What could not be told of incidents, say."""
        return tuple(one for one in self.gaps if one.formats == formats)

    def deployments_untold(self, start: datetime, end: datetime, zone_name: str) -> str:
        """Why it cannot be told that no deployment began in a span, a sentence.

        Empty where it can: then none began that is not among `deployments`.
        """
        if not DEPLOYMENTS & self.asked:
            return "The project names no source of deployments."
        if gaps := self.gaps_of(DEPLOYMENTS):
            return f"{gaps[0].what}: {gaps[0].reason}"
        return cannot_tell(self.reaches, start, end, zone_name)


_WHERE = (
    f"Incidents stand in {FILE_NAME} under [[incidents]], or in a source of a format of theirs."
)


def happenings(
    project: Project,
    workspace: Workspace,
    now: datetime | None,
    *,
    offline: bool = False,
    progress: Progress = silent,
) -> Happenings:
    """Pull, keep and read what tells of incidents, deployments and action items.

    Args:
        project: Its incidents, and its sources of the formats above; no other is asked.
        workspace: Where snapshots are kept.
        now: The moment of the judgement; None: that of the last pull where nothing is pulled,
            else the clock's.
        offline: Ask no source, read what the last pull kept.
        progress: Called source by source.

    Raises:
        EvidenceError: What was pulled cannot be kept.
    """
    only = replace(
        project,
        sources={name: one for name, one in project.sources.items() if one.type in FORMATS},
    )
    now, checked = check_project(only, workspace, now, offline=offline, progress=progress)
    there = now.astimezone(zone(project.timezone))
    return happenings_of(
        project.incidents, checked, there, {one.type for one in only.sources.values()}
    )


def happenings_of(
    own: Iterable[IncidentTable], checked: Sequence[Checked], now: datetime, asked: Iterable[str]
) -> Happenings:
    """What is told by files that were read before.

    Args:
        own: The incidents of the project file; what a tracker says of one goes before.
        checked: What each file says.
        now: The moment of the judgement, in the project's zone: days end there.
        asked: The formats that any source has.
    """
    told = [
        Told(incident=incident, where=one.name)
        for one in checked
        if isinstance(one.facts, Incidents)
        for incident in one.facts.incidents
    ]
    told += [Told(incident=_incident(one), where=FILE_NAME) for one in own]
    return Happenings(
        now=now,
        incidents=accounts(told, now),
        deployments=tuple(
            deployment
            for one in checked
            if isinstance(one.facts, Deployments)
            for deployment in one.facts.deployments
        ),
        reaches=reaches(checked),
        actions=tuple(one.item for one in action_items(checked)),
        gaps=tuple(gap for one in checked if (gap := _gap(one)) is not None),
        origins=tuple(one.origin for one in checked if one.origin is not None),
        asked=frozenset(asked),
    )


def _incident(table: IncidentTable) -> Incident:
    return Incident(
        id=table.id,
        title=table.title,
        level=table.severity,
        open=table.resolved is None,
        started=table.started,
        detected=table.detected,
        acknowledged=table.acknowledged,
        mitigated=table.mitigated,
        resolved=table.resolved,
        services=table.services,
    )


_KINDS: Mapping[str, frozenset[str]] = {
    name: formats for formats in (INCIDENTS, ACTIONS, DEPLOYMENTS) for name in formats
}


def _gap(one: Checked) -> Gap | None:
    """Why a file tells nothing, or not all; None where it does."""
    formats = _KINDS.get(one.format)
    if formats is None:
        return None
    incomplete = getattr(one.facts, "incomplete", "")
    reason = one.reason if one.facts is None else one.unfit or incomplete
    said = " ".join(filter(None, (reason, one.advice)))
    return Gap(formats=formats, what=one.name, reason=said) if reason else None
