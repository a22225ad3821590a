"""What evidence says of a rollout: who looked and when, what was seen, what was rolled back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from codexreport.evidence import chain
from codexreport.evidence.keep import phase_folder, phases
from codexreport.pipeline.rollout_plan import rollout_of
from codexreport.project.model import Project
from codexreport.project.releases import phase_of
from codexreport.project.workspace import Workspace
from codexreport.rollout.checkpoints import Look
from codexreport.window import recorded_moment

CHECK = "rollout check"
"""What evidence calls a look by `codexreport rollout check`."""
CHECKPOINT = "checkpoint"
"""The step that a look by other means is recorded as."""
ROLLBACK = "rollback"
"""The step that a rollback is recorded as."""

Record = Mapping[str, Any]
_KNEW = frozenset({"pass", "warning", "fail"})


def phase_name(project: Project) -> str:
    """The phase that the rollout's evidence is in.

    Raises:
        ParameterError: It asks for a release, and none is named.
    """
    return phase_of(rollout_of(project).phase, project.release)


def records_of(workspace: Workspace, project: Project) -> tuple[dict[str, Any], ...]:
    """The records of the rollout's phase, oldest first.

    Raises:
        EvidenceError: They cannot be read, or were altered.
    """
    return chain.whole(phase_folder(workspace.recorded, phase_name(project))).records


def looks(records: Iterable[Record], near: timedelta) -> list[Look]:
    """Who looked: checks, and recorded checkpoints; by the clock, as it was when they were kept.

    A check that looked at another time than that of the clock is none.

    Args:
        records: Of the rollout's phase.
        near: How far the moment of a check may be from the clock.
    """
    return [look for record in records if (look := _look(record, near)) is not None]


def checks(records: Iterable[Record], near: timedelta) -> list[Record]:
    """The looks by `rollout check` that were of now when they were kept, in order.

    Args:
        records: Of the rollout's phase.
        near: How far the moment of a check may be from the clock.
    """
    return [one for one in records if one.get("step") == CHECK and _look(one, near)]


def _look(record: Record, near: timedelta) -> Look | None:
    at = recorded_moment(record.get("time"))
    if record.get("step") not in {CHECK, CHECKPOINT} or at is None:
        return None
    if record["step"] == CHECK:
        as_of = recorded_moment(record.get("as_of"))
        if as_of is None or abs(as_of - at) > near:
            return None
    return Look(at=at, record=int(record.get("seq", 0)), knew=str(record.get("state")) in _KNEW)


def actual_shares(
    records: Iterable[Record], near: timedelta
) -> Iterator[tuple[datetime, Fraction]]:
    """The share of users that had the release whenever it was checked, in order of time.

    A check at another time than that of the clock saw the flag of its day: it is none.

    Args:
        records: Of the rollout's phase.
        near: How far the moment of a check may be from the clock.
    """
    found = []
    for record in checks(records, near):
        at, percent = recorded_moment(record.get("as_of")), record.get("actual_percent")
        known = isinstance(percent, int | float) and not isinstance(percent, bool)
        if at is not None and known:
            found.append((at, Fraction(str(percent)) / 100))
    yield from sorted(found)


def full_since(records: Iterable[Record], near: timedelta, now: datetime) -> datetime | None:
    """Since when every look saw all users have the release; None where the last one did not.

    A look that could not tell the share says nothing, and one at another time than that of the
    clock is none.

    Args:
        records: Of the rollout's phase.
        near: How far the moment of a check may be from the clock.
        now: The moment of the judgement, aware; looks after it do not count.
    """
    since = None
    for at, share in actual_shares(records, near):
        if at <= now:
            since = (since or at) if share == 1 else None
    return since


def rollbacks(workspace: Workspace, since: datetime, now: datetime) -> list[str]:
    """Every rollback that was recorded in any phase, rehearsals not counted.

    Args:
        workspace: Where evidence is.
        since: Those before do not count.
        now: Nor do those after.

    Raises:
        EvidenceError: Evidence cannot be read, or was altered.
    """
    return [
        f"{phase} {record.get('seq')}"
        for phase in phases(workspace.recorded)
        for record in chain.whole(phase_folder(workspace.recorded, phase)).records
        if record.get("step") == ROLLBACK
        and (at := recorded_moment(record.get("time"))) is not None
        and since <= at <= now
        and "--dry-run" not in (record.get("command") or ())
    ]
