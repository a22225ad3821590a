"""The currency of the house: a measure, its state and where it came from."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from codexreport.window import Window

Number = Fraction | int | float


class State(StrEnum):
    """What a measure or finding says. Only `PASS` ever counts as pass."""

    PASS = "pass"  # noqa: S105, a verdict, no password
    WARNING = "warning"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    ERROR = "error"


_WORST_FIRST = (
    State.FAIL,
    State.ERROR,
    State.UNKNOWN,
    State.WARNING,
    State.PASS,
    State.NOT_APPLICABLE,
)


def worst(states: Iterable[State]) -> State:
    """The state of a whole: its worst part; `UNKNOWN` where there is no part to speak of."""
    present = set(states)
    if not present - {State.NOT_APPLICABLE}:
        return State.UNKNOWN
    return next(state for state in _WORST_FIRST if state in present)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the bytes behind a figure came from.

    Attributes:
        source: The source's name in the project file.
        uri: Path or address asked, never with a secret in it.
        query: What was asked, as text; empty for a plain file.
        retrieved: When the bytes were read, aware.
        sha256: Hex digest of exactly the bytes that were parsed.
        size: Their number.
    """

    source: str
    uri: str
    query: str
    retrieved: datetime
    sha256: str
    size: int

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "source": self.source,
            "uri": self.uri,
            "query": self.query,
            "retrieved": self.retrieved.isoformat(),
            "sha256": self.sha256,
            "size": self.size,
        }


def unique_origins(origins: Iterable[Origin]) -> tuple[Origin, ...]:
    """Each of some origins once, in an order that depends on nothing else."""
    unique = {(one.source, one.uri, one.query, one.sha256): one for one in origins}
    return tuple(unique[key] for key in sorted(unique))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure, with everything needed to judge it and to check it.

    Attributes:
        name: Dotted name of what is measured, such as `slo.sli`.
        subject: What it is measured of, such as an objective's name.
        value: Exact where it can be; None where it is not known.
        unit: `ratio`, `events`, `seconds`, `percent`, `1` ...; never implied.
        window: The span it speaks of; None where a tool looked once, as a scan does.
        state: What it says; `UNKNOWN` always comes with a `reason`.
        reason: One sentence for a reader; empty where there is nothing to add.
        doubt: Why `value` may be too low, a sentence, where that does not unsettle the state; a
            bound that it keeps is then not known to be kept.
        formula: How the value follows from its inputs, in words and numbers.
        coverage: Observed share of the window, 0 to 1; None where it has no meaning.
        sample_size: Number of observations behind it; None where it has no meaning.
        interval: Lower and upper bound of its 95 % interval.
        origins: The bytes it was computed from.
    """

    name: str
    subject: str
    value: Number | None
    unit: str
    window: Window | None = None
    state: State = State.NOT_APPLICABLE
    reason: str = ""
    doubt: str = ""
    formula: str = ""
    coverage: Fraction | None = None
    sample_size: Number | None = None
    interval: tuple[float, float] | None = None
    origins: tuple[Origin, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values; a ratio also exactly, an infinite value as the text `+Inf`."""
        return {
            "name": self.name,
            "subject": self.subject,
            "value": json_number(self.value),
            "exact": str(self.value) if isinstance(self.value, Fraction) else None,
            "unit": self.unit,
            "window": _window_dict(self.window) if self.window else None,
            "state": self.state.value,
            "reason": self.reason,
            "doubt": self.doubt,
            "formula": self.formula,
            "coverage": json_number(self.coverage),
            "sample_size": json_number(self.sample_size),
            "interval": list(self.interval) if self.interval else None,
            "inputs": sorted({origin.sha256 for origin in self.origins}),
        }


def _window_dict(window: Window) -> dict[str, str]:
    return {
        "label": window.label,
        "start": window.start.isoformat(),
        "end": window.end.isoformat(),
        "zone": window.zone_name,
    }


def json_number(value: Number | None) -> int | float | str | None:
    """A number as JSON can hold it: integers stay whole, infinities become `+Inf` or `-Inf`."""
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return None if math.isnan(value) else value
