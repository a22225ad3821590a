"""The one place that rounds: figures as a reader sees them, with unit or zone."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from fractions import Fraction

from codexreport.measure import Number
from codexreport.window import zone

UNKNOWN = "not known"
NO_BREAK = "\u00a0"
_MOST_DECIMALS = 12
_MINUS = "\u2212"


def percent(share: Number | None, bound: Fraction | None = None, decimals: int = 2) -> str:
    """A share as percent, on the same side of `bound` (and of 0 % and 100 %) as the figure is.

    Args:
        share: 0.5 is shown as 50 %.
        bound: What the reader will compare it with; 74.9999 beside 75 is not shown as 75.
        decimals: As many, and more where a bound needs them.
    """
    if share is None:
        return UNKNOWN
    if isinstance(share, float) and math.isinf(share):
        return _MINUS + "∞" if share < 0 else "∞"
    figure = Fraction(share)
    bounds = [Fraction(0), Fraction(1), *([] if bound is None else [bound])]
    for digits in range(decimals, _MOST_DECIMALS):
        shown = Fraction(round(figure * 10 ** (digits + 2)), 10 ** (digits + 2))
        if all(_side(shown, one) == _side(figure, one) for one in bounds):
            return f"{_decimal(shown * 100, digits)}{NO_BREAK}%"
    return f"{float(figure * 100)}{NO_BREAK}%"


def target(share: Fraction) -> str:
    """A target as its author wrote it."""
    text = _decimal(share * 100, _MOST_DECIMALS).rstrip("0").rstrip(".")
    return f"{text}{NO_BREAK}%"


def points(change: Number | None) -> str:
    """A change of a share in percentage points, with its sign."""
    if change is None:
        return UNKNOWN
    figure = Fraction(change) * 100
    sign = "+" if figure > 0 else ""
    return f"{sign}{_decimal(figure, 3)}{NO_BREAK}pp"


def count(number: Number | None) -> str:
    """A number of things, thousands apart."""
    if number is None:
        return UNKNOWN
    return f"{round(number):,}".replace(",", "\u202f")


def burn(rate: Number | None) -> str:
    """A burn rate, such as 14.4 times."""
    if rate is None:
        return UNKNOWN
    if math.isinf(rate):
        return "∞"
    rate = float(rate)
    return f"{rate:.2f}×" if rate < 10 else f"{rate:.1f}×"  # noqa: PLR2004, three digits say enough


def seconds(value: Number | None) -> str:
    """A short duration such as a latency, in the unit that reads best."""
    if value is None:
        return UNKNOWN
    value = float(value)
    return f"{value * 1000:.0f}{NO_BREAK}ms" if value < 1 else f"{value:.2f}{NO_BREAK}s"


def duration(value: Number | None) -> str:
    """A long duration in its two largest units, rounded down: `2 d 4 h`."""
    if value is None:
        return UNKNOWN
    if math.isinf(value):
        return "never"
    rest, parts = int(value), []
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        number, rest = divmod(rest, size)
        if number:
            parts.append(f"{number}{NO_BREAK}{unit}")
    return " ".join(parts[:2]) or f"0{NO_BREAK}s"


def moment(value: datetime, zone_name: str) -> str:
    """A moment in the project's zone, the zone shown; the same in every locale."""
    there = value.astimezone(zone(zone_name))
    day = f"{_DAYS[there.weekday()]} {there.day} {_MONTHS[there.month - 1]} {there.year}"
    return f"{day}, {there:%H:%M} {there.tzname()}"


def day(value: datetime) -> str:
    """A day, such as `Mon 5 Oct 2026`, the same in every locale."""
    return f"{_DAYS[value.weekday()]} {value.day} {_MONTHS[value.month - 1]} {value.year}"


def span(start: datetime, end: datetime, zone_name: str) -> str:
    """A half-open span of whole days as its first and last day; else both moments."""
    there = zone(zone_name)
    start, end = start.astimezone(there), end.astimezone(there)
    if (start.hour, start.minute, end.hour, end.minute) == (0, 0, 0, 0):
        return f"{day(start)} to {day(end - timedelta(days=1))}"
    return f"{moment(start, zone_name)} to {moment(end, zone_name)}"


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _side(figure: Fraction, bound: Fraction) -> int:
    return (figure > bound) - (figure < bound)


def _decimal(figure: Fraction, digits: int) -> str:
    scaled = round(figure * 10**digits)
    sign = _MINUS if scaled < 0 else ""
    text = f"{abs(scaled):0{digits + 1}d}"
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"
