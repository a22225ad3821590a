"""Weeks in the log: each is kept once, and corrected only while it may still change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from codexreport.measure import State
from codexreport.steps import MONITOR_SLO
from codexreport.window import recorded_moment

_LABEL = re.compile(r"\d{4}-W\d{2}")


class Outcome(StrEnum):
    """What becomes of a week that is checked, in the evidence."""

    ADDED = "added"
    CORRECTED = "corrected"
    UNCHANGED = "unchanged"
    STANDS = "stands"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWeek:
    """A week as the log has it, or would have it.

    Attributes:
        label: Such as `2026-W40`.
        state: What was known of it.
        provisional: Late data could still change it.
        as_of: The moment it was judged at; None where the record does not say.
        objectives: State and exact SLI of each, by name; what a correction is told by.
        seq: Number of its record; 0 where it is not kept yet.
        corrects: Number of the record before it; 0 where it is the week's first.
    """

    label: str
    state: State
    provisional: bool
    as_of: datetime | None
    objectives: Mapping[str, tuple[str, str]]
    seq: int = 0
    corrects: int = 0

    @property
    def settled(self) -> bool:
        """Whether no later check can change it: it is final, and something is known."""
        return not self.provisional and self.state is not State.UNKNOWN

    def says_the_same(self, other: KeptWeek) -> bool:
        """Whether both come to the same, objective by objective."""
        return (self.state, self.provisional, self.objectives) == (
            other.state,
            other.provisional,
            other.objectives,
        )


def outcome(last: KeptWeek | None, new: KeptWeek) -> Outcome:
    """What becomes of `new` where the log has `last` of the same week.

    A settled week stands. So does a missed one where nothing is known any more: taking a source
    away must not take a failure back.
    """
    if last is None:
        return Outcome.ADDED
    if last.says_the_same(new):
        return Outcome.UNCHANGED
    older = last.as_of is not None and new.as_of is not None and new.as_of < last.as_of
    takes_back = last.state is State.FAIL and new.state is State.UNKNOWN
    return Outcome.STANDS if last.settled or older or takes_back else Outcome.CORRECTED


def kept_weeks(records: Iterable[Mapping[str, Any]]) -> dict[str, KeptWeek]:
    """The newest record of each week, by its label."""
    mine = (one for one in records if one.get("step") == MONITOR_SLO)
    return {label: _read(one) for one in mine if _LABEL.fullmatch(label := str(one.get("subject")))}


def _read(record: Mapping[str, Any]) -> KeptWeek:
    """A record as it stands; what it does not say is not known, and so may be corrected."""
    told = record.get("objectives")
    objectives = {
        str(one.get("name")): (str(one.get("state")), str(one.get("sli")))
        for one in (told if isinstance(told, list) else ())
        if isinstance(one, dict)
    }
    return KeptWeek(
        label=str(record["subject"]),
        state=_state(record.get("state")),
        provisional=record.get("provisional") is not False,
        as_of=recorded_moment(record.get("as_of")),
        objectives=objectives,
        seq=int(record["seq"]),
        corrects=_number(record.get("corrects")),
    )


def _state(written: object) -> State:
    try:
        return State(str(written))
    except ValueError:
        return State.UNKNOWN


def _number(written: object) -> int:
    return written if isinstance(written, int) else 0
