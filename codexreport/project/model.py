"""A project, as `codexreport.toml` and the files it names say it: everything configured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel

from codexreport.performance.budgets import Budget
from codexreport.project.authoring_schema import AuthoringTable
from codexreport.project.delivery_schema import DeliveryTable, IncidentTargetsTable
from codexreport.project.health_schema import HealthTable
from codexreport.project.notify_schema import NotifyTable
from codexreport.project.operations_schema import ActionsTable, SteadyStateTable, UpdatesTable
from codexreport.project.perf_schema import PerfTable
from codexreport.project.protocol_schema import ProtocolTable
from codexreport.project.publish_schema import PublishTable
from codexreport.project.readiness_schema import DecisionTable, ReadinessTable
from codexreport.project.rollout_schema import RolloutTable
from codexreport.project.schema import (
    GateTable,
    IncidentTable,
    SloTable,
    VulnerabilitiesTable,
)
from codexreport.project.smoke_schema import SmokeTable
from codexreport.readiness.gate import Waiver
from codexreport.slo.objective import Correction, Objective


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceConfig:
    """One `[sources.NAME]` table, validated by its type's own model.

    Attributes:
        name: As the project file calls it.
        type: A source type, a format or a tracker.
        settings: What the type asks, with the release in its path.
        written: Its path as it is written, `{release}` still in it; empty where it has none.
    """

    name: str
    type: str
    settings: BaseModel
    written: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectInput:
    """A file the project was read from, for the record."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Everything that is configured, nothing that is measured.

    Attributes:
        root: The folder of the project file.
        release: What `{release}` stands for; empty where no release is judged.
        own_release: The one that the project file itself names; empty where it names none.
        phase: What is run for it is kept in, `{release}` still in it; empty where none is named.
        as_of: A fixed "now", for a project whose data has ended.
        notes: What was read in the objectives but has no effect here, in sentences.
        inputs: The files it was read from.
    """

    root: Path
    name: str
    timezone: str
    owner: str
    release: str
    own_release: str = ""
    phase: str
    as_of: datetime | None
    slo: SloTable
    objectives: tuple[Objective, ...]
    sources: Mapping[str, SourceConfig]
    corrections: tuple[Correction, ...]
    incidents: tuple[IncidentTable, ...]
    gates: Mapping[str, GateTable]
    readiness: ReadinessTable
    decisions: Mapping[str, DecisionTable]
    waivers: tuple[Waiver, ...]
    vulnerabilities: VulnerabilitiesTable
    delivery: DeliveryTable
    incident_targets: IncidentTargetsTable
    smoke: SmokeTable
    health: HealthTable
    perf: PerfTable
    publish: PublishTable
    notify: NotifyTable
    protocols: Mapping[str, ProtocolTable]
    rollout: RolloutTable | None
    budgets: tuple[Budget, ...]
    authoring: AuthoringTable
    actions: ActionsTable
    updates: UpdatesTable
    steady_state: SteadyStateTable
    notes: tuple[str, ...]
    inputs: tuple[ProjectInput, ...]
