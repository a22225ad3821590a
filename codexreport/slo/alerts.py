"""Multi-window, multi-burn-rate alerts: when they would have fired, and which never can.

An alert fires while the burn rate over its long window and over its short one both exceed
its factor. Factors follow from the share of the budget that is spent by then:
factor = share x period / long window; the short window is 1/12 of the long one.

Source: The Site Reliability Workbook, "Alerting on SLOs", recommendation 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from codexreport.slo.budget import largest_burn
from codexreport.slo.sli import at_least
from codexreport.slo.timeline import Counts, Integers, Timeline
from codexreport.window import format_duration
from codexreport.wording import exact_percent, percent

Severity = Literal["page", "ticket"]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """One alert.

    Attributes:
        severity: Whether somebody is woken, or reads it in the morning.
        budget_share: Share of the period's budget that is gone when it fires.
        long: The window that tells a real problem from noise.
    """

    severity: Severity
    budget_share: Fraction
    long: timedelta

    @property
    def short(self) -> timedelta:
        """The window that tells whether it still goes on: 1/12 of the long one."""
        return self.long / 12

    def factor(self, period_s: Fraction) -> Fraction:
        """The burn rate it fires above, for a period of so many seconds."""
        return self.budget_share * period_s / Fraction(self.long.total_seconds())

    def __str__(self) -> str:
        share = exact_percent(self.budget_share)
        return f"{self.severity}: {share} of the budget in {format_duration(self.long)}"


WORKBOOK_RULES = (
    AlertRule(severity="page", budget_share=Fraction(2, 100), long=timedelta(hours=1)),
    AlertRule(severity="page", budget_share=Fraction(5, 100), long=timedelta(hours=6)),
    AlertRule(severity="ticket", budget_share=Fraction(10, 100), long=timedelta(days=1)),
    AlertRule(severity="ticket", budget_share=Fraction(10, 100), long=timedelta(days=3)),
)


class AlertState(StrEnum):
    """What an alert would have done. `UNKNOWN` is not quiet: too little was observed to tell."""

    FIRED = "would have fired"
    QUIET = "quiet"
    UNKNOWN = "unknown"
    NEVER = "can never fire"


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """One time that an alert fired without a break.

    Attributes:
        start_s: First moment it fired at, Unix seconds.
        end_s: Last moment it fired at, Unix seconds.
        moments: Number of moments looked at from one to the other.
    """

    start_s: int
    end_s: int
    moments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertOutcome:
    """What one alert did over a window.

    Attributes:
        rule: The alert.
        factor: The burn rate it fires above.
        state: What it did in the window as a whole.
        at_end: What it did at the window's last moment.
        firings: When it fired.
        known: Share of the moments at which enough was observed to tell.
        reason: The same in a sentence.
    """

    rule: AlertRule
    factor: Fraction
    state: AlertState
    at_end: AlertState
    firings: tuple[Firing, ...] = ()
    known: Fraction = Fraction(0)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observed:
    """What alerts look at.

    Attributes:
        line: What was observed.
        counts: The units the objective is kept in.
        step_s: Seconds between two moments that can be told apart.
        target: The objective's target.
        period_s: Seconds in the objective's period.
        min_coverage: Share of a window that must be observed to tell.
    """

    line: Timeline
    counts: Counts
    step_s: int
    target: Fraction
    period_s: Fraction
    min_coverage: Fraction


def alert_over(rule: AlertRule, seen: Observed, moments: Integers) -> AlertOutcome:
    """What an alert did at a row of moments, in Unix seconds, `seen.step_s` apart.

    Moments whose whole short window is excluded by corrections are passed over.
    """
    factor = rule.factor(seen.period_s)
    if refusal := _never(factor, seen.target):
        return AlertOutcome(
            rule=rule,
            factor=factor,
            state=AlertState.NEVER,
            at_end=AlertState.NEVER,
            reason=refusal,
        )
    spans = [int(length.total_seconds()) for length in (rule.long, rule.short)]
    moments = moments[_counted_s(seen, moments - min(spans), moments) > 0]
    if refusal := _too_coarse(rule, seen.step_s, moments):
        return AlertOutcome(
            rule=rule,
            factor=factor,
            state=AlertState.UNKNOWN,
            at_end=AlertState.UNKNOWN,
            reason=refusal,
        )
    threshold = factor * (1 - seen.target)
    known = np.logical_and.reduce([_covered(seen, moments - span, moments) for span in spans])
    above = np.logical_and.reduce(
        [_exceeds(seen.counts, moments - span, moments, threshold) for span in spans]
    )
    return _outcome(rule, factor, seen.min_coverage, moments, fired=above & known, known=known)


def _never(factor: Fraction, target: Fraction) -> str:
    largest = largest_burn(target)
    if factor < largest:
        return ""
    return (
        f"It can never fire: it waits for a burn rate above {float(factor):.4g},"
        f" and with everything failing the rate is {float(largest):.4g}."
    )


def _too_coarse(rule: AlertRule, step_s: int, moments: Integers) -> str:
    if not len(moments):
        return "There was no moment to look at."
    if rule.short.total_seconds() >= step_s:
        return ""
    step = format_duration(timedelta(seconds=step_s))
    return (
        f"Its short window of {format_duration(rule.short)} is finer than the {step}"
        " that events are counted in."
    )


def _covered(seen: Observed, starts: Integers, ends: Integers) -> Flags:
    first, last = seen.line.events.places(starts, ends)
    observed_s = (last - first) * seen.line.width
    least = seen.min_coverage
    enough = observed_s * least.denominator >= _counted_s(seen, starts, ends) * least.numerator
    return np.asarray((observed_s > 0) & enough, dtype=np.bool_)


def _counted_s(seen: Observed, starts: Integers, ends: Integers) -> NDArray[np.float64]:
    return (ends - starts) - seen.line.excluded_s(starts, ends)


def _exceeds(counts: Counts, starts: Integers, ends: Integers, threshold: Fraction) -> Flags:
    """Where bad / valid > threshold, exactly; never where nothing was valid."""
    good, valid = counts.sums(starts, ends)
    return ~at_least(good, valid, 1 - threshold)


def _outcome(
    rule: AlertRule,
    factor: Fraction,
    min_coverage: Fraction,
    moments: Integers,
    *,
    fired: Flags,
    known: Flags,
) -> AlertOutcome:
    share = Fraction(int(known.sum()), len(known))
    firings = _firings(moments, fired)
    if firings:
        state, reason = AlertState.FIRED, _fired_reason(firings)
    elif share < min_coverage or not share:
        state = AlertState.UNKNOWN
        reason = f"Enough was observed to tell at only {percent(share)} of the moments."
    else:
        state, reason = AlertState.QUIET, "It would not have fired."
    at_end = AlertState.UNKNOWN if not known[-1] else AlertState.QUIET
    return AlertOutcome(
        rule=rule,
        factor=factor,
        state=state,
        at_end=AlertState.FIRED if fired[-1] else at_end,
        firings=firings,
        known=share,
        reason=reason,
    )


def _fired_reason(firings: Sequence[Firing]) -> str:
    times = "once" if len(firings) == 1 else f"{len(firings)} times"
    moments = sum(firing.moments for firing in firings)
    return f"It would have fired {times}, at {moments} of the moments looked at."


def _firings(moments: Integers, fired: Flags) -> tuple[Firing, ...]:
    """Runs of moments at which it fired."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], fired, [False])).astype(np.int8)))
    return tuple(
        Firing(
            start_s=int(moments[first]), end_s=int(moments[after - 1]), moments=int(after - first)
        )
        for first, after in edges.reshape(-1, 2)
    )
