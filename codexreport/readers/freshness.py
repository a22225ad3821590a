"""Whether facts are of the right moment and the right revision to be evidence at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from codexreport.facts import Facts
from codexreport.moments import in_utc
from codexreport.wording import ages

CLOCK_SKEW = timedelta(minutes=5)
"""How far another machine's clock may be ahead of ours."""
SHORTEST_COMMIT = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """What evidence must be.

    Attributes:
        max_age: How old at most; None: any age.
        commit: The revision it must speak of, in full or its first digits; empty: any.
    """

    max_age: timedelta | None = None
    commit: str = ""


def doubt(facts: Facts, demands: Demands, now: datetime) -> str:
    """Why `facts` cannot count as evidence at `now`, a sentence; empty where they can."""
    return _doubt_of_time(facts, demands, now) or _doubt_of_commit(facts, demands)


def _doubt_of_time(facts: Facts, demands: Demands, now: datetime) -> str:
    made = facts.observed
    if made is None:
        return "" if demands.max_age is None else "It does not say when it was made."
    if made > now + CLOCK_SKEW:
        return f"It is dated {in_utc(made)}, after {in_utc(now)}."
    if demands.max_age is not None and now - made > demands.max_age:
        age, most = ages(now - made, demands.max_age)
        return f"It is {age} old, older than the {most} allowed (max_age)."
    return ""


def _doubt_of_commit(facts: Facts, demands: Demands) -> str:
    wanted, named = demands.commit.lower(), facts.commit.lower()
    if not wanted:
        return ""
    if not named:
        return f"It does not name the commit it speaks of; {wanted} is asked for."
    if min(len(wanted), len(named)) < SHORTEST_COMMIT:
        return f"It speaks of commit {named}, too short to be compared with {wanted}."
    same = wanted.startswith(named) or named.startswith(wanted)
    return "" if same else f"It speaks of commit {named}, not {wanted}."
