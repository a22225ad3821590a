"""Every block in a real browser: accessible, and never wider than the screen."""

from __future__ import annotations

import pytest

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
