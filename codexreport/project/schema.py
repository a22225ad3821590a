"""What may stand in `codexreport.toml`: every key, its type and its default."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, model_validator

from codexreport.errors import ParameterError
from codexreport.keys import Length, ZoneName
from codexreport.project.authoring_schema import AuthoringTable
from codexreport.project.delivery_schema import DeliveryTable, IncidentTargetsTable
from codexreport.project.health_schema import HealthTable
from codexreport.project.notify_schema import NotifyTable
from codexreport.project.operations_schema import ActionsTable, SteadyStateTable, UpdatesTable
from codexreport.project.perf_schema import PerfTable
from codexreport.project.performance_schema import BudgetTable
from codexreport.project.protocol_schema import ProtocolTable
from codexreport.project.publish_schema import PublishTable
from codexreport.project.readiness_schema import DecisionTable, ReadinessTable, WaiverTable
from codexreport.project.releases import checked
from codexreport.project.rollout_schema import RolloutTable
from codexreport.project.smoke_schema import SmokeTable
from codexreport.project.table import Name, Phase, Table
from codexreport.supply_chain.ages import SLA_DAYS
from codexreport.supply_chain.severity import Severity


def _share(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("write a share between 0 and 1, such as 0.9")  # noqa: TRY004, pydantic turns only ValueError into a message
    share = Fraction(Decimal(str(value)))
    if not 0 <= share <= 1:
        raise ValueError("write a share between 0 and 1, such as 0.9")
    return share


Share = Annotated[Fraction, BeforeValidator(_share)]


def _release(name: str) -> str:
    try:
        return checked(name) if name else ""
    except ParameterError as error:
        raise ValueError(f"{error.message} {error.advice}") from error


Release = Annotated[str, AfterValidator(_release)]


class ProjectTable(Table):
    """`[project]`: who this is about."""

    name: str = Field(min_length=1, max_length=200)
    """What reports call it."""
    timezone: ZoneName = "UTC"
    """IANA zone that weeks and days are cut in and times are shown in."""
    owner: str = ""
    """Team that acts where an objective names none."""
    release: Release = ""
    """Which release is judged, `{release}` in paths and phases; `--release` goes first."""
    phase: Phase | Literal[""] = ""
    """The evidence that all that is run for it and decided on it is kept in, such as
    `release-{release}`; absent: smoke runs in `phase4`, decisions in `phase6`, all else in
    `operations`."""
    as_of: AwareDatetime | None = None
    """A fixed "now", for a project whose data has ended."""


class SloTable(Table):
    """`[slo]`: how objectives are found and judged, unless `[objectives.NAME]` says otherwise."""

    objectives: tuple[str, ...] = ("objectives/*.yaml",)
    """Files of OpenSLO or Sloth, as patterns below the project's folder."""
    bucket: Length = timedelta(minutes=5)
    """Width of the buckets that events are counted in."""
    min_coverage: Share = Fraction(9, 10)
    """Share of a window that must be observed; below it the state is unknown."""
    min_events: int = Field(default=100, ge=0)
    """Events a window must hold; below it the state is unknown."""
    settle: Length = timedelta(days=1)
    """How long after its end a window's figures are provisional."""
    history_weeks: int = Field(default=12, ge=1, le=104)
    """Weeks of history shown, the reported one included."""
    steady_weeks: int = Field(default=4, ge=2, le=52)
    """Consecutive passed weeks that make steady state; at most `history_weeks`."""

    @model_validator(mode="after")
    def _streak_fits(self) -> SloTable:
        if self.steady_weeks > self.history_weeks:
            raise ValueError("steady_weeks is more than history_weeks: it could not be reached")
        return self


class ObjectiveTable(Table):
    """`[objectives.NAME]`: what one objective does differently."""

    owner: str | None = None
    """Team that acts on it."""
    min_coverage: Share | None = None
    """As in `[slo]`."""
    min_events: int | None = Field(default=None, ge=0)
    """As in `[slo]`."""
    settle: Length | None = None
    """As in `[slo]`."""


class _Span(Table):
    @model_validator(mode="after")
    def _in_order(self) -> _Span:
        first, last = self._bounds()
        if last is not None and first >= last:
            raise ValueError("it ends before it starts")
        return self

    def _bounds(self) -> tuple[datetime, datetime | None]:
        raise NotImplementedError


