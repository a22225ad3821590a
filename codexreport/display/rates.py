"""The chart of burn rates over their spans."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from codexreport.display.axes import annotate, cut
from codexreport.display.drawing import ACCENT, BAD, DASHES, INK, QUIET, WIDTH_IN, Chart, draw
from codexreport.display.numbers import burn
from codexreport.display.tables import Column, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_EM_SPACE = "\u2003"
_AT_RIGHT = ("axes fraction", "data")


def burn_bars(
    burns: Sequence[tuple[str, float | None]],
    *,
    title: str,
    alt: str,
    salt: str,
    limits: Mapping[str, Fraction | float] | None = None,
) -> Chart:
    """Burn rates over their spans, against the pace that spends exactly the budget.

    Args:
        burns: Name of the span, and its rate; None where it is not known.
        title: The finding.
        alt: What one sees.
        salt: Distinct for every chart on a page.
        limits: By name of the span, the rate above which an alert would fire.
    """
    limits = limits or {}

    def paint(axes: Axes) -> None:
        finite = [one for _, one in burns if one is not None and math.isfinite(one)]
        top = max([2.0, *finite]) * 1.25
        for at, (name, rate) in enumerate(burns):
            axes.barh(at, min(rate or 0.0, top * 0.95), 0.55, color=ACCENT, linewidth=0)
            _limit(axes, at, limits.get(name), top)
        axes.axvline(1, color=INK, linewidth=1.2, linestyle=DASHES)
        annotate(axes, "even pace", (1, 1), ("data", "axes fraction"), offset=(0, 2), ha="center")
        # Beside the names no figure can stand on a line of the drawing.
        axes.set_yticks(
            range(len(burns)),
            [f"{cut(name)}{_EM_SPACE}{burn(rate, limits.get(name))}" for name, rate in burns],
        )
        axes.invert_yaxis()
        axes.set_xlim(0, top)
        axes.grid(visible=False)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)

    return Chart(
        title=title,
        alt=alt,
        svg=draw((WIDTH_IN, 0.45 + 0.24 * len(burns)), paint, salt=salt),
        table=Table(
            caption="Burn rate by span",
            columns=[
                Column("Span"),
                Column("Burn rate", figures=True),
                Column("An alert would fire above", figures=True),
            ],
            rows=[
                (name, burn(rate, limits.get(name)), burn(limits[name]) if name in limits else "–")
                for name, rate in burns
            ],
        ),
    )


def _limit(axes: Axes, at: int, limit: Fraction | float | None, top: float) -> None:
    """The rate of an alert: a tick where it is on the axis, and in words at the end."""
    if limit is None:
        return
    if limit < top:
        axes.vlines(float(limit), at - 0.38, at + 0.38, color=BAD, linewidth=1.6)
    text = f"alert above {burn(limit)}"
    annotate(axes, text, (1, at), _AT_RIGHT, color=QUIET, ha="left", va="center")
