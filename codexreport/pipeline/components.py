"""The components of a project: what its sources of test results come to, each and together."""

from __future__ import annotations

from collections.abc import Sequence

from codexreport.measure import State, worst
from codexreport.pipeline.check import Checked
from codexreport.quality.components import Component, together, total
from codexreport.quality.runs import TestRun


def components(files: Sequence[Checked]) -> tuple[Component, ...]:
    """One for each source of test results, in order; where there are several, all of them too.

    A file that could not be understood is nobody's component; it makes the sum unknown.
    """
    by_source: dict[str, list[tuple[Checked, TestRun]]] = {}
    for one in files:
        if isinstance(one.facts, TestRun):
            by_source.setdefault(one.source or one.name, []).append((one, one.facts))
    found = tuple(_component(name, several) for name, several in sorted(by_source.items()))
    if len(found) < 2:  # noqa: PLR2004, one component is itself the whole
        return found
    unread = [State.UNKNOWN for one in files if one.facts is None]
    return (*found, together(found, worst([*(one.state for one in found), *unread])))


def _component(name: str, several: Sequence[tuple[Checked, TestRun]]) -> Component:
    return Component(
        name=name,
        tally=total(run.tally for _, run in several),
        state=worst(one.state for one, _ in several),
        origins=tuple(one.origin for one, _ in several if one.origin),
    )
