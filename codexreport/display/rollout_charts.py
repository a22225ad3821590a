"""The charts of a rollout: plan and actual share, triggers over time, checkpoints."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
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
    QUIET,
    WARN,
    WIDTH_IN,
    Chart,
    draw,
)
from codexreport.display.numbers import moment
from codexreport.display.status import SHAPES
from codexreport.display.tables import Column, Table
from codexreport.measure import State
from codexreport.window import zone
from codexreport.wording import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Shares = Sequence[tuple[datetime, Fraction]]
"""The share of users from a moment on."""

_AT_RIGHT = ("axes fraction", "data")
_HEIGHTS = {State.PASS: 0.12, State.WARNING: 0.4, State.FAIL: 0.8}
_COLOURS = {State.PASS: GOOD, State.WARNING: WARN, State.FAIL: BAD}
_TABLE_ROWS = 60
_HOURS = 24
_DAYS_FROM_S = 2 * DAY_S
"""A time axis longer than this has days on it, a shorter one hours."""
_LEAST_WIDTH = 0.006
"""How wide the smallest part that matters is drawn, as a share of the axis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One thing over time.

    Attributes:
        label: What it is.
        said: What came of it, beside its end.
        spans: From when to when it was in which state; `unknown` where nothing was observed.
    """

    label: str
    said: str
    spans: Sequence[tuple[datetime, datetime, State]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Some checkpoints, in order of time; those to come are `not_applicable`."""

    label: str
    said: str
    states: Sequence[State]


def plan_chart(
    planned: Shares,
    actual: Shares,
    *,
    end: datetime,
    now: datetime,
    marks: Sequence[Mark],
    title: str,
    alt: str,
    zone_name: str,
) -> Chart:
    """The planned share of users as steps, and the share that it was on for whenever it was seen.

    Args:
        planned: From each step on, in order of time, at least one.
        actual: What was seen, in order of time.
        end: Where the axis ends.
        now: The moment of the report.
        marks: Freezes.
        title: The finding.
        alt: What one sees.
        zone_name: Zone of the time axis.
    """

    def paint(axes: Axes) -> None:
        first, last = _day(planned[0][0]), _day(end)
        frozen = place(marks, first, last)
        axes.set_xlim(first - (last - first) * 0.02, last + (last - first) * 0.12)
        axes.set_ylim(-6, 108 + 14 * (1 + max((one.line for one in frozen), default=-1)))
        for mark in frozen:
            draw_mark(axes, mark)
        at = [*(_day(one) for one, _ in planned), last]
        shares = [float(share) * 100 for _, share in planned]
        axes.step(at, [*shares, shares[-1]], where="post", color=INK, linewidth=1.4, ls=DASHES)
        annotate(axes, "planned", (last, shares[-1]), offset=(4, 0), va="center", color=INK)
        _seen(axes, actual)
        if first <= _day(now) <= last:
            axes.axvline(_day(now), color=QUIET, linewidth=1)
            annotate(axes, "now", (_day(now), -6), offset=(3, 2), color=QUIET)
        percent_axis(axes)
        day_axis(axes, zone_name)

    rows = [(moment(at, zone_name), percent(share), "planned") for at, share in planned]
    rows += [(moment(at, zone_name), percent(share), "actual") for at, share in actual]
    return Chart(
        title=title,
        alt=alt,
        svg=draw((WIDTH_IN, 2.3), paint, salt="rollout plan"),
        table=Table(
            caption="Users that have the release",
            columns=[Column("From"), Column("Share", figures=True), Column("What")],
            rows=rows[:_TABLE_ROWS],
        ),
    )


def _seen(axes: Axes, actual: Shares) -> None:
    if not actual:
        return
    at, shares = [_day(one) for one, _ in actual], [float(share) * 100 for _, share in actual]
    axes.plot(at, shares, color=ACCENT, linewidth=1.8, marker="o", markersize=3.5, ds="steps-post")
    said = f"actual {percent(actual[-1][1])}"
    annotate(
        axes, said, (at[-1], shares[-1]), offset=(-5, 5), ha="right", color=ACCENT, weight="bold"
    )


