"""Files that speak of different revisions: which of them is judged, nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codexreport.performance.run import Run
from codexreport.pipeline.check import Checked, unfit
from codexreport.pipeline.exhibits import terms_of
from codexreport.project.model import Project
from codexreport.quality.contracts import ContractVerification
from codexreport.quality.coverage import Coverage
from codexreport.quality.runs import TestRun
from codexreport.readers.freshness import SHORTEST_COMMIT
from codexreport.supply_chain.vulnerabilities import Scan

_OF_ONE_REVISION = (TestRun, Coverage, ContractVerification, Run, Scan)
"""Facts of what was tried of one revision; where something runs, or what is planned, is another."""
_COMMIT = re.compile(rf"[0-9a-f]{{{SHORTEST_COMMIT},64}}")


def of_one_revision(project: Project, files: Sequence[Checked]) -> tuple[Checked, ...]:
    """The same files; those that contradict each other about the revision are unknown.

    A source that says which `commit` it must speak of is asked for that, and settles which one is
    judged. A file that gives no measure, such as a baseline's, contradicts nothing.
    """
    terms = terms_of(project)
    asked = {name for name, one in terms.items() if one.demands.commit}
    named = tuple(_named(files))
    settled = [commit for one, commit in named if one.source in asked]
    flaws = {
        id(one): flaw
        for one, commit in named
        if one.source not in asked and not any(_same(commit, other) for other in settled)
        if (flaw := _contradicted(commit, named))
    }
    return tuple(unfit(one, flaws[id(one)]) if id(one) in flaws else one for one in files)


def _named(files: Sequence[Checked]) -> Iterator[tuple[Checked, str]]:
    """The files that count, and the commit that each names."""
    for one in files:
        if one.measures and not one.unfit and isinstance(one.facts, _OF_ONE_REVISION):
            commit = one.facts.commit.lower()
            if _COMMIT.fullmatch(commit):
                yield one, commit


def _contradicted(commit: str, named: Sequence[tuple[Checked, str]]) -> str:
    """Which other file speaks of another commit, a sentence; empty where none does."""
    other = next(((one, its) for one, its in named if not _same(commit, its)), None)
    if other is None:
        return ""
    one, its = other
    return f"It speaks of commit {commit}, and {one.name} of {its}; commit = says which is judged."


def _same(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
