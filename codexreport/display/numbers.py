"""The one place that rounds: figures as a reader sees them, with unit or zone.

What is shown never says more than the figure: a value on one side of a bound is not shown
as the bound itself, and a little is not shown as nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from codexreport.measure import Number
from codexreport.moments import day as day  # noqa: PLC0414, where all that is shown comes from
from codexreport.moments import moment as moment  # noqa: PLC0414, likewise
from codexreport.moments import short_day as short_day  # noqa: PLC0414, likewise
from codexreport.window import zone
from codexreport.wording import one_of

UNKNOWN = "not known"
NO_BREAK = "\u00a0"
_NARROW = "\u202f"
_MINUS = "\u2212"
_MOST_DECIMALS = 12
_MINUTE_S = 60


def percent(share: Number | None, bound: Fraction | None = None, decimals: int = 2) -> str:
    """A share as percent, on the same side of `bound` (and of 0 % and 100 %) as the figure is.

    Args:
        share: 0.5 is shown as 50 %.
        bound: What the reader will compare it with; 74.9999 beside 75 is not shown as 75.
        decimals: As many, and more where a bound needs them.
    """
    if (figure := _finite(share)) is None:
        return _boundless(share, f"{NO_BREAK}%")
    bounds = (Fraction(0), Fraction(100), *(() if bound is None else (bound * 100,)))
    return _apart(figure * 100, bounds, decimals) + f"{NO_BREAK}%"


def target(share: Fraction) -> str:
    """A target as its author wrote it."""
    return f"{_plain(share * 100)}{NO_BREAK}%"


def points(change: Number | None) -> str:
    """A change of a share in percentage points, with its sign."""
    if (figure := _finite(change)) is None:
        return _boundless(change, f"{NO_BREAK}pp")
    sign = "+" if figure > 0 else ""
    return sign + _apart(figure * 100, (Fraction(0),), 3) + f"{NO_BREAK}pp"


def count(number: Number | None) -> str:
    """A number of things, thousands apart."""
    if (figure := _finite(number)) is None:
        return _boundless(number)
    if 0 < figure < 1:
        return "<1"
    sign = _MINUS if round(figure) < 0 else ""
    return sign + f"{abs(round(figure)):,}".replace(",", _NARROW)


def amount(number: Number | None, unit: str) -> str:
    """A sum of money or of work, to two decimals where it has any: `8 450.75 EUR`."""
    if (figure := _finite(number)) is None:
        return _boundless(number, f"{NO_BREAK}{unit}")
    whole, _, decimals = _apart(figure, (Fraction(0),), 2).partition(".")
    thousands = f"{int(whole):,}".replace(",", _NARROW) if whole.isdecimal() else whole
    rest = f".{decimals}" if decimals.strip("0") else ""
    return f"{thousands}{rest}{NO_BREAK}{unit}"


def burn(rate: Number | None, bound: Number | None = None) -> str:
    """A burn rate, such as 14.4 times; never shown as the even pace of 1 unless it is.

    Args:
        rate: 1 spends the budget in just one period.
        bound: Another rate that the reader will compare it with.
    """
    if (figure := _finite(rate)) is None:
        return _boundless(rate)
    limit = _finite(bound)
    bounds = (Fraction(0), Fraction(1), *(() if limit is None else (limit,)))
    return _apart(figure, bounds, 2 if figure < 10 else 1) + "×"  # noqa: PLR2004, three digits say enough


def seconds(value: Number | None) -> str:
    """A short duration such as a latency, in the unit that reads best, to three digits."""
    if (figure := _finite(value)) is None:
        return _boundless(value, f"{NO_BREAK}s")
    unit = "s" if figure >= Fraction(9995, 10_000) else "ms"
    figure = figure if unit == "s" else figure * 1000
    digits = next((n for n, above in ((0, 100), (1, 10)) if figure >= above), 2)
    return f"{_apart(figure, (Fraction(0),), digits)}{NO_BREAK}{unit}"


def duration(value: Number | None) -> str:
    """A long duration in seconds, in its two largest units, rounded down: `2 d 4 h`."""
    if (figure := _finite(value)) is None:
        return UNKNOWN if value is None or math.isnan(value) else "without end"
    rest, parts = int(abs(figure)), list[tuple[int, str]]()
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        number, rest = divmod(rest, size)
        if number or parts:
            parts.append((number, unit))
    shown = [f"{number}{NO_BREAK}{unit}" for number, unit in parts[:2] if number]
    sign = _MINUS if figure < 0 and shown else ""
    return sign + (" ".join(shown) or f"0{NO_BREAK}s")


def measured(value: Number | None, unit: str) -> str:
    """A measure's value by its unit, with a word for what no digits can say."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if unit == "seconds":
        return seconds(value) if -_MINUTE_S < value < _MINUTE_S else duration(value)
    if math.isinf(value):
        return "minus infinity" if value < 0 else "infinity"
    match unit:
        case "ratio":
            return percent(value)
        case "1":
            return burn(value)
        case _:
            return f"{count(value)} {one_of(unit) if value == 1 else unit}"


def span(start: datetime, end: datetime, zone_name: str) -> str:
    """A half-open span of whole days as its first and last day; else both moments."""
    there = zone(zone_name)
    start, end = start.astimezone(there), end.astimezone(there)
    if any((start.hour, start.minute, end.hour, end.minute)):
        return f"{moment(start, zone_name)} to {moment(end, zone_name)}"
    last = end - timedelta(days=1)
    return day(start) if last.date() <= start.date() else f"{day(start)} to {day(last)}"


def _finite(number: Number | None) -> Fraction | None:
    if number is None or (isinstance(number, float) and not math.isfinite(number)):
        return None
    return Fraction(number)


def _boundless(number: Number | None, unit: str = "") -> str:
    """What is not a figure one can write in digits."""
    if number is None or math.isnan(number):
        return UNKNOWN
    return f"{_MINUS if number < 0 else ''}∞{unit}"


def _apart(figure: Fraction, bounds: Sequence[Fraction], decimals: int) -> str:
    """In decimals, as many as it takes to stand on the side of each bound that the figure is on."""
    for digits in range(decimals, _MOST_DECIMALS):
        scale = 10**digits
        if all(_side_kept(figure * scale, one * scale) for one in bounds):
            return _decimal(figure, digits)
    nearest = min(bounds, key=lambda one: abs(one - figure))
    return f"{'<' if figure < nearest else '>'}{NO_BREAK}{_plain(nearest)}"


def _side_kept(figure: Fraction, bound: Fraction) -> bool:
    """Whether both, rounded to whole numbers, stand to each other as they do."""
    rounded, rounded_bound = round(figure), round(bound)
    return (rounded > rounded_bound, rounded < rounded_bound) == (figure > bound, figure < bound)


def _plain(figure: Fraction) -> str:
    """All decimals that matter, no zeros at the end."""
    return _decimal(figure, _MOST_DECIMALS).rstrip("0").rstrip(".")


def _decimal(figure: Fraction, digits: int) -> str:
    scaled = round(figure * 10**digits)
    sign = _MINUS if scaled < 0 else ""
    text = f"{abs(scaled):0{digits + 1}d}"
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"
