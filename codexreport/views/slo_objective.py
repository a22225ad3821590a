"""One objective's part of the weekly report: key figures, charts, and how each figure follows."""

from __future__ import annotations

import math
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
from codexreport.display.charts import Mark, WeekBar, burn_down, history
from codexreport.display.numbers import (
    UNKNOWN,
    burn,
    count,
    measured,
    moment,
    percent,
    points,
    seconds,
    short_day,
    target,
)
from codexreport.display.rates import burn_bars
from codexreport.display.tables import Column, Table
from codexreport.measure import Measure, State
from codexreport.project.schema import IncidentTable
from codexreport.slo.alerts import AlertState
from codexreport.slo.history import Steadiness
from codexreport.slo.weekly import ObjectiveWeek
from codexreport.views.slo_summary import gone_by, known_value, week_name
from codexreport.window import format_duration
from codexreport.wording import count as count_of


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
    change = known_value(week.change)
    figures = [
        Figure(
            label="SLI this week",
            value=percent(known_value(week.sli), objective.target),
            note=_sli_note(week),
        ),
        Figure(
            label="Week before",
            value=percent(week.previous_sli, objective.target),
            note="the change is not known" if change is None else f"change {points(change)}",
        ),
        Figure(
            label="Error budget left",
            value=percent(known_value(week.budget.remaining), decimals=1),
            note=f"of {objective.period}",
        ),
        Figure(
            label="Budget lasts",
            value=_lasting(week),
            note=_burn_note(week),
        ),
        Figure(
            label="Observed",
            value=percent(week.sli.coverage, objective.min_coverage, decimals=1),
            note="nothing was counted"
            if week.valid.value is None
            else f"{count(week.valid.value)} {week.valid.unit}, {count(week.bad.value)} bad",
        ),
        Figure(
            label="Streak",
            value=_streak(week.steadiness),
            note=f"passed in a row; {week.steadiness.needed} are steady state",
        ),
    ]
    return figures + [
        Figure(
            label=f"p{one.name.rpartition('p')[2]} latency", value=seconds(one.value), note="exact"
        )
        for one in week.latency
    ]


def _sli_note(week: ObjectiveWeek) -> str:
    """What the SLI is compared with; where it is not known, what little was seen of it."""
    objective, sli = week.objective, week.sli
    bound = f"target {target(objective.target)}"
    if sli.value is None:
        return bound
    if sli.state is State.UNKNOWN:
        seen = percent(sli.value, objective.target)
        coverage = sli.coverage or 0
        if coverage < objective.min_coverage:
            observed = percent(coverage, objective.min_coverage, decimals=1)
            return f"{seen} of the {observed} observed; {bound}"
        return f"{seen} of {count(week.valid.value)} {week.valid.unit}; {bound}"
    if sli.interval is None:
        return bound
    low, high = sli.interval
    return f"{bound}, 95 % interval {percent(low, decimals=2)} to {percent(high, decimals=2)}"


def _lasting(week: ObjectiveWeek) -> str:
    """Until when the budget lasts: a day, since the report may be read long after the week."""
    lasting = known_value(week.exhaustion)
    if lasting is None:
        return UNKNOWN
    if not lasting:
        return "spent"
    gone = gone_by(week)
    if gone is not None:
        return f"until {short_day(gone)} {gone.year}"
    return "without end" if lasting == math.inf else "over 10 years"


def _burn_note(week: ObjectiveWeek) -> str:
    rate = known_value(week.burn["1d"])
    if rate is None:
        return "the last day's burn is not known"
    return f"at the last day's burn of {burn(rate)}"


def _streak(steady: Steadiness) -> str:
    return count_of(steady.streak, "weeks") + (" or more" if steady.whole else "")


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
        known=left is not None,
    )


def _history(week: ObjectiveWeek) -> Block:
    kept = sum(one.state is State.PASS for one in week.history)
    unknown = sum(one.state is State.UNKNOWN for one in week.history)
    told = f", {unknown} not known" if unknown else ""
    return history(
        [
            WeekBar(
                label=week_name(one),
                state=one.state,
                sli=None if one.state is State.UNKNOWN else one.sli,
            )
            for one in week.history
        ],
        week.objective.target,
        title=f"{kept} of the last {len(week.history)} weeks kept the target{told}",
        alt="A bar a week: the share that was missed, against what the target allows. "
        + " ".join(f"{week_name(one)} {one.state.value}." for one in week.history),
        salt=f"{week.objective.name}-history",
    )


def _burns(week: ObjectiveWeek) -> Block:
    known = {name: known_value(one) for name, one in week.burn.items()}
    burns = [(name, None if one is None else float(one)) for name, one in known.items()]
    return burn_bars(
        burns,
        title=_burns_title([rate for _, rate in burns]),
        alt="Bars of the burn rate over 1 hour to 7 days; a line at 1 marks the even pace.",
        salt=f"{week.objective.name}-burns",
        limits={format_duration(one.rule.long): one.factor for one in week.alerts},
    )


def _burns_title(rates: Sequence[float | None]) -> str:
    known = [rate for rate in rates if rate is not None]
    if not known:
        return "How fast the budget burned at the end of the window is not known"
    if max(known) == math.inf:
        return "At the end of the window something was bad, and the target allows nothing"
    doubt = ", as far as is known" if len(known) < len(rates) else ""
    fastest = f"up to {burn(max(known))} the even pace{doubt}"
    return f"At the end of the window the budget burned at {fastest}"


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
    value = known_value(week.sli_uncorrected)
    with_it = "not be known" if value is None else f"be {percent(value, objective.target)}"
    return [Paragraph(f"With that time counted the SLI would {with_it}."), table]


def _work(week: ObjectiveWeek) -> Table:
    """Every measure: its value, its formula, what it speaks of and the bytes it came from."""
    return Table(
        caption="Every figure, its formula and its inputs",
        columns=[
            Column("Measure"),
            Column("Value", figures=True),
            Column("Formula"),
            Column("Window"),
            Column("Inputs"),
        ],
        rows=[
            (one.name, _shown(week, one), one.formula, _span(one), _inputs(one))
            for one in week.measures()
        ],
    )


def _shown(week: ObjectiveWeek, measure: Measure) -> str:
    if measure is week.streak:
        return _streak(week.steadiness)
    value = known_value(measure)
    return points(value) if measure is week.change else measured(value, measure.unit)


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
                UNKNOWN if one.state is AlertState.UNKNOWN else one.state.value,
                one.reason,
            )
            for one in week.alerts
        ],
    )
