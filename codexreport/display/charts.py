"""The charts over time: what is left of a budget, and week after week."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from codexreport.display.axes import (
    DAY_S,
    HATCHED,
    Mark,
    annotate,
    cut,
    day_axis,
    draw_mark,
    percent_axis,
    place,
)
from codexreport.display.drawing import (
    ACCENT,
    BAD,
    BLANK,
    DASHES,
    GOOD,
    INK,
    PAPER,
    WARN,
    WIDTH_IN,
    Chart,
    draw,
)
from codexreport.display.numbers import moment, percent
from codexreport.display.status import SHAPES, word
from codexreport.display.tables import Column, Table
from codexreport.measure import State
from codexreport.window import zone

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Mark", "WeekBar", "burn_down", "history"]

_HISTORY_IN = 1.9
TABLE_ROWS = 29
_COLOURS = {State.PASS: GOOD, State.WARNING: WARN, State.FAIL: BAD}
_MARK_POINTS = 14
"""Height of a mark above a bar, with what keeps it off the bar."""

_MARKS_WIDTH = 330
"""Points that all marks side by side have room in."""

_MOST_LABELS = 13
"""Weeks that can be named side by side."""

_TALLEST = 4
"""A bar is drawn up to so many times what the target allows; a taller one says its figure."""

Points = Sequence[tuple[float, float | None]]
"""Unix seconds and the share that was left; None where the time before was not observed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekBar:
    """One week of a history chart; `sli` None where it is not known."""

    label: str
    state: State
    sli: Fraction | None


def burn_down(
    points: Points,
    *,
    title: str,
    alt: str,
    marks: Sequence[Mark],
    zone_name: str,
    salt: str,
    known: bool = True,
) -> Chart:
    """The share of the error budget that was left, over its period.

    Args:
        points: In order of time, at least one.
        title: The finding.
        alt: What one sees.
        marks: Incidents.
        zone_name: Zone of the time axis.
        salt: Distinct for every chart on a page.
        known: Whether enough was observed to say what is left; if not, the line stands alone.
    """

    def paint(axes: Axes) -> None:
        finite = [left * 100 for _, left in points if left is not None and math.isfinite(left)]
        first, last = points[0][0] / DAY_S, points[-1][0] / DAY_S
        incidents = place(marks, first, last)
        lines_of_text = 1 + max((one.line for one in incidents), default=-1)
        low, high = min([0.0, *finite]), max([100.0, *finite])
        if any(left == -math.inf for _, left in points):
            low -= (high - low) * 0.25
        room = (high - low) * 0.06
        axes.set_ylim(low - room, high + room * (1 + 1.1 * lines_of_text))
        axes.set_xlim(first, last + (last - first) * 0.09)
        axes.axhline(0, color=BAD, linewidth=1)
        if low < 0:
            axes.axhspan(low - room, 0, color=BAD, alpha=0.07, linewidth=0)
        lines = _observed(points, low)
        for line in lines:
            axes.plot(*zip(*line, strict=True), color=ACCENT, linewidth=1.8)
        for start, end in _gaps(points):
            axes.axvspan(start, end, **HATCHED)
        if known and lines:
            _end_label(axes, points, low)
        for mark in incidents:
            draw_mark(axes, mark)
        percent_axis(axes)
        day_axis(axes, zone_name)

    return Chart(
        title=title,
        alt=alt,
        svg=draw((WIDTH_IN, 2.3), paint, salt=salt),
        table=_points_table(points, zone_name, known=known),
    )


def _observed(points: Points, floor: float) -> list[list[tuple[float, float]]]:
    """The lines to draw, in days and percent: one for each stretch that was observed.

    A point tells of the time since the point before it, so a line starts at that one, with
    what was last known to be left. What is infinitely far below is drawn at the `floor`.
    """
    lines: list[list[tuple[float, float]]] = []
    before: tuple[float, float] | None = None
    unbroken = False
    for at, left in points:
        day, level = at / DAY_S, before[1] if before else 100.0
        if left is not None:
            level = max(left * 100, floor)
            if not unbroken:
                lines.append([before] if before else [])
            lines[-1].append((day, level))
        before, unbroken = (day, level), left is not None
    return [line for line in lines if len(line) > 1]


