"""The measures of an objective, each with its formula, its window and its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from types import MappingProxyType

from codexreport.measure import Measure, Number, State
from codexreport.series import Percentiles
from codexreport.slo.budget import (
    Budget,
    BurnDown,
    budget,
    burn_down,
    burn_rate,
    largest_burn,
    seconds_to_exhaustion,
)
from codexreport.slo.history import Steadiness, WeekPoint
from codexreport.slo.objective import Occurrences
from codexreport.slo.reading import Basis, Reading, verdict
from codexreport.window import Window
from codexreport.wording import exact_percent, figure

BURN_SPANS: Mapping[str, timedelta] = MappingProxyType(
    {
        "1h": timedelta(hours=1),
        "6h": timedelta(hours=6),
        "1d": timedelta(days=1),
        "3d": timedelta(days=3),
        "7d": timedelta(days=7),
    }
)
EXHAUSTION_SPAN = "1d"
"""The span whose burn rate the time to exhaustion assumes to go on."""


def sli_measure(basis: Basis, reading: Reading, *, name: str = "slo.sli") -> Measure:
    """The SLI with its verdict."""
    state, reason = verdict(basis, reading)
    good, valid = figure(reading.tally.good), figure(reading.tally.valid)
    return _measure(
        basis,
        reading,
        name,
        reading.tally.sli,
        "ratio",
        state=state,
        reason=reason,
        interval=reading.interval,
        formula=f"good / valid = {good} / {valid} {basis.unit_in_words}",
    )


def count_measures(basis: Basis, reading: Reading) -> tuple[Measure, Measure, Measure]:
    """Good, bad and valid units."""
    tally = reading.tally
    seen = bool(reading.coverage) and not basis.problem
    good, bad, valid = (
        _measure(
            basis,
            reading,
            f"slo.{name}",
            value if seen else None,
            basis.unit,
            state=State.UNKNOWN if reading.gap else State.NOT_APPLICABLE,
            reason=reading.gap,
            formula=formula,
        )
        for name, value, formula in (
            ("good", tally.good, f"sum of good {basis.unit_in_words}"),
            ("bad", tally.bad, "valid - good"),
            ("valid", tally.valid, f"sum of valid {basis.unit_in_words}"),
        )
    )
    return good, bad, valid


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetFigures:
    """The error budget of the objective's period.

    Attributes:
        period: The whole period.
        elapsed: The part of it that the figures are about.
        total: Units that may be bad.
        consumed: Share of them that is gone; may exceed 1.
        remaining: Share that is left; may be negative. `FAIL` where it is.
        burn_down: What was left, from the start of the period on.
    """

    period: Window
    elapsed: Window
    total: Measure
    consumed: Measure
    remaining: Measure
    burn_down: BurnDown


def budget_figures(basis: Basis, period: Window, end: datetime) -> BudgetFigures:
    """The error budget of `period` as it stands at `end`."""
    elapsed = period.clipped(end) or period
    reading = basis.read(elapsed)
    capacity = _capacity(basis, period, reading)
    money = budget(reading.tally.bad, basis.objective.target, capacity)
    total, consumed, remaining = _budget_measures(basis, reading, money, capacity)
    start_s, end_s = elapsed.start_s, elapsed.end_s
    return BudgetFigures(
        period=period,
        elapsed=elapsed,
        total=total,
        consumed=consumed,
        remaining=remaining,
        burn_down=()
        if total.value is None
        else burn_down(basis.counts, basis.line, start_s, end_s, money.total),
    )


def _capacity(basis: Basis, period: Window, reading: Reading) -> Fraction:
    """Units the budget is a share of: the events so far, or all the slices of the period."""
    if isinstance(basis.objective.method, Occurrences):
        return reading.tally.valid
    return basis.line.counted_s(period.start_s, period.end_s) / basis.step_s


def _budget_measures(
    basis: Basis, reading: Reading, money: Budget, capacity: Fraction
) -> list[Measure]:
    bad, allowed = figure(reading.tally.bad), figure(money.total)
    share = f"(1 - {exact_percent(basis.objective.target)})"
    known = bool(reading.tally.valid) and not basis.problem
    plain = State.NOT_APPLICABLE
    left_state = State.FAIL if money.remaining < 0 else State.PASS
    rows: tuple[tuple[str, Number, str, State, str], ...] = (
        (
            "total",
            money.total,
            basis.unit,
            plain,
            f"{share} x {figure(capacity)} {basis.unit_in_words}",
        ),
        ("consumed", money.consumed, "ratio", plain, f"{bad} bad / {allowed}"),
        ("remaining", money.remaining, "ratio", left_state, f"1 - {bad} bad / {allowed}"),
    )
    return [
        _measure(
            basis,
            reading,
            f"slo.budget_{name}",
            value if known else None,
            unit,
            state=State.UNKNOWN if reading.lack else state,
            reason=reading.lack,
            formula=formula,
        )
        for name, value, unit, state, formula in rows
    ]


def burn_measures(basis: Basis, end: datetime, zone_name: str) -> Mapping[str, Measure]:
    """The burn rate over each of `BURN_SPANS` up to `end`, by the span's name."""
    measures = {}
    for name, span in BURN_SPANS.items():
        reading = basis.read(Window.rolling(span, end, zone_name), min_events=0)
        tally = reading.tally
        rate = None if basis.problem else burn_rate(tally, basis.objective.target)
        measures[name] = _measure(
            basis,
            reading,
            f"slo.burn_rate_{name}",
            rate,
            "1",
            state=State.UNKNOWN if reading.lack else State.NOT_APPLICABLE,
            reason=reading.lack,
            formula=f"({figure(tally.bad)} bad / {figure(tally.valid)} {basis.unit_in_words})"
            f" / (1 - {exact_percent(basis.objective.target)})",
        )
    return MappingProxyType(measures)


