"""From a gate's findings to its score and state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from codexreport.measure import Measure, State
from codexreport.readiness.baseline import Baselines
from codexreport.readiness.gate import Gate, Waiver
from codexreport.readiness.judging import Finding, judge

_POINTS = {State.PASS: Fraction(1), State.WARNING: Fraction(1, 2)}
_MOST_DECIMALS = 12
_COVERED = frozenset({State.FAIL, State.WARNING})


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """A gate and what was found.

    Attributes:
        score: 100 x the sum of weight x points over the sum of weights; 1 point for a pass, half
            of one for a warning. What does not apply or is waived is left out; None where nothing
            remains.
        state: `pass`, `warning`, `fail`, or `unknown`.
        reason: Why, a sentence.
    """

    gate: Gate
    findings: tuple[Finding, ...]
    score: Fraction | None
    state: State
    reason: str


def evaluate_gate(
    gate: Gate,
    measures: Sequence[Measure],
    *,
    now: datetime,
    baselines: Baselines | None = None,
    waivers: Iterable[Waiver] = (),
) -> GateResult:
    """Judge every criterion of a gate, apply the waivers that count, and add up the score.

    Pure; the order of the measures does not matter. Of several waivers of one criterion the first
    that covers it counts.
    """
    valid = [one for one in waivers if not one.flaw(now)]
    findings = tuple(
        _waived(judge(gate.name, criterion, measures, baselines or {}), valid)
        for criterion in gate.criteria
    )
    return result_of(gate, findings)


def result_of(gate: Gate, findings: tuple[Finding, ...]) -> GateResult:
    """A gate's score and state, from its findings."""
    score = _score(findings)
    state, reason = _state(gate, findings, score)
    return GateResult(gate=gate, findings=findings, score=score, state=state, reason=reason)


def _waived(finding: Finding, valid: Sequence[Waiver]) -> Finding:
    for waiver in valid:
        same = (waiver.gate, waiver.criterion) == (finding.gate, finding.criterion.id)
        covers = finding.state in _COVERED or (waiver.unknown and finding.state is State.UNKNOWN)
        if same and covers:
            return replace(finding, waiver=waiver)
    return finding


def effective(finding: Finding) -> State:
    """What a finding counts as: an accepted deviation is a warning, never a pass."""
    return State.WARNING if finding.waiver else finding.state


def _score(findings: Sequence[Finding]) -> Fraction | None:
    applying = [one for one in findings if one.state is not State.NOT_APPLICABLE and not one.waiver]
    total = sum((one.criterion.weight for one in applying), Fraction(0))
    if not total:
        return None
    scored = sum(
        (one.criterion.weight * _POINTS.get(effective(one), Fraction(0)) for one in applying),
        Fraction(0),
    )
    return 100 * scored / total


def _state(gate: Gate, findings: Sequence[Finding], score: Fraction | None) -> tuple[State, str]:
    best = _score(_if_unknown_passed(findings))
    waived = _titles(one for one in findings if one.waiver)
    if score is None or best is None:
        return _without_score(findings, waived)
    if vetoes := _titles(one for one in findings if _vetoes(one)):
        return State.FAIL, f"Key criteria failed: {vetoes}."
    if best < gate.warning_score:
        needed = gate.warning_score
        return State.FAIL, f"{points(score, needed)} points; {points(needed, needed)} are needed."
    if unknown := _titles(one for one in findings if effective(one) is State.UNKNOWN):
        return State.UNKNOWN, f"Not known: {unknown}."
    needed = gate.pass_score
    if score < needed:
        told = f"{points(score, needed)} points; a pass needs {points(needed, needed)}."
        return State.WARNING, told
    told = f"{points(score, needed)} points, of {points(needed, needed)} needed"
    return (State.WARNING, f"{told}; waived: {waived}.") if waived else (State.PASS, f"{told}.")


def _without_score(findings: Sequence[Finding], waived: str) -> tuple[State, str]:
    if waived:
        return State.WARNING, f"All that applies is waived: {waived}."
    return State.UNKNOWN, (
        "None of its criteria applies." if findings else "The gate has no criteria."
    )


def _titles(findings: Iterable[Finding]) -> str:
    return ", ".join(f"“{one.criterion.title}”" for one in findings)


def _vetoes(finding: Finding) -> bool:
    return finding.criterion.key and effective(finding) is State.FAIL


def _if_unknown_passed(findings: Sequence[Finding]) -> list[Finding]:
    return [
        replace(one, state=State.PASS) if one.state is State.UNKNOWN else one for one in findings
    ]


def points(score: Fraction, bound: Fraction | None = None) -> str:
    """A score to a decimal, cut and never rounded up: 74.97 is not 75.

    Args:
        score: Out of 100.
        bound: What the reader will compare it with: it gets as many decimals as that takes.
    """
    for decimals in range(1, _MOST_DECIMALS):
        cut = Fraction(int(score * 10**decimals), 10**decimals)
        if bound is None or (cut < bound, cut > bound) == (score < bound, score > bound):
            break
    return f"{float(cut):.{decimals}f}".rstrip("0").rstrip(".")
