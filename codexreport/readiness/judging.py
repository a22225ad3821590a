"""One criterion against the measures there are: a finding."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from codexreport.bounds import BoundError, Bounds, NoBaselineError, shown
from codexreport.measure import Measure, State, json_number
from codexreport.readiness.baseline import Baseline, Baselines
from codexreport.readiness.gate import Criterion, Waiver
from codexreport.readiness.reasons import told
from codexreport.text import listed, sentence
from codexreport.wording import figure

UNREAD = "source.read"
"""The measure of a file that could not be read; what it would have said is not known."""
_WORDS = {State.FAIL: "Failed", State.UNKNOWN: "Not known", State.WARNING: "Warning"}
WORST_FIRST = (State.FAIL, State.UNKNOWN, State.WARNING, State.PASS, State.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One criterion's outcome.

    Attributes:
        gate: The gate it belongs to.
        criterion: What was asked.
        state: `pass`, `warning`, `fail`, `unknown` or `not_applicable`.
        reason: Why, in people's words: what was found, and what is asked.
        how: Measure, figure, formula and bound in one sentence, for who wants to check it.
        measure: The measure that decided; None where there is none.
        baseline: What a relative bound was compared with; None where no bound is relative.
        waiver: The valid waiver that covers it.
    """

    gate: str
    criterion: Criterion
    state: State
    reason: str
    how: str
    measure: Measure | None = None
    baseline: Baseline | None = None
    waiver: Waiver | None = None

    @property
    def key(self) -> str:
        """Its name among all findings: `launch/pass-rate`."""
        return f"{self.gate}/{self.criterion.id}"

    @property
    def open(self) -> bool:
        """Whether something would have to change for it to pass."""
        return self.state not in {State.PASS, State.NOT_APPLICABLE}

    @property
    def told(self) -> str:
        """What is the matter, and which criterion that leaves open: for a list of what to do."""
        if self.waiver:
            return f"{self.waiver.accepted} Waived: “{self.criterion.title}”."
        word = _WORDS.get(self.state, self.state.value.capitalize())
        return f"{sentence(self.reason)} {word}: “{self.criterion.title}”."

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "finding": self.key,
            "title": self.criterion.title,
            "state": self.state.value,
            "reason": self.reason,
            "how": self.how,
            "key": self.criterion.key,
            "weight": str(self.criterion.weight),
            "pass": shown(self.criterion.passes),
            "warning": shown(self.criterion.warns),
            "owner": self.criterion.owner,
            "waived": self.waiver.reason if self.waiver else None,
            "baseline": json_number(self.baseline.value) if self.baseline else None,
            "baseline_of": [one.to_dict() for one in self.baseline.of] if self.baseline else [],
            "measure": self.measure.to_dict() if self.measure else None,
        }


def judge(
    gate: str, criterion: Criterion, measures: Sequence[Measure], baselines: Baselines
) -> Finding:
    """The finding of one criterion; of several subjects, the worst.

    Args:
        gate: Name of the gate it belongs to.
        criterion: What is asked.
        measures: Everything that is known.
        baselines: Earlier figures, for relative bounds.
    """
    if criterion.exempt:
        return _finding(gate, criterion, State.NOT_APPLICABLE, criterion.exempt)
    asked = [
        one
        for one in measures
        if one.name == criterion.measure and criterion.subject in ("", one.subject)
    ]
    if not asked:
        return _finding(gate, criterion, State.UNKNOWN, _nothing(criterion, measures))
    found = [_of_measure(gate, criterion, one, baselines) for one in asked]
    return min(
        found,
        key=lambda one: (WORST_FIRST.index(one.state), one.measure.subject if one.measure else ""),
    )


def _of_measure(gate: str, criterion: Criterion, measure: Measure, baselines: Baselines) -> Finding:
    relative = any(bound.relative for bound in criterion.bounds)
    baseline = baselines.get((measure.name, measure.subject)) if relative else None
    state, judgement = _verdict(criterion, measure, baseline)
    return Finding(
        gate=gate,
        criterion=criterion,
        state=state,
        reason=told(criterion, measure, state, judgement, baseline),
        how=_sentence(measure, judgement),
        measure=measure,
        baseline=baseline,
    )


def _verdict(
    criterion: Criterion, measure: Measure, baseline: Baseline | None
) -> tuple[State, str]:
    if measure.state in {State.UNKNOWN, State.ERROR}:
        return State.UNKNOWN, measure.reason
    if not criterion.passes:
        return _own(measure)
    if measure.value is None:
        return State.UNKNOWN, "It has no value."
    try:
        kept = _kept(criterion.passes, measure, baseline)
        warned = kept or _kept(criterion.warns, measure, baseline)
    except BoundError as error:
        lacks = isinstance(error, NoBaselineError)
        way_out = " Judge an earlier release with --keep, which lays one down." if lacks else ""
        return State.UNKNOWN, f"It cannot be judged: {error}.{way_out}"
    state = State.PASS if kept else State.WARNING if warned else State.FAIL
    if measure.doubt and state is not State.FAIL:
        return State.UNKNOWN, f"There may be more: {measure.doubt}"
    return state, _compared(criterion, state, baseline)


def _own(measure: Measure) -> tuple[State, str]:
    """The state a domain gave; a figure that is only shown cannot decide anything."""
    if measure.state is State.NOT_APPLICABLE:
        return State.UNKNOWN, "It is not judged by itself, and no bound is set."
    return measure.state, measure.reason


def _kept(bounds: Bounds, measure: Measure, baseline: Baseline | None) -> bool:
    value, start = measure.value, baseline.value if baseline else None
    if value is None:
        return False
    limits = [[(one, one.limit(measure.unit, start)) for one in group] for group in bounds]
    return any(
        bool(group) and all(bound.holds(value, limit) for bound, limit in group) for group in limits
    )


def _compared(criterion: Criterion, state: State, baseline: Baseline | None) -> str:
    wanted = shown(criterion.passes)
    since = f" (baseline {figure(baseline.value)} {baseline.said})" if baseline else ""
    if state is State.PASS:
        return f"It keeps {wanted}{since}."
    if state is State.WARNING:
        return f"It misses {wanted}, and keeps {shown(criterion.warns)}{since}."
    return f"It misses {wanted}{since}."


def _sentence(measure: Measure, judgement: str) -> str:
    """What was measured, how, of what, and what follows."""
    value = "not known" if measure.value is None else f"{figure(measure.value)} {measure.unit}"
    formula = f" ({measure.formula})" if measure.formula else ""
    return f"{measure.name} of {measure.subject} is {value}{formula}. {judgement}".strip()


def _nothing(criterion: Criterion, measures: Sequence[Measure]) -> str:
    of = f" of {criterion.subject}" if criterion.subject else ""
    names = sorted({one.name for one in measures})
    if criterion.measure in names:
        subjects = sorted({one.subject for one in measures if one.name == criterion.measure})
        return f"There is no {criterion.measure}{of}; there is one of {', '.join(subjects)}."
    unread = {one.subject: one.reason for one in measures if one.name == UNREAD}
    if unread:
        told = [sentence(f"{subject}: {unread[subject]}") for subject in sorted(unread)]
        return f"Nothing measures {criterion.measure}{of}. Not read: {listed(told, '; ')}."
    near = difflib.get_close_matches(criterion.measure, names, n=3)
    hint = f"; near it are {', '.join(near)}" if near else ""
    return f"Nothing measures {criterion.measure}{of}{hint}."


def _finding(gate: str, criterion: Criterion, state: State, reason: str) -> Finding:
    return Finding(gate=gate, criterion=criterion, state=state, reason=reason, how=reason)
