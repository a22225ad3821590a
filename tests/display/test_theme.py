"""The style sheet: readable contrast in light and dark, and nothing from elsewhere."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from codexreport.display import drawing

CSS = resources.files("codexreport.render").joinpath("theme/report.css").read_text("utf-8")
STATES = ["pass", "warning", "fail", "unknown"]
READABLE = 4.5  # WCAG 2.2, 1.4.3


def palette(theme):
    pairs = re.findall(r"--cr-([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", CSS)
    return {name: light if theme == "light" else dark for name, light, dark in pairs}


def luminance(colour):
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.fixture(params=["light", "dark"])
def colours(request):
    return palette(request.param)


@pytest.mark.parametrize("ink", ["ink", "quiet", "accent", *STATES])
@pytest.mark.parametrize("ground", ["paper", "raised"])
def test_text_stands_out_from_the_paper(colours, ink, ground):
    assert contrast(colours[ink], colours[ground]) >= READABLE


@pytest.mark.parametrize("state", STATES)
def test_a_state_stands_out_from_its_tint_and_as_a_ground_for_paper(colours, state):
    tint = colours[f"{state}-tint"]
    assert contrast(colours[state], tint) >= READABLE
    assert contrast(colours["ink"], tint) >= READABLE
    assert contrast(colours["paper"], colours[state]) >= READABLE


def test_the_style_needs_nothing_from_elsewhere():
    assert not re.search(r"url\(|@import|@font-face|https?:", CSS)


def test_only_our_own_elements_are_styled():
    """A notebook editor shows the same style sheet beside its own."""
    rules = re.sub(r"/\*.*?\*/|@media[^{]*\{", "", CSS, flags=re.DOTALL)
    selectors = re.findall(r"([^{};]+)\{", rules)
    each = [one.strip() for all_ in selectors for one in re.split(r",(?![^()]*\))", all_)]
    assert [one for one in each if ".cr" not in one] == ["@page"]


def test_charts_alone_have_the_light_colours_of_the_page():
    light = palette("light")
    assert {name: colour for colour, name in drawing.COLOURS.items()}.items() <= light.items()
