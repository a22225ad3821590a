"""The components of a project: what its sources of test results come to, each and together."""

from __future__ import annotations

from collections.abc import Sequence

from codexreport.measure import State, worst
from codexreport.pipeline.check import Checked
from codexreport.quality.components import Component, together, total
from codexreport.quality.runs import TestRun
from codexreport.readers.registry import kind_of
from codexreport.text import sentence


def components(files: Sequence[Checked]) -> tuple[Component, ...]:
    """One for each source of test results, in order; where there are several, all of them too.

    A source whose file could not be read is a component as well, of which nothing is known: what
    the others say must not be taken for all there is.
    """
    by_source: dict[str, list[Checked]] = {}
    for one in files:
        if isinstance(one.facts, TestRun) or _unread(one):
            by_source.setdefault(one.source or one.name, []).append(one)
    if not any(isinstance(one.facts, TestRun) for one in files):
        return ()
    found = tuple(_component(name, several) for name, several in sorted(by_source.items()))
    return (*found, together(found)) if len(found) > 1 else found


def _unread(one: Checked) -> bool:
    """Whether a file holds test results, or may, and could not be read."""
    return one.facts is None and kind_of(one.format) in {TestRun.kind, ""}


def _unknown(one: Checked) -> bool:
    return one.state in {State.UNKNOWN, State.ERROR}


def _component(name: str, several: Sequence[Checked]) -> Component:
    runs = [one.facts for one in several if isinstance(one.facts, TestRun)]
    states = [one.state for one in several]
    return Component(
        name=name,
        tally=total(run.tally for run in runs),
        state=worst(states),
        doubt=" ".join(sentence(f"{one.name}: {one.reason}") for one in several if _unknown(one)),
        origins=tuple(one.origin for one in several if one.origin),
    )
