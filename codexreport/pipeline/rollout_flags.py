"""The flags of a project: read, judged, compared with the plan, and with how they were before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from codexreport import __version__
from codexreport.evidence.keep import Kind, Record, keep_if
from codexreport.evidence.log import LogContents
from codexreport.measure import State, worst
from codexreport.pipeline.check import Checked, check_project
from codexreport.project.model import Project
from codexreport.project.workspace import Workspace
from codexreport.rollout.actual import Actual, actual_share
from codexreport.rollout.flag_changes import Change, changes, definitions
from codexreport.rollout.flags import Flag, Flags
from codexreport.sources.base import Progress, silent
from codexreport.text import listed, one_line
from codexreport.wording import count

FORMATS = ("flagd", "flags", "openfeature")
"""The types of sources that are flags."""
STEP = "rollout flags"
"""What evidence calls a look at the flags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagsSeen:
    """What the project's sources of flags say.

    Attributes:
        as_of: The moment.
        sources: Each file or provider, as it was judged.
        changes: What changed since they were last kept, by source; empty the first time.
        first: Whether they were never kept before.
    """

    as_of: datetime
    sources: tuple[Checked, ...]
    changes: tuple[tuple[str, Change], ...] = ()
    first: bool = False

    @property
    def state(self) -> State:
        """The worst that a source says; unknown where there is none."""
        return worst(one.state for one in self.sources)

    @property
    def readable(self) -> tuple[tuple[str, Flags], ...]:
        """The sources that were understood and may be believed."""
        return tuple(
            (one.source, one.facts)
            for one in self.sources
            if isinstance(one.facts, Flags) and not one.unfit
        )

    @property
    def flags(self) -> tuple[Flag, ...]:
        """Those of every source that may be believed."""
        return tuple(flag for _, facts in self.readable for flag in facts.flags)

    @property
    def unread(self) -> str:
        """Why a source cannot be taken, a sentence on the first; empty where all can."""
        bad = [one for one in self.sources if one.facts is None or one.unfit]
        return f"{bad[0].name} cannot be taken: {one_line(bad[0].reason)}." if bad else ""

    @property
    def safety(self) -> tuple[State, str] | None:
        """What the safety flags say: their state, and a sentence; None where there is no source."""
        if not self.sources:
            return None
        said = [
            measure
            for one in self.sources
            for measure in one.measures
            if measure.name == "flags.safety_on" and not one.unfit
        ]
        if on := [one for one in said if one.state is State.FAIL]:
            return State.FAIL, on[0].reason
        if self.unread:
            return State.UNKNOWN, self.unread
        worst_of = max(said, key=lambda one: one.state is State.UNKNOWN)
        return worst_of.state, worst_of.reason

    def actual(self, key: str) -> Actual:
        """The share of users that the flag `key` is on for; a source that is unread may hold it."""
        problem = self.unread
        if not key:
            problem = "The project names no flag in [rollout]."
        elif not self.sources:
            problem = "The project has no source of flags."
        if problem:
            return Actual(share=None, reason=problem)
        return actual_share(self.flags, key, self.as_of)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "as_of": self.as_of.isoformat(),
            "state": self.state.value,
            "sources": [one.to_dict() for one in self.sources],
            "flags": {name: definitions(facts.flags) for name, facts in self.readable},
            "changes": [{"source": name, **one.to_dict()} for name, one in self.changes],
        }


def see_flags(
    project: Project,
    workspace: Workspace,
    now: datetime,
    *,
    offline: bool = False,
    progress: Progress = silent,
) -> FlagsSeen:
    """Pull, keep and judge the project's flags, and nothing else of it.

    Raises:
        EvidenceError: What was pulled cannot be kept.
    """
    only = {name: one for name, one in project.sources.items() if one.type in FORMATS}
    _, found = check_project(
        replace(project, sources=only), workspace, now, offline=offline, progress=progress
    )
    return FlagsSeen(as_of=now, sources=tuple(found))


def keep_flags(workspace: Workspace, phase: str, seen: FlagsSeen, clock: datetime) -> FlagsSeen:
    """Note what changed since the flags were last kept; where nothing did, nothing is noted.

    A source that cannot be read is left as it was noted: it is not known to have changed.

    Args:
        workspace: Where evidence is.
        phase: Whose it is.
        seen: The flags.
        clock: The moment it is kept.

    Returns:
        The same, with what changed.

    Raises:
        EvidenceError: It cannot be kept.
    """
    compared = seen

    def decide(log: LogContents) -> Record | None:
        nonlocal compared
        before = _kept(log)
        after = {name: definitions(facts.flags) for name, facts in seen.readable}
        found = tuple(
            (name, change)
            for name in sorted(after)
            for change in changes((before or {}).get(name, {}), after[name])
        )
        first = before is None
        compared = replace(seen, changes=() if first else found, first=first)
        if not found:
            return None
        return _record(compared, {**(before or {}), **after}, clock)

    keep_if(workspace.root, phase, decide)
    return compared


def _kept(log: LogContents) -> Mapping[str, Any] | None:
    """The flags as they were last kept; None where they never were."""
    kept = [one for one in log.records if one.get("step") == STEP]
    flags = kept[-1].get("flags") if kept else None
    return flags if isinstance(flags, dict) else None


def _record(seen: FlagsSeen, flags: Mapping[str, Any], clock: datetime) -> Record:
    told = [change.sentence for _, change in seen.changes]
    number = sum(map(len, flags.values()))
    return Record(
        kind=Kind.CHECK,
        time=clock,
        step=STEP,
        subject=listed([name for name, _ in seen.readable]),
        state=seen.state.value,
        summary=f"{listed(told, '; ')}." if told else f"{count(number, 'flags')} noted.",
        tool=f"codexreport {__version__}",
        details={
            "as_of": seen.as_of.isoformat(),
            "flags": flags,
            "changes": [{"source": name, **one.to_dict()} for name, one in seen.changes],
        },
    )
