"""What a decision says in words: its headline, each finding, what would change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from codexreport.display.numbers import measured, percent
from codexreport.measure import State
from codexreport.readiness.decision import Decision, Verdict
from codexreport.readiness.judging import Finding
from codexreport.readiness.reasons import YES_OR_NO, asked, limits, since
from codexreport.text import sentence
from codexreport.wording import count

STATES = {
    Verdict.GO: State.PASS,
    Verdict.CONDITIONAL_GO: State.WARNING,
    Verdict.NO_GO: State.FAIL,
    Verdict.UNDECIDED: State.UNKNOWN,
}
"""The state that a report with this verdict has as a whole."""

_ASKED = {
    "slo.": "its target",
    "performance.budgets": "every budget",
    "performance.": "its threshold",
    "spending.": "its budget",
    "incidents.": "its target",
    "operations.streak": "its weeks",
}
"""What is asked of a figure of which the gate sets no bound."""


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
    return f"{lead}{comma} “{one.criterion.title}”: {sentence(waived(one) or one.reason)}"


def _conditional(decision: Decision) -> list[Finding]:
    by_key = {one.key: one for one in findings_of(decision)}
    return [by_key[one.finding] for one in decision.conditions]


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


def figure_of(finding: Finding) -> str:
    """The figure that decided, on its side of the bounds; empty where there is none to show."""
    measure = finding.measure
    if measure is None or measure.value is None or measure.unit == YES_OR_NO:
        return ""
    if finding.open and not finding.criterion.passes and measure.value == 0:
        return ""  # not this figure decided: none of the budgets is missed, and one is near it
    if measure.unit != "ratio":
        return measured(measure.value, measure.unit)
    bounds = limits(finding.criterion, measure.unit, finding.baseline)
    value = Fraction(measure.value)
    return percent(value, min(bounds, key=lambda bound: abs(bound - value), default=None))


def why(finding: Finding) -> str:
    """What stands beside the figure and the bound: of what it is, or why it is so."""
    measure = finding.measure
    if finding.waiver:
        return waived(finding)
    if measure is None or measure.value is None or finding.state is State.UNKNOWN:
        return finding.reason
    if not finding.criterion.passes:
        return measure.reason or measure.subject
    judged = measure.state in {State.FAIL, State.WARNING} and finding.open
    said = f" {measure.reason}" if judged and measure.reason else ""
    of = measure.subject + since(measure, finding.baseline)
    return f"{sentence(of)}{said}" if said else of


def asked_of(finding: Finding) -> str:
    """What a pass takes, as its author wrote it."""
    criterion = finding.criterion
    if criterion.passes:
        return asked(criterion)
    name = criterion.measure
    if finding.measure is None or finding.measure.unit == YES_OR_NO:
        return "yes"
    counted = (finding.measure.value == 0) is (finding.measure.state is State.PASS)
    known = (said for start, said in _ASKED.items() if name.startswith(start))
    return next(known, "none" if counted else "the kit's default")


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
    return finding.waiver.accepted if finding.waiver else ""
