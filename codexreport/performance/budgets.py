"""Budgets of an endpoint, and whether a run keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from codexreport.bounds import Bound, Bounds, shown
from codexreport.measure import Number, State
from codexreport.performance.change import Change, ChangeError, change_of
from codexreport.performance.judging import duration
from codexreport.performance.readings import Reading
from codexreport.wording import count, figure, percent

_NAMES = {"errors": "error rate"}
_BEST_FIRST = (State.PASS, State.WARNING, State.UNKNOWN, State.FAIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What one statistic of an endpoint may be.

    Attributes:
        statistic: `p95`, `errors`, `throughput`.
        passes: Bounds that are to be kept.
        warns: Bounds of which missing those is only a warning.
    """

    statistic: str
    passes: Bounds
    warns: Bounds = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one endpoint may take.

    Attributes:
        source: The source of its runs.
        endpoint: Its name in the files; empty: everything together.
        baseline: The source of the run that changes are counted from; empty: none.
        limits: Each of its statistics once.
        owner: Team that acts on it.
    """

    source: str
    endpoint: str
    baseline: str
    limits: tuple[Limit, ...]
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of comparing."""

    state: State
    reason: str


def judge(limit: Limit, new: Reading, old: Reading | None, without: str = "") -> Verdict:
    """Whether a figure is within its budget.

    An absolute bound is decided by the figure. A change is decided by its 95 % interval: all of
    it within the bound passes, none of it fails, and what lies across is a warning, because the
    data cannot tell; where there is no interval the figure decides, and the reason says so.

    Args:
        limit: The budget.
        new: The figure.
        old: The baseline's; None where there is none.
        without: Why there is none, a sentence.
    """
    if new.problem or new.value is None:
        return Verdict(state=State.UNKNOWN, reason=new.problem)
    kept = _best(limit.passes, new, old, without)
    if kept.state is not State.FAIL or not limit.warns:
        return _about(new, kept)
    warned = _best(limit.warns, new, old, without)
    if warned.state in {State.PASS, State.WARNING}:
        said = f"{kept.reason} That is a warning up to {shown(limit.warns)}."
        return _about(new, Verdict(state=State.WARNING, reason=said))
    if warned.state is State.UNKNOWN:
        return _about(new, warned)
    return _about(new, kept)


def in_unit(value: Number, unit: str, beside: Fraction | None = None) -> str:
    """A figure for a sentence: `120 ms`, `0.2 %`, `75 /s`; a share on its side of `beside`."""
    if unit == "ratio":
        return percent(Fraction(value), apart_from=beside)
    return duration(value) if unit == "seconds" else f"{figure(value)} /s"


def changed_by(
    value: Fraction, unit: str, *, relative: bool, beside: Fraction | None = None
) -> str:
    """A change for a sentence: `+4.2 %`, `-3 ms`."""
    sign = "+" if value > 0 else ""
    return sign + in_unit(value, "ratio" if relative else unit, beside)


def _about(new: Reading, verdict: Verdict) -> Verdict:
    name = _NAMES.get(new.statistic, new.statistic)
    value = in_unit(new.value or 0, new.unit)
    return Verdict(state=verdict.state, reason=f"The {name} is {value}. {verdict.reason}")


def _best(bounds: Bounds, new: Reading, old: Reading | None, without: str) -> Verdict:
    """The best of several alternatives, each of which is as good as its worst bound."""
    groups = [
        _worst([_judged(bound, new, old, without) for bound in group]) for group in bounds if group
    ]
    return min(groups, key=lambda one: _BEST_FIRST.index(one.state))


def _worst(verdicts: Sequence[Verdict]) -> Verdict:
    state = max((one.state for one in verdicts), key=_BEST_FIRST.index)
    said = dict.fromkeys(one.reason for one in verdicts if one.state is state)
    return Verdict(state=state, reason=" ".join(said))


def _judged(bound: Bound, new: Reading, old: Reading | None, without: str) -> Verdict:
    if not bound.relative:
        return _absolute(bound, new)
    if old is None:
        return Verdict(state=State.UNKNOWN, reason=without or "There is no baseline.")
    try:
        change = change_of(new, old, relative=bound.unit == "%")
    except ChangeError as error:
        return Verdict(state=State.UNKNOWN, reason=str(error))
    return _relative(bound, change, new, old)


def _absolute(bound: Bound, new: Reading) -> Verdict:
    limit = bound.limit(new.unit, None)
    kept = bound.holds(new.value or 0, limit)
    said = f"It {'keeps' if kept else 'misses'} {bound.text}."
    interval = new.interval
    if interval and any(bound.holds(end, limit) is not kept for end in interval):
        ends = " to ".join(in_unit(end, new.unit, limit) for end in interval)
        made = count(new.samples or 0, "samples")
        said += f" {made} cannot tell it from that bound: its 95 % interval is {ends}."
    return Verdict(state=State.PASS if kept else State.FAIL, reason=said)


def _relative(bound: Bound, change: Change, new: Reading, old: Reading) -> Verdict:
    limit = bound.number / 100 if change.relative else bound.limit(new.unit, 0)
    outcomes = {bound.holds(one, limit) for one in (change.value, *(change.interval or ()))}
    said = _change_said(change, limit, new, old)
    if outcomes == {True}:
        state, judged = State.PASS, f"{said}, which keeps {bound.text}."
    elif outcomes == {False}:
        state, judged = State.FAIL, f"{said}, which misses {bound.text}."
    else:
        state = State.WARNING
        made = f"{figure(new.samples or 0)} and {count(old.samples or 0, 'samples')}"
        judged = f"{said}: {made} cannot tell whether it keeps {bound.text}."
    return Verdict(
        state=state, reason=" ".join(filter(None, [judged, change.doubt, change.caveat]))
    )


def _change_said(change: Change, limit: Fraction, new: Reading, old: Reading) -> str:
    def shown_(value: Fraction) -> str:
        return changed_by(value, new.unit, relative=change.relative, beside=limit)

    start = in_unit(old.value or 0, old.unit)
    said = f"It changed by {shown_(change.value)} from {start}"
    if change.interval is None:
        return said
    low, high = change.interval
    return f"{said} (95 % interval {shown_(low)} to {shown_(high)})"
