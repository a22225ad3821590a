"""Steady operations: what has to hold, what is missing, and the first day it can be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from codexreport.incidents.actions import ActionState, Standing
from codexreport.incidents.backlog import Work
from codexreport.measure import Measure, State
from codexreport.pipeline.check import Checked
from codexreport.pipeline.happenings import ACTIONS, INCIDENTS, Happenings, happenings_of
from codexreport.pipeline.owed_postmortems import needs_postmortem, postmortem_lacks
from codexreport.pipeline.update_logs import Log, log_of, update_measures
from codexreport.pipeline.work import action_items
from codexreport.project.model import Project
from codexreport.slo.weekly import ObjectiveWeek
from codexreport.text import listed
from codexreport.window import zone
from codexreport.wording import count

PREFIX = "operations"
FEWEST_WEEKS = 2
"""Kept weeks in a row below which nothing is steady, whatever the project asks."""

_ACTIONS = "action items"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """One thing that steady operations take.

    Attributes:
        title: What it is.
        measure: Whether it holds.
        missing: What has to be done, a sentence; empty where it holds.
        earliest: The first day it can hold on; None where nothing can tell.
        owner: The team that acts; empty where the project names none.
    """

    title: str
    measure: Measure
    missing: str
    earliest: date | None
    owner: str

    @property
    def holds(self) -> bool:
        """Whether it does."""
        return self.measure.state is State.PASS


def exits(
    project: Project, weeks: Sequence[ObjectiveWeek], files: Sequence[Checked], now: datetime
) -> tuple[Exit, ...]:
    """Everything that steady operations take, in the order that people speak of it.

    Args:
        project: What it promises, and its `[steady_state]`.
        weeks: Its objectives, judged over the last whole week.
        files: What its files and trackers say.
        now: The moment of the judgement, aware.
    """
    there = now.astimezone(zone(project.timezone))
    asked = {one.type for one in project.sources.values()}
    found = happenings_of(project.incidents, files, there, asked)
    work = action_items(files)
    return (
        _streak(project, weeks, there),
        *_updates(project, there),
        _on_time(project, work, found),
        _linked(project, work, found),
        _postmortems(project, found),
    )


def steady_measures(
    project: Project, weeks: Sequence[ObjectiveWeek], files: Sequence[Checked], now: datetime
) -> Iterator[Measure]:
    """The figures behind `exits`, which takes the same; none of what a project has not begun."""
    formats = {one.type for one in project.sources.values()}
    begun = {
        "streak": bool(weeks),
        "updates": bool(project.updates.model_fields_set),
        "actions": bool(formats & ACTIONS),
        "postmortems": bool(project.incidents or formats & INCIDENTS),
    }
    for one in exits(project, weeks, files, now):
        _, part, *_ = one.measure.name.split(".")
        if begun[part] or one.measure.origins:
            yield one.measure


def earliest(found: Iterable[Exit], now: datetime) -> date | None:
    """The first day on which all of it can hold; None where nothing can tell that."""
    days = [one.earliest for one in found]
    return None if None in days else max((day for day in days if day), default=now.date())


def _exit(measure: Measure, title: str, missing: str, owner: str, first: date | None) -> Exit:
    holds = measure.state is State.PASS
    return Exit(
        title=title,
        measure=measure,
        missing="" if holds else missing,
        earliest=first,
        owner=owner,
    )


def _streak(project: Project, weeks: Sequence[ObjectiveWeek], now: datetime) -> Exit:
    title = f"Objectives kept in {count(project.slo.steady_weeks, 'weeks')} in a row"
    if not weeks:
        reason = "The project has no objective."
        measure = _measure("streak", None, "weeks", State.UNKNOWN, reason)
        return _exit(measure, title, "Write an objective.", project.owner, None)
    shortest = min(weeks, key=lambda one: one.steadiness.streak)
    length, needed = shortest.steadiness.streak, shortest.steadiness.needed
    state, reason = _judged_streak(length, needed, shortest)
    reached = [one.steadiness.earliest for one in weeks if one.steadiness.earliest]
    first = max((week.end for week in reached), key=datetime.timestamp, default=now)
    measure = _measure("streak", length, "weeks", state, reason, formula="the shortest of all")
    todo = f"Keep every objective for {count(needed - length, 'weeks')} more."
    return _exit(measure, title, todo, shortest.objective.owner or project.owner, first.date())


def _judged_streak(length: int, needed: int, shortest: ObjectiveWeek) -> tuple[State, str]:
    name = shortest.objective.display_name
    if length >= needed:
        return State.PASS, f"Every objective was kept in the last {count(length, 'weeks')}."
    last = next((one for one in reversed(shortest.history) if one.over), None)
    said = f"{name} was kept in {count(length, 'weeks')} in a row; {needed} are needed."
    if last is not None and last.state is State.UNKNOWN:
        return State.UNKNOWN, f"{said} {last.label}: {last.reason}"
    return State.WARNING if length >= FEWEST_WEEKS else State.FAIL, said


def _updates(project: Project, now: datetime) -> Iterator[Exit]:
    for log, measure in zip(Log, update_measures(project, now), strict=True):
        title = f"The {log.value} update log is within its cadence"
        file, _ = log_of(project.updates, log)
        todo = f"Write the last maintenance into {file}: codexreport log-update {log.value}."
        yield _exit(measure, title, todo, project.owner, now.date())


def _on_time(project: Project, work: Sequence[Work], found: Happenings) -> Exit:
    now = found.now
    since = (now - project.steady_state.lookback).date()
    recent = [one for one in work if _counts(one, since, now)]
    overdue = [one for one in recent if one.standing(now) is Standing.OVERDUE]
    late = [one for one in recent if one.standing(now) is Standing.LATE]
    untold = [one for one in recent if _untold(one, now)]
    wrong = [reason for one in work if (reason := one.item.contradiction(now))]
    gap = _gap(found, ACTIONS, "action items")
    state, reason = State.PASS, "Every action item is open and in time, or was closed in time."
    if overdue or late:
        state = State.FAIL
        reason = " ".join(filter(None, [_named("Overdue", overdue), _named("Closed late", late)]))
    elif gap or wrong or untold:
        state = State.UNKNOWN
        said = f"Contradictory: {listed(wrong, '; ')}." if wrong else ""
        reason = gap or said or _named("Without a last day, or a day of closing", untold)
    measure = _measure(
        "actions.late",
        None if gap and not (overdue or late) else len(overdue) + len(late),
        _ACTIONS,
        state,
        reason,
        formula=f"overdue ones and those closed late since {since.isoformat()}",
    )
    days = [one.item.closed_at.astimezone(now.tzinfo).date() for one in late if one.item.closed_at]
    first = max((day + project.steady_state.lookback for day in days), default=now.date())
    if overdue:  # closed today, it is closed late
        first = now.date() + project.steady_state.lookback
    todo = "Close what is overdue." if overdue else "Close the next ones in time."
    owners = [one.item.owner for one in (*overdue, *untold) if one.item.owner]
    return _exit(
        measure,
        "Action items are closed in time",
        reason if state is State.UNKNOWN else todo,
        owners[0] if owners else project.owner,
        first + timedelta(days=1) if late or overdue else now.date(),
    )


def _counts(one: Work, since: date, now: datetime) -> bool:
    """Whether it is open, or was closed in the span that is looked back on."""
    if one.item.state is ActionState.DROPPED:
        return False
    if one.item.state is ActionState.OPEN or one.item.closed_at is None:
        return True
    return one.item.closed_at.astimezone(now.tzinfo).date() >= since


def _untold(one: Work, now: datetime) -> bool:
    """Whether nobody can say if it is in time."""
    return one.item.due is None or one.standing(now) is Standing.CLOSED


def _linked(project: Project, work: Sequence[Work], found: Happenings) -> Exit:
    since = (found.now - project.steady_state.lookback).date()
    loose = [one for one in work if _counts(one, since, found.now) and not one.linked]
    gap = _gap(found, ACTIONS, "action items")
    state, reason = State.PASS, "Every action item can be found in a tracker."
    if loose:
        state, reason = State.FAIL, _named("In no tracker", loose)
    elif gap:
        state, reason = State.UNKNOWN, gap
    measure = _measure(
        "actions.unlinked", None if gap and not loose else len(loose), _ACTIONS, state, reason
    )
    todo = gap if state is State.UNKNOWN else "Make issues of them: codexreport actions push."
    title = "Action items are linked to the backlog"
    return _exit(measure, title, todo, project.owner, found.now.date())


def _postmortems(project: Project, found: Happenings) -> Exit:
    due = [one for one in found.incidents if needs_postmortem(one, project, found.now)]
    lacking = [
        (one, why) for one in due if (why := postmortem_lacks(one.incident, project, found.now))
    ]
    gap = _gap(found, INCIDENTS, "incidents", told=bool(project.incidents))
    wrong = [one.contradiction for one in found.incidents if one.contradiction]
    state, reason = State.PASS, f"{count(len(due), 'incidents')} had to have one, and have it."
    if lacking:
        state = State.FAIL
        reason = f"Missing: {listed([f'{one.incident.id} ({why})' for one, why in lacking])}."
    elif gap or wrong:
        state, reason = State.UNKNOWN, gap or listed(wrong, " ")
    level = project.steady_state.postmortem_severity.value
    measure = _measure(
        "postmortems.missing",
        None if state is State.UNKNOWN else len(lacking),
        "incidents",
        state,
        reason,
        formula=f"closed incidents of severity {level} or worse without a finished postmortem",
    )
    ids = listed([one.incident.id for one, _ in lacking])
    todo = reason if state is State.UNKNOWN else f"Finish the postmortem of {ids}."
    title = "Every severe incident has its postmortem"
    return _exit(measure, title, todo, project.owner, found.now.date())


def _gap(found: Happenings, formats: frozenset[str], what: str, *, told: bool = False) -> str:
    """Why not all is known of it, a sentence; `told`: the project file tells of it as well."""
    if gaps := found.gaps_of(formats):
        return f"{gaps[0].what}: {gaps[0].reason}"
    return "" if told or formats & found.asked else f"No source tells of {what}."


def _named(what: str, some: Sequence[Work]) -> str:
    names = [f"{one.item.id} ({one.item.title})" for one in some]
    return f"{what}: {listed(names)}." if names else ""


def _measure(
    name: str,
    value: int | None,
    unit: str,
    state: State,
    reason: str,
    *,
    formula: str = "",
) -> Measure:
    return Measure(
        name=f"{PREFIX}.{name}",
        subject="the project",
        value=value,
        unit=unit,
        state=state,
        reason=reason,
        formula=formula,
    )
