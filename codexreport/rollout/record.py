"""The record of deployments to one environment: which stood, which failed, when that was over."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from codexreport.rollout.deployments import STOOD, Deployment, Outcome
from codexreport.window import Window

MIN_DEPLOYMENTS = 5
"""Fewer do not make a rate or a typical time."""

_FAILED = frozenset({Outcome.FAILED, Outcome.ROLLED_BACK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """An incident that a deployment caused.

    Attributes:
        deployment: The deployment's id.
        incident: The incident's.
        open: Whether it still goes on.
        lasted: Until it was resolved; None while it is open, or where nothing says.
    """

    deployment: str
    incident: str
    open: bool = False
    lasted: timedelta | None = None


def deployed_at(one: Deployment) -> datetime:
    """When it counts: at its end, or at its start where no end is recorded; in UTC."""
    return (one.finished or one.started).astimezone(timezone.utc)


def deployed_in(deployments: Sequence[Deployment], window: Window) -> list[Deployment]:
    """Those that count in a window; each counts in exactly one of two that adjoin."""
    start, end = window.start.astimezone(timezone.utc), window.end.astimezone(timezone.utc)
    return [one for one in deployments if start <= deployed_at(one) < end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The deployments to one environment, as one source tells them, and what came of them.

    Attributes:
        environment: Where to.
        deployments: All of them, of whatever time.
        window: The span that is measured; it ends now.
        harms: What incidents say of them.
        minimum: How many make a rate or a typical time.
        doubt: Why the deployments cannot be relied on, a sentence; empty where they can.
        harm_doubt: Why the incidents cannot be, likewise.
    """

    environment: str
    deployments: tuple[Deployment, ...]
    window: Window
    harms: tuple[Harm, ...] = ()
    minimum: int = MIN_DEPLOYMENTS
    doubt: str = ""
    harm_doubt: str = ""

    def harms_of(self, one: Deployment) -> list[Harm]:
        """The incidents that `one` caused."""
        return [harm for harm in self.harms if harm.deployment == one.id]

    def failed(self, one: Deployment) -> bool:
        """Whether it failed, was rolled back, or is what an incident names as its cause."""
        return one.outcome in _FAILED or bool(self.harms_of(one))

    def stood(self, one: Deployment) -> bool:
        """Whether it succeeded, and nothing says that it did harm."""
        return one.outcome in STOOD and not self.failed(one)


def recovered_after(record: Record, one: Deployment, stood: Sequence[datetime]) -> timedelta | None:
    """How long it took to recover from a deployment that failed; None while nothing says so.

    Where incidents name it as their cause: as long as the longest of them lasted. Else from its
    start until it was rolled back, or until the next that stood was there.

    Args:
        record: Holds the incidents.
        one: The deployment that failed.
        stood: When those counted that succeeded and did no harm, in order.
    """
    harms = record.harms_of(one)
    if harms:
        lasted = [harm.lasted for harm in harms if harm.lasted is not None and not harm.open]
        return max(lasted) if len(lasted) == len(harms) else None
    started = one.started.astimezone(timezone.utc)
    if one.outcome is Outcome.ROLLED_BACK and one.finished is not None:
        return deployed_at(one) - started
    following = bisect_right(stood, deployed_at(one))
    return stood[following] - started if following < len(stood) else None
