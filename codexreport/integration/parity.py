"""Whether things are as they were agreed to be: versions, settings, flags, data sets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from codexreport.facts import About
from codexreport.integration.figures import PREFIX, shown
from codexreport.measure import Measure, State
from codexreport.text import listed, one_line
from codexreport.wording import count

_VALUE = 60


class Parity(StrEnum):
    """How something stands to what was expected of it; the worst first."""

    MISSING = "missing"
    DIFFERENT = "different"
    UNCHECKED = "unchecked"
    EXTRA = "extra"
    """It is there, and nobody expected it."""
    SAME = "same"


def worse(*parities: Parity) -> Parity:
    """The worst of several judgements about one thing."""
    return min(parities, key=list(Parity).index)


def compared(expected: str | None, actual: str | None) -> Parity:
    """What two values come to; one that nobody named was not checked."""
    if not expected or not actual:
        return Parity.UNCHECKED
    return Parity.SAME if expected == actual else Parity.DIFFERENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One thing that has to be as agreed.

    Attributes:
        name: What people call it, unique beside its kind.
        parity: How it stands.
        expected: Agreed value; None where nobody named one, or it is secret.
        actual: Value found; None where nobody looked, there is none, or it is secret.
        kind: Such as `version` or `setting`; empty where nothing says.
        owner: Team that has it; empty where none is named.
    """

    name: str
    parity: Parity
    expected: str | None = None
    actual: str | None = None
    kind: str = ""
    owner: str = ""

    def told(self) -> str:
        """Such as `postgres is 15.2, expected 16.4`."""
        name = one_line(self.name, _VALUE)
        if self.parity is Parity.DIFFERENT and self.expected and self.actual:
            actual, expected = one_line(self.actual, _VALUE), one_line(self.expected, _VALUE)
            return f"{name} is {actual}, expected {expected}"
        return f"{name} is {self.parity.value}"


def named(components: Iterable[Component], *parities: Parity) -> list[str]:
    """Those that stand so, in words."""
    return [one.told() for one in components if one.parity in parities]


def measures_of(
    about: About, group: str, unit: str, components: Sequence[Component], doubts: Sequence[str]
) -> tuple[Measure, ...]:
    """The numbers of a group, and their share that is as agreed.

    Args:
        about: What they speak of.
        group: Such as `environment`; the measures are `integration.GROUP.parity` and so on.
        unit: What they are, in the plural.
        components: What was compared.
        doubts: Why that is not the whole, a sentence each.
    """
    counts = (
        ("missing", Parity.MISSING),
        ("mismatched", Parity.DIFFERENT),
        ("unchecked", Parity.UNCHECKED),
        ("extra", Parity.EXTRA),
    )
    unsure = _unsure(components, unit, doubts)
    return (
        _share(about, group, unit, components, unsure),
        shown(about, f"{group}.total", len(components), unit, doubts),
        *(
            _number(about, f"{group}.{name}", len(named(components, parity)), unit, unsure)
            for name, parity in counts
        ),
    )


def _number(about: About, name: str, number: int, unit: str, unsure: Sequence[str]) -> Measure:
    """How many stand so; that it is none is not certain while anything is not."""
    state = State.UNKNOWN if unsure and not number else State.NOT_APPLICABLE
    reason = " ".join(unsure) if state is State.UNKNOWN else ""
    return about.measure(PREFIX + name, number, unit, state, reason)


def _share(
    about: About, group: str, unit: str, components: Sequence[Component], unsure: Sequence[str]
) -> Measure:
    asked = [one for one in components if one.parity is not Parity.EXTRA]
    same = sum(one.parity is Parity.SAME for one in asked)
    state, reason = _verdict(components, unsure)
    return about.measure(
        f"{PREFIX}{group}.parity",
        Fraction(same, len(asked)) if asked else None,
        "ratio",
        state,
        reason or f"All {count(len(asked), unit)} are as agreed.",
        formula=f"{same} as agreed / {count(len(asked), unit)}",
        sample_size=len(asked),
    )


def _verdict(components: Sequence[Component], unsure: Sequence[str]) -> tuple[State, str]:
    if bad := named(components, Parity.MISSING, Parity.DIFFERENT):
        return State.FAIL, " ".join([f"Not as agreed: {listed(bad, '; ')}.", *unsure])
    if unsure:
        return State.UNKNOWN, " ".join(unsure)
    if extra := named(components, Parity.EXTRA):
        return State.WARNING, f"Agreed by nobody: {listed(extra)}."
    return State.PASS, ""


def _unsure(components: Sequence[Component], unit: str, doubts: Sequence[str]) -> tuple[str, ...]:
    """Why it is not certain that all is as agreed, a sentence each."""
    if all(one.parity is Parity.EXTRA for one in components):
        return (*doubts, f"It lists no {unit} that anybody agreed on.")
    names = [one.name for one in components if one.parity is Parity.UNCHECKED]
    return (*doubts, f"Not checked: {listed(names)}.") if names else tuple(doubts)
