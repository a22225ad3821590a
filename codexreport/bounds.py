"""Bounds as people write them: `< 200 ms`, `>= 98 %`, `<= +10 %` of a baseline."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from codexreport.measure import Number

_BOUND = re.compile(
    r"(?P<operator><=|>=|!=|<|>|=)\s*(?P<sign>[+-])?\s*(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>%|/s|[a-z]+)?"
)
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}
_SCALES: Mapping[str, tuple[str, Fraction]] = {
    "%": ("ratio", Fraction(1, 100)),
    "/s": ("1/s", Fraction(1)),
    "us": ("seconds", Fraction(1, 1_000_000)),
    "ms": ("seconds", Fraction(1, 1000)),
    "s": ("seconds", Fraction(1)),
    "m": ("seconds", Fraction(60)),
    "h": ("seconds", Fraction(3600)),
    "d": ("seconds", Fraction(86_400)),
}
"""What a unit in a bound means: the measures it fits, and how many of theirs one of it is."""


class BoundError(ValueError):
    """Text that is no bound, or a bound that does not fit a measure; a sentence's predicate."""


class NoBaselineError(BoundError):
    """A bound is a change, and there is nothing that it could be one of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One comparison.

    Attributes:
        text: As its author wrote it.
        operator: `<`, `<=`, `>`, `>=`, `=` or `!=`.
        number: What is compared with, in `unit`; signed where it is relative.
        unit: `%`, `ms`, `s` ... or empty: the measure's own.
        relative: It is a change from a baseline: a share of it with `%`, else an amount.
    """

    text: str
    operator: str
    number: Fraction
    unit: str
    relative: bool

    def limit(self, unit: str, baseline: Number | None) -> Fraction:
        """The figure that a measure in `unit` is compared with.

        Args:
            unit: The measure's.
            baseline: What a relative bound starts from; None where there is none.

        Raises:
            BoundError: The units do not fit.
            NoBaselineError: It is a change, and there is no baseline.
        """
        if self.relative and baseline is None:
            raise NoBaselineError("there is no baseline to compare with")
        if self.relative and self.unit == "%":
            start = Fraction(baseline or 0)
            return start + abs(start) * self.number / 100
        amount = self.number * self._scale(unit)
        return Fraction(baseline or 0) + amount if self.relative else amount

    def holds(self, value: Number, limit: Fraction) -> bool:
        """Whether `value` is on the right side of `limit`; exact, nothing is rounded."""
        return _COMPARE[self.operator](value, limit)

    def _scale(self, unit: str) -> Fraction:
        if not self.unit or self.unit == unit:
            return Fraction(1)
        fits, scale = _SCALES.get(self.unit, ("", Fraction(1)))
        if fits == unit:
            return scale
        raise BoundError(f"{self.text!r} is no bound for a figure in {unit}")


Bounds = tuple[tuple[Bound, ...], ...]
"""Alternatives, each a conjunction: any whose every bound holds is enough. None holds nothing."""


def parse_bound(text: str) -> Bound:
    """Read one bound.

    A sign before the number makes it a change from the baseline, as in Keptn: `<= +10 %`.

    Raises:
        BoundError: It is none.
    """
    match = _BOUND.fullmatch(text.strip())
    if match is None:
        raise BoundError(f"{text!r} is no bound; write for example < 200 ms, >= 98 % or <= +10 %")
    sign = -1 if match["sign"] == "-" else 1
    return Bound(
        text=text.strip(),
        operator=match["operator"],
        number=sign * Fraction(Decimal(match["number"])),
        unit=match["unit"] or "",
        relative=match["sign"] is not None,
    )


def shown(bounds: Bounds) -> str:
    """The bounds in a sentence: `< 200 ms and <= +10 %, or < 100 ms`."""
    return ", or ".join(" and ".join(one.text for one in group) for group in bounds)
