"""What a decision says in words: its headline, each finding, what would change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from codexreport.bounds import BoundError, shown
from codexreport.display.numbers import NO_BREAK, day, measured, percent
from codexreport.measure import Measure, Number, State
from codexreport.readiness.decision import Condition, Decision, Verdict
from codexreport.readiness.judging import Finding
from codexreport.views.sections import YES_OR_NO
from codexreport.wording import count

STATES = {
    Verdict.GO: State.PASS,
    Verdict.CONDITIONAL_GO: State.WARNING,
    Verdict.NO_GO: State.FAIL,
    Verdict.UNDECIDED: State.UNKNOWN,
}
"""The state that a report with this verdict has as a whole."""


def headline(decision: Decision) -> str:
    """The answer in one sentence or two, with the finding that decides."""
    failed = [one for one in decision.blockers if one.state is State.FAIL]
    unknown = [one for one in decision.blockers if one.state is State.UNKNOWN]
    if decision.verdict is Verdict.GO:
        applying = [one for one in findings_of(decision) if one.state is not State.NOT_APPLICABLE]
        return f"Nothing stands in the way: all {count(len(applying), 'findings')} pass."
    if decision.verdict is Verdict.CONDITIONAL_GO:
        conditions = count(len(decision.conditions), "conditions")
        return f"Nothing blocks it. {conditions} to be met. {_first(_conditional(decision))}"
    if decision.verdict is Verdict.NO_GO and failed:
        return f"{count(len(failed), 'findings')} failed. {_first(failed)}"
    if decision.verdict is Verdict.UNDECIDED and unknown:
        return f"{count(len(unknown), 'findings')} not known. {_first(unknown)}"
    return decision.reason


def _first(findings: Sequence[Finding]) -> str:
    lead = "The first" if len(findings) > 1 else "It is"
    comma = "," if len(findings) > 1 else ""
    one = findings[0]
    return f"{lead}{comma} “{one.criterion.title}”: {_stop(waived(one) or detail(one))}"


def _conditional(decision: Decision) -> list[Finding]:
    by_key = {one.key: one for one in findings_of(decision)}
    return [by_key[one.finding] for one in decision.conditions]


def condition(one: Condition, decision: Decision) -> str:
    """What is accepted for now, in one sentence."""
    return told(next(each for each in findings_of(decision) if each.key == one.finding))


def tally(decision: Decision) -> str:
    """How many findings are in each state, the worst first: `1 fails, 2 unknown, 14 pass`."""
    found = findings_of(decision)
    waived = sum(one.waiver is not None for one in found)
    numbers = [
        (sum(one.state is state and not one.waiver for one in found), word)
        for state, word in (
            (State.FAIL, "failed"),
            (State.UNKNOWN, "not known"),
            (State.WARNING, "with a warning"),
            (State.PASS, "passed"),
            (State.NOT_APPLICABLE, "not applicable"),
        )
    ]
    parts = [f"{number} {word}" for number, word in [*numbers, (waived, "waived")] if number]
    return ", ".join(parts) or "no findings"


def findings_of(decision: Decision) -> list[Finding]:
    """Every finding, gate by gate."""
    return [finding for gate in decision.gates for finding in gate.findings]


def told(finding: Finding) -> str:
    """A finding for a reader: what came of what was asked, and why."""
    if finding.waiver:
        return f"Waived: {_stop(finding.criterion.title)} {waived(finding)}"
    word = _WORDS.get(finding.state, finding.state.value)
    return f"{word}: {_stop(finding.criterion.title)} {_stop(detail(finding))}"


_WORDS = {State.FAIL: "Failed", State.UNKNOWN: "Not known", State.WARNING: "Warning"}


def detail(finding: Finding) -> str:
    """What was found, without the title of what was asked."""
    measure = finding.measure
    if measure is None or measure.value is None or finding.state is State.UNKNOWN:
        return (measure.reason if measure else "") or finding.reason
    if measure.unit == YES_OR_NO or not finding.criterion.passes:
        return measure.reason or f"{figure_of(finding)}, {measure.subject}"
    bound = (
        f"{figure_of(finding)} of {measure.subject}{_since(finding)}; {asked_of(finding)} is asked"
    )
    informative = measure.reason and measure.state in {State.FAIL, State.WARNING}
    return measure.reason if informative else bound


def figure_of(finding: Finding) -> str:
    """The figure that decided, on its side of the bounds; empty where there is none to show."""
    measure = finding.measure
    if measure is None or measure.value is None or measure.unit == YES_OR_NO:
        return ""
    if measure.unit != "ratio":
        return measured(measure.value, measure.unit)
    bounds = _limits(finding, measure)
    value = Fraction(measure.value)
    return percent(value, min(bounds, key=lambda bound: abs(bound - value), default=None))


def why(finding: Finding) -> str:
    """What stands beside the figure and the bound: of what it is, or why it is so."""
    measure = finding.measure
    if finding.waiver:
        return waived(finding)
    if measure is None or measure.value is None or finding.state is State.UNKNOWN:
        return detail(finding)
    if measure.unit == YES_OR_NO or not finding.criterion.passes:
        return measure.reason or measure.subject
    judged = measure.state in {State.FAIL, State.WARNING} and finding.open
    said = f" {measure.reason}" if judged and measure.reason else ""
    return f"{_stop(measure.subject + _since(finding))}{said}" if said else measure.subject


def asked_of(finding: Finding) -> str:
    """What a pass takes, as its author wrote it."""
    criterion = finding.criterion
    if criterion.passes:
        return shown(criterion.passes).replace(" ", NO_BREAK)
    return "its own bound" if finding.measure and finding.measure.unit != YES_OR_NO else "yes"


def titles(keys: Iterable[str], decision: Decision) -> list[str]:
    """What findings are called, by their keys; with the gate where they are of several."""
    by_key = {one.key: one for one in findings_of(decision)}
    gates = {one.gate.name: one.gate.title for one in decision.gates}
    found = [by_key[key] for key in keys]
    if len({one.gate for one in found}) == 1:
        return [one.criterion.title for one in found]
    return [f"{one.criterion.title} ({gates[one.gate]})" for one in found]


def waived(finding: Finding) -> str:
    """Until when and why a finding is accepted; empty where it is not."""
    waiver = finding.waiver
    if waiver is None:
        return ""
    until = f" until {day(waiver.expires)}" if waiver.expires else ""
    return f"Accepted{until} by {waiver.approver}: {_stop(waiver.reason)}"


def changed(value: Number, baseline: Number) -> str:
    """How much a figure changed, as a share of what it was: `+8.2 %`."""
    before = Fraction(baseline)
    share = (Fraction(value) - before) / abs(before)
    return ("+" if share > 0 else "") + percent(share, decimals=1)


def _since(finding: Finding) -> str:
    measure, baseline = finding.measure, finding.baseline
    relative = any(bound.relative for group in finding.criterion.passes for bound in group)
    if not (relative and baseline and measure and measure.value is not None):
        return ""
    before = measured(baseline, measure.unit)
    return f" ({changed(measure.value, baseline)} from {before} before)"


def _limits(finding: Finding, measure: Measure) -> Sequence[Fraction]:
    bounds = (*finding.criterion.passes, *finding.criterion.warns)
    limits = []
    for bound in (one for group in bounds for one in group):
        try:
            limits.append(bound.limit(measure.unit, finding.baseline))
        except BoundError:
            continue
    return limits


def _stop(text: str) -> str:
    """Text as the end of a sentence."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
