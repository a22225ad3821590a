"""What happened in a period, as tables: its incidents and its deployments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from codexreport.display.base import Block
from codexreport.display.blocks import Paragraph
from codexreport.display.numbers import UNKNOWN, count, duration, moment
from codexreport.display.tables import Column, Table
from codexreport.incidents.spans import seconds
from codexreport.incidents.telling import Account
from codexreport.rollout.deployments import Deployment, Outcome
from codexreport.views.incident_blocks import named


def incidents_table(found: Sequence[Account], zone_name: str) -> Block:
    """Each incident that began in the period; one that contradicts itself is unknown."""
    if not found:
        return Paragraph("No incident is told of that began in the period.")
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
    lengths = [incident.time_to_detect, incident.time_to_restore]
    state = "open" if incident.open else "resolved"
    known = not one.contradiction
    return [
        named(incident),
        state if known else one.contradiction,
        incident.level or "none",
        moment(incident.began, zone_name) if incident.began else UNKNOWN,
        *(
            duration(seconds(length) if known and length is not None else None)
            for length in lengths
        ),
    ]


def deployments_table(deployments: Sequence[Deployment]) -> Block:
    """How many deployments went to each environment, and how they ended."""
    if not deployments:
        return Paragraph("No deployment began in the period.")
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
