"""Objectives from Sloth's `prometheus/v1` specifications.

Source: Sloth's documentation, "Default SLO spec", https://sloth.dev.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from codexreport.series import Metric, RatioIndicator
from codexreport.slo.documents import Name, Part, Percentage, Refusals, Spot, read_documents
from codexreport.slo.objective import Objective, ObjectiveDefaults, Occurrences, ParsedObjectives
from codexreport.slo.period import RollingPeriod
from codexreport.slo.sources import KnownSources

PERIOD = RollingPeriod(length=timedelta(days=30))
"""The period of a specification; Sloth takes it where its command line says nothing else."""

_SOURCE_TYPE = "prometheus"


class Events(Part):
    """`sli.events`: queries of rates or increases over `[{{.window}}]`."""

    error_query: str
    total_query: str


class Sli(Part):
    """`sli`."""

    events: Events | None = None
    raw: Any = None
    plugin: Any = None


class Slo(Part):
    """One item of `slos`."""

    name: Name
    objective: Percentage
    description: str = ""
    labels: dict[str, Any] | None = None
    sli: Sli
    alerting: dict[str, Any] | None = None


class Specification(Part):
    """The whole document."""

    version: Literal["prometheus/v1"]
    service: Name
    labels: dict[str, Any] | None = None
    slos: Annotated[list[Slo], Field(min_length=1)]


def parse_sloth(
    text: str, *, file: str, sources: Mapping[str, str], defaults: ObjectiveDefaults
) -> ParsedObjectives:
    """Read the SLOs of a Sloth specification; each is called `<service>-<name>`, as Sloth does.

    Args:
        text: YAML, one document or several.
        file: The file's name, for messages.
        sources: The project's sources, name to type; one of them must be a Prometheus.
        defaults: What holds where the file says nothing.

    Raises:
        ProjectError: With every mistake in the file.
    """
    refusals = Refusals(file, text)
    objectives, notes = [], []
    for document in read_documents(text, file):
        specification = refusals.validated(Specification, document)
        if specification is None:
            continue
        spot = Spot(refusals, document[0])
        source = _source(sources, spot)
        for number, slo in enumerate(specification.slos):
            here = spot.at(f"slos[{number}]")
            indicator = _indicator(specification, slo, source, here.at("sli"))
            if indicator is not None:
                line = here.at("sli").key_line()
                one = _objective(specification, slo, indicator, defaults)
                objectives.append(replace(one, file=file, line=line))
            if slo.alerting:
                line = here.at("alerting").key_line()
                notes.append(
                    f"{file}:{line}: alerting of {slo.name!r} has no effect:"
                    " alerts are worked out from the objectives themselves."
                )
    refusals.raise_any()
    return ParsedObjectives(objectives=tuple(objectives), notes=tuple(notes))


def _source(sources: Mapping[str, str], spot: Spot) -> str | None:
    try:
        return KnownSources(types=sources).only(_SOURCE_TYPE)
    except LookupError as error:
        spot.refuse(f"{error} (a Sloth specification is always about Prometheus)")
        return None


def _indicator(
    specification: Specification, slo: Slo, source: str | None, spot: Spot
) -> RatioIndicator | None:
    for key in ("raw", "plugin"):
        if key in slo.sli.model_fields_set:
            spot.at(key).refuse(
                "cannot be used, for it has no counts to sum: give events with error_query"
                " and total_query"
            )
    if slo.sli.events is None:
        if not slo.sli.model_fields_set & {"raw", "plugin"}:
            spot.at("events").refuse("is missing")
        return None
    if source is None:
        return None
    return RatioIndicator(
        name=f"{specification.service}-{slo.name}",
        bad=Metric(source=source, spec={"query": slo.sli.events.error_query}),
        total=Metric(source=source, spec={"query": slo.sli.events.total_query}),
        counter=False,
    )


def _objective(
    specification: Specification,
    slo: Slo,
    indicator: RatioIndicator,
    defaults: ObjectiveDefaults,
) -> Objective:
    return Objective(
        name=indicator.name,
        service=specification.service,
        display_name=slo.name,
        description=slo.description.strip(),
        owner=defaults.owner,
        indicator=indicator,
        target=slo.objective / 100,
        method=Occurrences(),
        period=PERIOD,
        min_coverage=defaults.min_coverage,
        min_events=defaults.min_events,
        settle=defaults.settle,
    )
