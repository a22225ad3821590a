"""Going through the integration protocol: a phase is complete when its gate says so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from codexreport import __version__
from codexreport.errors import EvidenceError
from codexreport.evidence import announcements
from codexreport.evidence.announcements import Status
from codexreport.evidence.failures import (
    ArtifactsNotThere,
    EnvironmentMismatch,
    MissingArtifacts,
    TestFailure,
)
from codexreport.evidence.keep import keep
from codexreport.measure import State
from codexreport.pipeline.decide import answer
from codexreport.pipeline.measures import measure_all
from codexreport.pipeline.questions import question
from codexreport.project.model import Project
from codexreport.project.workspace import Workspace
from codexreport.readiness.decision import Decision, Verdict
from codexreport.readiness.judging import Finding

PHASE = "integration"
"""Whose evidence announcements are."""
GATES = (
    "integration-1-scope",
    "integration-2-contracts",
    "integration-3-execution",
    "integration-4-sign-off",
)
"""The gate of each phase, in their order."""

_AGREED = {
    "integration.dependencies.parity",
    "integration.environment.parity",
    "integration.prerequisites.parity",
}
_THERE = {"checklist.file", "checklist.section", "source.read"}


def start(workspace: Workspace, number: int, clock: datetime) -> str:
    """Announce that a phase begins.

    Raises:
        EvidenceError: There is no such phase, or it cannot be kept.
    """
    line = announcements.phase_start(number)
    _keep(workspace, line, Status.STARTED, f"phase-{number}", clock)
    return line


def done(workspace: Workspace, number: int | None, clock: datetime) -> str:
    """Announce that a phase, or without a number the whole protocol, is complete.

    Raises:
        EvidenceError: There is no such phase, or it cannot be kept.
    """
    if number is None:
        line, step = announcements.protocol_complete(), "protocol"
    else:
        line, step = announcements.phase_complete(number), f"phase-{number}"
    _keep(workspace, line, Status.COMPLETE, step, clock)
    return line


def require(
    project: Project,
    workspace: Workspace,
    names: Iterable[str],
    now: datetime,
    *,
    offline: bool = False,
) -> None:
    """Refuse to go on unless every one of these gates is GO or CONDITIONAL GO.

    Raises:
        MissingArtifacts: What the gate asks for is not there, or not known.
        EnvironmentMismatch: The environment was not validated.
        TestFailure: Anything else that the gate asks for failed.
    """
    known = measure_all(project, workspace, now, offline=offline)
    for name in names:
        asked = question(project, name)
        decision = answer(project, workspace, asked, known).decision
        if decision.verdict not in {Verdict.GO, Verdict.CONDITIONAL_GO}:
            raise _failure(asked.title, decision)


def _failure(title: str, decision: Decision) -> EvidenceError:
    """The protocol's own name for what the worst blocker says."""
    first = decision.blockers[0]
    validated = first.criterion.subject.split(" in ")[0] == "environment"
    if first.state is State.FAIL and (validated or first.criterion.measure in _AGREED):
        return EnvironmentMismatch([first.reason.rstrip(".")], environment="integration")
    if first.state is State.UNKNOWN or first.criterion.measure in _THERE:
        missing = list(dict.fromkeys(_short(one) for one in decision.blockers if _is_missing(one)))
        known = decision.verdict is Verdict.NO_GO
        return (ArtifactsNotThere if known else MissingArtifacts)(missing, needed_for=title)
    return TestFailure(first.criterion.title, outcome=f"does not hold: {first.reason.rstrip('.')}")


def _is_missing(finding: Finding) -> bool:
    return finding.state is State.UNKNOWN or finding.criterion.measure in _THERE


def _short(finding: Finding) -> str:
    """What is missing: why it is not known where somebody said so, else what was asked for."""
    if finding.state is State.UNKNOWN:
        measure = finding.measure
        said = measure.reason if measure and measure.reason else finding.reason
        return said.rstrip(".")
    return finding.criterion.subject or finding.criterion.measure


def _keep(workspace: Workspace, line: str, status: Status, step: str, now: datetime) -> None:
    tool = f"codexreport {__version__}"
    record = announcements.announcement(line, status, step=step, time=now, tool=tool)
    keep(workspace.root, PHASE, record)
