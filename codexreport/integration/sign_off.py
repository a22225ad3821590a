"""The sign-off of an integration: who approved what, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from codexreport.facts import About
from codexreport.integration.figures import none_of, shown, unfilled
from codexreport.measure import Measure, State
from codexreport.wording import count


class Word(StrEnum):
    """What somebody decided."""

    APPROVED = "approved"
    REJECTED = "rejected"
    OPEN = "open"
    """Nobody decided yet, or the word is not understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One decision.

    Attributes:
        role: In which role it was taken; empty where nothing says.
        word: What was decided.
        scope: What it is about; empty where nothing says.
        at: When, aware; None where nothing says.
    """

    role: str
    word: Word
    scope: str
    at: datetime | None

    def lacking(self) -> str:
        """What it does not say, such as `no scope`; empty where it says all."""
        parts = ("role", self.role), ("scope", self.scope), ("time with its offset", self.at)
        return ", ".join(f"no {what}" for what, value in parts if not value)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOffRecord:
    """What one sign-off says.

    Attributes:
        approvals: Its decisions.
        commit: The revision it names; empty where it names none.
        blanks: Places that were never filled in.
    """

    kind: ClassVar[str] = "sign-off"

    approvals: tuple[Approval, ...]
    commit: str = ""
    blanks: tuple[str, ...] = ()

    @property
    def observed(self) -> datetime | None:
        """When the last decision was taken."""
        return max((one.at for one in self.approvals if one.at), default=None)

    def summary(self) -> str:
        """Such as `2 decisions, 1 open`."""
        bad = (Word.REJECTED, Word.OPEN)
        numbers = [(sum(one.word is word for one in self.approvals), word) for word in bad]
        parts = [f"{number} {word.value}" for number, word in numbers if number]
        return ", ".join([count(len(self.approvals), "decisions"), *parts])

    def measures(self, about: About) -> tuple[Measure, ...]:
        """How many decided; a rejection fails, and what is open or says too little is unknown."""
        doubts = unfilled(self.blanks)
        numbers = [one.role or "no role" for one in self.approvals if one.word is Word.APPROVED]
        open_ = none_of(
            about,
            "sign_off.open",
            [told for one in self.approvals if (told := _open(one))],
            of=len(self.approvals),
            unit="decisions",
            what="Open",
            bad=State.UNKNOWN,
            doubts=doubts,
        )
        return (
            shown(about, "sign_off.approved", len(numbers), "approvals", doubts),
            none_of(
                about,
                "sign_off.rejected",
                [one.role or "no role" for one in self.approvals if one.word is Word.REJECTED],
                of=len(self.approvals),
                unit="decisions",
                what="Rejected",
                doubts=() if open_.state is State.PASS else (open_.reason,),
            ),
            open_,
        )


def _open(one: Approval) -> str:
    """Why a decision does not count; empty where it does."""
    lacking = one.lacking() or ("not decided" if one.word is Word.OPEN else "")
    return f"{one.role or 'a decision'} ({lacking})" if lacking else ""
