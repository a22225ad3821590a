"""Service level indicators: what an objective's method makes of events, and how sure it is."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import numpy as np

from codexreport import shares
from codexreport.shares import Z_95
from codexreport.slo.objective import Method, Occurrences, Timeslices
from codexreport.slo.timeline import Counts, Integers, Tally, Timeline
from codexreport.window import format_duration

_FINE = 2**40
_INT64_SAFE = 2**62


def slices_refusal(method: Method, bucket: timedelta) -> str:
    """Why slices cannot be made of buckets this wide, in a sentence; empty where they can."""
    if isinstance(method, Occurrences) or not method.width % bucket:
        return ""
    return (
        f"A time slice of {format_duration(method.width)} is not a whole number of"
        f" buckets of {format_duration(bucket)}."
    )


def account(line: Timeline, method: Method, target: Fraction, anchor_s: int) -> Counts:
    """The units that the objective is kept or missed in: events, or slices of time.

    A slice belongs to the span it starts in. It is judged on the buckets of it that were
    observed; one without any event is not counted, neither good nor bad.

    Args:
        line: The events.
        method: How they are counted.
        target: The objective's target.
        anchor_s: Unix seconds at which some slice starts.

    Returns:
        For occurrences the events (SLI = good / valid). For time slices one unit a slice that
        is good or not (OpenSLO `Timeslices`: good slices / counted slices). For ratio time
        slices one unit a slice, good by its own SLI (`RatioTimeslices`: the mean of the
        slices' SLIs), each SLI rounded down by less than 2**-40; one that equals the target
        stays equal to it.
    """
    if isinstance(method, Occurrences):
        return line.events
    start, good, valid = _slices(line.events, round(method.width.total_seconds()), anchor_s)
    if isinstance(method, Timeslices):
        parts = 1
        shares = at_least(good, valid, method.target).astype(np.int64)
    else:
        parts = target.denominator * max(1, -(-_FINE // target.denominator))
        pairs = zip(good.tolist(), valid.tolist(), strict=True)
        shares = np.array([one * parts // of for one, of in pairs], dtype=np.int64)
    return Counts.of(start, shares, np.full_like(start, parts), parts=parts, reach=1)


def _slices(events: Counts, width: int, anchor_s: int) -> tuple[Integers, Integers, Integers]:
    """Start, good and valid events of each slice that has any event."""
    number = (events.start - anchor_s) // width
    if not len(number):
        return number, events.good, events.valid
    first = np.flatnonzero(np.diff(number, prepend=number[0] - 1))
    good = np.add.reduceat(events.good, first)
    valid = np.add.reduceat(events.valid, first)
    some = valid > 0
    return (number[first] * width + anchor_s)[some], good[some], valid[some]


def at_least(
    part: Integers, whole: Integers, share: Fraction
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Where part / whole >= share, decided exactly; also where whole is 0."""
    largest = max(share.numerator, share.denominator)
    if len(whole) and int(max(whole.max(), part.max())) * largest >= _INT64_SAFE:
        part, whole = part.astype(object), whole.astype(object)
    return np.asarray(part * share.denominator >= whole * share.numerator, dtype=np.bool_)


def wilson(tally: Tally, z: float = Z_95) -> tuple[float, float] | None:
    """Wilson's score interval of the SLI, by default the 95 % one; None where nothing is valid.

    n is the number of valid units. For ratio time slices it is wider than need be: no values
    between 0 and 1 spread more than zeros and ones of the same mean.
    """
    if tally.sli is None:
        return None
    return shares.wilson(float(tally.sli), float(tally.valid), z)