def strips(
    rows: Sequence[Strip],
    *,
    start: datetime,
    end: datetime,
    title: str,
    alt: str,
    zone_name: str,
    salt: str,
) -> Chart:
    """States over time, a strip each: a thin line is good, half high is over, full is tripped.

    Args:
        rows: The topmost first, at least one.
        start: Where the axis begins.
        end: Where it ends.
        title: The finding.
        alt: What one sees.
        zone_name: Zone of the time axis.
        salt: Distinct for every chart on a page.
    """

    def paint(axes: Axes) -> None:
        axes.set_xlim(_day(start), _day(end))
        axes.set_ylim(len(rows) - 0.4, -0.6)
        for at, row in enumerate(rows):
            for first, last, state in row.spans:
                _span(axes, at, _day(first), _day(last), state)
            annotate(axes, row.said, (1, at), _AT_RIGHT, offset=(4, 0), va="center", color=QUIET)
        axes.set_yticks(range(len(rows)), [cut(row.label) for row in rows])
        axes.grid(visible=False)
        if end.timestamp() - start.timestamp() > _DAYS_FROM_S:
            day_axis(axes, zone_name)
        else:
            _hour_axis(axes, zone_name)

    cells = [
        (row.label, moment(first, zone_name), moment(last, zone_name), _said(state))
        for row in rows
        for first, last, state in row.spans
    ]
    return Chart(
        title=title,
        alt=alt,
        svg=draw((WIDTH_IN, 0.55 + 0.34 * len(rows)), paint, salt=salt),
        table=Table(
            caption="Every trigger over time, its latest spans",
            columns=[Column("Trigger"), Column("From"), Column("To"), Column("State")],
            rows=cells[-_TABLE_ROWS:],
        ),
    )


def _span(axes: Axes, at: int, first: float, last: float, state: State) -> None:
    height = _HEIGHTS.get(state, 0.5)
    if state in {State.WARNING, State.FAIL}:  # a few minutes of a week are still to be seen
        low, high = axes.get_xlim()
        first = max(low, min(first, last - (high - low) * _LEAST_WIDTH))
    look = {"color": _COLOURS[state], "linewidth": 0} if state in _COLOURS else HATCHED
    axes.barh(at, last - first, height, left=first, **look)


def _hour_axis(axes: Axes, zone_name: str) -> None:
    """A tick at full hours, named in the project's zone."""
    there = zone(zone_name)
    low, high = axes.get_xlim()
    first, last = math.ceil(low * _HOURS), math.floor(high * _HOURS)
    step = max(1, round((last - first) / 6))
    ticks = [hour / _HOURS for hour in range(first, last + 1, step)]
    names = [f"{datetime.fromtimestamp(one * DAY_S, there):%H:%M}" for one in ticks]
    axes.set_xticks(ticks, names)
    axes.tick_params(axis="x", length=3)


def _said(state: State) -> str:
    words = {State.PASS: "good", State.WARNING: "over its limit", State.FAIL: "tripped"}
    return words.get(state, "not observed")


def checkpoint_chart(rows: Sequence[Row], *, title: str, alt: str, table: Table) -> Chart:
    """Checkpoints side by side, a row for each part of their schedule, by mark and colour.

    Args:
        rows: The topmost first, at least one.
        title: The finding.
        alt: What one sees.
        table: The checkpoints with their times.
    """
    most = max(len(row.states) for row in rows)

    def paint(axes: Axes) -> None:
        axes.set_xlim(-0.8, most - 0.2)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        for at, row in enumerate(rows):
            for number, state in enumerate(row.states):
                colour = _COLOURS.get(state, BLANK)
                axes.text(
                    number, at, SHAPES[state], color=colour, ha="center", va="center", weight="bold"
                )
            annotate(axes, row.said, (1, at), _AT_RIGHT, offset=(4, 0), va="center", color=QUIET)
        axes.set_yticks(range(len(rows)), [cut(row.label) for row in rows])
        axes.set_xticks([])
        axes.grid(visible=False)
        axes.spines["bottom"].set_visible(False)

    svg = draw((WIDTH_IN, 0.3 + 0.3 * len(rows)), paint, salt="rollout checkpoints")
    return Chart(title=title, alt=alt, svg=svg, table=table)


def _day(at: datetime) -> float:
    return at.timestamp() / DAY_S