def _gaps(points: Points) -> list[tuple[float, float]]:
    """When nothing was observed: first and last day of each gap."""
    gaps: list[tuple[float, float]] = []
    for (before, _), (at, left) in pairwise(points):
        if left is None:
            start = before / DAY_S
            if gaps and gaps[-1][1] == start:
                start, _ = gaps.pop()
            gaps.append((start, at / DAY_S))
    return gaps


def _end_label(axes: Axes, points: Points, floor: float) -> None:
    """What is left, beside the end of the line."""
    at, left = next(((at, left) for at, left in reversed(points) if left is not None), (0.0, None))
    if left is None:
        return
    axes.annotate(
        percent(left, decimals=0),
        (at / DAY_S, max(left * 100, floor)),
        xytext=(5, 0),
        textcoords="offset points",
        color=ACCENT,
        weight="bold",
        va="center",
    )


def history(
    weeks: Sequence[WeekBar], target: Fraction, *, title: str, alt: str, salt: str
) -> Chart:
    """What each week missed, against what the target allows; a week not known is hatched."""

    def paint(axes: Axes) -> None:
        misses = [None if one.sli is None else float((1 - one.sli) * 100) for one in weeks]
        known = [one for one in misses if one is not None] or [0.0]
        allowed = float((1 - target) * 100)
        top = max(allowed * 2, min(max(known), allowed * _TALLEST or math.inf)) * 1.2 or 1.0
        axes.set_ylim(0, top)
        clear = _MARK_POINTS / (_HISTORY_IN * 72) * top
        for at, (week, missed) in enumerate(zip(weeks, misses, strict=True)):
            if week.state in _COLOURS and missed is not None:
                above = allowed if missed <= allowed < missed + clear else missed
                _bar(axes, at, week, missed, top, above)
            else:
                _blank(axes, at, week, top, size=min(12.0, _MARKS_WIDTH / len(weeks)))
        axes.axhline(allowed, color=INK, linewidth=1.2, linestyle=DASHES)
        annotate(
            axes, "allowed", (1, allowed), ("axes fraction", "data"), offset=(2, 0), va="center"
        )
        step = math.ceil(len(weeks) / _MOST_LABELS)
        named = range((len(weeks) - 1) % step, len(weeks), step)
        axes.set_xticks(named, [cut(_without_year(weeks[at].label)) for at in named])
        axes.set_xlim(-0.6, len(weeks) - 0.4)
        axes.tick_params(axis="x", length=0)
        axes.locator_params(axis="y", nbins=4)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g} %")

    rows = [(one.label, percent(one.sli, target), word(one.state)) for one in weeks]
    return Chart(
        title=title,
        alt=alt,
        svg=draw((WIDTH_IN, _HISTORY_IN), paint, salt=salt),
        table=Table(
            caption="SLI by week",
            columns=[Column("Week"), Column("SLI", figures=True), Column("State")],
            rows=rows,
        ),
    )


def _without_year(label: str) -> str:
    return label.partition("-")[2] or label


def _bar(axes: Axes, at: int, week: WeekBar, missed: float, top: float, above: float) -> None:
    """A week's bar; its mark stands `above` it, which is clear of the line of what is allowed."""
    colour = _COLOURS[week.state]
    highest = top / 1.2
    height = min(max(missed, top * 0.012), highest)
    axes.bar(at, height, 0.62, color=colour, linewidth=0)
    said = SHAPES[week.state]
    if missed > highest:
        said += f" {percent(missed / 100)}"
        axes.plot([at - 0.4, at + 0.4], [height * 0.84, height * 0.92], color=PAPER, linewidth=3)
    annotate(
        axes, said, (at, max(height, min(above, highest))), offset=(0, 2), ha="center", color=colour
    )


def _blank(axes: Axes, at: int, week: WeekBar, top: float, size: float) -> None:
    axes.bar(at, top * 0.92, 0.7, **HATCHED)
    shape = SHAPES[week.state]
    axes.text(at, top * 0.6, shape, ha="center", color=BLANK, weight="bold", fontsize=size)


def _points_table(points: Points, zone_name: str, *, known: bool) -> Table:
    step = max(1, (len(points) - 1) // (TABLE_ROWS - 1))
    shown = [*points[:-1:step], points[-1]]
    return Table(
        caption="Error budget left" if known else "Error budget left, by the little observed",
        columns=[Column("At"), Column("Left", figures=True)],
        rows=[
            (moment(datetime.fromtimestamp(at, zone(zone_name)), zone_name), percent(left))
            for at, left in shown
        ],
    )
