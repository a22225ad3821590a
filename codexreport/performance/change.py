"""How far a figure is from that of a baseline, with its uncertainty where the files hold it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from codexreport.measure import Number
from codexreport.performance.comparison import (
    Interval,
    difference_interval,
    relative_interval,
    share_difference,
    share_relative,
)
from codexreport.performance.readings import PERCENTILES, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A difference between two readings of one statistic.

    Attributes:
        value: As a share of the baseline where `relative`, else in the statistic's unit.
        interval: Its 95 % interval, exact; None where it is not known.
        relative: It is a share of the baseline.
        doubt: Why the interval is not known, a sentence; empty where it is.
        caveat: What else to know of it, a sentence.
    """

    value: Fraction
    interval: Interval | None
    relative: bool
    doubt: str = ""
    caveat: str = ""


class ChangeError(ValueError):
    """Two figures that cannot be compared; a sentence."""


def change_of(new: Reading, old: Reading, *, relative: bool) -> Change:
    """What became of a statistic, from one run to another.

    Args:
        new: The run in question.
        old: The baseline.
        relative: Whether it is asked as a share of the baseline.

    Raises:
        ChangeError: One of them says nothing, or a share of a baseline of 0 is asked.
    """
    if old.problem or old.value is None:
        raise ChangeError(f"The baseline cannot be compared with. {old.problem}".strip())
    if new.problem or new.value is None:
        raise ChangeError(new.problem)
    if relative and not old.value:
        raise ChangeError("The baseline is 0, and no change is a share of that.")
    interval, doubt = _interval(new, old, relative=relative)
    return Change(
        value=_moved(new.value, old.value, relative=relative),
        interval=interval,
        relative=relative,
        doubt=doubt,
        caveat=_caveat(new, old),
    )


def _moved(new: Number, old: Number, *, relative: bool) -> Fraction:
    return Fraction(new) / Fraction(old) - 1 if relative else Fraction(new) - Fraction(old)


def _interval(new: Reading, old: Reading, *, relative: bool) -> tuple[Interval | None, str]:
    if new.share is not None and old.share is not None:
        shares = share_relative if relative else share_difference
        return shares(new.share, old.share), ""
    if new.ordered is None or old.ordered is None:
        return None, _untold(new, old)
    rank = PERCENTILES[new.statistic]
    if not relative:
        return difference_interval(new.ordered, old.ordered, rank), ""
    interval = relative_interval(new.ordered, old.ordered, rank)
    if interval is None:
        raise ChangeError("The baseline may as well be 0, and no change is a share of that.")
    return interval, ""


def _untold(new: Reading, old: Reading) -> str:
    if new.statistic not in PERCENTILES:
        return "How sure that is, is not known: one run has one such figure."
    without = {
        (True, True): "neither file holds",
        (True, False): "the file does not hold",
        (False, True): "the baseline's file does not hold",
    }[new.ordered is None, old.ordered is None]
    return f"How sure that is, is not known: {without} the single durations."


def _caveat(new: Reading, old: Reading) -> str:
    if new.method == old.method:
        return ""
    return f"The {new.statistic} is computed {new.method}, the baseline's {old.method}."
