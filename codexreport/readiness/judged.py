"""What an approval is about: a gate's findings, but for the approvals themselves.

A report that is made again after somebody approved differs from the one they saw: it says that
they approved. What they approved is this, and it is the same bytes as long as the judgement is.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from codexreport.bounds import shown
from codexreport.measure import Number
from codexreport.readiness.judging import Finding
from codexreport.readiness.score import GateResult

MOVING = ("evidence.", "operations.", "delivery.", "rollout.", "supply_chain.age")
"""Measures whose figures move with the clock, or with the approvals themselves."""
APPROVAL = "evidence.approval"
"""The measure that tells whether a role approved."""


def judged(result: GateResult, *, project: str, release: str) -> dict[str, Any]:
    """A gate's findings as plain JSON values: what was asked, what was found, what is accepted.

    No moment is among them and no reason in words, which may say how long ago something was.

    Args:
        result: What the gate said.
        project: Whose judgement it is.
        release: Of which release; empty where none is named.
    """
    return {
        "schema": 1,
        "project": project,
        "release": release,
        "gate": result.gate.name,
        "required": result.gate.required,
        "title": result.gate.title,
        "pass_score": str(result.gate.pass_score),
        "warning_score": str(result.gate.warning_score),
        "findings": [_finding(one) for one in result.findings if one.criterion.measure != APPROVAL],
    }


def encoded(content: dict[str, Any]) -> bytes:
    """The file of `judged`: the same bytes for the same content, and readable."""
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def _finding(one: Finding) -> dict[str, Any]:
    """Of what moves by itself it says the state alone: an approval is not to end over night."""
    criterion, measure, waiver = one.criterion, one.measure, one.waiver
    told = measure is not None and not measure.name.startswith(MOVING)
    return {
        "id": criterion.id,
        "title": criterion.title,
        "asks": [criterion.measure, criterion.subject],
        "pass": shown(criterion.passes),
        "warning": shown(criterion.warns),
        "weight": str(criterion.weight),
        "key": criterion.key,
        "exempt": criterion.exempt,
        "state": one.state.value,
        "of": measure.subject if measure else None,
        "figure": _exact(measure.value) if measure and told else None,
        "unit": measure.unit if measure else None,
        "baseline": _exact(one.baseline.value) if one.baseline else None,
        "baseline_of": [before.release for before in one.baseline.of] if one.baseline else [],
        "waiver": waiver
        and {
            "reason": waiver.reason,
            "owner": waiver.owner,
            "approver": waiver.approver,
            "expires": waiver.expires and waiver.expires.isoformat(),
            "unknown": waiver.unknown,
        },
    }


def _exact(value: Number | None) -> str | None:
    """Every digit of a figure; an infinite one by name."""
    if value is None:
        return None
    return str(Fraction(value)) if abs(value) != float("inf") else str(value)
