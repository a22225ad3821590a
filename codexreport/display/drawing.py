"""From a matplotlib figure to an SVG that is the same every time and fits light and dark pages."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codexreport.display import escape
from codexreport.display.blocks import Details, Shown
from codexreport.display.tables import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, QUIET, RULE = "#1b2430", "#56616f", "#d5dae1"
ACCENT, GOOD, BAD, WARN, BLANK = "#1f5fbf", "#1a7340", "#b3261e", "#8a5a00", "#6b7480"
TITLE_PT = 22
_VARIABLES = {
    INK: "ink",
    QUIET: "quiet",
    RULE: "rule",
    ACCENT: "accent",
    GOOD: "pass",
    BAD: "fail",
    WARN: "warning",
    BLANK: "unknown",
}
_STYLE = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.edgecolor": RULE,
    "axes.labelcolor": QUIET,
    "axes.titlecolor": INK,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "text.color": INK,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": RULE,
    "grid.linewidth": 0.7,
    "ytick.major.size": 0,
    "path.simplify_threshold": 0.5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart(Shown):
    """A drawing, what it shows in words, and its figures as a table.

    Attributes:
        title: The finding, not the axes.
        alt: What one sees, for those who do not.
        svg: The drawing on its own, light colours.
        table: The figures behind it.
    """

    title: str
    alt: str
    svg: str
    table: Table

    def html(self) -> str:
        alt = escape.html(self.alt)
        drawing = _themed(self.svg).replace("<svg ", f'<svg role="img" aria-label="{alt}" ', 1)
        data = Details("The figures behind this chart", [self.table]).html()
        title = escape.html(self.title)
        return (
            f'<figure class="cr-chart"><figcaption>{title}</figcaption>'
            f'<div class="cr-drawing" role="group" aria-label="{title}" tabindex="0">{drawing}</div>'
            f"{data}</figure>"
        )

    def markdown(self) -> str:
        return f"**{escape.markdown(self.title)}**\n\n{self.table.markdown()}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """With the picture alone, and its alternative text, for documents."""
        data = Shown._repr_mimebundle_(self, include, exclude)
        picture = {"alt": f"{self.title}. {self.alt}"}
        return {**data, "image/svg+xml": _titled(self.svg, self.title)}, {"image/svg+xml": picture}


def draw(size: tuple[float, float], paint: Callable[[Axes], None], *, salt: str) -> str:
    """Paint one pair of axes and return it as SVG.

    Args:
        size: Width and height in inches.
        paint: Draws on the axes.
        salt: Distinct for every chart on a page, so that their element ids are too.
    """
    with _style(salt):
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure

        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasSVG(figure)
        paint(figure.add_subplot())
        buffer = io.StringIO()
        figure.savefig(
            buffer,
            format="svg",
            transparent=True,
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    return _trimmed(buffer.getvalue())


@contextmanager
def _style(salt: str) -> Iterator[None]:
    import matplotlib as mpl

    settings: dict[str, Any] = {**_STYLE, "svg.hashsalt": salt}
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(settings)  # type: ignore[arg-type]
        yield


def _trimmed(svg: str) -> str:
    """Only the drawing: no prologue, no metadata, and a size that follows its box."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(
        r'font: ([\d.]+)px [^;"]*', r"font: \1px system-ui, 'DejaVu Sans', sans-serif", svg
    )
    return re.sub(r"\n\s*", "\n", svg).strip()


def _themed(svg: str) -> str:
    """Colours by the page's variables, so that a dark page gets a dark chart."""
    for colour, name in _VARIABLES.items():
        svg = svg.replace(colour, f"var(--cr-{name}, {colour})")
    head, rest = svg.split(">", 1)
    return re.sub(r' (?:width|height)="[^"]*"', "", head) + ">" + rest


def _titled(svg: str, title: str) -> str:
    """The drawing with its title above it, for documents that show the picture alone."""
    match = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if match is None:
        return svg
    width, height = float(match[1]), float(match[2])
    head, rest = svg.split(">", 1)
    head = re.sub(r' (?:width|height|viewBox)="[^"]*"', "", head)
    box = f'viewBox="0 {-TITLE_PT} {width} {height + TITLE_PT}" '
    size = f'width="{width}pt" height="{height + TITLE_PT}pt"'
    text = (
        f'<text x="2" y="-8" style="font: bold 10.5px \'DejaVu Sans\', sans-serif; fill: {INK}">'
        f"{escape.html(title)}</text>"
    )
    return f"{head} {box}{size}>{text}{rest}"
