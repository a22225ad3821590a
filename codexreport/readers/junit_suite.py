"""A `testsuite` of JUnit XML: the tests below it, and the numbers its attributes announce."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from codexreport.quality.attempts import settle
from codexreport.quality.runs import Outcome, TestCase
from codexreport.readers.junit_case import identity, read_case, seconds
from codexreport.readers.notation import attributes
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.xml import Element

_PYTEST = frozenset({"pytest", "pytest tests"})


@dataclass(slots=True)
class Numbers:
    """Numbers of results, as they are written: a test that was tried again counts each time."""

    tests: int = 0
    bad: int = 0
    skipped: int = 0

    def at_least(self, other: Numbers) -> Numbers:
        """The larger of each."""
        return Numbers(
            max(self.tests, other.tests),
            max(self.bad, other.bad),
            max(self.skipped, other.skipped),
        )

    def add(self, other: Numbers) -> None:
        """Add those of another suite."""
        self.tests += other.tests
        self.bad += other.bad
        self.skipped += other.skipped


@dataclass(slots=True)
class Suite:
    """One suite while it is read.

    Attributes:
        name: As the tool calls it.
        claimed: What its attributes announce.
        announces: It has an attribute that announces failures.
        dialect_of_pytest: A test that will be run again is written as if it had passed.
        seen: The results below it, as they are written.
        expected: `seen`, or more where attributes of it or of suites below announce more.
        cases: The tests below it, retries settled.
        seconds: How long it took, as it says or as its parts do.
        ended: When suites below it ended.
        understates: It, or a suite below, holds more failures than it announces.
    """

    name: str
    claimed: Numbers
    announces: bool
    dialect_of_pytest: bool
    time: float | None
    start: datetime | None
    seen: Numbers = field(default_factory=Numbers)
    expected: Numbers = field(default_factory=Numbers)
    cases: list[TestCase] = field(default_factory=list)
    ended: list[datetime] = field(default_factory=list)
    seconds: float = 0.0
    understates: bool = False
    _own: dict[tuple[str, ...], list[TestCase]] = field(default_factory=dict)

    def add_case(self, element: Element) -> None:
        """Take in a testcase."""
        case = read_case(element, self.name)
        bad = sum(child.tag in ("failure", "error") for child in element)
        self._count(Numbers(1, max(bad, int(case.bad)), int(case.outcome is Outcome.SKIPPED)))
        self.seconds += case.seconds or 0.0
        self._own.setdefault(identity(element, self.seen.tests), []).append(case)

    def add_failure(self) -> None:
        """Take in a failure of the suite itself, outside of any test."""
        self._count(Numbers(0, 1, 0))
        case = TestCase(name=f"{self.name} (the suite itself)", outcome=Outcome.ERROR)
        self.cases.append(case)

    def add_suite(self, other: Suite) -> None:
        """Take in a suite inside this one, which has been closed."""
        self.seen.add(other.seen)
        self.expected.add(other.expected)
        self.cases += other.cases
        self.ended += other.ended
        self.seconds += other.seconds
        self.understates |= other.understates

    def close(self) -> None:
        """No more will follow: settle retries, and compare with what was announced."""
        own = [
            case
            for attempts in self._own.values()
            for case in settle(attempts, retries_look_passed=self.dialect_of_pytest)
        ]
        self.cases += own
        self._own = {}
        self.understates |= self.announces and sum(case.bad for case in own) > self.claimed.bad
        self.expected = self.expected.at_least(self.claimed)
        self.seconds = self.seconds if self.time is None else self.time
        if self.start is not None:
            self.ended.append(self.start + timedelta(seconds=self.time or 0.0))

    def _count(self, numbers: Numbers) -> None:
        self.seen.add(numbers)
        self.expected.add(numbers)


def open_suite(document: Document, element: Element, parent: Suite | None) -> Suite:
    """A suite whose start tag was read.

    Raises:
        SourceError: An attribute that announces a number holds none.
    """
    name = element.get("name", "")
    inherited = parent is not None and parent.dialect_of_pytest

    def number(*keys: str) -> int:
        return sum(attributes.count(document, element, key, 0) for key in keys)

    return Suite(
        name=name,
        claimed=Numbers(
            number("tests"), number("failures", "errors"), number("skipped", "disabled")
        ),
        announces=bool(element.get("failures") or element.get("errors")),
        dialect_of_pytest=inherited or name in _PYTEST,
        time=seconds(element.get("time")),
        start=_moment(document, element.get("timestamp", "")),
    )


def _moment(document: Document, written: str) -> datetime | None:
    at = document.moment(written)
    if at is None and written.rstrip().endswith("GMT"):  # as JavaScript's toUTCString writes
        try:
            at = parsedate_to_datetime(written)
        except (ValueError, OverflowError):
            return None
    return at if at and 1970 <= at.year < 9900 else None  # noqa: PLR2004, so that adding cannot overflow
