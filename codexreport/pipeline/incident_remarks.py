"""What is to be mended in an incident's record, and in the action items that follow from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from codexreport.authoring.remarks import Remark
from codexreport.incidents.actions import ActionItem, ActionState
from codexreport.incidents.incident import Incident
from codexreport.incidents.severity import Severity
from codexreport.incidents.telling import Account
from codexreport.measure import State
from codexreport.pipeline.happenings import ACTIONS, Happenings
from codexreport.text import listed, one_line
from codexreport.wording import count

OVERDUE = "action-overdue"
"""What goes wrong after a postmortem was written; no rule for its file."""

_MOMENTS = ("started", "detected", "acknowledged", "mitigated", "resolved")


def incident_remarks(account: Account) -> Iterator[Remark]:
    """What is to be mended in an incident's record."""
    one = account.incident
    if account.contradiction:
        yield Remark(rule="timeline-order", state=State.UNKNOWN, message=account.contradiction)
    if one.severity is Severity.UNKNOWN:
        said = f"severity {one_line(one.level)!r}, which is none" if one.level else "no severity"
        yield Remark(rule="severity-missing", state=State.FAIL, message=f"{one.id} has {said}.")
    if one.open:
        said = f"{one.id} is still open; its figures go up to now."
        yield Remark(rule="incident-open", state=State.WARNING, message=said)
    if lacking := _lacking(one):
        said = f"The record of {one.id} does not say when it was {listed(lacking)}."
        yield Remark(rule="time-missing", state=State.WARNING, message=said)


def _lacking(one: Incident) -> list[str]:
    due = _MOMENTS[:-2] if one.open else _MOMENTS
    return [name for name in due if getattr(one, name) is None]


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


def _of_item(item: ActionItem, now: datetime) -> Iterator[Remark]:
    name = f"{one_line(item.id)} ({one_line(item.title)})"
    if reason := item.contradiction(now):
        yield Remark(
            rule="action-contradictory", state=State.UNKNOWN, message=f"{one_line(reason)}."
        )
    if item.state is ActionState.DROPPED:
        return
    for rule, there, what in (
        ("action-owner", item.owner, "owner"),
        ("action-due-date", item.due, "due date"),
        ("action-link", item.url, "link to its tracker"),
    ):
        if not there:
            yield Remark(rule=rule, state=State.FAIL, message=f"{name} has no {what}.")
    if item.overdue(now) and item.due is not None:
        late = count((now.date() - item.due).days, "days")
        yield Remark(rule=OVERDUE, state=State.FAIL, message=f"{name} is {late} overdue.")
