"""Why a criterion is met or not, as people say it: what was found, and what is asked."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from codexreport.bounds import BoundError, shown
from codexreport.measure import Measure, State
from codexreport.readiness.baseline import Baseline
from codexreport.readiness.gate import Criterion
from codexreport.wording import NO_BREAK, amount, percent

YES_OR_NO = "1"
"""The unit of what is there or not, of which no figure says more."""


def told(
    criterion: Criterion,
    measure: Measure,
    state: State,
    judgement: str,
    baseline: Baseline | None,
) -> str:
    """Why a finding is as it is, a sentence or two.

    Args:
        criterion: What was asked.
        measure: What decided it.
        state: What came of it.
        judgement: What the state follows from, a sentence; it is the reason of what is unknown.
        baseline: What a relative bound was compared with.
    """
    if state is State.UNKNOWN or measure.value is None:
        named = measure.unit == YES_OR_NO or not judgement
        return judgement if named else f"{measure.subject}: {judgement}"
    if not criterion.passes:
        return measure.reason or f"{figure_told(criterion, measure, baseline)}."
    own = measure.reason if measure.state in {State.FAIL, State.WARNING} else ""
    why = f" {own}" if own and state is not State.PASS else ""
    return f"{figure_told(criterion, measure, baseline)}, asked {asked(criterion)}.{why}"


def figure_told(criterion: Criterion, measure: Measure, baseline: Baseline | None) -> str:
    """A figure, of what it is and how much it changed, where that is asked."""
    value = 0 if measure.value is None else measure.value
    bounds = limits(criterion, measure.unit, baseline)
    near = min(bounds, key=lambda one: abs(float(one) - float(value)), default=None)
    said = amount(value, measure.unit, apart_from=near)
    return f"{said} ({measure.subject}{since(measure, baseline)})"


def asked(criterion: Criterion) -> str:
    """What a pass takes, as its author wrote it."""
    return shown(criterion.passes).replace(" ", NO_BREAK)


def since(measure: Measure, baseline: Baseline | None) -> str:
    """How much a figure changed and since when: `, +8.2 % from 120 ms in 1.0, Tue 6 Oct 2026`."""
    if baseline is None or measure.value is None:
        return ""
    before = Fraction(baseline.value)
    change = (Fraction(measure.value) - before) / abs(before) if before else None
    much = "" if change is None else f"{'+' if change > 0 else ''}{percent(change)} "
    return f", {much}from {amount(before, measure.unit)} {baseline.said}"


def limits(criterion: Criterion, unit: str, baseline: Baseline | None) -> Iterator[Fraction]:
    """Every figure that one in `unit` is compared with."""
    for bound in criterion.bounds:
        try:
            yield bound.limit(unit, baseline.value if baseline else None)
        except BoundError:
            continue
