"""Everything that is computed about one incident: its span, its cost, what is near and like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from codexreport.incidents.actions import ActionItem
from codexreport.incidents.incident import Incident
from codexreport.incidents.similar import Likeness, similar
from codexreport.incidents.spans import seconds, since_epoch
from codexreport.incidents.telling import Account
from codexreport.measure import Measure, State
from codexreport.pipeline.collect import Collection, collect
from codexreport.pipeline.flag_trail import FlagChanged, flags_changed
from codexreport.pipeline.happenings import Happenings
from codexreport.project.model import Project
from codexreport.project.workspace import Workspace
from codexreport.rollout.deployments import Deployment
from codexreport.slo.objective import Objective
from codexreport.slo.spending import Spending, spending
from codexreport.text import listed
from codexreport.window import Window

BEFORE, AFTER = timedelta(days=1), timedelta(days=1)
"""How much of the burn-down is shown beside the incident."""

_TIMES = (
    ("detect", "time_to_detect", "detected - started"),
    ("acknowledge", "time_to_acknowledge", "acknowledged - detected"),
    ("mitigate", "time_to_mitigate", "mitigated - started"),
    ("restore", "time_to_restore", "resolved - started"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFile:
    """What is known of one incident.

    Attributes:
        account: What is told of it.
        happenings: What else happened.
        span: From its beginning to its end, or to now; None where that is not known.
        no_span: Why it is not, a sentence; else empty.
        spent: What it cost each objective that was looked at.
        scope: Which objectives those are, a sentence.
        deployments: Those near it, and the one its record names, in order of time.
        untold: Why others may have begun near it, a sentence; empty where none can.
        flags: What was found changed on flags near it.
        actions: The action items that name it.
        alike: Earlier incidents that resemble it.
        times: Times to detect, acknowledge, mitigate and restore.
    """

    account: Account
    happenings: Happenings
    span: Window | None
    no_span: str
    spent: tuple[Spending, ...]
    scope: str
    deployments: tuple[Deployment, ...]
    untold: str
    flags: tuple[FlagChanged, ...]
    actions: tuple[ActionItem, ...]
    alike: tuple[Likeness, ...]
    times: tuple[Measure, ...]

    @property
    def incident(self) -> Incident:
        """The incident itself."""
        return self.account.incident


def incident_file(
    project: Project,
    workspace: Workspace,
    account: Account,
    found: Happenings,
    *,
    offline: bool = False,
) -> IncidentFile:
    """Compute everything about one incident.

    Args:
        project: Its objectives are what the incident may have cost.
        workspace: Where snapshots are kept.
        account: The incident.
        found: What else happened.
        offline: Ask no source, use what the last pull kept.

    Raises:
        EvidenceError: What was pulled cannot be kept, or the trail of flags cannot be read.
    """
    incident, near = account.incident, project.authoring.near
    span, no_span = span_of(account, found.now, project.timezone)
    objectives, scope = _affected(project.objectives, incident)
    spent: tuple[Spending, ...] = ()
    if span is not None and objectives:
        around = _around(span)
        collection = collect(project, workspace, around, now=found.now, offline=offline)
        spent = tuple(_spent(project, one, span, around, collection) for one in objectives)
    return IncidentFile(
        account=account,
        happenings=found,
        span=span,
        no_span=no_span,
        spent=spent,
        scope=scope,
        deployments=_near(found.deployments, span, near, incident.deployment),
        untold=untold_near(project, account, found),
        flags=_flags(workspace, span, near),
        actions=tuple(one for one in found.actions if one.incident == incident.id),
        alike=similar(incident, [one.incident for one in found.incidents]),
        times=_times(account),
    )


def untold_near(project: Project, account: Account, found: Happenings) -> str:
    """Why deployments may have begun near an incident that no source tells of, a sentence.

    Empty where none can.
    """
    span, no_span = span_of(account, found.now, project.timezone)
    if span is None:
        return no_span
    start = span.start - project.authoring.near
    return found.deployments_untold(start, span.end, project.timezone)


def span_of(account: Account, now: datetime, zone_name: str) -> tuple[Window | None, str]:
    """From when to when it went on; where that is not known, why."""
    one = account.incident
    if account.contradiction:
        return None, "Its record contradicts itself."
    if one.began is None:
        return None, f"Nothing says when {one.id} began."
    end = now if one.open else one.resolved
    if end is None:
        return None, f"{one.id} is closed, and nothing says when it was resolved."
    if since_epoch(end) <= since_epoch(one.began):
        end = one.began + timedelta(seconds=1)
    between = Window.between(one.began, end, zone_name)
    return Window(start=between.start, end=between.end, zone_name=zone_name, label=one.id), ""


def _around(span: Window) -> Window:
    return Window.between(span.start - BEFORE, span.end + AFTER, span.zone_name)


def _affected(
    objectives: Sequence[Objective], incident: Incident
) -> tuple[tuple[Objective, ...], str]:
    """The objectives to look at, and why those."""
    if not objectives:
        return (), "The project has no objective."
    own = tuple(one for one in objectives if one.service in incident.services)
    named = listed(incident.services)
    if own:
        return own, f"The objectives of the services it touched: {named}."
    if named:
        return tuple(objectives), f"No objective is about {named}, so all were looked at."
    return tuple(objectives), "It names no service, so all objectives were looked at."


def _spent(
    project: Project, one: Objective, span: Window, around: Window, collection: Collection
) -> Spending:
    return spending(
        one,
        collection.series.get(one.name),
        span=span,
        around=around,
        as_of=collection.as_of,
        corrections=project.corrections,
        problem=collection.problems.get(one.name, ""),
    )


def _near(
    deployments: Sequence[Deployment], span: Window | None, before: timedelta, named: str
) -> tuple[Deployment, ...]:
    """Those from some time before the incident to its end, and the one that is named."""
    if span is None:
        return ()
    first, last = span.start_s - before.total_seconds(), span.end_s
    near = [
        one for one in deployments if first <= one.started.timestamp() <= last or one.id == named
    ]
    return tuple(sorted(near, key=lambda one: (one.started.timestamp(), one.id)))


def _flags(workspace: Workspace, span: Window | None, before: timedelta) -> tuple[FlagChanged, ...]:
    return () if span is None else flags_changed(workspace, span.start - before, span.end)


def _times(account: Account) -> tuple[Measure, ...]:
    """How long it took to detect, acknowledge, mitigate and restore; all exact."""
    measures = []
    for name, attribute, formula in _TIMES:
        length = account.length(attribute)
        reason = account.contradiction
        if not reason and length is None:
            reason = f"Its record lacks one of the two times of {formula}."
        measures.append(
            Measure(
                name=f"incident.time_to_{name}",
                subject=account.incident.id,
                value=None if length is None else seconds(length),
                unit="seconds",
                state=State.UNKNOWN if length is None else State.NOT_APPLICABLE,
                reason=reason,
                formula=formula,
            )
        )
    return tuple(measures)