class CorrectionTable(_Span):
    """`[[corrections]]`: time that does not count, with the reason and who agreed."""

    objectives: tuple[str, ...] = Field(min_length=1)
    """Names of the objectives it is taken out of."""
    start: AwareDatetime
    """First moment that does not count."""
    end: AwareDatetime
    """First moment that counts again."""
    reason: str = Field(min_length=1)
    """Why, for the reader."""
    approver: str = Field(min_length=1)
    """Role or team that agreed."""

    def _bounds(self) -> tuple[datetime, datetime | None]:
        return self.start, self.end


class IncidentTable(_Span):
    """`[[incidents]]`: what is marked on the charts."""

    id: Name
    """The tracker's name for it."""
    title: str = Field(min_length=1)
    """What happened, in a few words."""
    severity: str = ""
    """As the team grades it."""
    started: AwareDatetime
    """When it began."""
    detected: AwareDatetime | None = None
    """When the team first knew of it."""
    acknowledged: AwareDatetime | None = None
    """When somebody took it up."""
    mitigated: AwareDatetime | None = None
    """When users stopped feeling it."""
    resolved: AwareDatetime | None = None
    """When it was over; absent while it lasts."""
    services: tuple[str, ...] = ()
    """Services it touched; it is marked on their objectives' charts."""

    def _bounds(self) -> tuple[datetime, datetime | None]:
        return self.started, self.resolved


class VulnerabilitiesTable(Table):
    """`[vulnerabilities]`: how long they may stay open."""

    max_age_days: dict[Severity, Annotated[int, Field(strict=True, ge=1)]] = Field(default={})
    """Days by severity, such as `{critical = 7, moderate = 90}`; one not named keeps its own: 14
    for critical, high and unknown, and none for moderate, low and none."""

    @property
    def sla_days(self) -> dict[Severity, int]:
        """The days of every severity that has some."""
        return {**SLA_DAYS, **self.max_age_days}


class GateTable(Table):
    """`[gates.NAME]`: what one gate does differently here, and who has to sign it off."""

    roles: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Roles of which each has to approve, such as `["engineering", "product"]`; none: those that
    the gate's file names."""
    required: bool | None = None
    """Whether there is a decision without its answer; absent: as the gate's file says."""
    phase: Phase | Literal[""] = ""
    """The evidence that its records and approvals are looked for in, such as `launch-{release}`;
    absent: as the gate's file says, criterion by criterion."""
    not_applicable: dict[Name, str] = Field(default={})
    """Criteria that do not apply here, by id, each with the reason."""
    owners: dict[Name, str] = Field(default={})
    """Team that acts on a criterion, by its id."""
    authors: tuple[str, ...] = ()
    """Whose work it is; their own approval does not count."""
    allowed_signers: str = ""
    """File, seen from the project's folder, with the SSH keys of those who may sign off, as
    ssh-keygen(1) describes it; with it, only what is signed counts."""


class ProjectFile(Table):
    """The whole file. A source's own keys are validated by the source's type."""

    schema_version: Literal[1] = Field(alias="schema")
    """Version of this file's form."""
    project: ProjectTable
    slo: SloTable = SloTable()
    objectives: dict[str, ObjectiveTable] = Field(default={})
    sources: dict[Name, dict[str, Any]] = Field(default={})
    corrections: tuple[CorrectionTable, ...] = ()
    incidents: tuple[IncidentTable, ...] = ()
    vulnerabilities: VulnerabilitiesTable = VulnerabilitiesTable()
    gates: dict[Name, GateTable] = Field(default={})
    readiness: ReadinessTable = ReadinessTable()
    decisions: dict[Name, DecisionTable] = Field(default={})
    waivers: tuple[WaiverTable, ...] = ()
    delivery: DeliveryTable = DeliveryTable()
    incident_targets: IncidentTargetsTable = IncidentTargetsTable()
    smoke: SmokeTable = SmokeTable()
    health: HealthTable = HealthTable()
    perf: PerfTable = PerfTable()
    publish: PublishTable = PublishTable()
    notify: NotifyTable = NotifyTable()
    protocols: dict[Name, ProtocolTable] = Field(default={})
    rollout: RolloutTable | None = None
    budgets: tuple[BudgetTable, ...] = ()
    authoring: AuthoringTable = AuthoringTable()
    actions: ActionsTable = ActionsTable()
    updates: UpdatesTable = UpdatesTable()
    steady_state: SteadyStateTable = SteadyStateTable()
