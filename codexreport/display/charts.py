"""The charts of the weekly report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from codexreport.display.drawing import (
    ACCENT,
    BAD,
    BLANK,
    GOOD,
    INK,
    QUIET,
    RULE,
    Chart,
    draw,
)
from codexreport.display.numbers import burn, moment, percent
from codexreport.display.tables import Column, Table
from codexreport.measure import State
from codexreport.window import zone

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDE = (7.2, 2.5)
DAY_S = 86_400
"""A time axis counts days since 1970, as matplotlib does."""

TABLE_ROWS = 29


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that happened, marked on a time axis."""

    label: str
    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekBar:
    """One week of a history chart; `sli` None where it is not known."""

    label: str
    state: State
    sli: Fraction | None


def burn_down(
    points: Sequence[tuple[float, float | None]],
    *,
    title: str,
    alt: str,
    marks: Sequence[Mark],
    zone_name: str,
    salt: str,
) -> Chart:
    """The share of the error budget that was left, over its period.

    Args:
        points: Unix seconds and remaining share; None where it was not observed.
        title: The finding.
        alt: What one sees.
        marks: Incidents.
        zone_name: Zone of the time axis.
        salt: Distinct for every chart on a page.
    """

    def paint(axes: Axes) -> None:
        times = [at / DAY_S for at, _ in points]
        left = [float("nan") if value is None else value * 100 for _, value in points]
        known = [value for value in left if value == value] or [0.0]  # noqa: PLR0124, nan is unequal to itself
        low, high = min(0.0, *known), max(100.0, *known)
        axes.set_ylim(low - (high - low) * 0.06, high + (high - low) * 0.16)
        axes.set_xlim(times[0], times[-1] + (times[-1] - times[0]) * 0.07)
        axes.axhline(0, color=BAD, linewidth=1)
        if low < 0:
            axes.axhspan(low * 2 - 100, 0, color=BAD, alpha=0.07, linewidth=0)
        axes.plot(times, left, color=ACCENT, linewidth=1.8, drawstyle="steps-post")
        axes.annotate(
            percent(Fraction(known[-1] / 100).limit_denominator(10**6), decimals=0),
            (times[-1], known[-1]),
            xytext=(5, 0),
            textcoords="offset points",
            color=ACCENT,
            weight="bold",
            va="center",
        )
        for mark in marks:
            _mark(axes, mark, times[0], times[-1])
        _percent_axis(axes)
        _day_axis(axes, zone_name)

    return Chart(
        title=title,
        alt=alt,
        svg=draw(WIDE, paint, salt=salt),
        table=_points_table(points, zone_name),
    )


def _mark(axes: Axes, mark: Mark, first: float, last: float) -> None:
    start = max(mark.start.timestamp() / DAY_S, first)
    end = min(mark.end.timestamp() / DAY_S if mark.end else last, last)
    if start > end:
        return
    axes.axvspan(start, end, color=QUIET, alpha=0.25, linewidth=1)
    axes.annotate(
        mark.label,
        (start, 1),
        xycoords=("data", "axes fraction"),
        xytext=(3, -2),
        textcoords="offset points",
        va="top",
        fontsize=8.5,
        color=QUIET,
    )


