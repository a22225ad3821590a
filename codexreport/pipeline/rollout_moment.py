"""The moment of a look at a rollout: who chose it, and whether it is now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from codexreport.moments import moment
from codexreport.pipeline.open import moment_of
from codexreport.project.model import Project
from codexreport.project.workspace import FILE_NAME
from codexreport.rollout.checkpoints import NEAR

PINNED = f", pinned by as_of in {FILE_NAME}"
"""Who chose the moment, where nobody asked for one; it follows the moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """The moment of a look, beside the clock's.

    Attributes:
        at: The moment that is judged, aware.
        clock: The moment by the clock, aware.
        near: How far from the clock a look may be, to be one of now.
        zone_name: IANA zone that both are told in.
        asked: Whether a person asked for it, by `--now`.
        pinned: Whether the project's `as_of` chose it.
    """

    at: datetime
    clock: datetime
    near: timedelta
    zone_name: str
    asked: bool = False
    pinned: bool = False

    @property
    def is_now(self) -> bool:
        """Whether it tells of now; only such a look is kept, or compared with those kept."""
        return abs(self.at - self.clock) <= self.near

    @property
    def stale(self) -> bool:
        """Whether it is not of now though nobody asked for another moment."""
        return self.pinned and not self.is_now

    @property
    def sentence(self) -> str:
        """Which moment it is, who chose it, and what follows where it is not now."""
        by = PINNED if self.pinned else ""
        by = ", as --now asks" if self.asked else by
        kept = "" if self.is_now else f". The clock says {self._told(self.clock)}: it is not kept"
        return f"As of {self._told(self.at)}{by}{kept}."

    @property
    def mistake(self) -> str:
        """Why a look that is stale tells nothing of now, a sentence."""
        return (
            f"as_of in {FILE_NAME} pins this look to {self._told(self.at)}, and the clock says "
            f"{self._told(self.clock)}: nobody looked at what holds now."
        )

    @property
    def way_out(self) -> str:
        """What to do about it, a sentence."""
        return (
            f"Take as_of out of {FILE_NAME} to look at now; "
            f"to look at that moment, ask for it: --now {self.at.isoformat()}."
        )

    def _told(self, at: datetime) -> str:
        return moment(at, self.zone_name)


def is_pinned(text: str, project: Project) -> bool:
    """Whether the project's `as_of` chooses the moment: it has one, and nobody asked for another.

    Args:
        text: What `--now` says; empty where it is not given.
        project: Whose rollout it is.
    """
    return not text and project.as_of is not None


def looked_at(text: str, project: Project, clock: datetime) -> LookedAt:
    """The moment of a look at a project.

    Args:
        text: What `--now` says; empty where it is not given.
        project: Whose rollout it is.
        clock: The moment by the clock, aware.

    Raises:
        ParameterError: `text` is not an ISO 8601 time.
    """
    pinned = is_pinned(text, project)
    return LookedAt(
        at=moment_of(text, project) if text or pinned else clock,
        clock=clock,
        near=project.rollout.near if project.rollout else NEAR,
        zone_name=project.timezone,
        asked=bool(text),
        pinned=pinned,
    )
