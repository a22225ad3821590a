"""A rollout's triggers and success criteria: ask their sources, keep the answers, judge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from codexreport.errors import SourceError
from codexreport.measure import Measure
from codexreport.pipeline.collect import answers
from codexreport.pipeline.rollout_plan import plan_of, rollout_of
from codexreport.project.model import Project
from codexreport.project.workspace import Workspace
from codexreport.rollout.signals import Signal
from codexreport.rollout.success import Aim, Criterion, Readings, judge_events, judge_growth
from codexreport.rollout.triggers import Watched, watch
from codexreport.series import Ask, EventSeries
from codexreport.sources.base import Place, Progress, Pulled, Snapshot, silent
from codexreport.sources.prometheus_read import read_gauge
from codexreport.sources.snapshots import SnapshotStore
from codexreport.text import one_line, sentence
from codexreport.window import Window

NOT_FULL = "Evidence has no look that tells since when all users have it."
"""Why nothing is known of the time at 100 %."""


@dataclass(slots=True)
class _Told:
    """What the sources told, by a signal's name."""

    series: dict[str, EventSeries] = field(default_factory=dict)
    readings: dict[str, Readings] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How sources are asked.

    Attributes:
        project: Whose they are.
        workspace: Where snapshots are kept.
        now: The moment, aware.
        offline: Ask no source, read what the last pull kept.
        progress: Called as work goes on.
    """

    project: Project
    workspace: Workspace
    now: datetime
    offline: bool = False
    progress: Progress = silent


def step_window(project: Project, now: datetime) -> Window:
    """The span that a look is about: the step in force, and what a look goes back before it.

    It is the same for all of a step, so that a later pull takes the place of an earlier one.

    Args:
        project: Whose rollout it is.
        now: The moment of the look.
    """
    plan, over = plan_of(project), watched_until(project)
    step, following = plan.step_at(now), plan.next_step(now)
    start = (step.at if step else now).astimezone(timezone.utc)
    start -= rollout_of(project).look_back
    end = following.at if following else max(over, now, key=datetime.timestamp)
    return Window.between(start, end.astimezone(timezone.utc), plan.zone_name)


def whole_window(project: Project) -> Window:
    """The span of the whole rollout, and what a look goes back before it."""
    plan = plan_of(project)
    start = plan.start.astimezone(timezone.utc) - rollout_of(project).look_back
    return Window.between(start, watched_until(project), plan.zone_name)


def watched_until(project: Project) -> datetime:
    """When the rollout is over: everybody has had it for long enough."""
    full = plan_of(project).full_at.astimezone(timezone.utc)
    return full + rollout_of(project).success_after


def watch_triggers(asking: Asking, window: Window) -> tuple[Watched, ...]:
    """What became of every trigger in a span, as far as it is over.

    Raises:
        EvidenceError: What was pulled cannot be kept.
    """
    triggers = [one.trigger() for one in rollout_of(asking.project).triggers]
    told = _ask(asking, [one.signal for one in triggers], window, gauges=())
    step = plan_of(asking.project).step_at(asking.now)
    return tuple(
        watch(
            one,
            told.series.get(one.name),
            window=window,
            now=asking.now,
            look_back=rollout_of(asking.project).look_back,
            problem=told.problems.get(one.name, ""),
            begun=step.at if step else None,
        )
        for one in triggers
    )


def judge_success(asking: Asking, full_since: datetime | None) -> tuple[Measure, ...]:
    """What was kept while everybody had the release.

    Args:
        asking: How sources are asked.
        full_since: Since when everybody has it, as evidence says; None where it does not: then
            nothing is asked and all is unknown.

    Raises:
        EvidenceError: What was pulled cannot be kept.
    """
    project = asking.project
    criteria = [one.criterion() for one in rollout_of(project).success]
    plan = plan_of(project)
    start = (full_since or plan.full_at).astimezone(timezone.utc)
    window = Window.between(start, start + rollout_of(project).success_after, plan.zone_name)
    if full_since is None:
        problems = dict.fromkeys((one.signal.name for one in criteria), NOT_FULL)
        return tuple(_judged(asking, one, _Told(problems=problems), window) for one in criteria)
    gauges = {one.signal.name for one in criteria if one.aim is Aim.MEMORY}
    told = _ask(asking, [one.signal for one in criteria], window, gauges=gauges)
    return tuple(_judged(asking, one, told, window) for one in criteria)


def _judged(asking: Asking, criterion: Criterion, told: _Told, window: Window) -> Measure:
    name = criterion.signal.name
    problem = told.problems.get(name, "")
    if criterion.aim is Aim.MEMORY:
        readings = told.readings.get(name, Readings(problem=problem or "There is no data."))
        return judge_growth(
            criterion,
            readings,
            window=window,
            now=asking.now,
            min_coverage=asking.project.slo.min_coverage,
        )
    return judge_events(
        criterion,
        told.series.get(name),
        window=window,
        now=asking.now,
        problem=problem,
        min_coverage=asking.project.slo.min_coverage,
    )


def _ask(
    asking: Asking, signals: Sequence[Signal], window: Window, *, gauges: Iterable[str]
) -> _Told:
    """Ask each source once for all signals that are looked at equally often."""
    told = _Told()
    if window.start_s >= asking.now.timestamp():
        problem = "The span that is looked at has not begun."
        return _Told(problems=dict.fromkeys((one.name for one in signals), problem))
    store = SnapshotStore(asking.workspace.snapshots)
    place = Place(
        root=asking.project.root,
        cache=asking.workspace.rollups,
        now=asking.now,
        progress=asking.progress,
    )
    asks = _asks(signals, window)
    for source, ask, indicator, pulled in answers(
        asking.project, store, place, asks, offline=asking.offline
    ):
        try:
            if indicator.name in gauges:
                told.readings[indicator.name] = _gauge(source.type, pulled)
            else:
                told.series[indicator.name] = source.read(indicator, ask, _sound(pulled))
        except SourceError as error:
            told.problems[indicator.name] = sentence(one_line(str(error)))
    return told


def _asks(signals: Sequence[Signal], window: Window) -> list[tuple[str, Ask]]:
    grouped: dict[tuple[str, timedelta], list[Signal]] = {}
    for one in signals:
        grouped.setdefault((one.source, one.every), []).append(one)
    return [
        (source, _ask_of(several, every, window))
        for (source, every), several in sorted(grouped.items())
    ]


def _ask_of(signals: Sequence[Signal], every: timedelta, window: Window) -> Ask:
    step = every.total_seconds()
    start = datetime.fromtimestamp(window.start_s // step * step, timezone.utc)
    return Ask(
        indicators=tuple(one.indicator for one in signals),
        span=Window.between(start, window.end, window.zone_name),
        focus=window,
        bucket=every,
    )


def _sound(pulled: Pulled) -> tuple[Snapshot, ...]:
    if isinstance(pulled, SourceError):
        raise pulled
    return pulled


def _gauge(type_: str, pulled: Pulled) -> Readings:
    snapshots = _sound(pulled)
    origins = tuple(origin for one in snapshots for origin in one.origins)
    if type_ != "prometheus":
        problem = f"A source of type {type_} gives no readings; only prometheus does."
        return Readings(problem=problem, origins=origins)
    times, values, problem = read_gauge(snapshots)
    return Readings(times=times.tolist(), values=values.tolist(), problem=problem, origins=origins)
