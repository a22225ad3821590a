"""A look at a rollout: triggers, flags, checkpoints, a verdict, and its record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

from codexreport import __version__
from codexreport.evidence.keep import Kind, Record, keep_if
from codexreport.evidence.log import LogContents
from codexreport.measure import State
from codexreport.pipeline import rollout_evidence as evidence
from codexreport.pipeline.rollout_flags import FlagsSeen, see_flags
from codexreport.pipeline.rollout_moment import LookedAt
from codexreport.pipeline.rollout_plan import percent_number, plan_of, rollout_of
from codexreport.pipeline.rollout_signals import (
    Asking,
    step_window,
    watch_triggers,
    watched_until,
)
from codexreport.project.model import Project
from codexreport.project.workspace import Workspace
from codexreport.rollout.actual import Actual, against_plan
from codexreport.rollout.checkpoints import Checkpoint, Mark, checkpoints, schedule
from codexreport.rollout.plan import Plan
from codexreport.rollout.triggers import Watched
from codexreport.rollout.verdict import STATES, Answer, Seen, Verdict, answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a look saw.

    Attributes:
        project: Whose rollout it is.
        as_of: The moment that was looked at.
        plan: What is planned.
        actual: The share of users that has it.
        compared: Whether that is as planned, and a sentence; None: the project names no flag.
        triggers: What became of each, in the step in force and a little before.
        answer: The verdict.
    """

    project: Project
    as_of: datetime
    plan: Plan
    actual: Actual
    compared: tuple[State, str] | None
    triggers: tuple[Watched, ...]
    answer: Answer

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values; what is kept, too."""
        following = self.plan.next_step(self.as_of)
        share = self.actual.share
        return {
            "as_of": self.as_of.isoformat(),
            "verdict": self.answer.verdict.value,
            "reasons": list(self.answer.reasons),
            "following": self.answer.following,
            "next_step": following.at.isoformat() if following else None,
            "planned_percent": percent_number(self.plan.planned(self.as_of)),
            "actual_percent": None if share is None else percent_number(share),
            "against_plan": self.compared[1] if self.compared else None,
            "triggers": [one.to_dict() for one in self.triggers],
        }


def check_rollout(asking: Asking) -> Checked:
    """Look at the rollout at a moment.

    Raises:
        ParameterError: The project plans none.
        EvidenceError: What was pulled cannot be kept.
    """
    project = asking.project
    flags = see_flags(
        project,
        asking.workspace,
        asking.now,
        offline=asking.offline,
        progress=asking.progress,
    )
    return judged(asking, flags)


def judged(asking: Asking, flags: FlagsSeen) -> Checked:
    """The look, where the flags were already read."""
    project, now = asking.project, asking.now
    table, plan, over = rollout_of(project), plan_of(project), watched_until(project)
    triggers = watch_triggers(asking, step_window(project, now))
    actual = flags.actual(table.flag)
    compared = None
    if table.flag:
        compared = against_plan(actual, plan.planned(now), table.tolerance)
    seen = Seen(
        plan=plan,
        triggers=triggers,
        share=actual.share,
        against_plan=compared,
        safety=flags.safety,
        watched_until=over,
    )
    return Checked(
        project=project,
        as_of=now,
        plan=plan,
        actual=actual,
        compared=compared,
        triggers=triggers,
        answer=answer(seen, now),
    )


def of_now(found: Checked, looked: LookedAt) -> Checked:
    """The same look; undecided where the project pins it to another time than now.

    A pipeline that asks whether to go on must not take the answer of another day for one.

    Args:
        found: The look.
        looked: Its moment, and who chose it.
    """
    if not looked.stale:
        return found
    then = f"Of that moment it says {found.answer.verdict.value}: {found.answer.sentence}"
    undecided = Answer(
        verdict=Verdict.UNDECIDED,
        reasons=(looked.mistake, then),
        following=looked.way_out,
    )
    return replace(found, answer=undecided)


def checkpoints_of(
    project: Project, records: Sequence[evidence.Record], now: datetime
) -> tuple[Checkpoint, ...]:
    """The project's checkpoints, and what became of each.

    Args:
        project: Its schedule.
        records: The evidence of its rollout.
        now: The moment of the judgement, aware.
    """
    table, plan = rollout_of(project), plan_of(project)
    start = plan.start if table.checkpoints_from == "start" else plan.full_at
    return checkpoints(
        schedule(start, table.stints),
        evidence.looks(records, table.near),
        near=table.near,
        now=now.astimezone(timezone.utc),
    )


def keep_check(workspace: Workspace, checked: Checked, looked: LookedAt) -> bool:
    """Keep a look as evidence, unless it says nothing new, or is not of now.

    It is new where its verdict or its tripped triggers are others than those of the look before,
    and where a checkpoint's time is now for which there is no look yet. So it can be made as often
    as one likes.

    Args:
        workspace: Where evidence is.
        checked: The look.
        looked: Its moment, and the clock's.

    Returns:
        Whether it was kept.

    Raises:
        EvidenceError: It cannot be kept.
    """
    if not looked.is_now:
        return False
    project, clock = checked.project, looked.clock
    kept = keep_if(
        workspace.root,
        evidence.phase_name(project),
        lambda contents: _record(checked, clock) if _is_new(checked, contents, clock) else None,
    )
    return kept is not None


def _is_new(checked: Checked, contents: LogContents, clock: datetime) -> bool:
    table = rollout_of(checked.project)
    before = evidence.checks(contents.records, table.near)
    if not before or _gist(before[-1]) != _gist(checked.to_dict()):
        return True
    latest = evidence.looks(before[-1:], table.near)
    due = [
        one.at
        for one in checkpoints_of(checked.project, contents.records, clock)
        if abs(one.at - clock) <= table.near and one.mark is not Mark.DONE
    ]
    return any(not latest or abs(latest[0].at - at) > table.near for at in due)


def _gist(look: evidence.Record) -> tuple[Any, ...]:
    """What a look comes to: the verdict, what is tripped, and the share of users."""
    triggers = look.get("triggers")
    rows = triggers if isinstance(triggers, list) else []
    tripped = sorted(str(one.get("name")) for one in rows if one.get("now") == State.FAIL.value)
    return look.get("verdict"), tripped, look.get("actual_percent"), look.get("planned_percent")


def _record(checked: Checked, clock: datetime) -> Record:
    verdict = checked.answer.verdict
    return Record(
        kind=Kind.CHECK,
        time=clock,
        step=evidence.CHECK,
        subject=checked.project.release or checked.project.name,
        state=STATES[verdict].value,
        summary=f"{_said(verdict)}: {checked.answer.sentence}",
        tool=f"codexreport {__version__}",
        details=checked.to_dict(),
    )


def _said(verdict: Verdict) -> str:
    return verdict.value.capitalize()
