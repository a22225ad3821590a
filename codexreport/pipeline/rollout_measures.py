"""A rollout as measures: plan, actual share, triggers, checkpoints, success."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from codexreport.errors import CodexReportError
from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.moments import moment
from codexreport.pipeline import rollout_evidence as evidence
from codexreport.pipeline.check import Checked as CheckedFile
from codexreport.pipeline.rollout_check import Checked, checkpoints_of, judged
from codexreport.pipeline.rollout_flags import FORMATS, FlagsSeen
from codexreport.pipeline.rollout_plan import rollout_of
from codexreport.pipeline.rollout_signals import NOT_FULL, Asking, judge_success
from codexreport.project.model import Project
from codexreport.project.workspace import Workspace
from codexreport.rollout.checkpoints import checkpoint_measures
from codexreport.rollout.verdict import STATES, Verdict
from codexreport.sources.base import Progress, silent
from codexreport.text import listed, one_line
from codexreport.window import format_duration
from codexreport.wording import percent


def measure_rollout(
    project: Project,
    workspace: Workspace,
    files: Sequence[CheckedFile],
    now: datetime,
    *,
    offline: bool = False,
    progress: Progress = silent,
) -> tuple[Measure, ...]:
    """Everything that can be asked of a project's rollout; nothing where it plans none.

    Args:
        project: What is measured.
        workspace: Where snapshots and evidence are.
        files: What the project's files said, flags among them.
        now: The moment of the judgement, aware.
        offline: Ask no source, read what the last pull kept.
        progress: Called as work goes on.

    Raises:
        EvidenceError: What was pulled cannot be kept.
    """
    if project.rollout is None:
        return ()
    asking = Asking(
        project=project, workspace=workspace, now=now, offline=offline, progress=progress
    )
    flags = FlagsSeen(as_of=now, sources=tuple(one for one in files if _is_flags(project, one)))
    found = judged(asking, flags)
    about = About(subject=project.name, now=now)
    records, problem = _records(workspace, project)
    since = evidence.full_since(records, rollout_of(project).near, now)
    return (
        *_of_share(found, about),
        _verdict(found, about),
        *(one.measure() for one in found.triggers),
        *_of_evidence(found, workspace, records, problem, about),
        _full_for(found, since, problem, about),
        *judge_success(asking, since),
    )


def _records(workspace: Workspace, project: Project) -> tuple[Sequence[evidence.Record], str]:
    """The records of the rollout, and why there are none where they cannot be taken."""
    try:
        return evidence.records_of(workspace, project), ""
    except CodexReportError as error:
        return (), _sentence(error)


def _sentence(error: CodexReportError) -> str:
    return one_line(error.message).removesuffix(".") + "."


def _is_flags(project: Project, file: CheckedFile) -> bool:
    config = project.sources.get(file.source)
    return config is not None and config.type in FORMATS


def _of_share(found: Checked, about: About) -> Iterator[Measure]:
    planned = found.plan.planned(about.now)
    yield about.measure("rollout.planned", planned, "ratio", reason=f"{percent(planned)} planned.")
    state, reason = found.compared or (State.UNKNOWN, found.actual.reason)
    yield about.measure(
        "rollout.actual",
        found.actual.share,
        "ratio",
        state,
        reason,
        formula=found.actual.reason,
        interval=found.actual.interval,
    )


def _verdict(found: Checked, about: About) -> Measure:
    verdict = found.answer.verdict
    return about.measure(
        "rollout.verdict",
        int(verdict is Verdict.GO_ON),
        "1",
        STATES[verdict],
        f"{verdict.value.capitalize()}: {found.answer.sentence}",
    )


def _of_evidence(
    found: Checked,
    workspace: Workspace,
    records: Sequence[evidence.Record],
    problem: str,
    about: About,
) -> Iterator[Measure]:
    """Checkpoints and rollbacks; where evidence cannot be read, neither is known."""
    back: list[str] = []
    try:
        back = evidence.rollbacks(workspace, found.plan.start, about.now)
    except CodexReportError as error:
        problem = problem or _sentence(error)
    if problem:
        for name in ("checkpoints.missed", "rollbacks"):
            yield about.measure(f"rollout.{name}", None, "1", State.UNKNOWN, problem)
        return
    marks = checkpoints_of(found.project, records, about.now)
    yield from checkpoint_measures(marks, about, found.plan.zone_name)
    if not back and not records and found.plan.start <= about.now:
        phase = evidence.phase_name(found.project)
        reason = f"The phase {phase} has no log: what was rolled back is not known."
        yield about.measure("rollout.rollbacks", None, "rollbacks", State.UNKNOWN, reason)
        return
    state = State.FAIL if back else State.PASS
    reason = f"Recorded since the start: {listed(back)}." if back else ""
    yield about.measure("rollout.rollbacks", len(back), "rollbacks", state, reason)


def _full_for(found: Checked, since: datetime | None, problem: str, about: About) -> Measure:
    """For how long everybody has had it, as far as the looks in evidence and the flag tell."""
    needed = rollout_of(found.project).success_after
    share, state = found.actual.share, State.UNKNOWN
    full_for = about.now - since if since and share == 1 else timedelta()
    if share is None:
        reason = found.actual.reason
    elif share < 1:
        reason = f"{percent(share)} of users have it now."
    elif since is None:
        reason = problem or NOT_FULL
    elif full_for < needed:
        reason = f"It takes {format_duration(needed)} at 100 %."
    else:
        state, reason = State.PASS, f"Seen at 100 % since {moment(since, found.plan.zone_name)}."
    seconds = int(full_for.total_seconds())
    return about.measure("rollout.full_for", seconds, "seconds", state, reason)
