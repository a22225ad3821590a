"""Contracts between consumers and a provider: whether every interaction was verified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.wording import count


class Verdict(StrEnum):
    """What the verification of one interaction said."""

    VERIFIED = "verified"
    FAILED = "failed"
    PENDING = "pending"
    """It failed, and the provider never promised it yet: new consumers break no build."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One request and response that a consumer relies on.

    Attributes:
        description: As the contract calls it.
        consumer: Who relies on it; empty where nothing says.
        verdict: What its verification said.
    """

    description: str
    consumer: str = ""
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractVerification:
    """What one verification of a provider says.

    Attributes:
        interactions: What was verified. A contract that could not be read counts as a failed one.
        provider: Who was verified; empty where nothing says.
        observed: When, aware; None where nothing says.
        commit: The provider's revision; empty where none is named.
        doubts: Why it cannot be taken as the whole verification, a sentence each.
        notes: Where it contradicts itself, a sentence each.
    """

    kind: ClassVar[str] = "contracts"

    interactions: tuple[Interaction, ...]
    provider: str = ""
    observed: datetime | None = None
    commit: str = ""
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def number(self, verdict: Verdict) -> int:
        """How many interactions have this verdict."""
        return sum(one.verdict is verdict for one in self.interactions)

    def summary(self) -> str:
        """Such as `12 interactions, 1 failed`."""
        bad = (Verdict.FAILED, Verdict.PENDING, Verdict.UNKNOWN)
        parts = [f"{self.number(one)} {one.value}" for one in bad if self.number(one)]
        return ", ".join([count(len(self.interactions), "interactions"), *parts])

    def measures(self, about: About) -> tuple[Measure, ...]:
        """The numbers; a failed interaction fails, a pending one warns."""
        unsure = State.UNKNOWN if self._doubts() else State.NOT_APPLICABLE
        return (
            about.measure(
                "quality.contracts.interactions",
                len(self.interactions),
                "interactions",
                unsure,
                " ".join([*self._doubts(), *self.notes]),
            ),
            about.measure(
                "quality.contracts.verified", self.number(Verdict.VERIFIED), "interactions"
            ),
            self._judged(about, Verdict.FAILED, State.FAIL),
            self._judged(about, Verdict.PENDING, State.WARNING),
        )

    def _doubts(self) -> list[str]:
        doubts = list(self.doubts)
        if not self.interactions:
            doubts.append("No interaction was verified.")
        if self.number(Verdict.UNKNOWN):
            lost = count(self.number(Verdict.UNKNOWN), "interactions")
            doubts.append(f"The result of {lost} is unknown.")
        return doubts

    def _judged(self, about: About, verdict: Verdict, bad: State) -> Measure:
        number, doubts = self.number(verdict), self._doubts()
        state = bad if number else State.UNKNOWN if doubts else State.PASS
        of = count(len(self.interactions), "interactions")
        reason = f"{verdict.value.capitalize()}: {number or 'none'} of {of}."
        told = doubts if doubts and not number else [reason]
        return about.measure(
            f"quality.contracts.{verdict.value}",
            number,
            "interactions",
            state,
            " ".join([*told, *self.notes]),
            formula=f"{number} <= 0",
            sample_size=len(self.interactions),
        )