def history(
    weeks: Sequence[WeekBar], target: Fraction, *, title: str, alt: str, salt: str
) -> Chart:
    """How far each week's SLI lay from the target, the state by shape and colour."""

    def paint(axes: Axes) -> None:
        misses = [None if one.sli is None else float((1 - one.sli) * 100) for one in weeks]
        known = [one for one in misses if one is not None] or [0.0]
        allowed = float((1 - target) * 100)
        top = max(allowed * 2, *known) * 1.15 or 1
        axes.set_ylim(0, top)
        for at, (week, missed) in enumerate(zip(weeks, misses, strict=True)):
            _bar(axes, at, week, missed, top)
        axes.axhline(allowed, color=INK, linewidth=1.2, linestyle=(0, (4, 2)))
        axes.annotate(
            "allowed",
            (1, allowed),
            xycoords=("axes fraction", "data"),
            xytext=(2, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
            annotation_clip=False,
        )
        axes.set_xticks(range(len(weeks)), [one.label.partition("-")[2] for one in weeks])
        axes.set_xlim(-0.6, len(weeks) - 0.4)
        axes.tick_params(axis="x", length=0)
        axes.set_ylabel("missed, %")

    rows = [(one.label, percent(one.sli, target), one.state.value) for one in weeks]
    return Chart(
        title=title,
        alt=alt,
        svg=draw((7.2, 2.1), paint, salt=salt),
        table=Table(
            caption="SLI by week",
            columns=[Column("Week"), Column("SLI", figures=True), Column("State")],
            rows=rows,
        ),
    )


def _bar(axes: Axes, at: int, week: WeekBar, missed: float | None, top: float) -> None:
    colour = {State.PASS: GOOD, State.WARNING: GOOD, State.FAIL: BAD}.get(week.state, BLANK)
    if colour == BLANK:
        axes.bar(at, top * 0.92, 0.7, facecolor="none", edgecolor=RULE, hatch="////", linewidth=0)
        axes.text(at, top * 0.4, "?", ha="center", color=BLANK, weight="bold", fontsize=12)
        return
    height = max(missed or 0.0, top * 0.012)
    axes.bar(at, height, 0.62, color=colour, linewidth=0)
    shape = "✕" if colour == BAD else "✓"
    axes.text(at, height + top * 0.02, shape, ha="center", color=colour, fontsize=9)


def burn_bars(
    burns: Sequence[tuple[str, float | None]], *, title: str, alt: str, salt: str
) -> Chart:
    """Burn rates over their spans, against the pace that spends exactly the budget."""

    def paint(axes: Axes) -> None:
        values = [0.0 if one is None else one for _, one in burns]
        top = max(2.0, *values) * 1.2
        axes.barh(range(len(burns)), values, 0.55, color=ACCENT, linewidth=0)
        for at, (_, value) in enumerate(burns):
            shown = burn(value) if value is not None else "not known"
            axes.text((value or 0) + top * 0.01, at, shown, va="center", fontsize=9)
        axes.axvline(1, color=INK, linewidth=1.2, linestyle=(0, (4, 2)))
        axes.annotate(
            "even pace",
            (1, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            fontsize=8.5,
            annotation_clip=False,
        )
        axes.set_yticks(range(len(burns)), [name for name, _ in burns])
        axes.invert_yaxis()
        axes.set_xlim(0, top)
        axes.grid(visible=False)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)

    rows = [(name, burn(value)) for name, value in burns]
    return Chart(
        title=title,
        alt=alt,
        svg=draw((7.2, 1.7), paint, salt=salt),
        table=Table(
            caption="Burn rate by span",
            columns=[Column("Span"), Column("Burn rate", figures=True)],
            rows=rows,
        ),
    )


def _percent_axis(axes: Axes) -> None:
    from matplotlib.ticker import MultipleLocator

    low, high = axes.get_ylim()
    spread = high - low
    axes.yaxis.set_major_locator(MultipleLocator(next(s for s in _STEPS if spread / s <= 4)))  # noqa: PLR2004, at most four lines
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0f} %".replace("-", "\u2212"))


def _day_axis(axes: Axes, zone_name: str) -> None:
    """A tick at midnight every few days, named in the project's zone."""
    there = zone(zone_name)
    first, last = axes.get_xlim()
    step = max(1, round((last - first) / 5))
    day = datetime.fromtimestamp(first * DAY_S, there).replace(hour=0, minute=0, second=0)
    ticks: list[float] = []
    names: list[str] = []
    while day.timestamp() / DAY_S <= last:
        if day.timestamp() / DAY_S >= first:
            ticks.append(day.timestamp() / DAY_S)
            names.append(f"{day.day} {_MONTHS[day.month]}")
        day += timedelta(days=step)
    axes.set_xticks(ticks, names)
    axes.tick_params(axis="x", length=3)


_STEPS = (5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1e3, 1e4, 1e5, 1e6, 1e9)
_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _points_table(points: Sequence[tuple[float, float | None]], zone_name: str) -> Table:
    step = max(1, (len(points) - 1) // (TABLE_ROWS - 1))
    shown = [*points[:-1:step], points[-1]]
    return Table(
        caption="Error budget left",
        columns=[Column("At"), Column("Left", figures=True)],
        rows=[
            (
                moment(datetime.fromtimestamp(at, zone(zone_name)), zone_name),
                percent(None if left is None else Fraction(left).limit_denominator(10**6)),
            )
            for at, left in shown
        ],
    )
