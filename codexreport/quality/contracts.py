"""Contracts between consumers and a provider: whether every interaction was verified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timezone
from enum import StrEnum
from typing import ClassVar

from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.text import listed
from codexreport.wording import count


class Verdict(StrEnum):
    """What the verification of one interaction said."""

    VERIFIED = "verified"
    FAILED = "failed"
    PENDING = "pending"
    """It failed, and the provider never promised it yet: new consumers break no build."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mitigation:
    """How people live with an interaction that was not verified, until it is.

    Attributes:
        reason: What is done about it.
        owner: Team that mends it.
        approver: Who accepted it; another than the owner.
        due: The last day it counts; None where nothing says.
    """

    reason: str
    owner: str
    approver: str
    due: date | None

    def counts(self, now: datetime) -> bool:
        """Whether it is whole, approved by another than its owner, and not yet over."""
        owner, approver = self.owner.strip().casefold(), self.approver.strip().casefold()
        whole = bool(self.reason.strip() and owner and approver and owner != approver)
        return whole and self.due is not None and now.astimezone(timezone.utc).date() <= self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One request and response that a consumer relies on.

    Attributes:
        description: As the contract calls it.
        consumer: Who relies on it; empty where nothing says.
        verdict: What its verification said.
        mitigation: How people live with it where it was not verified; None where nothing says.
    """

    description: str
    consumer: str = ""
    verdict: Verdict
    mitigation: Mitigation | None = None

    def mitigated(self, now: datetime) -> bool:
        """Whether it was not verified, and people agreed how to live with that."""
        open_ = self.verdict in (Verdict.FAILED, Verdict.PENDING)
        return open_ and self.mitigation is not None and self.mitigation.counts(now)


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
        """The numbers; a failed interaction fails, a pending or mitigated one warns."""
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
            self._judged(about, Verdict.FAILED, self._bad(about.now)),
            self._judged(about, Verdict.PENDING, State.WARNING),
            self._unmitigated(about),
        )

    def _bad(self, now: datetime) -> State:
        """What failed interactions come to: a warning where every one is mitigated."""
        failed = (one for one in self.interactions if one.verdict is Verdict.FAILED)
        return State.WARNING if all(one.mitigated(now) for one in failed) else State.FAIL

    def _unmitigated(self, about: About) -> Measure:
        """What was not verified, and nobody agreed to live with."""
        bad = (Verdict.FAILED, Verdict.PENDING)
        open_ = [one for one in self.interactions if one.verdict in bad]
        found = [one for one in open_ if not one.mitigated(about.now)]
        doubts = self._doubts()
        if any(one.verdict is Verdict.FAILED for one in found):
            state = State.FAIL
        elif doubts:
            state = State.UNKNOWN
        else:
            state = State.WARNING if open_ else State.PASS
        names = listed([one.description for one in found])
        told = doubts if state is State.UNKNOWN else [f"Without a mitigation: {names or 'none'}."]
        return about.measure(
            "quality.contracts.unmitigated",
            len(found),
            "interactions",
            state,
            " ".join([*told, *self.notes]),
            doubt=" ".join(doubts),
            formula=f"{len(open_)} not verified - {len(open_) - len(found)} mitigated",
            sample_size=len(self.interactions),
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
            doubt=" ".join(doubts),
            formula=f"{number} <= 0",
            sample_size=len(self.interactions),
        )
