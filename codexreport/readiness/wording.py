"""A decision as other programs take it: JSON values, Markdown, JUnit XML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from codexreport.markup import markdown_text, xml_attribute, xml_text
from codexreport.measure import State, json_number
from codexreport.readiness.decision import Decision
from codexreport.readiness.judging import Finding


def as_dict(decision: Decision) -> dict[str, Any]:
    """Plain JSON values, scores exact as well."""
    return {
        "schema": 1,
        "decision": decision.verdict.value,
        "reason": decision.reason,
        "gates": [
            {
                "name": one.gate.name,
                "title": one.gate.title,
                "required": one.gate.required,
                "state": one.state.value,
                "score": json_number(one.score),
                "score_exact": None if one.score is None else str(one.score),
                "pass_score": str(one.gate.pass_score),
                "reason": one.reason,
                "findings": [finding.to_dict() for finding in one.findings],
            }
            for one in decision.gates
        ],
        "blockers": [one.key for one in decision.blockers],
        "conditions": [
            {
                "finding": one.finding,
                "what": one.what,
                "owner": one.owner,
                "due": one.due.isoformat() if one.due else None,
            }
            for one in decision.conditions
        ],
        "to_go": [list(path) for path in decision.to_go],
        "to_conditional_go": [list(path) for path in decision.to_conditional],
        "ignored_waivers": [
            {"gate": one.gate, "criterion": one.criterion, "flaw": flaw}
            for one, flaw in decision.ignored
        ],
    }


def as_markdown(title: str, decision: Decision) -> str:
    """A page section: the decision, what is in the way, every finding."""
    heading = f"## {markdown_text(title)}: {decision.verdict.value}"
    lines = [heading, "", markdown_text(decision.reason), ""]
    for one in ways(decision):
        lines += [markdown_text(one), ""]
    lines += ["| finding | state | why |", "|---|---|---|"]
    lines += [
        f"| {markdown_text(one.criterion.title)} | {_state(one)} | {markdown_text(one.reason)} |"
        for one in _findings(decision)
    ]
    return "\n".join(lines)


def ways(decision: Decision) -> list[str]:
    """What would have to pass for a better answer, a sentence for each; none for what is GO.

    What both answers take is named once.
    """
    go, conditional = decision.to_go, decision.to_conditional
    if not conditional:
        return [_way("For GO", go)] if go else []
    if go == conditional:
        return [_way("For GO, and for CONDITIONAL GO,", go)]
    said = [_way("For CONDITIONAL GO", conditional)]
    if len(go) == len(conditional) == 1 and set(conditional[0]) < set(go[0]):
        also = [key for key in go[0] if key not in conditional[0]]
        return [*said, f"For GO, all of that and {', '.join(also)}."]
    return [*said, *([_way("For GO", go)] if go else [])]


def _way(aim: str, paths: Sequence[Sequence[str]]) -> str:
    sets = "; or ".join(", ".join(path) for path in paths)
    return f"{aim} these would have to pass: {sets}."


def as_junit(name: str, decision: Decision) -> str:
    """JUnit XML: a case for each finding, so that a pipeline shows them where it shows tests.

    A failure is a failure, what is unknown an error, and what does not apply is skipped.
    """
    cases = "".join(_case(one) for one in _findings(decision))
    found = list(_findings(decision))
    failures = sum(one.state is State.FAIL and not one.waiver for one in found)
    errors = sum(one.state is State.UNKNOWN and not one.waiver for one in found)
    skipped = sum(one.state is State.NOT_APPLICABLE for one in found)
    counts = f'tests="{len(found)}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {counts}>\n'
        f"<testsuite name={xml_attribute(name)} {counts}>\n{cases}</testsuite>\n</testsuites>"
    )


def _case(finding: Finding) -> str:
    told = f"message={xml_attribute(finding.reason)}"
    inner = {State.FAIL: f"<failure {told}/>", State.UNKNOWN: f"<error {told}/>"}.get(
        State.PASS if finding.waiver else finding.state, ""
    )
    if finding.state is State.NOT_APPLICABLE:
        inner = f"<skipped {told}/>"
    out = f"<system-out>{xml_text(finding.reason)}</system-out>"
    return (
        f"<testcase classname={xml_attribute(finding.gate)} "
        f"name={xml_attribute(finding.criterion.title)}>{inner}{out}</testcase>\n"
    )


def _findings(decision: Decision) -> Iterator[Finding]:
    return (finding for gate in decision.gates for finding in gate.findings)


def _state(finding: Finding) -> str:
    key = ", key" if finding.criterion.key else ""
    waived = ", waived" if finding.waiver else ""
    return f"{finding.state.value}{waived}{key}"
