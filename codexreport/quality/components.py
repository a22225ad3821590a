"""Components: the test runs of one part of a system together, and how sure they make one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from codexreport.measure import Measure, Origin, State, worst
from codexreport.quality.runs import Tally
from codexreport.shares import wilson
from codexreport.wording import count, percent

TOGETHER = "all components"
"""What the sum of all components is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """What was tested of one part.

    Attributes:
        name: What people call it.
        tally: The tests of all its runs.
        state: The worst of its runs.
        doubt: Why the result of a run is not known, a sentence; a failed one beside it hides
            nothing. Empty where every result is known.
        origins: The bytes that the runs were read from.
    """

    name: str
    tally: Tally
    state: State
    doubt: str = ""
    origins: tuple[Origin, ...] = ()

    @property
    def pass_rate(self) -> Fraction | None:
        """Passed tests of those that ran; None where none ran."""
        return Fraction(self.tally.passed, self.tally.ran) if self.tally.ran > 0 else None

    @property
    def confidence(self) -> float | None:
        """How sure the tests make one, 0 to 10; None where none ran.

        Ten times the lower end of the pass rate's 95 % score interval, times the share of tests
        that ran: few tests, failed ones and skipped ones all take away from it.
        """
        if self.pass_rate is None:
            return None
        low, _ = wilson(float(self.pass_rate), self.tally.ran)
        return 10 * low * self.tally.ran / self.tally.total


def together(components: Iterable[Component]) -> Component:
    """All components as one, of which as much is known as of the least known."""
    parts = tuple(components)
    return Component(
        name=TOGETHER,
        tally=total(one.tally for one in parts),
        state=worst(one.state for one in parts),
        doubt=" ".join(dict.fromkeys(one.doubt for one in parts if one.doubt)),
        origins=tuple(origin for one in parts for origin in one.origins),
    )


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum of some tallies."""
    parts = tuple(tallies)
    return Tally(
        total=sum(one.total for one in parts),
        passed=sum(one.passed for one in parts),
        failed=sum(one.failed for one in parts),
        errors=sum(one.errors for one in parts),
        skipped=sum(one.skipped for one in parts),
        unknown=sum(one.unknown for one in parts),
        flaky=sum(one.flaky for one in parts),
    )


def component_measures(one: Component) -> tuple[Measure, ...]:
    """The figures of a component, for gates that ask for them.

    They carry no bound of their own: a run that is not whole makes them unknown.
    """
    state = State.UNKNOWN if one.doubt else State.NOT_APPLICABLE
    tally, rate = one.tally, one.pass_rate
    shown = "not known" if rate is None else percent(rate)
    figures = (
        ("total", tally.total, "tests", f"sum over its runs: {count(tally.total, 'tests')}"),
        (
            "pass_rate",
            rate,
            "ratio",
            f"{tally.passed} passed / ({tally.total} - {tally.skipped} skipped) = {shown}",
        ),
        (
            "confidence",
            one.confidence,
            "points",
            "10 x lower end of the pass rate's 95 % interval x share of tests that ran",
        ),
    )
    return tuple(
        Measure(
            name=f"quality.component.{name}",
            subject=one.name,
            value=value,
            unit=unit,
            state=state if value is not None else State.UNKNOWN,
            reason=one.doubt if value is not None else "None of its tests ran.",
            formula=formula,
            sample_size=tally.ran,
            origins=one.origins,
        )
        for name, value, unit, formula in figures
    )
