"""What `codexreport.toml` says of performance runs: what is asked, where, and how much of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from codexreport.addresses import EnvReference, PlainUrl
from codexreport.bounds import Bound, BoundError, parse_bound
from codexreport.keys import Length
from codexreport.performance.readings import UNITS
from codexreport.project.smoke_schema import HeaderName, Step, jsonable, listed
from codexreport.project.table import Phase, Table
from codexreport.window import duration

WAITS_S = (1, 2, 4)
"""How long to wait before each time that a run is measured again."""


def _bounds(value: object) -> object:
    try:
        return tuple(parse_bound(str(text)) for text in listed(value))
    except BoundError as error:
        raise ValueError(str(error)) from error


def _wait(value: object) -> object:
    return duration(value) if isinstance(value, str) and value != "0s" else value


def _statistic(name: str) -> str:
    if name not in UNITS:
        raise ValueError(f"{name!r} is not measured; known: {', '.join(UNITS)}")
    return name


BoundList = Annotated[tuple[Bound, ...], BeforeValidator(_bounds), Field(min_length=1)]


class PerfRequestTable(Table):
    """`[[perf.scenarios.NAME.requests]]`: one request that a user makes."""

    path: str = Field(pattern=r"^/[!-~]*$")
    """Where, below the target, such as `/search?q=tea`."""
    name: str = Field(default="", max_length=120)
    """What it is counted as; absent: its path."""
    method: Literal["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    """As HTTP names it."""
    body: Annotated[Any, AfterValidator(jsonable)] = None
    """What to send, as JSON."""
    weight: int = Field(default=1, ge=1, le=1000)
    """How often it is made, compared with the others."""


class PerfScenarioTable(Table):
    """`[perf.scenarios.NAME]`: users that make requests, within bounds."""

    model_config = ConfigDict(hide_input_in_errors=True)

    target: PlainUrl
    """The address that is measured; redirections are not followed."""
    headers: dict[HeaderName, EnvReference] = Field(default={})
    """Headers to send, their values as `env:NAME`."""
    requests: tuple[PerfRequestTable, ...] = ()
    """What users ask for, at random by weight."""
    locustfile: str = ""
    """Instead of `requests`: a Locust file of your own, seen from the project's folder."""
    users: int = Field(default=1, ge=1, le=10_000)
    """Users at once."""
    spawn_rate: float = Field(default=10, gt=0, le=1000)
    """Users that begin a second."""
    wait: Annotated[timedelta, BeforeValidator(_wait), Field(ge=timedelta())] = timedelta(seconds=1)
    """How long each user waits between two requests, such as `250ms`; not with a `locustfile`."""
    duration: Annotated[Length, Field(le=timedelta(days=1))] = timedelta(minutes=1)
    """How long it lasts at most."""
    max_requests: int = Field(default=10_000, ge=1, le=5_000_000)
    """Requests after which it ends sooner; those under way are finished."""
    thresholds: dict[Annotated[str, AfterValidator(_statistic)], BoundList] = Field(default={})
    """Bounds by statistic, such as `{p95 = "< 200 ms", errors = "< 0.1 %"}`; a list holds whole."""
    retries: int = Field(default=0, ge=0, le=len(WAITS_S))
    """How often a run that does not pass is measured again, after 1, 2 and 4 seconds. Each time is
    reported, and a pass by a retry is a warning."""

    @model_validator(mode="after")
    def _asks_for_something(self) -> PerfScenarioTable:
        if bool(self.requests) is bool(self.locustfile):
            raise ValueError("needs requests or a locustfile, and not both")
        path = self.locustfile
        if path.startswith("/") or ".." in path.split("/") or "," in path:
            raise ValueError(f"locustfile {path!r} is no file in the project's folder")
        for statistic, bounds in self.thresholds.items():
            _check_bounds(statistic, bounds)
        return self


def _check_bounds(statistic: str, bounds: tuple[Bound, ...]) -> None:
    for bound in bounds:
        if bound.relative:
            raise ValueError(
                f"{statistic} {bound.text!r} compares with a baseline; a gate does that"
            )
        if not bound.unit and bound.number:
            raise ValueError(f"{statistic} {bound.text!r} has no unit")
        try:
            bound.limit(UNITS[statistic], None)
        except BoundError as error:
            raise ValueError(str(error)) from error


class PerfTable(Table):
    """`[perf]`: performance runs."""

    phase: Phase = "operations"
    """The evidence that they are kept in."""
    scenarios: dict[Step, PerfScenarioTable] = Field(default={})
    """What can be measured, by name."""
