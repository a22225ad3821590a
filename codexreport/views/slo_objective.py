"""One objective's part of the weekly report: key figures, charts, and how each figure follows."""

from __future__ import annotations

from collections.abc import Sequence

from codexreport.display.base import Block
from codexreport.display.blocks import (
    Details,
    Figure,
    Heading,
    KeyFigures,
    Notes,
    Paragraph,
)
from codexreport.display.charts import Mark, WeekBar, burn_bars, burn_down, history
from codexreport.display.numbers import (
    burn,
    count,
    duration,
    moment,
    percent,
    points,
    seconds,
    target,
)
from codexreport.display.tables import Column, Table
from codexreport.measure import Measure, State
from codexreport.project.schema import IncidentTable
from codexreport.slo.weekly import ObjectiveWeek
from codexreport.views.slo_summary import known_value
from codexreport.window import format_duration


def objective_blocks(
    week: ObjectiveWeek, incidents: Sequence[IncidentTable], zone_name: str
) -> list[Block]:
    """Everything the report says of one objective."""
    objective = week.objective
    heading = Heading(
        title=objective.display_name,
        anchor=objective.name,
        state=week.state,
        subtitle=f"{objective.description} {target(objective.target)}, {objective.period}.".strip(),
    )
    blocks: list[Block] = [heading, Paragraph(week.reason), KeyFigures(_key_figures(week))]
    if week.budget.burn_down:
        blocks.append(_burn_down(week, incidents, zone_name))
    blocks += [_history(week), _burns(week), *_corrections(week, zone_name)]
    blocks.append(Details("Show the work", [_work(week), _alerts(week), Notes(week.notes)]))
    return blocks


def _key_figures(week: ObjectiveWeek) -> list[Figure]:
    objective = week.objective
    low_high = ""
    if week.sli.interval:
        low, high = week.sli.interval
        low_high = f", 95 % interval {percent(low, decimals=2)} to {percent(high, decimals=2)}"
    figures = [
        Figure(
            label="SLI this week",
            value=percent(week.sli.value, objective.target),
            note=f"target {target(objective.target)}{low_high}",
        ),
        Figure(
            label="Week before",
            value=percent(week.previous_sli, objective.target),
            note=f"change {points(week.change.value)}",
        ),
        Figure(
            label="Error budget left",
            value=percent(known_value(week.budget.remaining), decimals=1),
            note=f"of {objective.period}",
        ),
        Figure(
            label="Budget lasts",
            value=duration(known_value(week.exhaustion)),
            note=f"at the last day's burn of {burn(known_value(week.burn['1d']))}",
        ),
        Figure(
            label="Observed",
            value=percent(week.sli.coverage, objective.min_coverage, decimals=1),
            note=f"{count(week.valid.value)} {week.valid.unit}, {count(week.bad.value)} bad",
        ),
        Figure(
            label="Streak",
            value=f"{week.steadiness.streak} of {week.steadiness.needed}",
            note="passed weeks in a row for steady state",
        ),
    ]
    return figures + [
        Figure(
            label=f"p{one.name.rpartition('p')[2]} latency", value=seconds(one.value), note="exact"
        )
        for one in week.latency
    ]


def _burn_down(week: ObjectiveWeek, incidents: Sequence[IncidentTable], zone_name: str) -> Block:
    service = week.objective.service
    marks = [
        Mark(label=one.id, start=one.started, end=one.resolved)
        for one in incidents
        if not one.services or service in one.services
    ]
    left = known_value(week.budget.remaining)
    said = "is not known" if left is None else f"is {percent(left, decimals=0)}"
    names = ", ".join(one.label for one in marks)
    return burn_down(
        week.budget.burn_down,
        title=f"What is left of the error budget {said}",
        alt=f"A line that falls from 100 % as errors come, over {week.objective.period}. "
        f"Marked incidents: {names or 'none'}.",
        marks=marks,
        zone_name=zone_name,
        salt=f"{week.objective.name}-burn-down",
    )


def _history(week: ObjectiveWeek) -> Block:
    kept = sum(one.state is State.PASS for one in week.history)
    unknown = sum(one.state is State.UNKNOWN for one in week.history)
    told = f", {unknown} not known" if unknown else ""
    return history(
        [WeekBar(label=one.label, state=one.state, sli=one.sli) for one in week.history],
        week.objective.target,
        title=f"{kept} of the last {len(week.history)} weeks kept the target{told}",
        alt="A bar a week: the share that was missed, against what the target allows. "
        + " ".join(f"{one.label} {one.state.value}." for one in week.history),
        salt=f"{week.objective.name}-history",
    )


def _burns(week: ObjectiveWeek) -> Block:
    known = {name: known_value(one) for name, one in week.burn.items()}
    burns = [(name, None if one is None else float(one)) for name, one in known.items()]
    worst = max((rate for _, rate in burns if rate is not None), default=None)
    return burn_bars(
        burns,
        title=f"At the end of the window the budget burned at up to {burn(worst)} the even pace",
        alt="Bars of the burn rate over 1 hour to 7 days; a line at 1 marks the even pace.",
        salt=f"{week.objective.name}-burns",
        limits={format_duration(one.rule.long): one.factor for one in week.alerts},
    )


def _corrections(week: ObjectiveWeek, zone_name: str) -> list[Block]:
    if week.sli_uncorrected is None:
        return []
    objective = week.objective
    table = Table(
        caption="Time that does not count",
        columns=[Column("From"), Column("To"), Column("Reason"), Column("Agreed by")],
        rows=[
            (moment(one.start, zone_name), moment(one.end, zone_name), one.reason, one.approver)
            for one in week.corrections
        ],
    )
    with_it = percent(week.sli_uncorrected.value, objective.target)
    return [Paragraph(f"With that time counted the SLI would be {with_it}."), table]


def _work(week: ObjectiveWeek) -> Table:
    """Every measure: its value, its formula, what it speaks of and the bytes it came from."""
    return Table(
        caption="Every figure, its formula and its inputs",
        columns=[
            Column("Measure"),
            Column("Value", figures=True),
            Column("Unit"),
            Column("Formula"),
            Column("Window"),
            Column("Inputs"),
        ],
        rows=[
            (one.name, _exact(one), one.unit, one.formula, _span(one), _inputs(one))
            for one in week.measures()
        ],
    )


def _exact(measure: Measure) -> str:
    value = measure.to_dict()["value"]
    return (
        "not known" if value is None else f"{value:.8g}" if isinstance(value, float) else str(value)
    )


def _span(measure: Measure) -> str:
    return measure.window.label if measure.window else ""


def _inputs(measure: Measure) -> str:
    digests = sorted({origin.sha256[:12] for origin in measure.origins})
    shown = ", ".join(digests[:3])
    return shown + (f" and {len(digests) - 3} more" if len(digests) > 3 else "")  # noqa: PLR2004


def _alerts(week: ObjectiveWeek) -> Table:
    return Table(
        caption="What burn-rate alerts would have done in the week",
        columns=[
            Column("Alert"),
            Column("Burn above", figures=True),
            Column("State"),
            Column("Why"),
        ],
        rows=[
            (
                f"{one.rule} and {format_duration(one.rule.short)}",
                burn(one.factor),
                one.state.value,
                one.reason,
            )
            for one in week.alerts
        ],
    )
