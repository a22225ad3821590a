"""How the artefacts of an integration become measures: counts of what should not be there."""

from __future__ import annotations

from collections.abc import Sequence

from codexreport.facts import About
from codexreport.measure import Measure, State
from codexreport.text import listed

PREFIX = "integration."


def unfilled(blanks: Sequence[str]) -> tuple[str, ...]:
    """The doubt that places of a template were never filled in; none where all were.

    Args:
        blanks: The places, such as `services[0].owner` or `line 9 (owner)`.
    """
    return (f"Still to be filled in: {listed(blanks)}.",) if blanks else ()


def shown(about: About, name: str, number: int, unit: str, doubts: Sequence[str] = ()) -> Measure:
    """How many there are; unknown where there is none, or a doubt.

    Args:
        about: What it speaks of.
        name: Of the measure, behind `integration.`.
        number: How many.
        unit: What they are, in the plural.
        doubts: Why that is not the whole, a sentence each.
    """
    told = doubts if number or doubts else (f"It lists no {unit}.",)
    state = State.UNKNOWN if told else State.NOT_APPLICABLE
    return about.measure(PREFIX + name, number, unit, state, " ".join(told))


def none_of(
    about: About,
    name: str,
    found: Sequence[str],
    *,
    of: int,
    unit: str,
    what: str,
    bad: State = State.FAIL,
    doubts: Sequence[str] = (),
) -> Measure:
    """How many there are that should not be; a pass where there is none, and nothing is unsure.

    Args:
        about: What it speaks of.
        name: Of the measure, behind `integration.`.
        found: Those that should not be, each as people know it.
        of: How many were looked at; none is unknown.
        unit: What they are, in the plural.
        what: What is wrong with those found, such as `Without an owner`.
        bad: What one of them makes it.
        doubts: Why none is not certain, a sentence each.
    """
    unsure = doubts if of or doubts else (f"It lists no {unit}.",)
    state = bad if found else State.UNKNOWN if unsure else State.PASS
    told = [f"{what}: {listed(found) or 'none'}."] if found or not unsure else []
    told += unsure if not found or bad is State.FAIL else []
    return about.measure(
        PREFIX + name,
        len(found),
        unit,
        state,
        " ".join(told),
        doubt=" ".join(unsure),
        formula=f"{len(found)} <= 0",
        sample_size=of,
    )
