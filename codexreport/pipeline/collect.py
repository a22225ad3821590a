"""From sources to judged objectives: pull, keep, read, evaluate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from codexreport.errors import SourceError
from codexreport.pipeline.open import require_environment, source_named
from codexreport.project.model import Project
from codexreport.project.workspace import Workspace
from codexreport.series import Ask, EventSeries, Indicator
from codexreport.slo.objective import Objective
from codexreport.slo.weekly import ObjectiveWeek, evaluate
from codexreport.sources.base import Place, Progress, Pulled, Source, silent
from codexreport.sources.snapshots import SnapshotStore
from codexreport.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What all sources gave for one report.

    Attributes:
        as_of: The moment of the report: what happened later is not in it.
        series: What was counted, by objective.
        problems: Why there is nothing, by objective.
    """

    as_of: datetime
    series: Mapping[str, EventSeries] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)


def collect(
    project: Project,
    workspace: Workspace,
    window: Window,
    *,
    now: datetime | None,
    offline: bool = False,
    progress: Progress = silent,
) -> Collection:
    """Pull what every objective needs, keep it, and read it from what was kept.

    Args:
        project: Its objectives say what is asked of which source.
        workspace: Where snapshots are kept.
        window: The span the report is about; sources are asked for the history it needs too.
        now: The moment of the report; None where only the kept snapshots know it.
        offline: Ask no source, read what the last pull kept.
        progress: Called source by source.

    Raises:
        ParameterError: A variable that a source's settings refer to is not set.
        SourceError: Only the kept snapshots know the moment, and there are none.
    """
    asks = _asks(project, window)
    if not offline:
        require_environment(project, asks)
    store = SnapshotStore(workspace.snapshots)
    if now is None:
        now = _moment_kept(store, project, asks)
    place = Place(root=project.root, cache=workspace.rollups, now=now, progress=progress)
    series: dict[str, EventSeries] = {}
    problems: dict[str, str] = {}
    for source, ask, indicator, pulled in answers(
        project, store, place, asks.items(), offline=offline
    ):
        try:
            if isinstance(pulled, SourceError):
                raise pulled
            series[indicator.name] = source.read(indicator, ask, pulled)
        except SourceError as error:
            problems[indicator.name] = str(error)
    progress("sources read", len(asks), len(asks))
    return Collection(as_of=now, series=series, problems=problems)


def answers(
    project: Project,
    store: SnapshotStore,
    place: Place,
    asks: Iterable[tuple[str, Ask]],
    *,
    offline: bool = False,
) -> Iterator[tuple[Source, Ask, Indicator, Pulled]]:
    """Pull and keep what answers each ask, or recall what was kept.

    Args:
        project: Whose sources are asked.
        store: Where snapshots are kept.
        place: The moment, and who is told of the progress.
        asks: Each with the name of the source that is asked.
        offline: Ask no source, read what the last pull kept.

    Yields:
        For each indicator its source, its ask, and its snapshots or why there are none.

    Raises:
        EvidenceError: What was pulled cannot be kept.
    """
    every = list(asks)
    for number, (name, ask) in enumerate(every):
        place.progress(f"source {name}", number, len(every))
        source = source_named(project, name)
        pulled = (
            _recall(store, source, name, ask) if offline else _pull(store, source, name, ask, place)
        )
        for indicator in ask.indicators:
            yield source, ask, indicator, pulled[indicator.name]


def _asks(project: Project, window: Window) -> dict[str, Ask]:
    """One ask per source, for all the objectives that it serves."""
    by_source: dict[str, list[Objective]] = {}
    for objective in project.objectives:
        by_source.setdefault(objective.indicator.source, []).append(objective)
    return {
        name: Ask(
            indicators=tuple(replace(one.indicator, name=one.name) for one in objectives),
            span=_span(objectives, window, project),
            focus=window,
            bucket=project.slo.bucket,
        )
        for name, objectives in sorted(by_source.items())
    }


def _span(objectives: Iterable[Objective], window: Window, project: Project) -> Window:
    """The window with the history its objectives need: weeks before it, and their periods."""
    last_moment = window.end.astimezone(timezone.utc) - timedelta(seconds=1)
    first = window
    for _ in range(project.slo.history_weeks - 1):
        first = first.previous_week()
    starts = [one.period.window_at(last_moment, project.timezone).start_s for one in objectives]
    start = min([first.start_s, *starts])
    step = project.slo.bucket.total_seconds()
    return Window.between(
        datetime.fromtimestamp(start // step * step, timezone.utc), window.end, project.timezone
    )


def _pull(
    store: SnapshotStore, source: Source, name: str, ask: Ask, place: Place
) -> Mapping[str, Pulled]:
    try:
        pulled = source.collect(ask, place)
    except SourceError as error:
        return {indicator.name: error for indicator in ask.indicators}
    for indicator in ask.indicators:
        snapshots = pulled[indicator.name]
        if not isinstance(snapshots, SourceError):
            store.keep(name, source.type, ask, indicator, snapshots)
    return pulled


def _recall(store: SnapshotStore, source: Source, name: str, ask: Ask) -> Mapping[str, Pulled]:
    recalled: dict[str, Pulled] = {}
    for indicator in ask.indicators:
        try:
            recalled[indicator.name] = store.recall(name, source.type, ask, indicator)
        except SourceError as error:
            recalled[indicator.name] = error
    return recalled


def _moment_kept(store: SnapshotStore, project: Project, asks: Mapping[str, Ask]) -> datetime:
    moments = [
        origin.retrieved
        for name, ask in asks.items()
        for pulled in _recall(store, source_named(project, name), name, ask).values()
        if not isinstance(pulled, SourceError)
        for snapshot in pulled
        for origin in snapshot.origins
    ]
    if not moments:
        raise SourceError(
            "No snapshot is kept for this window.",
            advice="Run once without --offline, or name the week that was pulled.",
        )
    return max(moments)


def evaluate_all(
    project: Project, window: Window, collection: Collection
) -> tuple[ObjectiveWeek, ...]:
    """Judge every objective over the window, in the order they are written."""
    return tuple(
        evaluate(
            objective,
            collection.series.get(objective.name),
            week=window,
            as_of=collection.as_of,
            history_weeks=project.slo.history_weeks,
            steady_weeks=project.slo.steady_weeks,
            corrections=[one for one in project.corrections if objective.name in one.objectives],
            problem=collection.problems.get(objective.name, ""),
        )
        for objective in project.objectives
    )
