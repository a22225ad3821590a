"""Bounds that a scenario was given: one statistic of the whole run, compared."""

from __future__ import annotations

from codexreport.bounds import Bound, BoundError
from codexreport.measure import State
from codexreport.performance.judging import duration
from codexreport.performance.readings import UNITS, reading_of
from codexreport.performance.values import Group, Threshold
from codexreport.wording import figure


def threshold_of(total: Group, statistic: str, bound: Bound) -> Threshold:
    """What came of a bound.

    Args:
        total: Everything that was measured.
        statistic: A key of `UNITS`, such as `p95`.
        bound: As its author wrote it; not relative.
    """
    reading = reading_of(total, statistic)
    unit = UNITS[statistic]
    named = f"{statistic} {bound.text}"
    state, reason = State.UNKNOWN, f"{named} cannot be judged: {reading.problem}"
    if reading.value is not None and not reading.problem:
        try:
            kept = bound.holds(reading.value, bound.limit(unit, None))
        except BoundError as error:
            reason = f"{named} cannot be judged: {error}."
        else:
            state = State.PASS if kept else State.FAIL
            shown = (
                duration(reading.value) if unit == "seconds" else f"{figure(reading.value)} {unit}"
            )
            reason = f"{named} {'was kept' if kept else 'failed'}: it is {shown}."
    return Threshold(
        of=statistic,
        expression=bound.text,
        state=state,
        reason=reason,
        value=reading.value,
        unit=unit,
    )
