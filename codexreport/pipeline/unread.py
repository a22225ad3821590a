"""What files would have said that could not be read: no other file answers for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from codexreport.measure import Measure, State
from codexreport.pipeline.check import Checked
from codexreport.project.model import Project
from codexreport.readers.registry import kind_of

SCANS = frozenset(
    {"cyclonedx", "grype", "npm-audit", "openvex", "osv-scanner", "pip-audit", "sarif", "trivy"}
)
"""The formats that tell of vulnerabilities."""


def unread(results: Iterable[Checked], formats: frozenset[str]) -> list[str]:
    """What could not be read, or not wholly, of files of these formats, and what to do."""
    found = []
    for one in results:
        incomplete = getattr(one.facts, "incomplete", "")
        reason = one.reason if one.facts is None else one.unfit or incomplete
        if reason and (one.format in formats or not one.format):
            found.append(" ".join(filter(None, (f"{one.name}: {reason}", one.advice))))
    return found


def unread_measures(project: Project, files: Sequence[Checked]) -> Iterator[Measure]:
    """For each file without facts, an unknown measure of every name that its like give.

    A gate asks for `quality.tests.failed` and the worst of all test runs counts: where one of five
    could not be read, the other four must not be taken for all there are. A run that is no more
    than a baseline is none of them.

    Args:
        project: Its budgets say which runs are baselines.
        files: What each file and tracker says.
    """
    judged = {one.source for one in project.budgets}
    baselines = {one.baseline for one in project.budgets} - judged
    for one in files:
        if one.facts is not None or one.source in baselines:
            continue
        for name, unit in _given_by(kind_of(one.format), files).items():
            yield Measure(
                name=name,
                subject=one.source or one.name,
                value=None,
                unit=unit,
                state=State.UNKNOWN,
                reason=one.reason,
                origins=(one.origin,) if one.origin else (),
            )


def _given_by(kind: str, files: Sequence[Checked]) -> dict[str, str]:
    """The measures that files of a kind give here: names and units."""
    return {
        measure.name: measure.unit
        for one in files
        if one.facts is not None and one.facts.kind == kind
        for measure in one.measures
    }
