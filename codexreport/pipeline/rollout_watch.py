"""Everything that the watch of a rollout shows: the look now, and the whole of it so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from codexreport.errors import EvidenceError
from codexreport.measure import Measure, Origin
from codexreport.pipeline import rollout_evidence as evidence
from codexreport.pipeline.rollout_check import Checked, checkpoints_of, judged
from codexreport.pipeline.rollout_flags import FlagsSeen, see_flags
from codexreport.pipeline.rollout_plan import rollout_of
from codexreport.pipeline.rollout_signals import (
    Asking,
    judge_success,
    watch_triggers,
    watched_until,
    whole_window,
)
from codexreport.rollout.checkpoints import Checkpoint
from codexreport.rollout.triggers import Watched
from codexreport.text import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutWatch:
    """A rollout, watched.

    Attributes:
        now: What a look at this moment comes to.
        flags: The flags.
        whole: Every trigger since the rollout began.
        over: When nothing is watched any more.
        checkpoints: What became of each.
        shares: The share of users whenever it was looked at, in order of time.
        success: What was kept while everybody had it.
        problem: Why evidence could not be read, a sentence; empty where it could.
    """

    now: Checked
    flags: FlagsSeen
    whole: tuple[Watched, ...]
    over: datetime
    checkpoints: tuple[Checkpoint, ...]
    shares: tuple[tuple[datetime, Fraction], ...]
    success: tuple[Measure, ...]
    problem: str = ""

    @property
    def origins(self) -> tuple[Origin, ...]:
        """All bytes that anything of it comes from, each once."""
        unique = {(one.source, one.uri, one.query, one.sha256): one for one in self._origins()}
        return tuple(unique[key] for key in sorted(unique))

    def _origins(self) -> Iterator[Origin]:
        for watched in (*self.now.triggers, *self.whole):
            yield from watched.origins
        for measure in self.success:
            yield from measure.origins
        for file in self.flags.sources:
            if file.origin:
                yield file.origin


def watch_rollout(asking: Asking) -> RolloutWatch:
    """Look at a rollout, and at all of it so far.

    Raises:
        ParameterError: The project plans none.
        EvidenceError: What was pulled cannot be kept.
    """
    project = asking.project
    flags = see_flags(
        project, asking.workspace, asking.now, offline=asking.offline, progress=asking.progress
    )
    found, problem = judged(asking, flags), ""
    try:
        records = evidence.records_of(asking.workspace, project)
    except EvidenceError as error:
        records, problem = (), one_line(error.message) + "."
    near = rollout_of(project).near
    shares = [pair for pair in evidence.actual_shares(records, near) if pair[0] < asking.now]
    if found.actual.share is not None:
        shares.append((asking.now, found.actual.share))
    return RolloutWatch(
        now=found,
        flags=flags,
        whole=watch_triggers(asking, whole_window(project)),
        over=watched_until(project),
        checkpoints=() if problem else checkpoints_of(project, records, asking.now),
        shares=tuple(shares),
        success=judge_success(asking, evidence.full_since(records, near, asking.now)),
        problem=problem,
    )
