"""Figures in sentences: never rounded across the bound that they are compared with."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

NO_BREAK = "\u00a0"
_MOST_DECIMALS = 30


def percent(share: Fraction, *, apart_from: Fraction | None = None) -> str:
    """A share as a percentage that stands on the same side of `apart_from`, 0 % and 100 %.

    Two decimals, as many more as that takes, and no zeros at the end: 0.99899 beside a target
    of 0.999 is 99.899 %, not 99.9 %.
    """
    bounds = (
        [Fraction(0), Fraction(1)] if apart_from is None else [Fraction(0), Fraction(1), apart_from]
    )
    sides = [_side(share, bound) for bound in bounds]
    for decimals in range(2, _MOST_DECIMALS):
        shown = Fraction(round(share * 10 ** (decimals + 2)), 10 ** (decimals + 2))
        if [_side(shown, bound) for bound in bounds] == sides:
            return _decimal(shown * 100, decimals) + NO_BREAK + "%"
    return f"{share.numerator}/{share.denominator}"


@lru_cache(maxsize=1024)
def exact_percent(share: Fraction) -> str:
    """A target as its author wrote it, all its decimals."""
    for decimals in range(_MOST_DECIMALS):
        scaled = share * 100 * 10**decimals
        if scaled.denominator == 1:
            return _decimal(share * 100, decimals) + NO_BREAK + "%"
    return percent(share)


def count(number: Fraction | int, unit: str) -> str:
    """A number of things, thousands apart: `1 204 311 events`, `1 slice of 5m`."""
    whole = round(number)
    noun, of, size = unit.partition(" of ")
    noun = one_of(noun) if whole == 1 else noun
    text = f"{whole:,}".replace(",", NO_BREAK) + f" {noun}{of}{size}"
    return text if whole == number else f"about {text}"


def one_of(noun: str) -> str:
    """What one of some things is called: `vulnerability` of `vulnerabilities`."""
    return noun.removesuffix("ies") + "y" if noun.endswith("ies") else noun.removesuffix("s")


def figure(number: Fraction | float) -> str:
    """A number in a formula: whole numbers in full, others to six digits."""
    if isinstance(number, float) and math.isinf(number):
        return "infinite"
    if number == round(number):
        return f"{round(number):,}".replace(",", NO_BREAK)
    return f"{float(number):.6g}"


def _decimal(value: Fraction, decimals: int) -> str:
    digits = f"{abs(round(value * 10**decimals)):0{decimals + 1}d}"
    whole, fraction = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    text = f"{whole}.{fraction}".rstrip("0").rstrip(".") if decimals else whole
    return f"-{text}" if value < 0 else text


def _side(value: Fraction, bound: Fraction) -> int:
    return (value > bound) - (value < bound)
