"""What was promised: objectives, how they are counted, and what is left out of the count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from codexreport.series import Indicator
from codexreport.slo.period import Period


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every event counts: good events against valid events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeslices:
    """Every slice of time counts, good or bad: good where its own SLI reaches `target`.

    Attributes:
        width: Length of a slice.
        target: SLI a slice must reach, above 0 and at most 1.
    """

    width: timedelta
    target: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioTimeslices:
    """Every slice of time counts with its own SLI: the mean of the slices.

    Attributes:
        width: Length of a slice.
    """

    width: timedelta


Method = Occurrences | Timeslices | RatioTimeslices


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """One promise about one service.

    Attributes:
        name: Unique in the project, such as `checkout-availability`.
        service: The service it is about.
        display_name: What people call it.
        description: Its author's words.
        owner: Team that acts on it.
        indicator: What is counted.
        target: Share that must be good, above 0 and at most 1.
        method: How good is counted.
        period: What the error budget is for.
        min_coverage: Share of a window that must be observed for a verdict.
        min_events: Valid events a window must hold for a verdict.
        settle: How long after its end a window's figures are provisional.
        file: The file that states it.
        line: Where in it the indicator stands; 0 where that is not known.
    """

    name: str
    service: str
    indicator: Indicator
    target: Fraction
    method: Method
    period: Period
    min_coverage: Fraction
    min_events: int
    settle: timedelta
    display_name: str = ""
    description: str = ""
    owner: str = ""
    file: str = ""
    line: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        if not 0 < self.target <= 1:
            raise ValueError("a target lies above 0 and at most at 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveDefaults:
    """What the project says for objectives whose file does not.

    Attributes:
        owner: Team that acts.
        timezone: IANA zone of calendar periods that name none.
        min_coverage: As in `Objective`.
        min_events: As in `Objective`.
        settle: As in `Objective`.
        bucket: Width events are counted in; a time slice must be a whole number of them.
            None where it is not known yet.
    """

    owner: str
    timezone: str
    min_coverage: Fraction
    min_events: int
    settle: timedelta
    bucket: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedObjectives:
    """What one file of objectives says.

    Attributes:
        objectives: In the order they are written.
        notes: What was read but has no effect here, in sentences.
        data_sources: Data sources the file defines: name to type.
    """

    objectives: tuple[Objective, ...]
    notes: tuple[str, ...] = ()
    data_sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A span that does not count, for reasons somebody answers for.

    Attributes:
        objectives: Names of the objectives it is taken out of.
        start: First moment that does not count, aware.
        end: First moment that counts again, aware.
        reason: Why.
        approver: Role or team that agreed.
    """

    objectives: tuple[str, ...]
    start: datetime
    end: datetime
    reason: str
    approver: str
