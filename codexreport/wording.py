"""Figures in sentences: never rounded across the bound that they are compared with."""

from __future__ import annotations

import math
from datetime import timedelta
from fractions import Fraction
from functools import lru_cache

NO_BREAK = "\u00a0"
_MOST_DECIMALS = 30
_MINUTE_S = 60
_NOUNS = {"1": "", "1/s": "a second"}
_LENGTHS = (("days", 86_400), ("hours", 3600), ("minutes", 60), ("seconds", 1))


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


def amount(value: Fraction | float, unit: str, *, apart_from: Fraction | None = None) -> str:
    """A measure's figure as people say it: `98.58 %`, `320 ms`, `1 day 8 hours`, `1 defect`.

    Args:
        value: In `unit`.
        unit: The measure's.
        apart_from: A bound in the same unit; what is said stands on the side that `value` is on.
    """
    if isinstance(value, float) and not math.isfinite(value):
        return f"{figure(value)} {unit}" if math.isinf(value) else "not known"
    exact = Fraction(value)
    match unit:
        case "ratio":
            return percent(exact, apart_from=apart_from)
        case "seconds" if abs(exact) < _MINUTE_S:
            return _short(exact, apart_from)
        case "seconds":
            return length(exact, apart_from=apart_from)
        case _:
            noun = _NOUNS.get(unit, one_of(unit) if exact == 1 else unit)
            return f"{_number(exact, apart_from)} {noun}".strip()


def length(seconds: Fraction | float, *, parts: int = 2, apart_from: Fraction | None = None) -> str:
    """A long time in its largest units, rounded down: `47 days`, `1 day 8 hours`.

    Args:
        seconds: How long.
        parts: As many units, and more, then decimals, where it takes them to stand on the side of
            a bound that it is on.
        apart_from: That bound, in seconds.
    """
    exact, sign = abs(Fraction(seconds)), -1 if seconds < 0 else 1
    sizes = [Fraction(size) for _, size in _LENGTHS if size <= exact] or [Fraction(1)]
    finer = [Fraction(1, 10**decimals) for decimals in range(1, _MOST_DECIMALS)]
    for size in [*(sizes[parts - 1 :] or sizes[-1:]), *finer]:
        shown = exact - exact % size
        if apart_from is None or _side(sign * shown, apart_from) == _side(sign * exact, apart_from):
            break
    return ("-" if sign < 0 and shown else "") + _in_units(shown)


def ages(age: timedelta, most: timedelta) -> tuple[str, str]:
    """An age and the greatest that is allowed, in the largest units that tell them apart."""
    limit = _seconds(most)
    told = length(_seconds(age), parts=1, apart_from=limit)
    return told, length(limit, parts=len(_LENGTHS), apart_from=limit)


def _seconds(span: timedelta) -> Fraction:
    return Fraction(span // timedelta(microseconds=1), 10**6)


def _in_units(seconds: Fraction) -> str:
    told, rest = [], seconds
    for unit, size in _LENGTHS[:-1]:
        number, rest = divmod(rest, size)
        told += [count(number, unit)] if number else []
    if rest.denominator > 1:
        told.append(f"{_decimal(rest, _MOST_DECIMALS)} seconds")
    elif rest or not told:
        told.append(count(rest, "seconds"))
    return " ".join(told)


def _short(seconds: Fraction, apart_from: Fraction | None) -> str:
    """Less than a minute, in seconds or milliseconds."""
    scale, unit = (1, "s") if abs(seconds) >= 1 else (1000, "ms")
    limit = None if apart_from is None else apart_from * scale
    return f"{_number(seconds * scale, limit)}{NO_BREAK}{unit}"


def _number(value: Fraction, apart_from: Fraction | None) -> str:
    """In full where it is whole, else to two decimals, or as many as keep it on its side."""
    if value.denominator == 1:
        return figure(value)
    bounds = [Fraction(0), *([] if apart_from is None else [apart_from])]
    for decimals in range(2, _MOST_DECIMALS):
        shown = Fraction(round(value * 10**decimals), 10**decimals)
        if all(_side(shown, one) == _side(value, one) for one in bounds):
            break
    whole, _, fraction = _decimal(abs(value), decimals).partition(".")
    thousands = f"{int(whole):,}".replace(",", NO_BREAK) + (f".{fraction}" if fraction else "")
    return f"-{thousands}" if value < 0 else thousands


def _decimal(value: Fraction, decimals: int) -> str:
    digits = f"{abs(round(value * 10**decimals)):0{decimals + 1}d}"
    whole, fraction = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    text = f"{whole}.{fraction}".rstrip("0").rstrip(".") if decimals else whole
    return f"-{text}" if value < 0 else text


def _side(value: Fraction, bound: Fraction) -> int:
    return (value > bound) - (value < bound)
