"""The computed parts of a postmortem: what it cost, how long it took, what was near and like it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from codexreport.display.axes import Mark
from codexreport.display.base import Block
from codexreport.display.blocks import Figure, KeyFigures, Paragraph
from codexreport.display.charts import burn_down
from codexreport.display.numbers import UNKNOWN, count, duration, moment, percent
from codexreport.display.status import StateBadge
from codexreport.display.tables import Column, Table, WebLink
from codexreport.incidents.incident import Incident
from codexreport.incidents.similar import Likeness
from codexreport.incidents.spans import elapsed, seconds
from codexreport.incidents.telling import Account
from codexreport.measure import Measure, State
from codexreport.pipeline.flag_trail import FlagChanged
from codexreport.pipeline.incident_file import IncidentFile
from codexreport.pipeline.owed_postmortems import postmortem_of
from codexreport.project.model import Project
from codexreport.rollout.deployments import Deployment, Outcome
from codexreport.slo.spending import Spending
from codexreport.text import listed
from codexreport.views.slo_summary import known_value

_MOMENTS = (
    ("started", "Users felt it"),
    ("detected", "The team knew of it"),
    ("acknowledged", "Somebody took it up"),
    ("mitigated", "Users stopped feeling it"),
    ("resolved", "It was over"),
)
_OUTCOMES = {
    Outcome.FAILED: State.FAIL,
    Outcome.ROLLED_BACK: State.FAIL,
    Outcome.SUCCEEDED: State.PASS,
    Outcome.INACTIVE: State.NOT_APPLICABLE,
}


def cost_blocks(file: IncidentFile, zone_name: str) -> list[Block]:
    """What it cost each objective: the figures, then the burn-down of those that paid."""
    if file.span is None:
        return [Paragraph(f"What it cost is not known. {file.no_span}")]
    if not file.spent:
        return [Paragraph(file.scope)]
    return [
        Paragraph(file.scope),
        _cost_table(file.spent, still=file.incident.open),
        *(
            _chart(one, file, zone_name)
            for one in file.spent
            if _drawn(one) and known_value(one.spent) != 0
        ),
    ]


def _drawn(one: Spending) -> bool:
    """Whether there is any line to draw: one leads from each moment to the next."""
    return any(left is not None for _, left in one.burn_down[1:])


def _cost_table(spent: Sequence[Spending], *, still: bool) -> Table:
    """What each objective paid; `still` where the incident goes on."""
    return Table(
        caption=f"Error budget that was spent {'so far' if still else 'while it went on'}",
        columns=[
            Column("Objective"),
            Column("Spent", figures=True),
            Column("Left now" if still else "Left after it", figures=True),
            Column("Bad", figures=True),
            Column("Valid", figures=True),
            Column("Budget of"),
        ],
        rows=[
            (
                one.objective.display_name,
                percent(known_value(one.spent), decimals=1),
                percent(known_value(one.left), decimals=1),
                count(known_value(one.bad)),
                _counted(one.valid),
                str(one.objective.period),
            )
            for one in spent
        ],
        stacked=True,
    )


def _chart(one: Spending, file: IncidentFile, zone_name: str) -> Block:
    incident = file.incident
    mark = Mark(
        label=incident.id, start=one.span.start, end=None if incident.open else one.span.end
    )
    spent = known_value(one.spent)
    cost = f"{incident.id} cost {percent(spent, decimals=1)} of the error budget"
    if spent is None:
        cost = f"what {incident.id} cost is not known"
    return burn_down(
        one.burn_down,
        title=f"{one.objective.display_name}: {cost}",
        alt="A line that falls as errors come, from a day before the incident to a day after it. "
        f"The incident is marked: {incident.id}.",
        marks=[mark],
        zone_name=zone_name,
        salt=f"{one.objective.name}-incident",
        known=known_value(one.left) is not None,
    )


def _counted(one: Measure) -> str:
    value = known_value(one)
    return UNKNOWN if value is None else f"{count(value)} {one.unit}"


def times_block(times: Sequence[Measure]) -> KeyFigures:
    """How long it took to detect, acknowledge, mitigate and restore."""
    return KeyFigures([_time(one) for one in times])


def _time(one: Measure) -> Figure:
    label = one.name.rpartition("_")[2].capitalize()
    value = known_value(one)
    shown = UNKNOWN if value is None else duration(value)
    return Figure(label=f"Time to {label.lower()}", value=shown, note=one.formula)


def timeline_block(file: IncidentFile, zone_name: str) -> Table:
    """What happened when, by the record: the incident's own moments and what was changed."""
    events = sorted(_events(file), key=lambda one: (one[0].timestamp(), one[1], one[2]))
    began = file.incident.began
    return Table(
        caption=f"What the records say happened when: {listed(file.account.where)}",
        columns=[Column("What"), Column("When"), Column("After its start", figures=True)],
        rows=[(what, moment(at, zone_name), _since(began, at)) for at, _, what in events],
        stacked=True,
    )


