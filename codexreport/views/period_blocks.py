"""What happened in a period, as tables: its incidents and its deployments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from codexreport.display.base import Block
from codexreport.display.blocks import Group, Paragraph
from codexreport.display.numbers import UNKNOWN, count, day, duration, moment
from codexreport.display.tables import Column, Table
from codexreport.incidents.actions import ActionItem, Standing
from codexreport.incidents.spans import seconds
from codexreport.incidents.telling import Account
from codexreport.rollout.deployments import Deployment, Outcome
from codexreport.views.incident_blocks import named

_BECAME = {
    Standing.IN_TIME: "closed on time",
    Standing.LATE: "closed late",
    Standing.CLOSED: "closed, whether on time is not known",
    Standing.DROPPED: "closed without being done",
    Standing.OVERDUE: "overdue",
    Standing.OPEN: "still open",
}
"""What became of a promise, in the order it is told."""


def became(promised: Sequence[ActionItem], now: datetime) -> str:
    """What became of promises, such as `2 closed on time, 1 still open, due Fri 16 Oct 2026`."""
    by_standing = {
        standing: [one for one in promised if one.standing(now) is standing] for standing in _BECAME
    }
    said = [f"{len(some)} {_BECAME[standing]}" for standing, some in by_standing.items() if some]
    still = by_standing[Standing.OPEN]
    if first := min((one.due for one in still if one.due), default=None):
        said[-1] += f", {'' if len(still) == 1 else 'the first '}due {day(first)}"
    return ", ".join(said)


def incidents_table(found: Sequence[Account], zone_name: str, *, running: bool) -> Block:
    """Each incident that began in the period; one that contradicts itself is unknown.

    Args:
        found: The incidents.
        zone_name: Whose days are shown.
        running: Whether the period is not over.
    """
    if not found:
        return Paragraph(f"No incident is told of that began in the period{_so_far(running)}.")
    return Table(
        caption="Incidents that began in the period",
        columns=[
            Column("Incident"),
            Column("State"),
            Column("Severity"),
            Column("Began"),
            Column("Detected after", figures=True),
            Column("Restored after", figures=True),
        ],
        rows=[_row(one, zone_name) for one in found],
        stacked=True,
    )


def _row(one: Account, zone_name: str) -> list[str | Block]:
    incident = one.incident
    lengths = [one.length("time_to_detect"), one.length("time_to_restore")]
    state = "open" if incident.open else "resolved"
    return [
        named(incident),
        one.contradiction or state,
        incident.level or "none",
        moment(incident.began, zone_name) if incident.began else UNKNOWN,
        *(duration(None if length is None else seconds(length)) for length in lengths),
    ]


def _so_far(running: bool) -> str:
    return " so far" if running else ""


def deployments_block(deployments: Sequence[Deployment], untold: str, *, running: bool) -> Block:
    """How many deployments went to each environment, and how they ended.

    Args:
        deployments: Those that are known to have begun in the period.
        untold: Why there may be others, a sentence; empty where there are none.
        running: Whether the period is not over.
    """
    if not deployments and untold:
        return Paragraph(f"Whether any deployment began in the period is not known. {untold}")
    if not deployments:
        return Paragraph(f"No deployment began in the period{_so_far(running)}.")
    others = [Paragraph(f"There may be others. {untold}")] if untold else []
    return Group([_deployments_table(deployments), *others])


def _deployments_table(deployments: Sequence[Deployment]) -> Table:
    outcomes = Counter((one.environment, one.outcome) for one in deployments)
    environments = sorted({one.environment for one in deployments})
    shown = [one for one in Outcome if any(outcomes[name, one] for name in environments)]
    return Table(
        caption="Deployments that began in the period, by how they ended",
        columns=[
            Column("Environment"),
            *(Column(one.value.capitalize(), figures=True) for one in shown),
        ],
        rows=[[name, *(count(outcomes[name, one]) for one in shown)] for name in environments],
    )
