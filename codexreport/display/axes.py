"""What the axes of charts have in common: days, percentages, and things marked on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from codexreport.display import escape
from codexreport.display.drawing import QUIET, RULE
from codexreport.display.numbers import short_day
from codexreport.window import zone

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DAY_S = 86_400
"""A time axis counts days since 1970, as matplotlib does."""

HATCHED: dict[str, Any] = {
    "facecolor": "none",
    "edgecolor": RULE,
    "hatch": "////",
    "linewidth": 0,
}
"""How a place looks that nothing is known of."""

_SMALL = 8.0

_MOST_LINES = 4
_STEPS = (5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1e3, 1e4, 1e5, 1e6, 1e9)
_LONGEST_LABEL = 28
_LETTER = 0.0125
"""About the width of a small letter, as a share of the axes' width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that happened, marked on a time axis; without an end it still goes on."""

    label: str
    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A mark with the line of text its label stands on; labels on one line never overlap.

    Attributes:
        text: The label, cut where it is long.
        start: First day on the axis.
        end: Last day on the axis.
        line: 0 is the topmost.
        leftwards: Whether the label stands left of the start, for want of room at the right.
    """

    text: str
    start: float
    end: float
    line: int
    leftwards: bool


def place(marks: Sequence[Mark], first: float, last: float) -> list[Placed]:
    """The marks that touch a time axis from `first` to `last`, in days since 1970."""
    placed: list[Placed] = []
    taken: list[float] = []
    for mark in sorted(marks, key=lambda one: (one.start, one.label)):
        start = max(mark.start.timestamp() / DAY_S, first)
        end = min(mark.end.timestamp() / DAY_S if mark.end else last, last)
        if start > end:
            continue
        text = cut(mark.label)
        width = (len(text) + 2) * _LETTER * (last - first)
        leftwards = start + width > last
        left = start - width if leftwards else start
        line = next((at for at, until in enumerate(taken) if until <= left), len(taken))
        taken[line : line + 1] = [left + width]
        placed.append(Placed(text=text, start=start, end=end, line=line, leftwards=leftwards))
    return placed


def draw_mark(axes: Axes, mark: Placed) -> None:
    """A band from start to end with its label at the top."""
    axes.axvspan(mark.start, mark.end, color=QUIET, alpha=0.25, linewidth=1)
    annotate(
        axes,
        mark.text,
        (mark.start, 1),
        ("data", "axes fraction"),
        offset=(-3 if mark.leftwards else 3, -1 - 11 * mark.line),
        color=QUIET,
        ha="right" if mark.leftwards else "left",
        va="top",
    )


def annotate(
    axes: Axes,
    text: str,
    at: tuple[float, float],
    coordinates: str | tuple[str, str] = "data",
    *,
    offset: tuple[float, float] = (0, 0),
    **look: Any,
) -> None:
    """Small text beside a place, `offset` points away from it; `look` as matplotlib names it."""
    axes.annotate(
        text,
        at,
        xycoords=coordinates,
        xytext=offset,
        textcoords="offset points",
        fontsize=_SMALL,
        annotation_clip=False,
        **look,
    )


def cut(label: str) -> str:
    """A label of one line, cut where it is too long for a drawing."""
    text = " ".join(escape.shown(label).split())
    return text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1].rstrip() + "…"


def percent_axis(axes: Axes) -> None:
    """A few lines at round percentages."""
    from matplotlib.ticker import MultipleLocator

    low, high = axes.get_ylim()
    step = next((one for one in _STEPS if (high - low) / one <= _MOST_LINES), high - low)
    axes.yaxis.set_major_locator(MultipleLocator(step))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0f} %".replace("-", "\u2212"))


def day_axis(axes: Axes, zone_name: str) -> None:
    """A tick at midnight every few days, named in the project's zone."""
    there = zone(zone_name)
    first, last = axes.get_xlim()
    step = max(1, round((last - first) / 5))
    day = datetime.fromtimestamp(first * DAY_S, there).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    days = []
    while day.timestamp() / DAY_S <= last:
        if day.timestamp() / DAY_S >= first:
            days.append(day)
        day += timedelta(days=step)
    axes.set_xticks([one.timestamp() / DAY_S for one in days], [short_day(one) for one in days])
    axes.tick_params(axis="x", length=3)
