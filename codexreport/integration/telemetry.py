"""Whether what runs can be seen: logs, metrics and traces of each service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from codexreport.facts import About
from codexreport.integration.figures import PREFIX, none_of, shown, unfilled
from codexreport.measure import Measure, State
from codexreport.text import listed
from codexreport.wording import count

SIGNALS = ("logs", "metrics", "traces")


class Coverage(StrEnum):
    """Whether a signal of a service is there."""

    COVERED = "covered"
    MISSING = "missing"
    EXEMPT = "exempt"
    """It does not apply, and the file says why."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One signal of one service.

    Attributes:
        service: Whose.
        name: `logs`, `metrics` or `traces`.
        coverage: Whether it is there.
    """

    service: str
    name: str
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class Telemetry:
    """Which signals of which services are there.

    Attributes:
        signals: Three of each service.
        blanks: Places that were never filled in.
        observed: Always None: a table does not say when it was written.
        commit: Always empty.
    """

    kind: ClassVar[str] = "telemetry"

    signals: tuple[Signal, ...]
    blanks: tuple[str, ...] = ()
    observed: datetime | None = None
    commit: str = ""

    @property
    def services(self) -> int:
        """How many services there are."""
        return len({one.service for one in self.signals})

    def summary(self) -> str:
        """Such as `4 services, 11 of 12 signals covered`."""
        covered, asked = self._share()
        told = f"{covered} of {count(asked, 'signals')} covered"
        return f"{count(self.services, 'services')}, {told}"

    def measures(self, about: About) -> tuple[Measure, ...]:
        """The share of signals that are there, and which are not."""
        doubts = unfilled(self.blanks)
        if lost := self._named(Coverage.UNKNOWN):
            doubts += (f"Not understood: {listed(lost)}.",)
        missing = none_of(
            about,
            "telemetry.missing",
            self._named(Coverage.MISSING),
            of=len(self.signals),
            unit="signals",
            what="Missing",
            doubts=doubts,
        )
        covered, asked = self._share()
        share = about.measure(
            f"{PREFIX}telemetry.coverage",
            Fraction(covered, asked) if asked else None,
            "ratio",
            missing.state if asked else State.UNKNOWN,
            missing.reason if asked else "It asks for no signal of any service.",
            formula=f"{covered} covered / {count(asked, 'signals')} that apply",
            sample_size=asked,
        )
        return (
            shown(about, "telemetry.services", self.services, "services", doubts),
            share,
            missing,
        )

    def _share(self) -> tuple[int, int]:
        covered = sum(one.coverage is Coverage.COVERED for one in self.signals)
        exempt = sum(one.coverage is Coverage.EXEMPT for one in self.signals)
        return covered, len(self.signals) - exempt

    def _named(self, coverage: Coverage) -> list[str]:
        return [f"{one.name} of {one.service}" for one in self.signals if one.coverage is coverage]
