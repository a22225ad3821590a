"""Test runs: what every test said, counted, and judged: none failed, and none is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.wording import count, percent


class Outcome(StrEnum):
    """What one test said in the end."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"
    """The tool used a word that nobody defined, or did not say."""


_WORST_FIRST = (Outcome.ERROR, Outcome.FAILED, Outcome.UNKNOWN, Outcome.SKIPPED, Outcome.PASSED)


def worst_outcome(outcomes: Iterable[Outcome]) -> Outcome:
    """What several words about one test come to; `PASSED` where nothing was said."""
    return min(outcomes, key=_WORST_FIRST.index, default=Outcome.PASSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCase:
    """One test.

    Attributes:
        name: As the tool calls it.
        group: The class or file it stands in; empty where nothing says.
        suite: The suite that it ran in; empty where nothing says.
        outcome: What its last attempt said.
        flaky: It passed, after an attempt that did not.
        seconds: How long it took; None where nothing says.
    """

    __test__: ClassVar[bool] = False  # pytest collects classes by the name Test

    name: str
    group: str = ""
    suite: str = ""
    outcome: Outcome
    flaky: bool = False
    seconds: float | None = None

    @property
    def bad(self) -> bool:
        """It failed or could not be run."""
        return self.outcome in (Outcome.FAILED, Outcome.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Numbers of tests; a flaky test is one of the passed."""

    total: int = 0
    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    unknown: int = 0
    flaky: int = 0

    @classmethod
    def of(cls, cases: Iterable[TestCase]) -> Tally:
        """Count `cases`."""
        numbers = dict.fromkeys(Outcome, 0)
        flaky = 0
        for case in cases:
            numbers[case.outcome] += 1
            flaky += case.flaky
        return cls(
            total=sum(numbers.values()),
            passed=numbers[Outcome.PASSED],
            failed=numbers[Outcome.FAILED],
            errors=numbers[Outcome.ERROR],
            skipped=numbers[Outcome.SKIPPED],
            unknown=numbers[Outcome.UNKNOWN],
            flaky=flaky,
        )

    @property
    def unaccounted(self) -> int:
        """Tests of which nobody knows what they said."""
        known = self.passed + self.failed + self.errors + self.skipped
        return max(self.total - known, self.unknown)

    @property
    def ran(self) -> int:
        """Tests that were not skipped."""
        return self.total - self.skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRun:
    """What one test report says.

    Attributes:
        tally: Its numbers. Where a report contradicts itself they are the worse ones.
        cases: The tests; empty where a report holds numbers alone.
        seconds: How long the run took; None where nothing says.
        observed: When it ended, aware; None where nothing says.
        commit: The revision it names; empty where it names none.
        doubts: Why it cannot be taken as the whole run, a sentence each.
        notes: Where it contradicts itself, a sentence each.
    """

    __test__: ClassVar[bool] = False
    kind: ClassVar[str] = "tests"

    tally: Tally
    cases: tuple[TestCase, ...] = ()
    seconds: Fraction | float | None = None
    observed: datetime | None = None
    commit: str = ""
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def summary(self) -> str:
        """Such as `31 tests, 2 failed, 1 flaky`."""
        numbers = (
            (self.tally.failed, "failed"),
            (self.tally.errors, "in error"),
            (self.tally.flaky, "flaky"),
            (self.tally.skipped, "skipped"),
            (self.tally.unknown, "unknown"),
        )
        parts = [f"{number} {word}" for number, word in numbers if number]
        return ", ".join([count(self.tally.total, "tests"), *parts])

    def measures(self, about: About) -> tuple[Measure, ...]:
        """The numbers; a failed or errored test fails, a flaky one warns."""
        tally, lost = self.tally, " ".join(self._doubts())
        said = " ".join([*self._doubts(), *self.notes])
        unsure = State.UNKNOWN if self._doubts() else State.NOT_APPLICABLE
        return (
            about.measure("quality.tests.total", tally.total, "tests", unsure, said),
            about.measure("quality.tests.passed", tally.passed, "tests"),
            self._bad(about, "quality.tests.failed", tally.failed, "failed"),
            self._bad(about, "quality.tests.errors", tally.errors, "ended in error"),
            about.measure("quality.tests.skipped", tally.skipped, "tests", doubt=lost),
            self._flaky(about),
            self._pass_rate(about, unsure),
            *self._duration(about),
        )

    def _doubts(self) -> list[str]:
        """Why a run without a failure is still not known to have passed."""
        tally = self.tally
        if not tally.total:
            return [*self.doubts, "It holds no test."]
        if tally.ran <= 0:
            return [*self.doubts, f"Every test was skipped ({count(tally.total, 'tests')})."]
        if tally.unaccounted:
            lost = count(tally.unaccounted, "tests")
            return [*self.doubts, f"The result of {lost} is unknown."]
        return list(self.doubts)

    def _bad(self, about: About, name: str, number: int, what: str) -> Measure:
        reason = f"{number or 'None'} of {count(self.tally.total, 'tests')} {what}."
        return self._judged(about, name, number, State.FAIL, reason)

    def _flaky(self, about: About) -> Measure:
        number = self.tally.flaky
        passed = count(self.tally.passed, "tests")
        reason = f"{number or 'None'} of {passed} that passed did so after a failed attempt."
        return self._judged(about, "quality.tests.flaky", number, State.WARNING, reason)

    def _judged(self, about: About, name: str, number: int, bad: State, reason: str) -> Measure:
        """`bad` above zero; at zero a pass, unless something is missing."""
        doubts = self._doubts()
        state = bad if number else State.UNKNOWN if doubts else State.PASS
        told = [reason] if number or not doubts else doubts
        said = " ".join([*told, *self.notes])
        formula = f"{number} <= 0"
        return about.measure(
            name,
            number,
            "tests",
            state,
            said,
            doubt=" ".join(doubts),
            formula=formula,
            sample_size=self.tally.total,
        )

    def _pass_rate(self, about: About, unsure: State) -> Measure:
        tally = self.tally
        rate = Fraction(tally.passed, tally.ran) if tally.ran > 0 else None
        shown = "unknown" if rate is None else percent(rate)
        return about.measure(
            "quality.tests.pass_rate",
            rate,
            "ratio",
            unsure,
            " ".join(self._doubts()),
            formula=f"{tally.passed} passed / ({tally.total} - {tally.skipped} skipped) = {shown}",
            sample_size=tally.ran,
        )

    def _duration(self, about: About) -> tuple[Measure, ...]:
        if self.seconds is None:
            return ()
        return (about.measure("quality.tests.duration", self.seconds, "seconds"),)
