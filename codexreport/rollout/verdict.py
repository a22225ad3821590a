"""Go on, hold or roll back: what a look at a rollout comes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from codexreport.measure import State
from codexreport.moments import moment
from codexreport.rollout.plan import Plan
from codexreport.rollout.triggers import Watched
from codexreport.text import listed
from codexreport.window import format_duration
from codexreport.wording import percent


class Verdict(StrEnum):
    """What to do next; of several reasons, the first here counts.

    Attributes:
        ROLL_BACK: A trigger is tripped: take the release away from its users.
        UNDECIDED: It cannot be told whether one is.
        HOLD: Nothing is tripped, and the share must not be raised now.
        GO_ON: Go on as planned.
    """

    ROLL_BACK = "roll back"
    UNDECIDED = "undecided"
    HOLD = "hold"
    GO_ON = "go on"


STATES = {
    Verdict.ROLL_BACK: State.FAIL,
    Verdict.UNDECIDED: State.UNKNOWN,
    Verdict.HOLD: State.WARNING,
    Verdict.GO_ON: State.PASS,
}
"""What a gate asks of a verdict."""
EXIT_CODES = {Verdict.GO_ON: 0, Verdict.ROLL_BACK: 1, Verdict.UNDECIDED: 3, Verdict.HOLD: 3}
"""For a pipeline: 0 may go on, 1 must go back, and at 3 everything stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Everything that a verdict is made of.

    Attributes:
        plan: What is planned.
        triggers: What became of each.
        share: The share of users that has it, 0 to 1; None where that is not known.
        against_plan: Whether as many users have it as planned, and a sentence on that; None where
            the project names no flag.
        safety: What is said of safety flags: their state, and a sentence; None where there is
            no flag at all.
        watched_until: When the rollout is over, and nothing is to be watched any more.
    """

    plan: Plan
    triggers: Sequence[Watched]
    share: Fraction | None
    against_plan: tuple[State, str] | None
    safety: tuple[State, str] | None
    watched_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A verdict and why.

    Attributes:
        verdict: What to do.
        reasons: Sentences that led to it, the deciding ones alone.
        following: What happens next, and when, a sentence.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    following: str

    @property
    def sentence(self) -> str:
        """The verdict and its first reason."""
        more = len(self.reasons) - 1
        return self.reasons[0] + (f" And {more} more." if more > 0 else "")


def answer(seen: Seen, now: datetime) -> Answer:
    """What to do at `now`."""
    found = list(_reasons(seen, now))
    verdict = next((one for one in Verdict if one in {kind for kind, _ in found}), Verdict.GO_ON)
    reasons = tuple(dict.fromkeys(text for kind, text in found if kind is verdict))
    quiet = f"None of {len(seen.triggers)} triggers is tripped, now or since this step began."
    return Answer(verdict=verdict, reasons=reasons or (quiet,), following=_next(seen, verdict, now))


def _reasons(seen: Seen, now: datetime) -> Iterator[tuple[Verdict, str]]:
    if not seen.triggers:
        yield Verdict.UNDECIDED, "The project names no trigger: nothing tells whether to stop."
    yield from _of_triggers(seen)
    if seen.safety and seen.safety[0] is State.FAIL:
        yield Verdict.HOLD, f"A safety flag is on. {seen.safety[1]}"
    elif seen.safety and seen.safety[0] is State.UNKNOWN:
        yield Verdict.UNDECIDED, seen.safety[1]
    if seen.against_plan and seen.against_plan[0] is State.FAIL:
        yield Verdict.HOLD, seen.against_plan[1]
    elif seen.against_plan and seen.against_plan[0] is State.UNKNOWN:
        yield Verdict.UNDECIDED, seen.against_plan[1]
    if seen.plan.step_at(now) is None:
        yield Verdict.HOLD, "The rollout has not begun."
    elif freeze := seen.plan.freeze_at(now):
        yield Verdict.HOLD, f"The rollout is frozen: {freeze.reason}"


def _of_triggers(seen: Seen) -> Iterator[tuple[Verdict, str]]:
    """What each trigger says; what is said of several is said once."""
    together: dict[tuple[Verdict, str], list[str]] = {}
    for one in seen.triggers:
        title = one.trigger.signal.title
        if one.now is State.FAIL:
            together.setdefault((Verdict.ROLL_BACK, one.reason), []).append(title)
        elif State.UNKNOWN in {one.now, one.lately}:
            together.setdefault((Verdict.UNDECIDED, one.reason), []).append(title)
        else:
            yield from _of_trigger(one, seen.plan.zone_name)
    for (verdict, reason), titles in together.items():
        yield verdict, f"{listed(titles)}: {reason}"


def _of_trigger(one: Watched, zone_name: str) -> Iterator[tuple[Verdict, str]]:
    """What keeps a trigger that is known, and not tripped, from going on."""
    title = one.trigger.signal.title
    if one.stale:
        since = moment(one.last_seen, zone_name, precise=True) if one.last_seen else "the beginning"
        yield Verdict.UNDECIDED, f"{title}: nothing was seen of it since {since}."
    elif one.standing and one.standing.ever is State.FAIL:
        told = one.standing.ever_reason
        yield Verdict.HOLD, f"{title} tripped and is over; somebody has to look. {told}"
    elif one.standing is None or one.standing.ever is State.UNKNOWN:
        told = one.standing.ever_reason if one.standing else one.reason
        yield Verdict.HOLD, f"{title} has a gap that could hide a trip. {told}"
    elif one.pending:
        yield Verdict.HOLD, f"{title} is over its limit, not long enough to trip."
    elif one.late:
        yield Verdict.HOLD, f"{title}: its newest sample is not there yet."


def _next(seen: Seen, verdict: Verdict, now: datetime) -> str:
    """What happens next, and when."""
    if verdict is Verdict.ROLL_BACK:
        return "Roll back, and record it: codexreport record rollback -- COMMAND."
    if step := seen.plan.next_step(now):
        share = percent(step.share)
        text = f"Next is {share} at {moment(step.at, seen.plan.zone_name)}"
        waits = "" if verdict is Verdict.GO_ON else ", if nothing is held then"
        return f"{text}{waits}."
    return _after_the_last(seen, now)


def _after_the_last(seen: Seen, now: datetime) -> str:
    """What happens next where the plan has no further step; it may not have been followed."""
    zone_name, everybody = seen.plan.zone_name, percent(Fraction(1))
    full_at, over = moment(seen.plan.full_at, zone_name), moment(seen.watched_until, zone_name)
    if seen.against_plan and seen.share is None:
        return f"{everybody} are planned since {full_at}; how many have it is not known."
    if seen.share is not None and seen.share < 1:
        return (
            f"{everybody} are planned since {full_at}, {percent(seen.share)} have it: "
            "the last step is still to be taken, or the plan to be changed."
        )
    if now < seen.watched_until:
        left = format_duration(seen.watched_until - now)
        return f"No step is left; it is watched for {left} more, until {over}."
    return f"The plan ended on {over}: codexreport gate rollout-success says whether it succeeded."
