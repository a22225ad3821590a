"""Figures as tables: what gates ask for in sight, all others folded; one judgement for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from codexreport.display.base import Block
from codexreport.display.blocks import Details, Group
from codexreport.display.numbers import measured
from codexreport.display.status import StateBadge
from codexreport.display.tables import Column, Table
from codexreport.measure import Measure, State
from codexreport.readiness.reasons import YES_OR_NO
from codexreport.text import listed

Judged = Mapping[tuple[str, str], State]
"""What gates make of figures, by a measure's name and subject."""
_OPEN = frozenset({State.FAIL, State.UNKNOWN, State.WARNING, State.ERROR})
_PARTICIPLES = ("ed", "en", "ing")
_NO_NOUNS = frozenset({"ratio", "seconds", "bytes"})


def figures_block(
    measures: Sequence[Measure], caption: str, judged: Judged = MappingProxyType({})
) -> Block:
    """What a gate asks for, or is no pass by itself, in sight; all other figures folded under it.

    Args:
        measures: What is shown.
        caption: What they are.
        judged: What gates make of the figures that they ask for: of one figure there is one
            judgement on a page.
    """
    seen = [replace(one, state=judged.get((one.name, one.subject), one.state)) for one in measures]
    asked = [one for one in seen if one.state in _OPEN or (one.name, one.subject) in judged]
    first = asked or [one for one in seen if one.state is not State.NOT_APPLICABLE]
    rest = [one for one in seen if one not in first]
    if not first:
        return measures_table(rest, caption)
    more = Details("Further figures", [measures_table(rest, f"{caption}, further figures")])
    return Group([measures_table(first, caption), *([more] if rest else [])])


def measures_table(measures: Sequence[Measure], caption: str) -> Table:
    """Figures, each with what is said of it; of what is there or not, no figure."""
    if all(one.unit == YES_OR_NO for one in measures):
        return Table(
            caption=caption,
            columns=[Column("What"), Column("State"), Column("Why", wide=True)],
            rows=[[one.subject, badge(one.state), one.reason] for one in measures],
            stacked=True,
        )
    return Table(
        caption=caption,
        columns=[
            Column("What"),
            Column("State"),
            Column("Figure", figures=True),
            Column("Of"),
            Column("Why", wide=True),
        ],
        rows=[list(_measure_row(one)) for one in measures],
        stacked=True,
    )


def grouped(measures: Iterable[Measure]) -> list[tuple[str, str]]:
    """What cannot be told for the same reason is told once: of what, which figures, and why."""
    names: dict[tuple[str, str], list[str]] = {}
    for one in measures:
        names.setdefault((one.subject, one.reason), []).append(name_in_words(one).lower())
    return [(f"{of}: {listed(some)}", why) for (of, why), some in names.items()]


def _measure_row(one: Measure) -> Iterator[str | Block]:
    yield name_in_words(one)
    yield badge(one.state)
    yield "–" if one.unit == YES_OR_NO else measured(one.value, one.unit)
    yield one.subject
    yield one.reason or one.formula


def badge(state: State) -> str | Block:
    """A state, where there is one: a figure that is only shown has none."""
    return "–" if state is State.NOT_APPLICABLE else StateBadge(state)


def name_in_words(one: Measure) -> str:
    """A measure's name as people say it: `supply_chain.overdue.high` as `Overdue, high`.

    A participle says nothing without what is counted: `Deployments failing`.
    """
    kind, *parts = one.name.split(".")
    words = [part.replace("_", " ") for part in parts] or [kind]
    noun = one.unit if one.unit.isalpha() and one.unit not in _NO_NOUNS else ""
    if len(words) == 1 and noun and words[0].endswith(_PARTICIPLES):
        return f"{noun} {words[0]}".capitalize()
    return ", ".join(words).capitalize()
