"""Everything that can be asked of a project, as measures: objectives, files, ages, evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from codexreport.evidence.keep import phase_folder
from codexreport.facts import About
from codexreport.files import sha256
from codexreport.measure import Measure, Origin, State
from codexreport.pipeline.ages import kept_ledger
from codexreport.pipeline.check import check_project
from codexreport.pipeline.collect import collect, evaluate_all
from codexreport.pipeline.gather import whole_sources
from codexreport.pipeline.open import choose_window
from codexreport.project.load import Project
from codexreport.project.workspace import PHASE, Workspace
from codexreport.sources.base import Progress, silent
from codexreport.supply_chain.ages import measure_ages
from codexreport.supply_chain.ledger_text import FILE_NAME


def measure_all(
    project: Project,
    workspace: Workspace,
    now: datetime,
    *,
    offline: bool = False,
    progress: Progress = silent,
) -> tuple[Measure, ...]:
    """Pull, keep and measure everything that the project names.

    Objectives are measured over the last whole week before `now`. A file that could not be
    read gives a measure too, `source.read`, which is unknown and says why.

    Args:
        project: What is measured.
        workspace: Where snapshots and evidence are.
        now: The moment of the judgement, aware.
        offline: Ask no source, read what the last pull kept.
        progress: Called as work goes on.

    Raises:
        EvidenceError: What was pulled cannot be kept, or the age ledger was altered.
    """
    return (
        *_of_objectives(project, workspace, now, offline=offline, progress=progress),
        *_of_files(project, workspace, now, offline=offline, progress=progress),
        *_of_ages(project, phase_folder(workspace.root, PHASE) / FILE_NAME, now),
    )


def _of_objectives(
    project: Project, workspace: Workspace, now: datetime, *, offline: bool, progress: Progress
) -> Iterator[Measure]:
    if not project.objectives:
        return
    window = choose_window(project, now, week="", start="", end="")
    collection = collect(project, workspace, window, now=now, offline=offline, progress=progress)
    for week in evaluate_all(project, window, collection):
        yield from week.measures()


def _of_files(
    project: Project, workspace: Workspace, now: datetime, *, offline: bool, progress: Progress
) -> Iterator[Measure]:
    if not whole_sources(project):
        return
    _, results = check_project(project, workspace, now, offline=offline, progress=progress)
    for one in results:
        yield from one.measures
        if one.facts is None:
            yield Measure(
                name="source.read",
                subject=one.name,
                value=None,
                unit="1",
                state=State.UNKNOWN,
                reason=one.reason,
                origins=(one.origin,) if one.origin else (),
            )


def _of_ages(project: Project, ledger: Path, now: datetime) -> Iterator[Measure]:
    """How old vulnerabilities are, where `codexreport check --ledger` has noted any."""
    kept, content = kept_ledger(ledger)
    if not content:
        return
    origin = Origin(
        source="",
        uri=ledger.name,
        query="",
        retrieved=now,
        sha256=sha256(content),
        size=len(content),
    )
    about = About(subject=ledger.name, now=now, origins=(origin,))
    yield from measure_ages(kept, about, project.vulnerabilities.sla_days)
