"""What share of users has the release, against what was planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from codexreport.keys import nearest
from codexreport.measure import State
from codexreport.rollout.flags import Flag
from codexreport.shares import wilson
from codexreport.wording import count, percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Actual:
    """The share of users that has the release, as its flag says.

    Attributes:
        share: 0 to 1; None where it cannot be told.
        reason: Why not, a sentence; else how it was told.
        interval: Lower and upper bound of its 95 % interval, where it was counted on some users.
    """

    share: Fraction | None
    reason: str
    interval: tuple[float, float] | None = None


def actual_share(flags: Sequence[Flag], key: str, now: datetime) -> Actual:
    """The share of users that the flag `key` is on for.

    Args:
        flags: Those of every set that was read.
        key: The flag that the release stands behind.
        now: The moment, aware.
    """
    found = [one for one in flags if one.key == key]
    if not found:
        meant = nearest(key, (one.key for one in flags)) or "."
        return Actual(share=None, reason=f"The flag {key} is defined nowhere{meant}")
    if len(found) > 1:
        often = count(len(found), "times")
        return Actual(share=None, reason=f"The flag {key} is defined {often}.")
    (flag,) = found
    share = flag.share_on(now)
    if share is None:
        return Actual(share=None, reason=f"The flag {key} does not tell: {flag.rollout()}.")
    if not flag.sampled:
        return Actual(share=share, reason=f"The flag {key}: {flag.rollout()}.")
    return Actual(
        share=share,
        reason=f"The flag {key} is on for {percent(share)} of {count(flag.sampled, 'users')}.",
        interval=wilson(float(share), flag.sampled),
    )


def against_plan(actual: Actual, planned: Fraction, tolerance: Fraction) -> tuple[State, str]:
    """Whether as many users have it as planned, and why not.

    More than planned is a fail, fewer a warning: that is as safe, and late. A share that was
    counted on some users and may be another is unknown where that matters.

    Args:
        actual: The share.
        planned: What it should be, 0 to 1.
        tolerance: How far it may be off, 0 to 1.
    """
    share = actual.share
    if share is None:
        return State.UNKNOWN, actual.reason
    told = f"{percent(share)} of users have it, {percent(planned)} are planned."
    if abs(share - planned) <= tolerance:
        return State.PASS, told
    low, high = actual.interval or (share, share)
    if low <= planned + tolerance and high >= planned - tolerance:
        return State.UNKNOWN, f"{told} It was counted on too few users to tell them apart."
    if share > planned:
        return State.FAIL, f"{told} That is more than planned."
    return State.WARNING, f"{told} That is less than planned."
