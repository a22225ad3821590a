"""The logs of updates as a table: when each was last written in, against its cadence."""

from __future__ import annotations

from datetime import datetime

from codexreport.display.base import Block
from codexreport.display.status import StateBadge
from codexreport.display.tables import Column, Table
from codexreport.measure import Measure
from codexreport.pipeline.update_logs import Log, log_of, update_measures
from codexreport.project.model import Project
from codexreport.wording import count

_DAY_S = 86_400


def logs_table(project: Project, now: datetime) -> Table:
    """Each log: its last entry, how often it has to be written in, and why it is so."""
    columns = ["Log", "State", "Last entry", "Cadence", "Why"]
    return Table(
        caption="How long ago updates were last written down",
        columns=[Column(name) for name in columns],
        rows=[
            _row(project, log, measure)
            for log, measure in zip(Log, update_measures(project, now), strict=True)
        ],
        stacked=True,
    )


def _row(project: Project, log: Log, measure: Measure) -> list[str | Block]:
    file, cadence = log_of(project.updates, log)
    days = None if measure.value is None else round(measure.value) // _DAY_S
    last = "not known" if days is None else f"{count(days, 'days')} ago" if days else "today"
    every = f"every {count(cadence.days, 'days')}"
    return [
        log.value.capitalize(),
        StateBadge(measure.state),
        last,
        every,
        measure.reason or f"As {file} says",
    ]
