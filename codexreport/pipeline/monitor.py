"""The weekly check: judge the week, keep it once as evidence, and say how long the streak is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from codexreport import __version__
from codexreport.errors import ParameterError
from codexreport.evidence import log
from codexreport.evidence.keep import Kind, Record, keep_if, phase_folder
from codexreport.evidence.weeks import KeptWeek, Outcome, kept_weeks, outcome
from codexreport.measure import State, json_number, worst
from codexreport.pipeline.collect import collect, evaluate_all
from codexreport.project.model import Project
from codexreport.project.workspace import PHASE, Workspace
from codexreport.slo.weekly import ObjectiveWeek
from codexreport.sources.base import Progress, silent
from codexreport.steps import MONITOR_SLO
from codexreport.window import Window

_LOOK_BACK = 52
"""Weeks that were not kept of which one is told, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """What one weekly check found.

    Attributes:
        week: The week it is about.
        as_of: The moment of the check.
        objectives: Every objective, judged.
        outcome: What became of the week in the evidence.
        kept: The week as it stands in the evidence now.
        skipped: Weeks since the first that was kept that never were, oldest first.
    """

    week: Window
    as_of: datetime
    objectives: tuple[ObjectiveWeek, ...]
    outcome: Outcome
    kept: KeptWeek
    skipped: tuple[str, ...]

    @property
    def state(self) -> State:
        """The worse of what was found now and what stands in the evidence."""
        return worst([self.kept.state, *(one.state for one in self.objectives)])

    @property
    def streak(self) -> int:
        """Weeks in a row in which every objective was kept."""
        return min(one.steadiness.streak for one in self.objectives)

    @property
    def overtaken(self) -> bool:
        """Whether a later week is over already, so that the streak may be another by now."""
        latest = Window.week_of(self.as_of, self.week.zone_name).previous_week()
        return self.week.end_s <= latest.start_s

    @property
    def needed(self) -> int:
        """Weeks in a row that make steady state."""
        return max(one.steadiness.needed for one in self.objectives)

    @property
    def earliest(self) -> Window | None:
        """The week at whose end steady state can first be reached; None where it is."""
        weeks = [week for one in self.objectives if (week := one.steadiness.earliest)]
        return max(weeks, key=lambda week: week.end_s, default=None)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "week": self.week.label,
            "as_of": self.as_of.isoformat(),
            "state": self.state.value,
            "provisional": self.kept.provisional,
            "streak": self.streak,
            "streak_needed": self.needed,
            "steady_state_earliest": self.earliest and self.earliest.end.date().isoformat(),
            "outcome": self.outcome.value,
            "record": self.kept.seq,
            "corrects": self.kept.corrects or None,
            "kept_state": self.kept.state.value,
            "not_kept": list(self.skipped),
            "objectives": _told(self.objectives),
        }


def monitor(
    project: Project,
    workspace: Workspace,
    week: Window,
    now: datetime,
    *,
    offline: bool = False,
    progress: Progress = silent,
) -> Checkup:
    """Collect, judge and keep one week; `codexreport.evidence.weeks` says what is kept of it.

    Args:
        project: Its objectives are judged.
        workspace: Where snapshots and evidence are.
        week: A week that has begun.
        now: The moment of the check, aware.
        offline: Ask no source, read what the last pull kept.
        progress: Called source by source.

    Raises:
        ParameterError: There is no objective, or a source needs a variable that is not set.
        EvidenceError: It cannot be kept.
    """
    if not project.objectives:
        raise ParameterError(
            f"{project.name} has no objective to check.",
            advice="Write one; slo.objectives in codexreport.toml names the files.",
        )
    collection = collect(project, workspace, week, now=now, offline=offline, progress=progress)
    objectives = evaluate_all(project, week, collection)
    new = _as_kept(week, now, objectives)
    came: list[Outcome] = []

    def decide(before: log.LogContents) -> Record | None:
        last = kept_weeks(before.records).get(week.label)
        came.append(outcome(last, new))
        if came[0] in {Outcome.UNCHANGED, Outcome.STANDS}:
            return None
        return _record(new, objectives, now, corrects=last.seq if last else 0)

    keep_if(workspace.root, PHASE, decide)
    kept = kept_weeks(log.read(phase_folder(workspace.root, PHASE)).records)
    return Checkup(
        week=week,
        as_of=now,
        objectives=objectives,
        outcome=came[0],
        kept=kept[week.label],
        skipped=_skipped(kept, week),
    )


def _as_kept(week: Window, now: datetime, objectives: Sequence[ObjectiveWeek]) -> KeptWeek:
    return KeptWeek(
        label=week.label,
        state=worst(one.state for one in objectives),
        provisional=any(one.provisional for one in objectives),
        as_of=now,
        objectives={one["name"]: (one["state"], str(one["sli"])) for one in _told(objectives)},
    )


def _record(
    week: KeptWeek, objectives: Sequence[ObjectiveWeek], now: datetime, *, corrects: int
) -> Record:
    inputs = {one.sha256 for each in objectives for one in each.sli.origins}
    states = [one.state for one in objectives]
    kept = sum(state in {State.PASS, State.WARNING} for state in states)
    known = "provisional" if week.provisional else "final"
    return Record(
        kind=Kind.CHECK,
        time=datetime.now(timezone.utc),
        step=MONITOR_SLO,
        subject=week.label,
        state=week.state.value,
        summary=f"{kept} of {len(states)} objectives kept; {known}.",
        tool=f"codexreport {__version__}",
        details={
            "as_of": now.isoformat(),
            "provisional": week.provisional,
            "objectives": _told(objectives),
            "inputs": sorted(inputs),
            **({"corrects": corrects} if corrects else {}),
        },
    )


def _told(objectives: Iterable[ObjectiveWeek]) -> list[dict[str, Any]]:
    """Each objective's part of the record, as plain JSON values."""
    return [
        {
            "name": one.objective.name,
            "state": one.state.value,
            "reason": one.reason,
            "sli": None if one.sli.value is None else str(one.sli.value),
            "target": str(one.objective.target),
            "budget_remaining": json_number(one.budget.remaining.value),
            "streak": one.steadiness.streak,
        }
        for one in objectives
    ]


def _skipped(kept: Mapping[str, KeptWeek], week: Window) -> tuple[str, ...]:
    """Not before the first that was kept: nobody had begun; their labels sort as text."""
    missing: list[str] = []
    before = week.previous_week()
    while before.label > min(kept) and len(missing) < _LOOK_BACK:
        if before.label not in kept:
            missing.append(before.label)
        before = before.previous_week()
    return tuple(reversed(missing))
