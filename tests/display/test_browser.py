"""Every block in a real browser: accessible, and never wider than the screen."""

from __future__ import annotations

import pytest

from codexreport.display.blocks import Details, Paragraph
from codexreport.display.drawing import Chart
from codexreport.display.status import StateMark
from codexreport.display.tables import Column, Table
from codexreport.measure import State
from codexreport.render.page import html_page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def page(all_blocks, hostile, tmp_path):
    """A page of all blocks, once with harmless and once with hostile text, nothing folded."""
    blocks = [*all_blocks("Checkout"), *all_blocks(" ".join(hostile) + "W" * 300)]
    body = "".join(f'<div class="cr">{block.html()}</div>' for block in blocks)
    file = tmp_path / "index.html"
    opened = body.replace("<details>", "<details open>").replace("<h3 id", "<h3 data-id")
    file.write_text(html_page(f"<h2>Part</h2>{opened}", title="All blocks"), encoding="utf-8")
    return file.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page, chromium, scheme):
    from axe_playwright_python.sync_playwright import Axe

    with chromium.new_context(color_scheme=scheme, bypass_csp=True) as context:
        tab = context.new_page()
        tab.goto(page)
        results = Axe().run(tab)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", [320, 1280])
def test_no_block_is_wider_than_the_screen(page, chromium, width):
    with chromium.new_context(viewport={"width": width, "height": 700}) as context:
        tab = context.new_page()
        tab.goto(page)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_a_notebook_editor_decides_between_light_and_dark(chromium, all_blocks):
    """JupyterLab's own theme, not the system's, says which colours its page has."""
    from codexreport.display.notebook import Style

    style = Style()._repr_mimebundle_()["text/html"]
    block = all_blocks("x")[0]._repr_mimebundle_()["text/html"]
    papers = set()
    for system in ("light", "dark"):
        with chromium.new_context(color_scheme=system) as context:
            tab = context.new_page()
            tab.set_content(f'<body data-jp-theme-light="true">{style}{block}')
            papers.add(tab.evaluate("getComputedStyle(document.querySelector('.cr')).background"))
    assert len(papers) == 1
    assert "rgb(255, 255, 255)" in papers.pop()


MANY = [Column("Objective"), *(Column(f"W{week:02d}") for week in range(1, 53))]
STRIP = Table(
    caption="Weeks",
    columns=MANY,
    rows=[["Checkout takes orders", *[StateMark(State.PASS)] * 52]],
    latest=True,
)
GLANCE = Table(
    caption="All",
    columns=[Column(name, figures=name != "Objective") for name in ("Objective", *"ABCDEF")],
    rows=[["Checkout takes orders", *["100.00 %"] * 6]],
    stacked=True,
)


@pytest.fixture
def open_blocks(chromium, tmp_path):
    """Opens blocks as a page in a window of so many pixels."""
    contexts = []

    def show(width, *blocks):
        file = tmp_path / "blocks.html"
        body = "".join(f'<div class="cr">{block.html()}</div>' for block in blocks)
        file.write_text(html_page(body, title="Blocks"), encoding="utf-8")
        contexts.append(chromium.new_context(viewport={"width": width, "height": 700}))
        tab = contexts[-1].new_page()
        tab.goto(file.as_uri())
        return tab

    yield show
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_a_strip_of_a_year_scrolls_and_opens_at_the_newest_week(open_blocks, width):
    tab = open_blocks(width, STRIP)
    box = tab.locator(".cr-scroll").bounding_box()
    newest, oldest = tab.get_by_text("W52").bounding_box(), tab.get_by_text("W01").bounding_box()
    right = box["x"] + box["width"]
    assert newest["x"] + newest["width"] <= right + 1
    assert oldest["x"] < box["x"]
    name = tab.get_by_text("Checkout takes orders").bounding_box()
    assert name["x"] >= box["x"]  # whose weeks they are stays in sight
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_a_chart_that_is_too_wide_opens_with_its_axis_in_sight(open_blocks, all_blocks):
    chart = next(one for one in all_blocks("x") if isinstance(one, Chart))
    ends = "(box => [box.getBoundingClientRect(), box.firstElementChild.getBoundingClientRect()]"
    script = f"{ends}.flatMap(one => [one.left, one.right]))(document.querySelector('.cr-drawing'))"
    left, right, drawn_left, drawn_right = open_blocks(320, chart).evaluate(script)
    assert drawn_left == pytest.approx(left, abs=1)
    assert drawn_right > right
    left, _, drawn_left, _ = open_blocks(1280, chart).evaluate(script)
    assert drawn_left == pytest.approx(left, abs=1)


def test_every_figure_of_a_stacked_row_is_in_sight_on_a_phone(open_blocks):
    tab = open_blocks(320, GLANCE)
    scrolled = "(box => box.scrollWidth <= box.clientWidth)(document.querySelector('.cr-scroll'))"
    assert tab.evaluate(scrolled)
    said = "getComputedStyle(document.querySelectorAll('td')[3], '::before').content"
    assert tab.evaluate(said) == '"D"'


def test_paper_shows_of_what_is_folded_only_that_the_page_holds_it(open_blocks):
    tab = open_blocks(1280, Details("Show the work", [Paragraph("Many figures")]))
    tab.emulate_media(media="print")
    assert tab.get_by_text("Show the work").is_visible()
    assert tab.get_by_text("Many figures").is_hidden()
    said = "getComputedStyle(document.querySelector('summary'), '::after').content"
    assert tab.evaluate(said) == '" (the page holds it)"'
    assert tab.evaluate("getComputedStyle(document.querySelector('summary')).display") == "block"
    tab.evaluate("document.querySelector('details').open = true")
    assert tab.get_by_text("Many figures").is_visible()
    assert tab.evaluate(said) == "none"
