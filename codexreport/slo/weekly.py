"""One objective over one week: the verdict and every figure a weekly report shows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

import numpy as np

from codexreport.measure import Measure, State
from codexreport.series import EventSeries
from codexreport.slo.alerts import WORKBOOK_RULES, AlertOutcome, AlertState, Observed, alert_over
from codexreport.slo.figures import (
    BudgetFigures,
    budget_figures,
    burn_measures,
    change_measure,
    count_measures,
    exhaustion_measure,
    largest_burn_measure,
    latency_measures,
    sli_measure,
    streak_measure,
)
from codexreport.slo.history import Steadiness, WeekPoint, history, steadiness
from codexreport.slo.objective import Correction, Objective
from codexreport.slo.reading import Basis
from codexreport.slo.sli import slices_refusal
from codexreport.slo.timeline import Integers, contradiction, timeline
from codexreport.window import Window, zone
from codexreport.wording import percent

_NOTHING = EventSeries(width=300)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveWeek:
    """What a week made of an objective.

    Attributes:
        objective: What was promised.
        week: The whole week.
        as_of: The moment of the report; nothing later is in it.
        provisional: The week is not over, or so young that late data may still change it.
        state: The verdict: `PASS`, `WARNING` (kept, but not without trouble), `FAIL`, `UNKNOWN`.
        reason: The verdict in a sentence with the figure that decided it.
        sli: Good / valid over the week, or over the part of it that had passed.
        sli_uncorrected: The same without corrections; None where none touched the week.
        good: Good units.
        bad: Bad units.
        valid: Valid units.
        budget: The error budget of the objective's period, up to the end of the week.
        burn: Burn rates up to the end of the week, by span: `1h`, `6h`, `1d`, `3d`, `7d`.
        burn_largest: The burn rate while everything fails.
        exhaustion: Seconds until the budget is gone, infinite where nothing burns.
        change: How the SLI moved since the week before.
        latency: Latency percentiles, where the source can tell them.
        streak: Kept weeks in a row.
        steadiness: How far it is on its way to steady state.
        alerts: What each alert would have done in the week.
        history: The last weeks, oldest first, this one last.
        corrections: The corrections that touched the week.
        notes: What a reader should know about the data, in sentences.
    """

    objective: Objective
    week: Window
    as_of: datetime
    provisional: bool
    state: State
    reason: str
    sli: Measure
    sli_uncorrected: Measure | None
    good: Measure
    bad: Measure
    valid: Measure
    budget: BudgetFigures
    burn: Mapping[str, Measure]
    burn_largest: Measure
    exhaustion: Measure
    change: Measure
    latency: tuple[Measure, ...]
    streak: Measure
    steadiness: Steadiness
    alerts: tuple[AlertOutcome, ...]
    history: tuple[WeekPoint, ...]
    corrections: tuple[Correction, ...]
    notes: tuple[str, ...]

    @property
    def previous_sli(self) -> Fraction | None:
        """The SLI of the week before; None where it is not known."""
        before = self.history[-2] if len(self.history) > 1 else None
        return None if before is None or before.state is State.UNKNOWN else before.sli

    def measures(self) -> tuple[Measure, ...]:
        """All its measures, always in the same order."""
        uncorrected = () if self.sli_uncorrected is None else (self.sli_uncorrected,)
        return (
            self.sli,
            *uncorrected,
            self.good,
            self.bad,
            self.valid,
            self.budget.total,
            self.budget.consumed,
            self.budget.remaining,
            *self.burn.values(),
            self.burn_largest,
            self.exhaustion,
            self.change,
            self.streak,
            *self.latency,
        )


def evaluate(
    objective: Objective,
    series: EventSeries | None,
    *,
    week: Window,
    as_of: datetime,
    history_weeks: int,
    steady_weeks: int,
    corrections: Sequence[Correction] = (),
    problem: str = "",
) -> ObjectiveWeek:
    """Judge an objective over a week.

    Args:
        objective: What was promised.
        series: What was counted, over the week and the history before it; None where the
            source gave nothing.
        week: The week, or any other span that a report is about.
        as_of: The moment of the report, aware; later data is not looked at.
        history_weeks: Weeks of history, this one included.
        steady_weeks: Kept weeks in a row that make steady state.
        corrections: Spans that do not count; those of other objectives are left aside.
        problem: Why the source gave nothing, a sentence.

    Returns:
        The verdict and its figures. Whatever is missing, partial or contradictory makes it
        `UNKNOWN` with the reason, never an exception.
    """
    end, problem, usable = prepare(objective, series, week, as_of, problem)
    own = tuple(one for one in corrections if objective.name in one.objectives)
    basis = Basis.of(
        objective,
        timeline(usable, own),
        anchor_s=int(week.start_s),
        origins=() if series is None else series.origins,
        problem=problem,
    )
    elapsed = week.clipped(end) or week
    reading = basis.read(elapsed)
    sli = sli_measure(basis, reading)
    good, bad, valid = count_measures(basis, reading)
    budget = budget_figures(basis, objective.period.window_until(end, week.zone_name), end)
    burn = burn_measures(basis, end, week.zone_name)
    alerts = _alerts(basis, elapsed, budget.period)
    points = history(basis, week, weeks=history_weeks, until=end)
    steady = steadiness(points, steady_weeks)
    state, reason = _judge(sli, budget, alerts)
    touching = tuple(one for one in own if _touches(one, elapsed))
    return ObjectiveWeek(
        objective=objective,
        week=week,
        as_of=as_of,
        provisional=as_of.timestamp() < week.end_s + objective.settle.total_seconds(),
        state=state,
        reason=reason,
        sli=sli,
        sli_uncorrected=_uncorrected(basis, usable, elapsed) if touching else None,
        good=good,
        bad=bad,
        valid=valid,
        budget=budget,
        burn=burn,
        burn_largest=largest_burn_measure(basis, elapsed),
        exhaustion=exhaustion_measure(basis, budget, burn),
        change=change_measure(basis, points, elapsed),
        latency=latency_measures(basis, None if series is None else series.percentiles),
        streak=streak_measure(basis, steady, elapsed),
        steadiness=steady,
        alerts=alerts,
        history=points,
        corrections=touching,
        notes=() if series is None else series.notes,
    )


def prepare(
    objective: Objective, series: EventSeries | None, week: Window, as_of: datetime, problem: str
) -> tuple[datetime, str, EventSeries]:
    """Where a report ends, why there can be no figure at all, and what may be looked at.

    Args:
        objective: What was promised.
        series: What was counted; None where the source gave nothing.
        week: The span that the report is about.
        as_of: The moment of the report, aware.
        problem: Why the source gave nothing, a sentence.
    """
    found = _NOTHING if series is None else series
    end_s = _end_s(found, week, as_of)
    problem = problem or _problem(objective, series, week, end_s)
    usable = _NOTHING if problem else found.between(-math.inf, end_s)
    end = datetime.fromtimestamp(max(end_s, week.start_s), zone(week.zone_name))
    return end, problem, usable


def _end_s(series: EventSeries, week: Window, as_of: datetime) -> float:
    """The end of the week, or of the last bucket that was over at `as_of`."""
    if as_of.timestamp() >= week.end_s:
        return week.end_s
    phase = _phase(series.start, series.width)
    return (as_of.timestamp() - phase) // series.width * series.width + phase


def _problem(objective: Objective, series: EventSeries | None, week: Window, end_s: float) -> str:
    if end_s <= week.start_s:
        return f"{week.label} had not begun at the time of the report."
    if series is None:
        return "Its source gave nothing."
    if series.contradictions:
        return " ".join(series.contradictions)
    width = timedelta(seconds=series.width)
    return contradiction(series) or slices_refusal(objective.method, width)


def _uncorrected(basis: Basis, usable: EventSeries, elapsed: Window) -> Measure:
    """The SLI as it is with everything counted."""
    whole = basis.recounted(timeline(usable))
    return sli_measure(whole, whole.read(elapsed), name="slo.sli_uncorrected")


def _alerts(basis: Basis, elapsed: Window, period: Window) -> tuple[AlertOutcome, ...]:
    """What the alerts did at the end of every bucket, or slice, of what has passed."""
    step = basis.step_s
    phase = _phase(basis.counts.start, step)
    first = int((elapsed.start_s - phase) // step + 1) * step + phase
    moments = np.arange(first, elapsed.end_s + 1, step, dtype=np.int64)
    seen = Observed(
        line=basis.line,
        counts=basis.counts,
        step_s=step,
        target=basis.objective.target,
        period_s=Fraction(period.length.total_seconds()),
        min_coverage=basis.objective.min_coverage,
    )
    outcomes = (alert_over(rule, seen, moments) for rule in WORKBOOK_RULES)
    return tuple(
        replace(one, reason=basis.problem)
        if basis.problem and one.state is AlertState.UNKNOWN
        else one
        for one in outcomes
    )


def _judge(
    sli: Measure, budget: BudgetFigures, alerts: Sequence[AlertOutcome]
) -> tuple[State, str]:
    """The week's verdict: a kept week with an overspent budget or a page is a warning."""
    if sli.state is not State.PASS:
        return sli.state, sli.reason
    troubles = []
    consumed = budget.consumed.value
    if isinstance(consumed, Fraction) and consumed > 1:
        spent = percent(consumed, apart_from=Fraction(1))
        troubles.append(f"{spent} of the error budget is spent ({budget.period.label})")
    elif consumed == math.inf:
        troubles.append(f"the target allows nothing bad and something was ({budget.period.label})")
    pages = [
        str(one.rule)
        for one in alerts
        if one.rule.severity == "page" and one.state is AlertState.FIRED
    ]
    if pages:
        which = "a burn-rate alert" if len(pages) == 1 else "burn-rate alerts"
        troubles.append(f"{which} would have fired ({'; '.join(pages)})")
    if not troubles:
        return State.PASS, sli.reason
    return State.WARNING, f"{sli.reason.removesuffix('.')}, but {' and '.join(troubles)}."


def _phase(starts: Integers, width: int) -> int:
    """By how much intervals start after multiples of their width in Unix time."""
    return int(starts[0]) % width if len(starts) else 0


def _touches(correction: Correction, window: Window) -> bool:
    starts_before = correction.start.timestamp() < window.end_s
    return starts_before and correction.end.timestamp() > window.start_s
