"""All objectives side by side: this week at a glance, and the weeks before it."""

from __future__ import annotations

from collections.abc import Sequence

from codexreport import wording
from codexreport.display.base import Block
from codexreport.display.numbers import NO_BREAK, burn, percent, target
from codexreport.display.status import StateBadge, StateMark
from codexreport.display.tables import Column, Link, Table
from codexreport.slo.history import Steadiness
from codexreport.slo.weekly import ObjectiveWeek
from codexreport.views.slo_summary import known_value, week_name


def objectives_table(weeks: Sequence[ObjectiveWeek], *, linked: bool = True) -> Table:
    """Each objective with the figures that decide; `linked` where its details are on the page."""
    return Table(
        caption="Every objective in the week, the state decided by the SLI of the week",
        columns=[
            Column("Objective"),
            Column("State"),
            Column("SLI", figures=True),
            Column("Target", figures=True),
            Column("Budget left", figures=True),
            Column("Burn, 1 d", figures=True),
            Column("Streak", figures=True),
            Column("Service"),
        ],
        rows=[_row(week, linked=linked) for week in weeks],
        stacked=True,
    )


def history_table(weeks: Sequence[ObjectiveWeek]) -> Table:
    """The last weeks of each objective, one shape a week."""
    shown = weeks[0].history if weeks else ()
    return Table(
        caption=f"The last {len(shown)} weeks: ✓ pass, ✕ fail, ? unknown",
        columns=[Column("Objective"), *(Column(_short(week_name(one))) for one in shown)],
        rows=[
            [week.objective.display_name, *(StateMark(one.state) for one in week.history)]
            for week in weeks
        ],
        latest=True,
    )


def _row(week: ObjectiveWeek, *, linked: bool) -> list[str | Block]:
    objective = week.objective
    return [
        Link(objective.display_name, objective.name) if linked else objective.display_name,
        StateBadge(week.state),
        percent(known_value(week.sli), objective.target),
        target(objective.target),
        percent(known_value(week.budget.remaining), decimals=0),
        burn(known_value(week.burn["1d"])),
        _streak(week.steadiness),
        objective.service,
    ]


def _short(name: str) -> str:
    """A week without its year."""
    return name.partition("-")[2] or name


def _streak(steady: Steadiness) -> str:
    weeks = wording.count(steady.streak, "weeks")
    return f"≥{NO_BREAK}{weeks}" if steady.whole else weeks
