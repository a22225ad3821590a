"""Delivery and incidents together: the four keys of each record, and the times incidents took.

`[[incidents]]` of the project file are marks on charts, chosen by hand: they do not count here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from codexreport.facts import About
from codexreport.incidents.history import Incidents
from codexreport.incidents.incident import Incident
from codexreport.incidents.targets import measure_targets
from codexreport.measure import Measure, Origin
from codexreport.pipeline.check import Checked
from codexreport.project.model import Project
from codexreport.readers.deployments import DeploymentsReader
from codexreport.readers.github_deployments import GitHubDeploymentsReader
from codexreport.readers.incident_io import IncidentIoReader
from codexreport.readers.incidents import IncidentsReader
from codexreport.readers.pagerduty import PagerDutyReader
from codexreport.rollout.delivery import measure_delivery
from codexreport.rollout.deployments import Deployment, Deployments
from codexreport.rollout.record import Harm, Record
from codexreport.text import listed, one_line
from codexreport.window import Window

_OF_DEPLOYMENTS = frozenset({DeploymentsReader.format, GitHubDeploymentsReader.format})
_OF_INCIDENTS = frozenset({IncidentsReader.format, PagerDutyReader.format, IncidentIoReader.format})
"""By these a file that could not be read is still known to be one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """The files of one source, which are one record.

    Attributes:
        name: The source's, or the file's where it belongs to none.
        facts: What they say.
        doubt: Why they cannot be relied on, a sentence; empty where they can.
        origins: Their bytes.
    """

    name: str
    facts: tuple[Deployments | Incidents, ...]
    doubt: str
    origins: tuple[Origin, ...]

    @property
    def deployments(self) -> tuple[Deployment, ...]:
        """Each once, though two files may hold it."""
        found = (
            one
            for facts in self.facts
            if isinstance(facts, Deployments)
            for one in facts.deployments
        )
        return tuple(dict.fromkeys(found))

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """Each once, though two files may hold it."""
        found = (
            one for facts in self.facts if isinstance(facts, Incidents) for one in facts.incidents
        )
        return tuple(dict.fromkeys(found))


def measure_outcomes(
    project: Project, results: Sequence[Checked], now: datetime
) -> tuple[Measure, ...]:
    """The four keys of every record of deployments, and incidents against their targets.

    Args:
        project: Its `[delivery]` and `[incident_targets]`.
        results: What its files say.
        now: The moment of the judgement, aware.
    """
    incidents = _sources(results, Incidents, _OF_INCIDENTS)
    return (
        *_delivery(project, _sources(results, Deployments, _OF_DEPLOYMENTS), incidents, now),
        *_targets(project, incidents, now),
    )


def _targets(project: Project, incidents: Sequence[_Source], now: datetime) -> Iterator[Measure]:
    targets = project.incident_targets.targets()
    for one in incidents:
        about = About(subject=one.name, now=now, origins=one.origins)
        yield from measure_targets(one.incidents, targets, about, one.doubt)


def _delivery(
    project: Project, records: Sequence[_Source], incidents: Sequence[_Source], now: datetime
) -> Iterator[Measure]:
    table = project.delivery
    window = Window.rolling(table.span, now, project.timezone)
    known = {one.id for record in records for one in record.deployments}
    harms = tuple(_harms(incidents, now))
    harm_doubt = _doubt_of_harm(incidents, known, window)
    told_by = tuple(origin for one in incidents for origin in one.origins)
    for name in {one.casefold(): one for one in reversed(table.environments)}.values():
        for source, deployments in _to(name, records):
            record = Record(
                environment=name,
                deployments=deployments,
                window=window,
                harms=harms,
                minimum=table.min_deployments,
                doubt=source.doubt or _elsewhere(name, source, deployments),
                harm_doubt=harm_doubt,
            )
            subject = f"{source.name}: {one_line(name)}"
            about = About(subject=subject, now=now, origins=(*source.origins, *told_by))
            yield from measure_delivery(record, about)


def _to(
    environment: str, records: Sequence[_Source]
) -> Iterator[tuple[_Source, tuple[Deployment, ...]]]:
    """The records that may tell of an environment: those that do, else all of them."""
    found = [
        (
            one,
            tuple(d for d in one.deployments if d.environment.casefold() == environment.casefold()),
        )
        for one in records
    ]
    telling = [(one, deployments) for one, deployments in found if deployments or one.doubt]
    yield from telling or found


def _elsewhere(name: str, source: _Source, deployments: Sequence[Deployment]) -> str:
    """What is there instead of an environment that has no deployment at all."""
    others = sorted({one.environment for one in source.deployments})
    if deployments or not others:
        return ""
    return f"It holds no deployment to {one_line(name)}; there are some to {listed(others)}."


def _harms(incidents: Sequence[_Source], now: datetime) -> Iterator[Harm]:
    for one in (one for source in incidents for one in source.incidents if one.deployment):
        lasted = None if one.contradiction(now) else one.time_to_restore
        yield Harm(deployment=one.deployment, incident=one.id, open=one.open, lasted=lasted)


def _doubt_of_harm(incidents: Sequence[_Source], known: set[str], window: Window) -> str:
    """Why it is not known which deployments did harm; empty where it is."""
    if not incidents:
        return "No source of incidents says which deployments did harm."
    for source in incidents:
        if source.doubt:
            return f"{source.name}: {source.doubt}"
        for facts in source.facts:
            covers = facts.covers if isinstance(facts, Incidents) else None
            if covers and covers[0] > window.start:
                return f"{source.name} holds incidents only since {covers[0].isoformat()}."
    lost = [
        f"{one.id} names {one.deployment}"
        for source in incidents
        for one in source.incidents
        if one.deployment
        and one.deployment not in known
        and (one.began is None or one.began >= window.start)
    ]
    return f"On no record of deployments: {listed(lost)}." if lost else ""


def _sources(
    results: Sequence[Checked], kind: type[Deployments | Incidents], formats: frozenset[str]
) -> list[_Source]:
    """The sources of one kind of facts, with what could not be read of them."""
    grouped: dict[str, list[Checked]] = {}
    for one in results:
        if isinstance(one.facts, kind) or (one.facts is None and one.format in formats):
            grouped.setdefault(one.source or one.name, []).append(one)
    return [_source(name, files) for name, files in sorted(grouped.items())]


def _source(name: str, files: Sequence[Checked]) -> _Source:
    facts = tuple(one.facts for one in files if isinstance(one.facts, Deployments | Incidents))
    unread = [f"{one.name}: {one.reason}" for one in files if one.facts is None]
    doubts = [*unread, *(one.unfit for one in files), *(one.incomplete for one in facts)]
    return _Source(
        name=name,
        facts=facts,
        doubt=next(filter(None, doubts), ""),
        origins=tuple(one.origin for one in files if one.origin),
    )
