"""A project's rollout plan, and what it says at a moment."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from codexreport.errors import ParameterError
from codexreport.project.model import Project
from codexreport.project.rollout_schema import RolloutTable
from codexreport.project.workspace import FILE_NAME
from codexreport.rollout.plan import Plan, PlannedStep


def rollout_of(project: Project) -> RolloutTable:
    """What the project says of its rollout.

    Raises:
        ParameterError: It plans none.
    """
    if project.rollout is None:
        raise ParameterError(
            f"{project.name} plans no rollout.",
            advice=f"Add [rollout] with a start to {FILE_NAME}; docs/rollout.md shows one.",
        )
    return project.rollout


def plan_of(project: Project) -> Plan:
    """The project's plan.

    Raises:
        ParameterError: It has none.
    """
    return rollout_of(project).plan(project.timezone)


def plan_document(project: Project, now: datetime) -> dict[str, Any]:
    """The plan as plain JSON values, and what it says at `now`.

    Raises:
        ParameterError: The project has none.
    """
    plan = plan_of(project)
    following, freeze = plan.next_step(now), plan.freeze_at(now)
    return {
        "project": project.name,
        "strategy": rollout_of(project).strategy.value,
        "zone": plan.zone_name,
        "as_of": now.isoformat(),
        "planned_percent": percent_number(plan.planned(now)),
        "next": _step(following) if following else None,
        "freeze": freeze.reason if freeze else None,
        "steps": [_step(one) for one in plan.steps],
        "freezes": [
            {"start": one.start.isoformat(), "end": one.end.isoformat(), "reason": one.reason}
            for one in plan.freezes
        ],
    }


def percent_number(share: Fraction) -> int | float:
    """A share as a percentage for JSON: whole where it is."""
    scaled = share * 100
    return int(scaled) if scaled == int(scaled) else float(scaled)


def _step(step: PlannedStep) -> dict[str, Any]:
    return {
        "at": step.at.isoformat(),
        "percent": percent_number(step.share),
        "delayed_by": step.delayed_by or None,
    }
