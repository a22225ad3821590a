"""What a span of trouble cost: the share of an objective's error budget that was spent in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from codexreport.measure import Measure, State
from codexreport.series import EventSeries
from codexreport.slo.budget import BurnDown, burn_down, share_of
from codexreport.slo.figures import BudgetFigures, budget_figures, count_measures, sli_measure
from codexreport.slo.objective import Correction, Objective
from codexreport.slo.reading import Basis, Reading
from codexreport.slo.timeline import timeline
from codexreport.slo.weekly import prepare
from codexreport.window import Window, zone
from codexreport.wording import figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What a span cost one objective.

    Attributes:
        objective: What was promised.
        span: The span, widened to whole buckets; no longer than what was observed at `as_of`.
        spent: Share of the period's error budget that was spent in the span; may exceed 1.
        sli: Good / valid in the span. It carries no verdict: an objective is for its period.
        bad: Bad units in the span.
        valid: Valid units in it.
        left: Share of the budget that was left when the span ended.
        burn_down: What was left, from some time before the span to some time after it.
    """

    objective: Objective
    span: Window
    spent: Measure
    sli: Measure
    bad: Measure
    valid: Measure
    left: Measure
    burn_down: BurnDown

    def measures(self) -> tuple[Measure, ...]:
        """All of them, always in the same order."""
        return (self.spent, self.sli, self.bad, self.valid, self.left)


def spending(
    objective: Objective,
    series: EventSeries | None,
    *,
    span: Window,
    around: Window,
    as_of: datetime,
    corrections: Sequence[Correction] = (),
    problem: str = "",
) -> Spending:
    """What `span` cost an objective.

    Spent is the bad units in the span, over the units that may be bad in the period that ends
    with it: the error budget consumption of a single event, as in the Site Reliability Workbook,
    "Example Error Budget Policy".

    Args:
        objective: What was promised.
        series: What was counted; None where the source gave nothing.
        span: From when to when it went on.
        around: The span with some time before and after it, for the burn-down.
        as_of: The moment of the report, aware; later data is not looked at.
        corrections: Spans that do not count.
        problem: Why the source gave nothing, a sentence.

    Returns:
        Figures that are `UNKNOWN` with the reason where too little was observed, or not one
        event: an outage that keeps every request away is not free.
    """
    end, problem, usable = prepare(objective, series, around, as_of, problem)
    own = tuple(one for one in corrections if objective.name in one.objectives)
    basis = Basis.of(
        objective,
        timeline(usable, own),
        anchor_s=int(Window.week_of(span.start, span.zone_name).start_s),
        origins=() if series is None else series.origins,
        problem=problem,
    )
    whole = _widened(basis, span, end)
    reading = basis.read(whole, min_events=0)
    money = _money(basis, whole.end, span.zone_name)
    spent = _spent(basis, reading, money)
    good_bad_valid = count_measures(basis, reading)
    return Spending(
        objective=objective,
        span=whole,
        spent=spent,
        sli=_unjudged(sli_measure(basis, reading)),
        bad=good_bad_valid[1],
        valid=good_bad_valid[2],
        left=_left(money.remaining, spent),
        burn_down=_burn_down(basis, whole, around, end),
    )


def _widened(basis: Basis, span: Window, end: datetime) -> Window:
    """The span in whole buckets, or slices: at least one, and none that was not over at `end`."""
    step = basis.step_s
    starts = basis.counts.start
    phase = int(starts[0]) % step if len(starts) else 0
    first = math.floor((span.start_s - phase) / step) * step + phase
    last = max(math.ceil((span.end_s - phase) / step) * step + phase, first + step)
    there = zone(span.zone_name)
    return Window(
        start=datetime.fromtimestamp(first, there),
        end=datetime.fromtimestamp(max(min(last, end.timestamp()), first + 1), there),
        zone_name=span.zone_name,
        label=span.label,
    )


def _money(basis: Basis, end: datetime, zone_name: str) -> BudgetFigures:
    return budget_figures(basis, basis.objective.period.window_until(end, zone_name), end)


def _spent(basis: Basis, reading: Reading, money: BudgetFigures) -> Measure:
    total, bad = money.total.value, reading.tally.bad
    reason = reading.lack or money.total.reason
    value = None if reading.lack or total is None else share_of(bad, Fraction(total))
    return Measure(
        name="slo.budget_spent",
        subject=basis.objective.name,
        value=value,
        unit="ratio",
        window=reading.window,
        state=State.UNKNOWN if reason or value is None else State.NOT_APPLICABLE,
        reason=reason,
        formula=f"{figure(bad)} bad / {figure(total)} that may be" if total is not None else "",
        coverage=reading.coverage,
        sample_size=reading.tally.valid,
        origins=basis.origins,
    )


def _left(remaining: Measure, spent: Measure) -> Measure:
    """What was left after the span is not known where nobody knows what was spent in it."""
    if spent.state is not State.UNKNOWN:
        return remaining
    return replace(remaining, state=State.UNKNOWN, reason=remaining.reason or spent.reason)


def _unjudged(sli: Measure) -> Measure:
    """A span of trouble is no period that anything was promised for."""
    known = sli.state is not State.UNKNOWN
    return replace(sli, state=State.NOT_APPLICABLE, reason="") if known else sli


def _burn_down(basis: Basis, span: Window, around: Window, end: datetime) -> BurnDown:
    """What was left, in a period that the span lies in."""
    period, last = _period(basis, span, min(end, around.end, key=datetime.timestamp))
    total = budget_figures(basis, period, last).total.value
    first_s = max(around.start_s, period.start_s)
    if total is None or last.timestamp() <= first_s:
        return ()
    return burn_down(
        basis.counts,
        basis.line,
        period.start_s,
        last.timestamp(),
        Fraction(total),
        shown_from_s=first_s,
    )


def _period(basis: Basis, span: Window, last: datetime) -> tuple[Window, datetime]:
    """The period to show and its last moment: one that ends soon after the span, or with it."""
    period = basis.objective.period.window_until(last, span.zone_name)
    if period.start_s <= span.start_s:
        return period, last
    period = basis.objective.period.window_until(span.end, span.zone_name)
    return period, min(last, period.end, key=datetime.timestamp)
