"""JUnit XML, which has no one schema: every dialect that test tools write."""

from __future__ import annotations

from typing import ClassVar

from codexreport.quality.runs import Tally, TestRun
from codexreport.readers.commits import COMMIT_NAMES, the_one
from codexreport.readers.junit_suite import Suite, open_suite
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.xml import Element
from codexreport.wording import count

_SUITES = frozenset({"testsuites", "testsuite"})
_FAILURES = frozenset({"failure", "error"})


class JUnitReader:
    """Test results as JUnit XML."""

    format: ClassVar[str] = "junit"
    title: ClassVar[str] = "JUnit XML test results"
    made_by: ClassVar[str] = "pytest --junitxml=junit.xml"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.XML})

    def recognises(self, document: Document) -> bool:
        """A `testsuites` or a bare `testsuite` is the root."""
        return document.xml_root in _SUITES

    def parse(self, document: Document) -> TestRun:
        """Count the tests, and what the attributes announce beyond them."""
        root, commit = _Walk(document).run()
        seen, expected = root.seen, root.expected
        tally = Tally.of(root.cases)
        unexplained, unskipped = expected.bad - seen.bad, expected.skipped - seen.skipped
        hidden = min(unskipped, tally.passed)
        return TestRun(
            tally=Tally(
                total=max(tally.total, tally.failed + tally.errors + unexplained),
                passed=max(tally.passed - hidden - unexplained, 0),
                failed=tally.failed + unexplained,
                errors=tally.errors,
                skipped=tally.skipped + hidden,
                unknown=tally.unknown,
                flaky=tally.flaky,
            ),
            cases=tuple(root.cases),
            seconds=root.seconds,
            observed=min(root.ended, default=None),
            commit=commit,
            doubts=_doubts(root),
            notes=_notes(root, unexplained, unskipped),
        )


class _Walk:
    """The suites of one file, element by element."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._open: list[Suite] = []
        self._above: list[Element] = []
        self._commits: set[str] = set()

    def run(self) -> tuple[Suite, str]:
        """The root suite with all below it, and the commit that its properties name."""
        root: Suite | None = None
        for event, element in self._document.xml_stream():
            if event == "start":
                self._start(element)
            else:
                root = self._end(element) or root
        assert root is not None  # the stream ends well only after the root did
        return root, the_one(self._commits)

    def _start(self, element: Element) -> None:
        if element.tag in _SUITES:
            parent = self._open[-1] if self._open else None
            self._open.append(open_suite(self._document, element, parent))
        elif not self._above:
            raise self._document.error(
                f"the root is {element.tag}, expected testsuites or testsuite"
            )
        self._above.append(element)

    def _end(self, element: Element) -> Suite | None:
        self._above.pop()
        if element.tag in _SUITES:
            return self._close()
        below_suite = self._above[-1].tag in _SUITES
        if element.tag == "testcase":
            self._open[-1].add_case(element)
        elif element.tag in _FAILURES and below_suite:
            self._open[-1].add_failure()
        elif element.tag == "property" and element.get("name", "").lower() in COMMIT_NAMES:
            self._commits.add(element.get("value", ""))
        if below_suite:
            self._above[-1].remove(element)  # what has been read need not be held
        return None

    def _close(self) -> Suite:
        suite = self._open.pop()
        suite.close()
        if self._open:
            self._open[-1].add_suite(suite)
        return suite


def _doubts(root: Suite) -> tuple[str, ...]:
    announced, held = root.expected.tests, root.seen.tests
    if announced <= held:
        return ()
    return (f"It holds {held} of {count(announced, 'tests')}: the run is incomplete.",)


def _notes(root: Suite, unexplained: int, unskipped: int) -> tuple[str, ...]:
    notes = []
    if unexplained:
        notes.append(
            f"Its attributes announce {count(root.expected.bad, 'failures')}, "
            f"its tests show {root.seen.bad}: the larger number counts."
        )
    if unskipped:
        notes.append(
            f"Its attributes announce {root.expected.skipped} skipped, "
            f"its tests show {root.seen.skipped}: the larger number counts."
        )
    if root.understates:
        notes.append("It holds failures that its attributes do not announce.")
    return tuple(notes)
