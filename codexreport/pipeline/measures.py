"""Everything that can be asked of a project, as measures: objectives, files, ages, evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from codexreport.evidence.keep import phase_folder
from codexreport.facts import About
from codexreport.files import sha256
from codexreport.measure import Measure, Origin, State, unique_origins
from codexreport.pipeline.ages import kept_ledger
from codexreport.pipeline.budgets import BudgetRow, budget_measures, budget_rows, silenced
from codexreport.pipeline.check import Checked, check_project
from codexreport.pipeline.collect import Collection, collect, evaluate_all
from codexreport.pipeline.components import components
from codexreport.pipeline.delivery import measure_outcomes
from codexreport.pipeline.evidence_measures import evidence_measures
from codexreport.pipeline.gather import whole_sources
from codexreport.pipeline.manifest_files import manifest_measures
from codexreport.pipeline.open import choose_window
from codexreport.pipeline.revisions import of_one_revision
from codexreport.pipeline.rollout_measures import measure_rollout
from codexreport.pipeline.steady import steady_measures
from codexreport.pipeline.unread import SCANS, unread, unread_measures
from codexreport.project.model import Project
from codexreport.project.workspace import PHASE, Workspace
from codexreport.quality.components import component_measures
from codexreport.slo.weekly import ObjectiveWeek
from codexreport.sources.base import Progress, silent
from codexreport.supply_chain.ages import measure_ages
from codexreport.supply_chain.ledger_text import FILE_NAME
from codexreport.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Everything that is known of a project at a moment.

    Attributes:
        now: The moment.
        window: The week that the objectives were measured over; None where there are none.
        weeks: Each objective, judged.
        collection: What the objectives were counted from; None where there are none.
        files: What each file and tracker says.
        budgets: Performance against its budgets.
        more: What was measured of all that together, and of the evidence.
    """

    now: datetime
    window: Window | None = None
    weeks: tuple[ObjectiveWeek, ...] = ()
    collection: Collection | None = None
    files: tuple[Checked, ...] = ()
    budgets: tuple[BudgetRow, ...] = ()
    more: tuple[Measure, ...] = ()

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every figure: what a gate can ask."""
        return (
            *(measure for week in self.weeks for measure in week.measures()),
            *(measure for one in self.files for measure in _of_file(one)),
            *budget_measures(self.budgets),
            *self.more,
        )

    @property
    def origins(self) -> tuple[Origin, ...]:
        """All bytes that any figure comes from, each once."""
        series = self.collection.series.values() if self.collection else ()
        found = (
            *(origin for one in series for origin in one.origins),
            *(one.origin for one in self.files if one.origin),
            *(origin for one in self.more for origin in one.origins),
        )
        return unique_origins(found)


def measure_all(
    project: Project,
    workspace: Workspace,
    now: datetime,
    *,
    offline: bool = False,
    progress: Progress = silent,
) -> Measured:
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
    measured = Measured(now=now)
    if project.objectives:
        window = choose_window(project, now, week="", start="", end="")
        collection = collect(
            project, workspace, window, now=now, offline=offline, progress=progress
        )
        weeks = evaluate_all(project, window, collection)
        measured = replace(measured, window=window, weeks=weeks, collection=collection)
    if whole_sources(project):
        _, files = check_project(project, workspace, now, offline=offline, progress=progress)
        measured = replace(measured, files=of_one_revision(project, silenced(project, files)))
    measured = replace(measured, budgets=budget_rows(project, measured.files))
    more = (
        *_of_ages(project, workspace, measured.files, now),
        *(one for part in components(measured.files) for one in component_measures(part)),
        *measure_outcomes(project, measured.files, now),
        *unread_measures(project, measured.files),
        *evidence_measures(workspace.recorded, now),
        *steady_measures(project, measured.weeks, measured.files, now),
        *manifest_measures(project.root, workspace, measured.files, now),
        *measure_rollout(
            project, workspace, measured.files, now, offline=offline, progress=progress
        ),
    )
    return replace(measured, more=more)


def _of_file(one: Checked) -> Iterator[Measure]:
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


def _of_ages(
    project: Project, workspace: Workspace, files: Sequence[Checked], now: datetime
) -> Iterator[Measure]:
    """How old vulnerabilities are, where `codexreport check --ledger` has noted any."""
    ledger = phase_folder(workspace.recorded, PHASE) / FILE_NAME
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
    missed = unread(files, SCANS)
    yield from measure_ages(kept, about, project.vulnerabilities.sla_days, unread=missed)
