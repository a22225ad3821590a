"""What a gate asks: criteria, their bounds and weights, waivers, and how a score is judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from codexreport.bounds import Bound, Bounds
from codexreport.moments import day, in_utc
from codexreport.text import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One question about one measure.

    Attributes:
        id: Its name in the gate.
        title: What people call it.
        measure: Name of the measure it is about.
        subject: Of what; empty: of everything that has this measure, and the worst counts.
        passes: Bounds that a pass keeps; none: the measure's own state is taken.
        warns: Bounds that a warning keeps, where those of a pass are not kept.
        weight: Its share in the score.
        key: Failing it fails the gate, whatever the score.
        owner: Team that acts on it.
        due: When a condition from it is to be met; None: at the next review.
        exempt: Why it does not apply here, a sentence; empty where it does.
    """

    id: str
    title: str
    measure: str
    subject: str = ""
    passes: Bounds = ()
    warns: Bounds = ()
    weight: Fraction = Fraction(1)
    key: bool = False
    owner: str = ""
    due: datetime | None = None
    exempt: str = ""

    @property
    def bounds(self) -> Iterator[Bound]:
        """All bounds, of a pass and of a warning."""
        return (bound for group in (*self.passes, *self.warns) for bound in group)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Criteria that are judged together.

    Attributes:
        name: As `codexreport gate NAME` takes it.
        title: What people call it.
        criteria: What it asks.
        pass_score: Score from which it passes, 0 to 100.
        warning_score: Score from which it is a warning.
        required: Without its answer there is no decision.
        roles: Who has to sign off.
    """

    name: str
    title: str
    criteria: tuple[Criterion, ...]
    pass_score: Fraction = Fraction(90)
    warning_score: Fraction = Fraction(75)
    required: bool = True
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """An accepted deviation.

    Attributes:
        gate: The gate's name.
        criterion: The criterion's id.
        reason: Why it is accepted.
        owner: Who mends it.
        approver: Who accepted it; another than the owner.
        expires: First moment it does not count any more; None: nobody said, so it never counts.
        unknown: It also covers not knowing.
        release: The only release it is for; empty: any.
    """

    gate: str
    criterion: str
    reason: str
    owner: str
    approver: str
    expires: datetime | None
    unknown: bool = False
    release: str = ""

    @property
    def accepted(self) -> str:
        """Until when, by whom and why it is accepted, a sentence."""
        until = f" until {day(self.expires)}" if self.expires else ""
        return f"Accepted{until} by {self.approver}: {sentence(self.reason)}"

    def flaw(self, now: datetime) -> str:
        """Why it counts for nothing at `now`, a sentence; empty where it counts."""
        if any(mark in self.gate + self.criterion for mark in "*?["):
            return "It names more than one criterion."
        if self.expires is None:
            return "It has no expiry."
        if self.expires <= now:
            return f"It expired on {in_utc(self.expires)}."
        if not (self.reason.strip() and self.owner.strip() and self.approver.strip()):
            return "It lacks a reason, an owner or an approver."
        if self.owner.strip().casefold() == self.approver.strip().casefold():
            return "Its owner approved it."
        return ""
