"""What may stand in an OpenSLO v1 document: every key of the specification.

Source: the OpenSLO specification, version 1, https://github.com/OpenSLO/OpenSLO.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AliasGenerator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from codexreport.series import Comparison
from codexreport.slo.documents import Name, Number, Part, Percentage, Share

Text = Annotated[str, Field(max_length=1050)]


class _Part(Part):
    model_config = ConfigDict(alias_generator=AliasGenerator(alias=to_camel))


class Metadata(_Part):
    """`metadata` of any document."""

    name: Name
    display_name: str = ""
    labels: dict[str, Any] | None = None
    annotations: dict[str, Any] | None = None


class Header(BaseModel):
    """What tells which document it is; the rest is left to the document's own model."""

    model_config = ConfigDict(extra="ignore", strict=True)

    apiVersion: Literal["openslo/v1"]  # noqa: N815, the specification's spelling
    kind: Literal[
        "SLO",
        "SLI",
        "Service",
        "DataSource",
        "AlertPolicy",
        "AlertCondition",
        "AlertNotificationTarget",
    ]


class _Document(_Part):
    api_version: Literal["openslo/v1"]
    kind: str
    metadata: Metadata


class MetricSource(_Part):
    """`metricSource`: which source to ask, and what, in its own terms."""

    metric_source_ref: str | None = None
    type: str | None = None
    spec: dict[str, Any]


class MetricBody(_Part):
    """The inside of `good`, `bad`, `total`, `raw` and `thresholdMetric`."""

    metric_source: MetricSource


class RatioMetric(_Part):
    """`ratioMetric`."""

    counter: bool = True
    good: MetricBody | None = None
    bad: MetricBody | None = None
    total: MetricBody | None = None
    raw: MetricBody | None = None
    raw_type: Literal["success", "failure"] | None = None


class SliSpec(_Part):
    """`spec` of an SLI."""

    description: Text = ""
    threshold_metric: MetricBody | None = None
    ratio_metric: RatioMetric | None = None


class InlineSli(_Part):
    """An SLI written inside an SLO."""

    metadata: Metadata | None = None
    spec: SliSpec


class SliDocument(_Document):
    """`kind: SLI`."""

    spec: SliSpec


class Calendar(_Part):
    """`calendar` of a time window."""

    start_time: datetime | date | str
    time_zone: str | None = None


class TimeWindow(_Part):
    """One item of `timeWindow`."""

    duration: str
    is_rolling: bool | None = None
    calendar: Calendar | None = None


class ObjectiveItem(_Part):
    """One item of `objectives`."""

    display_name: str = ""
    op: Comparison | None = None
    value: Number | None = None
    target: Share | None = None
    target_percent: Percentage | None = None
    time_slice_target: Share | None = None
    time_slice_window: int | str | None = None
    indicator: Any = None
    indicator_ref: Any = None
    composite_weight: Any = None


class SloSpec(_Part):
    """`spec` of an SLO."""

    description: Text = ""
    service: str
    indicator: InlineSli | None = None
    indicator_ref: str | None = None
    time_window: Annotated[list[TimeWindow], Field(min_length=1, max_length=1)]
    budgeting_method: Literal["Occurrences", "Timeslices", "RatioTimeslices"]
    objectives: Annotated[list[ObjectiveItem], Field(min_length=1)]
    alert_policies: list[Any] | None = None


class SloDocument(_Document):
    """`kind: SLO`."""

    spec: SloSpec


class ServiceSpec(_Part):
    """`spec` of a Service."""

    description: Text = ""


class ServiceDocument(_Document):
    """`kind: Service`."""

    spec: ServiceSpec | None = None


class DataSourceSpec(_Part):
    """`spec` of a DataSource."""

    description: Text = ""
    type: str
    connection_details: Any = None


class DataSourceDocument(_Document):
    """`kind: DataSource`."""

    spec: DataSourceSpec
