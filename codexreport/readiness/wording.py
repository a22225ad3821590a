"""A decision as other programs take it: JSON values, Markdown, JUnit XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from codexreport.measure import State, json_number
from codexreport.readiness.decision import Decision
from codexreport.readiness.judging import Finding

_MARKUP = re.compile(r"([\\`*_\[\]<>|&#~])")
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
    lines = [f"## {_text(title)}: {decision.verdict.value}", "", _text(decision.reason), ""]
    for heading, paths in (
        ("GO", decision.to_go),
        ("CONDITIONAL GO", decision.to_conditional),
    ):
        if paths:
            sets = "; or ".join(", ".join(map(_text, path)) for path in paths)
            lines += [f"For {heading} these would have to pass: {sets}.", ""]
    lines += ["| finding | state | why |", "|---|---|---|"]
    lines += [
        f"| {_text(one.criterion.title)} | {_state(one)} | {_text(one.reason)} |"
        for one in _findings(decision)
    ]
    return "\n".join(lines)


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
        f"<testsuite name={_attribute(name)} {counts}>\n{cases}</testsuite>\n</testsuites>"
    )


def _case(finding: Finding) -> str:
    told = f"message={_attribute(finding.reason)}"
    inner = {State.FAIL: f"<failure {told}/>", State.UNKNOWN: f"<error {told}/>"}.get(
        State.PASS if finding.waiver else finding.state, ""
    )
    if finding.state is State.NOT_APPLICABLE:
        inner = f"<skipped {told}/>"
    out = f"<system-out>{escape(_NOT_XML.sub('�', finding.reason))}</system-out>"
    return (
        f"<testcase classname={_attribute(finding.gate)} "
        f"name={_attribute(finding.criterion.title)}>{inner}{out}</testcase>\n"
    )


def _findings(decision: Decision) -> Iterator[Finding]:
    return (finding for gate in decision.gates for finding in gate.findings)


def _state(finding: Finding) -> str:
    key = ", key" if finding.criterion.key else ""
    waived = ", waived" if finding.waiver else ""
    return f"{finding.state.value}{waived}{key}"


def _text(value: str) -> str:
    """Data as the characters it holds, on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(value.split()))


def _attribute(value: str) -> str:
    return quoteattr(_NOT_XML.sub("�", value))
