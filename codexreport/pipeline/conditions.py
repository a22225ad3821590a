"""What must not last, as measures: bad events of an objective for too long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from fractions import Fraction

from codexreport.measure import Measure, State
from codexreport.pipeline.collect import Collection
from codexreport.project.gate_schema import CriterionTable
from codexreport.project.mistakes import did_you_mean
from codexreport.project.model import Project
from codexreport.series import EventSeries
from codexreport.slo.objective import Correction
from codexreport.slo.timeline import Timeline, contradiction, timeline
from codexreport.sustained import Condition, Sample, Sustained, sustained
from codexreport.window import Window, format_duration

_WORST_FIRST = (State.FAIL, State.UNKNOWN, State.PASS)


def condition_measure(
    project: Project,
    collection: Collection | None,
    window: Window | None,
    criterion: CriterionTable,
) -> Measure:
    """Whether a share of bad events lasted too long, in the week that objectives are measured over.

    A bucket with fewer events than `min_events` is a gap, and so is one that was not observed;
    time that a correction takes out counts as good. Of several objectives the worst counts.

    Args:
        project: Its objectives and corrections.
        collection: What their sources gave; None where there is no objective.
        window: The week; None where there is no objective.
        criterion: One that asks for `never`.
    """
    name, subject = criterion.asked
    known = [one.name for one in project.objectives]
    if collection is None or window is None or not known:
        return _unknown(name, subject, "The project has no objective.")
    if criterion.objective and criterion.objective not in known:
        hint = did_you_mean(criterion.objective, known).removesuffix("?")
        return _unknown(name, subject, f"There is no objective {criterion.objective!r}{hint}.")
    found = [
        _of_objective(project, collection, one, criterion, window)
        for one in known
        if criterion.objective in ("", one)
    ]
    return min(found, key=lambda one: (_WORST_FIRST.index(one.state), one.reason))


def _of_objective(
    project: Project,
    collection: Collection,
    objective: str,
    criterion: CriterionTable,
    window: Window,
) -> Measure:
    name, subject = criterion.asked
    series = collection.series.get(objective)
    if series is None:
        problem = collection.problems.get(objective, "Its source gave nothing.")
        return _unknown(name, subject, f"{objective}: {problem}")
    if problem := " ".join(series.contradictions) or contradiction(series):
        return _unknown(name, subject, f"{objective}: {problem}")
    corrections = [one for one in project.corrections if objective in one.objectives]
    answer = _asked_of(series, corrections, criterion, window, collection.as_of)
    bucket = format_duration(timedelta(seconds=series.width))
    in_time = criterion.for_ is not None
    longest = answer.longest.samples if answer.longest else 0
    return Measure(
        name=name,
        subject=subject,
        value=longest * series.width if in_time else longest,
        unit="seconds" if in_time else "1",
        window=window,
        state=answer.ever,
        reason=f"{objective}: {answer.ever_reason}",
        formula=f"bad / valid events in buckets of {bucket}",
        coverage=Fraction(answer.seen, answer.seen + answer.missing) if answer.seen else None,
        sample_size=answer.seen,
        origins=series.origins,
    )


def _asked_of(
    series: EventSeries,
    corrections: Sequence[Correction],
    criterion: CriterionTable,
    window: Window,
    as_of: datetime,
) -> Sustained:
    if criterion.never is None or criterion.hold is None:
        raise ValueError("the criterion asks for nothing that must not last")
    inside = series.between(window.start_s, min(window.end_s, as_of.timestamp()))
    return sustained(
        _samples(timeline(inside, corrections), criterion.min_events, window),
        Condition(bound=criterion.never, unit="ratio", hold=criterion.hold),
        step=timedelta(seconds=series.width),
        since=window.start,
        as_of=min(window.end, as_of),
        zone_name=window.zone_name,
    )


def _samples(line: Timeline, min_events: int, window: Window) -> list[Sample]:
    """The share of bad events in each bucket; where any has one, none in time that is excluded."""
    events = line.events
    counts = zip(events.start.tolist(), events.good.tolist(), events.valid.tolist(), strict=True)
    seen = [
        Sample(at=_moment(start), value=Fraction(valid - good, valid) if valid else Fraction(0))
        for start, good, valid in counts
        if valid >= min_events * events.parts
    ]
    excluded = [
        Sample(at=_moment(start), value=Fraction(0))
        for first, after in line.excluded.reshape(-1, 2).tolist()
        for start in range(first, after, line.width)
        if window.start_s <= start < window.end_s
    ]
    return [*seen, *excluded] if seen else []


def _unknown(name: str, subject: str, reason: str) -> Measure:
    return Measure(
        name=name, subject=subject, value=None, unit="1", state=State.UNKNOWN, reason=reason
    )


def _moment(start_s: int) -> datetime:
    return datetime.fromtimestamp(start_s, timezone.utc)
