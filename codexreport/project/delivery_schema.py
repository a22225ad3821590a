"""What `codexreport.toml` says of delivery: where production is, and how quick is quick enough."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import AwareDatetime, Field

from codexreport.incidents.targets import Targets
from codexreport.keys import Length
from codexreport.project.table import Table
from codexreport.rollout.record import MIN_DEPLOYMENTS


class DeliveryTable(Table):
    """`[delivery]`: which deployments are measured."""

    environments: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        default=("production",), min_length=1
    )
    """What the records of deployments call production; upper case makes no difference."""
    span: Length = timedelta(days=90)
    """How far back the four keys look."""
    min_deployments: int = Field(default=MIN_DEPLOYMENTS, ge=1)
    """How many make a rate or a typical time; with fewer it is unknown."""


class IncidentTargetsTable(Table):
    """`[incident_targets]`: how long the median incident may take."""

    detect: Length | None = None
    """Until it is detected."""
    acknowledge: Length | None = None
    """From then until somebody takes it up."""
    mitigate: Length | None = None
    """From its beginning until users do not feel it any more."""
    restore: Length | None = None
    """From its beginning until it is resolved."""
    since: AwareDatetime | None = None
    """Incidents that began earlier do not count, and are shown to compare with."""

    def targets(self) -> Targets:
        """What is measured."""
        wanted: Mapping[str, timedelta | None] = {
            "detect": self.detect,
            "acknowledge": self.acknowledge,
            "mitigate": self.mitigate,
            "restore": self.restore,
        }
        medians = {name: length for name, length in wanted.items() if length is not None}
        return Targets(medians=medians, since=self.since)
