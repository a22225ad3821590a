"""The parts of a rollout's watch: charts and tables of plan, triggers and checkpoints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from codexreport.display.axes import Mark as AxisMark
from codexreport.display.base import Block
from codexreport.display.blocks import Paragraph
from codexreport.display.drawing import Chart
from codexreport.display.numbers import UNKNOWN, duration, measured, moment
from codexreport.display.rollout_charts import Row, Strip, checkpoint_chart, plan_chart, strips
from codexreport.display.status import StateBadge
from codexreport.display.tables import Column, Table
from codexreport.measure import Measure, State
from codexreport.pipeline.rollout_watch import RolloutWatch
from codexreport.rollout.checkpoints import Checkpoint, Mark, Stint
from codexreport.rollout.plan import Plan
from codexreport.rollout.triggers import Watched
from codexreport.text import listed
from codexreport.window import format_duration
from codexreport.wording import count, percent

NO_SUCCESS = "The project names no [[rollout.success]] criteria."
NO_TRIGGERS = "The project names no [[rollout.triggers]]."
_LEGEND = (
    "Thin and green: good. Half high and amber: over the limit, not long enough to trip. "
    "Full height and red: tripped. Hatched: not observed."
)
_LATELY = timedelta(hours=6)
"""What is shown minute by minute."""
_STATES = {
    Mark.DONE: State.PASS,
    Mark.DUE: State.WARNING,
    Mark.MISSED: State.FAIL,
    Mark.AHEAD: State.NOT_APPLICABLE,
}


def share_chart(watch: RolloutWatch) -> Chart:
    """The plan and what came of it."""
    found, zone_name = watch.now, watch.now.plan.zone_name
    title = f"{percent(found.plan.planned(found.as_of))} of users are planned to have it"
    if found.compared and found.actual.share is not None:
        title = found.compared[1].removesuffix(".")
    return plan_chart(
        [(one.at, one.share) for one in found.plan.steps],
        watch.shares,
        end=watch.over,
        now=found.as_of,
        marks=[
            AxisMark(label="frozen", start=one.start, end=one.end) for one in found.plan.freezes
        ],
        title=title,
        alt=f"Steps of the plan from {percent(found.plan.steps[0].share)} to 100 %, "
        f"and the share that was seen at {count(len(watch.shares), 'looks')}.",
        zone_name=zone_name,
    )


def plan_table(plan: Plan) -> Table:
    """Each step: from when which share of users is to have it."""
    return Table(
        caption="The rollout as it is planned",
        columns=[Column("From"), Column("Users", figures=True)],
        rows=[(moment(one.at, plan.zone_name), percent(one.share)) for one in plan.steps],
    )


def trigger_table(triggers: Sequence[Watched]) -> Table:
    """Each trigger as it is now, and in the step in force."""
    rows: list[list[str | Block]] = [
        [
            one.trigger.signal.title,
            StateBadge(one.now),
            one.trigger.condition.shown,
            UNKNOWN if one.lasting_s is None else duration(one.lasting_s),
            one.reason,
        ]
        for one in triggers
    ]
    return Table(
        caption="The triggers, now and in this step",
        columns=[
            Column("Trigger"),
            Column("Now"),
            Column("Trips at"),
            Column("Longest", figures=True),
            Column("Why"),
        ],
        rows=rows,
        stacked=True,
    )


def trigger_charts(watch: RolloutWatch) -> list[Block]:
    """Every trigger in the last hours, and since the rollout began."""
    seen = [one for one in watch.whole if one.answer and one.answer.seen]
    if not seen:
        return [Paragraph("Nothing was observed of any trigger since the rollout began.")]
    end, zone_name = seen[0].window.end, watch.now.plan.zone_name
    begun = max(seen[0].window.start, end - _LATELY, key=lambda at: at.timestamp())
    last_hours = f"The last {format_duration(_LATELY)}, up to {moment(end, zone_name)}"
    return [
        _strips(watch, seen, begun, last_hours, "the last hours of triggers"),
        _strips(watch, seen, seen[0].window.start, _ever(watch.whole), "all triggers"),
        Paragraph(_LEGEND),
    ]


def _ever(whole: Sequence[Watched]) -> str:
    """Which triggers tripped since the rollout began, as far as that is known."""
    trips = [one.trigger.signal.title for one in whole if one.ever is State.FAIL]
    doubt = [one.trigger.signal.title for one in whole if one.ever is State.UNKNOWN]
    not_known = f"not known of {listed(doubt)}" if doubt else ""
    if trips:
        return "; ".join(filter(None, [f"Tripped since it began: {listed(trips)}", not_known]))
    return f"Whether a trigger ever tripped is {not_known}" if doubt else "No trigger ever tripped"


def _strips(
    watch: RolloutWatch, seen: Sequence[Watched], start: datetime, title: str, salt: str
) -> Chart:
    end = seen[0].window.end
    return strips(
        [_strip(one, start) for one in seen],
        start=start,
        end=end,
        title=title,
        alt="A strip for each trigger: thin where it was good, half high where it was over its "
        "limit, full where it had lasted long enough to trip, hatched where nothing was observed.",
        zone_name=watch.now.plan.zone_name,
        salt=salt,
    )


def _strip(one: Watched, start: datetime) -> Strip:
    """A trigger from `start` on, and what is known of that time."""
    spans = [(max(first, start), last, state) for first, last, state in one.spans() if last > start]
    trips = sum(trip.end > start for trip in one.answer.trips) if one.answer else 0
    states = {state for _, _, state in spans}
    if trips:
        said = f"tripped {count(trips, 'times')}"
    elif states <= {State.UNKNOWN}:
        said = "not observed"
    elif one.ever is State.UNKNOWN and State.UNKNOWN in states:
        said = "not all observed"
    else:
        said = "never tripped"
    return Strip(label=one.trigger.signal.title, said=said, spans=spans)


def checkpoint_blocks(
    found: Sequence[Checkpoint], stints: Sequence[Stint], zone_name: str
) -> Chart:
    """All checkpoints, a row for each part of the schedule."""
    numbers = Counter(one.mark for one in found)
    said = ", ".join(f"{numbers[mark]} {mark.value}" for mark in Mark if numbers[mark])
    return checkpoint_chart(
        _rows(found, stints),
        title=f"{count(len(found), 'checkpoints')}: {said}",
        alt=f"Of {len(found)} checkpoints {said}.",
        table=Table(
            caption="Every checkpoint",
            columns=[Column("At"), Column("What became of it"), Column("Record")],
            rows=[
                (
                    moment(one.at, zone_name),
                    one.mark.value,
                    str(one.look.record) if one.look else "",
                )
                for one in found
            ],
        ),
    )


def _rows(found: Sequence[Checkpoint], stints: Sequence[Stint]) -> list[Row]:
    """The checkpoints by the part they belong to; the one at the start to the first."""
    start, first, rows = found[0].at, 0, []
    for stint in stints:
        after = next((n for n, one in enumerate(found) if one.at - start > stint.until), len(found))
        part = found[first:after]
        done = sum(one.mark is Mark.DONE for one in part)
        rows.append(
            Row(
                label=f"every {format_duration(stint.every)}",
                said=f"{done} of {len(part)} done",
                states=[_STATES[one.mark] for one in part],
            )
        )
        first = after
    return [row for row in rows if row.states]


def success_table(measures: Sequence[Measure], needed: str) -> Block:
    """What has to be kept while everybody has it."""
    if not measures:
        return Paragraph(NO_SUCCESS)
    rows: list[list[str | Block]] = [
        [one.subject, StateBadge(one.state), measured(one.value, one.unit), one.reason]
        for one in measures
    ]
    return Table(
        caption=f"What has to be kept for {needed} at 100 %",
        columns=[Column("What"), Column("State"), Column("Figure", figures=True), Column("Why")],
        rows=rows,
        stacked=True,
    )
