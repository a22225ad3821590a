"""What is to be mended in an incident's record, and in the action items that follow from it.

Pages and `lint` say the same of it: neither has remarks of its own. Only what an incident cost is
the page's alone, for that takes figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from codexreport.authoring.remarks import Remark
from codexreport.incidents.actions import ActionItem
from codexreport.incidents.incident import Incident
from codexreport.incidents.severity import SEVERITIES, Severity
from codexreport.incidents.telling import Account
from codexreport.keys import nearest
from codexreport.measure import State
from codexreport.pipeline.happenings import ACTIONS, INCIDENTS, Happenings
from codexreport.pipeline.incident_file import untold_near
from codexreport.project.model import Project
from codexreport.slo.objective import Objective
from codexreport.text import listed, one_line, sentence
from codexreport.wording import count

OVERDUE = "action-overdue"
"""The rule of what a page tells in words of its own."""

UNDATED = "action-closing-day"
"""The rule of an action item that is closed, while nothing says when."""

_LINK = "link to its tracker"
_LACKING = {"owner": "action-owner", "due date": "action-due-date", _LINK: "action-link"}
"""The rule of what an action item lacks."""

_MOMENTS = ("started", "detected", "acknowledged", "mitigated", "resolved")


def postmortem_remarks(project: Project, account: Account, found: Happenings) -> Iterator[Remark]:
    """What is to be mended in all that a postmortem is about, and what of it is not known.

    Args:
        project: Its objectives say which services there are.
        account: The incident.
        found: What else happened.
    """
    id_ = account.incident.id
    yield from incident_remarks(account, found, project.objectives)
    yield from untold_remarks(found, untold_near(project, account, found))
    yield from action_remarks([one for one in found.actions if one.incident == id_], found, id_)


def incident_remarks(
    account: Account, found: Happenings, objectives: Sequence[Objective]
) -> Iterator[Remark]:
    """What is to be mended in an incident's record.

    Args:
        account: The incident.
        found: Says which deployments there are.
        objectives: Those of the project; an incident is about the services that they are about.
    """
    one = account.incident
    if account.contradiction:
        yield Remark(rule="timeline-order", state=State.UNKNOWN, message=account.contradiction)
    if one.severity is Severity.UNKNOWN:
        said = f"severity {one_line(one.level)!r}, which is none" if one.level else "no severity"
        message = f"{one.id} has {said}; write {SEVERITIES}."
        yield Remark(rule="severity-missing", state=State.FAIL, message=message)
    if one.open:
        said = f"{one.id} is still open: once it is over, write down when it was resolved."
        yield Remark(rule="incident-open", state=State.WARNING, message=said)
    if lacking := _lacking(one):
        said = f"The record of {one.id} does not say when it was {listed(lacking)}."
        yield Remark(rule="time-missing", state=State.WARNING, message=said)
    if one.deployment and all(one.deployment != other.id for other in found.deployments):
        said = f"The record of {one.id} names the deployment {one_line(one.deployment)}"
        said += ", which no source has."
        yield Remark(rule="deployment-missing", state=State.UNKNOWN, message=said)
    yield from _of_services(one, sorted({each.service for each in objectives if each.service}))


def _of_services(one: Incident, known: Sequence[str]) -> Iterator[Remark]:
    """Services that no objective is about: all of them, or one that looks misspelt."""
    if not known:
        return
    strange = [name for name in one.services if name not in known]
    for name in strange:
        near = nearest(name, known)
        if near or len(strange) == len(one.services):
            hint = near or f"; there are: {listed(known)}"
            said = sentence(f"No objective has the service {one_line(name)!r} of {one.id}{hint}")
            yield Remark(rule="service-unknown", state=State.WARNING, message=said)


def _lacking(one: Incident) -> list[str]:
    due = _MOMENTS[:-2] if one.open else _MOMENTS
    return [name for name in due if getattr(one, name) is None]


def untold_remarks(found: Happenings, untold: str) -> Iterator[Remark]:
    """Incidents and deployments that a page may lack.

    Args:
        found: Says what could not be read.
        untold: Why there may be deployments that are not told of, a sentence; empty where there
            are none.
    """
    if not INCIDENTS & found.asked and not found.incidents:
        said = "Incidents are not known: the project has no source of them, and names none."
        yield Remark(rule="incidents-unknown", state=State.UNKNOWN, message=said)
    for gap in found.gaps_of(INCIDENTS):
        said = f"Incidents of {gap.what} are not known. {gap.reason}"
        yield Remark(rule="incidents-unknown", state=State.UNKNOWN, message=said)
    if untold:
        said = f"Not all deployments are known. {untold}"
        yield Remark(rule="deployments-unknown", state=State.UNKNOWN, message=said)


def action_remarks(items: Sequence[ActionItem], found: Happenings, about: str) -> Iterator[Remark]:
    """What is to be mended in action items.

    Args:
        items: Those that name what they follow from.
        found: Says what could not be read, and which moment it is.
        about: What they follow from, such as `INC-42`.
    """
    gaps = found.gaps_of(ACTIONS)
    for gap in gaps:
        said = f"Action items of {gap.what} are not known. {gap.reason}"
        yield Remark(rule="actions-unknown", state=State.UNKNOWN, message=said)
    if not ACTIONS & found.asked:
        said = "Action items are not known: the project has no source of them."
        yield Remark(rule="actions-unknown", state=State.UNKNOWN, message=said)
    elif not items and not gaps:
        said = f"No action item names {about}."
        yield Remark(rule="no-action", state=State.WARNING, message=said)
    for item in items:
        yield from _of_item(item, found.now)


def doubt_remarks(item: ActionItem, now: datetime) -> Iterator[Remark]:
    """Why nobody knows whether an action item was done in time."""
    if reason := item.doubt(now):
        rule = "action-contradictory" if item.contradiction(now) else UNDATED
        yield Remark(rule=rule, state=State.UNKNOWN, message=f"{one_line(reason)}.")


def _of_item(item: ActionItem, now: datetime) -> Iterator[Remark]:
    name = f"{one_line(item.id)} ({one_line(item.title)})"
    yield from doubt_remarks(item, now)
    for what in item.lacks():
        said = f"{name} has no {what}."
        if item.url and what == _LINK:
            said = f"{name} has a link that is no http or https address."
        yield Remark(rule=_LACKING[what], state=State.FAIL, message=said)
    if item.overdue(now) and item.due is not None:
        late = count((now.date() - item.due).days, "days")
        yield Remark(rule=OVERDUE, state=State.FAIL, message=f"{name} is {late} overdue.")
