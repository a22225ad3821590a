"""A health check: what is measured anyway, the machine and the files, judged and kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from codexreport import __version__
from codexreport.evidence.keep import Kind, Record, keep, phase_folder
from codexreport.evidence.writing import written
from codexreport.measure import Measure, State, worst
from codexreport.pipeline import health_files, health_machine
from codexreport.project.health_schema import CHECKS, FULL_CHECKS, HealthBoundsTable, HealthTable
from codexreport.project.model import Project
from codexreport.project.workspace import Workspace
from codexreport.readiness.gate import Criterion
from codexreport.readiness.judging import Finding, judge
from codexreport.steps import HEALTH
from codexreport.wording import count

SCHEMA = 1
_MEASURES = {
    "tests": "quality.tests.pass_rate",
    "coverage": "quality.coverage.lines",
    "flags": "flags.broken",
}
"""By check, what else it is called; the others are of this module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What was found.

    Attributes:
        findings: One a check.
        full: Whether the longer form was asked for.
    """

    findings: tuple[Finding, ...]
    full: bool

    @property
    def state(self) -> State:
        """The worst of all checks."""
        return worst(one.state for one in self.findings)

    @property
    def summary(self) -> str:
        """How many checks there are, and which of them are no pass."""
        parts = [count(len(self.findings), "checks")]
        for state in (State.FAIL, State.UNKNOWN, State.WARNING):
            names = [one.criterion.id for one in self.findings if one.state is state]
            parts += [f"{len(names)} {state.value} ({', '.join(names)})"] if names else []
        return ", ".join(parts if len(parts) > 1 else [*parts, "all well"]) + "."

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "schema": SCHEMA,
            "health": self.state.value,
            "summary": self.summary,
            "full": self.full,
            "checks": [
                {
                    "check": one.criterion.id,
                    "state": one.state.value,
                    "reason": reason_of(one),
                    "measure": one.measure.to_dict() if one.measure else None,
                }
                for one in self.findings
            ],
        }


def reason_of(finding: Finding) -> str:
    """A finding's sentence; of what judged itself, the one that it gave."""
    measure = finding.measure
    if measure is None and finding.state is State.UNKNOWN:
        out = health_files.way_out(finding.criterion.id)
        return f"{finding.reason} Under [health], {out}."
    own = measure is not None and not finding.criterion.passes
    return measure.reason if measure and own and measure.reason else finding.reason


def examine(
    project: Project,
    measures: Sequence[Measure],
    environ: Mapping[str, str],
    *,
    full: bool = False,
) -> Health:
    """Look at the machine and the files, and judge them with what was measured.

    Args:
        project: Its `[health]` says what is well.
        measures: Everything that was measured of it.
        environ: The environment variables; their values are told to nobody.
        full: The longer form.
    """
    known = (*measures, *_vitals(project, environ, full=full))
    names = FULL_CHECKS if full else CHECKS
    findings = tuple(judge(HEALTH, _criterion(project.health, one), known, {}) for one in names)
    return Health(findings=findings, full=full)


def keep_health(
    workspace: Workspace, phase: str, health: Health, now: datetime, clock: datetime
) -> dict[str, Any]:
    """Keep what was found as evidence.

    Args:
        workspace: Where the evidence goes.
        phase: Whose evidence it is.
        health: What was found.
        now: The moment of the judgement.
        clock: The moment it is kept.

    Raises:
        EvidenceError: It cannot be written.
    """
    path = phase_folder(workspace.root, phase) / f"{HEALTH}.json"
    text = json.dumps(health.to_dict(), indent=2, ensure_ascii=False) + "\n"

    def record() -> Record:
        return Record(
            kind=Kind.CHECK,
            time=clock,
            step=HEALTH,
            subject="full" if health.full else "",
            state=health.state.value,
            summary=health.summary,
            tool=f"codexreport {__version__}",
            artifacts=[written(workspace.root, path, text, {"step": HEALTH})],
            details={"as_of": now.isoformat()},
        )

    return keep(workspace.root, phase, record)


def _criterion(table: HealthTable, name: str) -> Criterion:
    bounds = getattr(table, name, None)
    judged = bounds if isinstance(bounds, HealthBoundsTable) else None
    return Criterion(
        id=name,
        title=name,
        measure=_MEASURES.get(name, f"health.{name}"),
        passes=judged.pass_ if judged else (),
        warns=judged.warning if judged else (),
        exempt=table.not_applicable.get(name, ""),
    )


def _vitals(project: Project, environ: Mapping[str, str], *, full: bool) -> Iterator[Measure]:
    table, root = project.health, project.root
    python = health_machine.look_at_python(root, table.python)
    yield health_files.configuration(root, table.configuration)
    yield health_machine.environment(python, table.variables, environ)
    yield health_machine.disk(root)
    yield health_machine.memory()
    if full:
        yield health_machine.version(root, python, table.requires_python)
        yield health_machine.virtual_environment(python)
        yield health_machine.dependencies(root, python)
        yield health_files.syntax(root, table.syntax)
