"""Deployments: what was brought where, and whether the latest of each environment stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from itertools import takewhile
from typing import ClassVar

from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.moments import in_utc
from codexreport.text import listed, one_line
from codexreport.wording import count

CLOCK_SKEW = timedelta(minutes=5)
"""How far another machine's clock may be ahead of ours."""


class Outcome(StrEnum):
    """How a deployment ended; worst first, which decides between two of one moment."""

    FAILED = "failed"
    ROLLED_BACK = "rolled back"
    UNKNOWN = "unknown"
    INACTIVE = "inactive"
    IN_PROGRESS = "in progress"
    SUCCEEDED = "succeeded"


_WORST_FIRST = {outcome: number for number, outcome in enumerate(Outcome)}
_STATES = {
    Outcome.FAILED: State.FAIL,
    Outcome.ROLLED_BACK: State.FAIL,
    Outcome.SUCCEEDED: State.PASS,
}
STOOD = {Outcome.SUCCEEDED, Outcome.INACTIVE}
"""It once succeeded: a deployment becomes inactive when another takes its place."""
_SAID = {
    Outcome.FAILED: "failed",
    Outcome.ROLLED_BACK: "was rolled back",
    Outcome.UNKNOWN: "does not say how it ended",
    Outcome.INACTIVE: "is not active any more",
    Outcome.IN_PROGRESS: "is still in progress",
    Outcome.SUCCEEDED: "succeeded",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One deployment.

    Attributes:
        id: Unique among them.
        environment: Where to, such as `production`.
        started: When it began, aware.
        outcome: How it ended.
        finished: When it ended.
        committed: When what it brought was committed; of several changes, the first.
        version: What was brought, in the team's own words.
        commit: Its revision.
        url: Where it can be read.
    """

    id: str
    environment: str
    started: datetime
    outcome: Outcome
    finished: datetime | None = None
    committed: datetime | None = None
    version: str = ""
    commit: str = ""
    url: str = ""

    def contradiction(self, now: datetime) -> str:
        """Why it cannot be as it says at `now`; empty where it can."""
        started = self.started.astimezone(timezone.utc)
        if started - now.astimezone(timezone.utc) > CLOCK_SKEW:
            return f"{self.id} started in the future, at {in_utc(self.started)}"
        if self.finished is not None and self.finished.astimezone(timezone.utc) < started:
            return f"{self.id} finished before it started"
        if self.finished is not None and self.finished - now.astimezone(timezone.utc) > CLOCK_SKEW:
            return f"{self.id} finished in the future, at {in_utc(self.finished)}"
        if self.committed is not None and self.committed - started > CLOCK_SKEW:
            return f"{self.id} started before what it brought was committed"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployments:
    """The deployments of one record.

    Attributes:
        deployments: In the order of the record.
        observed: When it was made.
        incomplete: Why it is not the whole, a sentence; empty where nothing says so.
    """

    kind: ClassVar[str] = "deployments"

    deployments: tuple[Deployment, ...]
    observed: datetime | None = None
    incomplete: str = ""

    @property
    def commit(self) -> str:
        """The revision that the latest deployment of every environment brought, if it is one."""
        commits = {one.commit for one in self.latest()}
        return commits.pop() if len(commits) == 1 else ""

    def by_environment(self) -> dict[str, list[Deployment]]:
        """The deployments to each environment, by its name; the last started first.

        Of several that started at once the worst comes first.
        """
        found: dict[str, list[Deployment]] = {}
        for one in self.deployments:
            found.setdefault(one.environment, []).append(one)
        return {name: sorted(found[name], key=_rank, reverse=True) for name in sorted(found)}

    def latest(self) -> tuple[Deployment, ...]:
        """The last started of each environment."""
        return tuple(several[0] for several in self.by_environment().values())

    def summary(self) -> str:
        """Such as `31 deployments, production succeeded, staging failed`."""
        latest = [f"{one.environment} {one.outcome.value}" for one in self.latest()]
        total = count(len(self.deployments), "deployments")
        return f"{total}, {listed(latest)}" if latest else total

    def measures(self, about: About) -> tuple[Measure, ...]:
        """How many there are, and for each environment how its latest ended."""
        state, reason = State.NOT_APPLICABLE, ""
        twice = [name for name, n in Counter(one.id for one in self.deployments).items() if n > 1]
        if not self.deployments:
            state, reason = State.UNKNOWN, "It holds no deployment."
        elif self.incomplete:
            state, reason = State.UNKNOWN, self.incomplete
        elif twice:
            state, reason = State.UNKNOWN, f"Recorded more than once: {listed(twice)}."
        total = about.measure(
            "deployments.total", len(self.deployments), "deployments", state, reason
        )
        environments = self.by_environment().values()
        return (total, *(_environment(about, several) for several in environments))


def _environment(about: About, deployments: Sequence[Deployment]) -> Measure:
    """How many to one environment failed since the last that succeeded, the latest first."""
    last = deployments[0]
    state, reason = _STATES.get(last.outcome, State.UNKNOWN), _told(last)
    wrong = next(filter(None, (one.contradiction(about.now) for one in deployments)), "")
    if wrong and state is not State.FAIL:
        state, reason = State.UNKNOWN, f"Contradictory: {one_line(wrong)}."
    since = takewhile(lambda one: one.outcome not in STOOD, deployments)
    there = replace(about, subject=f"{about.subject}: {one_line(last.environment)}")
    return there.measure(
        "deployments.failing",
        sum(_STATES.get(one.outcome) is State.FAIL for one in since),
        "deployments",
        state,
        reason,
        formula=f"failed since the last success, of {count(len(deployments), 'deployments')}",
    )


def _told(last: Deployment) -> str:
    brought = " ".join(filter(None, (last.version, last.commit[:12])))
    name = one_line(f"{last.id} ({brought})" if brought else last.id)
    return (
        f"The latest deployment to {one_line(last.environment)} {_SAID[last.outcome]}:"
        f" {name}, started {in_utc(last.started)}."
    )


def _rank(one: Deployment) -> tuple[datetime, int]:
    return one.started.astimezone(timezone.utc), -_WORST_FIRST[one.outcome]