def _events(file: IncidentFile) -> Iterator[tuple[datetime, int, str]]:
    """When, in which order among those of one moment, and what."""
    for order, (name, what) in enumerate(_MOMENTS):
        at = getattr(file.incident, name)
        if at is not None:
            yield at, order, what
    for one in file.deployments:
        brought = one.version or one.commit[:12] or one.id
        yield one.started, -1, f"Deployment of {brought} to {one.environment} began"
        if one.finished is not None:
            yield one.finished, -1, f"Deployment of {brought} to {one.environment}: {one.outcome}"
    for flag in file.flags:
        yield flag.at, -1, f"Flag found changed: {flag.change.sentence}"


def _since(began: datetime | None, at: datetime) -> str:
    if began is None:
        return UNKNOWN
    return duration(seconds(elapsed(began, at)))


def deployments_blocks(file: IncidentFile, before: timedelta, zone_name: str) -> list[Block]:
    """Deployments near the incident, and the one that its record names; nothing where none is."""
    if not file.deployments:
        return []
    hours = duration(seconds(before))
    table = Table(
        caption=f"Deployments from {hours} before it to its end",
        columns=[
            Column("Deployment"),
            Column("State"),
            Column("To"),
            Column("Began"),
            Column("Outcome"),
        ],
        rows=[
            (
                _brought(one, file.incident.deployment),
                StateBadge(_OUTCOMES.get(one.outcome, State.UNKNOWN)),
                one.environment,
                moment(one.started, zone_name),
                one.outcome.value,
            )
            for one in file.deployments
        ],
        stacked=True,
    )
    return [table]


def _brought(one: Deployment, named: str) -> str:
    brought = " ".join(filter(None, (one.version, one.commit[:12]))) or one.id
    return f"{brought}, which its record names" if one.id == named else brought


def flags_block(flags: Sequence[FlagChanged], zone_name: str) -> Block:
    """What was found changed on flags near the incident."""
    if not flags:
        return Paragraph("No look at the flags found one changed near it.")
    return Table(
        caption="What was found changed on flags; each had changed since the look before",
        columns=[Column("Flag"), Column("Found"), Column("What")],
        rows=[(one.change.key, moment(one.at, zone_name), one.change.sentence) for one in flags],
        stacked=True,
    )


def similar_block(file: IncidentFile, project: Project) -> Block:
    """Earlier incidents that resemble it, and what was learnt from them."""
    if not file.alike:
        return Paragraph("No earlier incident touched the same service, or has a title like it.")
    return Table(
        caption="Earlier incidents of the same services, or in the same words",
        columns=[
            Column("Incident"),
            Column("Severity"),
            Column("Began"),
            Column("Took", figures=True),
            Column("In common"),
            Column("Postmortem"),
        ],
        rows=[
            (
                named(one.incident),
                one.incident.level or "none",
                moment(one.incident.began, project.timezone) if one.incident.began else UNKNOWN,
                _took(file.happenings.incident(one.incident.id)),
                _common(one),
                WebLink(postmortem_of(one.incident, project.root) or "none is named"),
            )
            for one in file.alike
        ],
        stacked=True,
    )


def named(one: Incident) -> str:
    """An incident by its id and title."""
    return f"{one.id}: {one.title}" if one.title else one.id


def _took(one: Account) -> str:
    length = one.length("time_to_restore")
    if one.incident.open:
        return "still open"
    return UNKNOWN if length is None else duration(seconds(length))


def _common(one: Likeness) -> str:
    parts = [f"service {listed(one.services)}" if one.services else ""]
    parts += [f"words {listed(one.words)}" if one.words else ""]
    return "; ".join(filter(None, parts))
