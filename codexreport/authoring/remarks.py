"""Remarks: what is to be mended in a notebook, and how bad it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from codexreport.measure import State

UNWRITTEN = frozenset({"section-empty", "section-missing", "question-left"})
"""The rules that say that a section is still to be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing to mend.

    Attributes:
        rule: The rule's name, such as `section-empty`.
        state: `FAIL` keeps it from being sent round; `WARNING` does not; `UNKNOWN` where it
            cannot be told.
        message: A sentence that says what is wrong, and what to do.
        cell: The id of the cell it stands in; empty where it is about the whole.
    """

    rule: str
    state: State
    message: str
    cell: str = ""

    def to_dict(self) -> dict[str, str]:
        """As plain JSON values."""
        return {
            "rule": self.rule,
            "state": self.state.value,
            "cell": self.cell,
            "message": self.message,
        }


def verdict(remarks: Iterable[Remark]) -> State:
    """What they amount to: the worst of them, `PASS` where there is none."""
    order = (State.ERROR, State.FAIL, State.UNKNOWN, State.WARNING)
    present = {one.state for one in remarks}
    return next((state for state in order if state in present), State.PASS)