def largest_burn_measure(basis: Basis, window: Window) -> Measure:
    """The burn rate while everything fails."""
    return Measure(
        name="slo.burn_rate_largest",
        subject=basis.objective.name,
        value=largest_burn(basis.objective.target),
        unit="1",
        window=window,
        formula=f"1 / (1 - {exact_percent(basis.objective.target)})",
    )


def exhaustion_measure(basis: Basis, money: BudgetFigures, burns: Mapping[str, Measure]) -> Measure:
    """How long the budget lasts if the burn of the last day goes on."""
    burn, left = burns[EXHAUSTION_SPAN], money.remaining
    reason = left.reason or burn.reason
    value = None
    if left.value is not None and burn.value is not None:
        period_s = basis.line.counted_s(money.period.start_s, money.period.end_s)
        value = seconds_to_exhaustion(_exact(left.value), _exact(burn.value), period_s)
    return Measure(
        name="slo.time_to_exhaustion",
        subject=basis.objective.name,
        value=value,
        unit="seconds",
        window=burn.window,
        state=State.UNKNOWN if reason else State.NOT_APPLICABLE,
        reason=reason,
        formula=f"remaining budget x period / burn rate over {EXHAUSTION_SPAN}",
        coverage=burn.coverage,
        origins=basis.origins,
    )


def change_measure(basis: Basis, points: tuple[WeekPoint, ...], window: Window) -> Measure:
    """How the SLI moved since the week before."""
    last, before = points[-1], points[-2] if len(points) > 1 else None
    value, reason = None, "There is no week before it in the history."
    if before is not None:
        if last.sli is not None and before.sli is not None and not basis.problem:
            value = last.sli - before.sli
        told = (State.UNKNOWN in (before.state, last.state)) or value is None
        lacking = before if before.state is State.UNKNOWN else last
        reason = f"{lacking.label}: {lacking.reason}" if told else ""
    return Measure(
        name="slo.sli_change",
        subject=basis.objective.name,
        value=value,
        unit="ratio",
        window=window,
        state=State.UNKNOWN if reason else State.NOT_APPLICABLE,
        reason=reason,
        formula=f"SLI - SLI of {before.label}" if before else "",
        origins=basis.origins,
    )


def streak_measure(basis: Basis, steady: Steadiness, window: Window) -> Measure:
    """Kept weeks in a row, at least; `PASS` once steady state is reached."""
    return Measure(
        name="slo.streak",
        subject=basis.objective.name,
        value=steady.streak,
        unit="weeks",
        window=window,
        state=State.PASS if steady.reached else State.NOT_APPLICABLE,
        reason="Every week of the history was kept, so it may be more." if steady.whole else "",
        formula=f"kept weeks in a row; steady state needs {steady.needed}",
        origins=basis.origins,
    )


def latency_measures(basis: Basis, latency: Percentiles | None) -> tuple[Measure, ...]:
    """Latency percentiles, where the source can tell them and is to be trusted."""
    if latency is None or basis.problem:
        return ()
    return tuple(
        Measure(
            name=f"slo.latency_p{percentile}",
            subject=basis.objective.name,
            value=seconds,
            unit="seconds",
            window=latency.window,
            formula=latency.method,
            sample_size=latency.count,
            origins=basis.origins,
        )
        for percentile, seconds in sorted(latency.values.items())
    )


def _exact(value: Number) -> Fraction | float:
    return Fraction(value) if isinstance(value, int) else value


def _measure(
    basis: Basis,
    reading: Reading,
    name: str,
    value: Number | None,
    unit: str,
    *,
    state: State,
    reason: str,
    formula: str,
    interval: tuple[float, float] | None = None,
) -> Measure:
    return Measure(
        name=name,
        subject=basis.objective.name,
        value=value,
        unit=unit,
        window=reading.window,
        state=state,
        reason=reason,
        formula=formula,
        coverage=reading.coverage,
        sample_size=reading.tally.valid,
        interval=interval,
        origins=basis.origins,
    )
