"""From a matplotlib figure to an SVG that is the same every time and fits light and dark pages."""

from __future__ import annotations

import hashlib
import io
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codexreport.display import escape
from codexreport.display.base import Shown
from codexreport.display.blocks import Details
from codexreport.display.tables import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAPER, INK, QUIET, RULE = "#ffffff", "#1b2430", "#56616f", "#d5dae1"
ACCENT, GOOD, BAD, WARN, BLANK = "#1f5fbf", "#1a7340", "#b3261e", "#8a5a00", "#5d6672"
COLOURS = {
    PAPER: "paper",
    INK: "ink",
    QUIET: "quiet",
    RULE: "rule",
    ACCENT: "accent",
    GOOD: "pass",
    BAD: "fail",
    WARN: "warning",
    BLANK: "unknown",
}
"""The page's variable for each colour; its light value is the same colour."""

WIDTH_IN = 6.2
"""How wide every chart is drawn."""

DASHES = (0, (4, 2))
"""How a line looks that a figure is compared with."""

_FONTS = "system-ui, 'DejaVu Sans', sans-serif"
_TITLE_PX, _TITLE_LINE, _TITLE_WRAP = 10.5, 14, 72
_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "codexreport",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.edgecolor": RULE,
    "axes.labelcolor": QUIET,
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
    "hatch.linewidth": 0.6,
}
_TAG = re.compile(r"<[^>]*>")
_REFERENCE = re.compile(r'(?<=url\(#)[^)]+|(?<=href="#)[^"]+')


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
        alt, title = escape.html(self.alt), escape.html(self.title)
        drawing = _themed(self.svg).replace("<svg ", f'<svg role="img" aria-label="{alt}" ', 1)
        data = Details("The figures behind this chart", [self.table]).html()
        return (
            f'<figure class="cr-chart"><figcaption>{title}</figcaption>'
            f'<div class="cr-drawing" role="group" '
            f'aria-label="{title}" tabindex="0">{drawing}</div>{data}</figure>'
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
    with _style():
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
    return _own_ids(_trimmed(buffer.getvalue()), salt)


@contextmanager
def _style() -> Iterator[None]:
    """Our settings alone, whatever the reader's own are."""
    import matplotlib as mpl

    with mpl.rc_context(), warnings.catch_warnings():
        # Text is shown in the reader's fonts, which know more characters than ours.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)  # type: ignore[arg-type]
        yield


def _trimmed(svg: str) -> str:
    """Only the drawing: no prologue, no metadata, no rules for other elements of the page."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, count=1, flags=re.DOTALL)
    svg = svg.replace("<svg ", '<svg stroke-linejoin="round" ', 1)
    svg = re.sub(r"\n\s*", "\n", svg).strip()
    svg = _TAG.sub(_short, svg)
    return re.sub(r">[^<]+<", lambda text: text[0].replace("{", "&#123;"), svg)


def _short(tag: re.Match[str]) -> str:
    """A tag with hundredths of a point, and with the reader's own font."""
    text = re.sub(r"(\.\d\d)\d+", r"\1", tag[0])
    return re.sub(r"(font: (?:bold )?(?:\d+ )?)([\d.]+)px [^;\"]*", rf"\1\2px {_FONTS}", text)


def _own_ids(svg: str, salt: str) -> str:
    """The drawing with only the ids that it refers to, none of which another drawing has."""
    prefix = "c" + hashlib.sha256(salt.encode()).hexdigest()[:8]
    used = set(_REFERENCE.findall(svg))

    def renamed(tag: re.Match[str]) -> str:
        text = _REFERENCE.sub(lambda found: f"{prefix}-{found[0]}", tag[0])
        return re.sub(
            r' id="([^"]*)"',
            lambda found: f' id="{prefix}-{found[1]}"' if found[1] in used else "",
            text,
        )

    return _TAG.sub(renamed, svg)


def _themed(svg: str) -> str:
    """Colours by the page's variables, so that a dark page gets a dark chart; any width."""

    def coloured(tag: re.Match[str]) -> str:
        text = tag[0]
        for colour, name in COLOURS.items():
            text = text.replace(colour, f"var(--cr-{name}, {colour})")
        return text

    head, rest = _TAG.sub(coloured, svg).split(">", 1)
    return re.sub(r' (?:width|height)="[^"]*"', "", head) + ">" + rest


def _titled(svg: str, title: str) -> str:
    """The drawing with its title above it, for documents that show the picture alone."""
    head, rest = svg.split(">", 1)
    width, height = map(float, re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', head)[0])
    head = re.sub(r' (?:width|height|viewBox)="[^"]*"', "", head)
    lines = textwrap.wrap(title, _TITLE_WRAP)
    above = _TITLE_LINE * len(lines) + 8
    style = f"font: bold {_TITLE_PX}px {_FONTS}; fill: {INK}"
    text = "".join(
        f'<text x="2" y="{_TITLE_LINE * (at + 1) - above}" style="{style}">'
        f"{escape.html(line)}</text>"
        for at, line in enumerate(lines)
    )
    return (
        f'{head} viewBox="0 {-above} {width:g} {height + above:g}" '
        f'width="{width:g}pt" height="{height + above:g}pt">{text}{rest}'
    )
