"""Pages as a real browser shows them."""

from __future__ import annotations

import pytest

from codexreport.render import registry
from codexreport.render.base import Document, Format
from codexreport.render.site import SiteEntry, index_page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def show(chromium, tmp_path):
    """Opens a page from a file; gives the tab, and what it complained of or asked for."""
    opened = []

    def open_(content, **context):
        path = tmp_path / "index.html"
        path.write_bytes(content)
        tab = chromium.new_context(**context).new_page()
        opened.append(tab.context)
        heard = []
        tab.on("console", lambda message: heard.append(message.text))
        tab.on("pageerror", lambda error: heard.append(str(error)))
        tab.on("request", lambda request: heard.append(request.url))
        tab.goto(path.as_uri())
        ours = [text for text in heard if text != path.as_uri() and not text.startswith("data:")]
        return tab, ours

    yield open_
    for context in opened:
        context.close()


@pytest.fixture
def index(report):
    entries = []
    for week, start, project in ((38, 14, "shop"), (39, 21, "bank"), (40, 28, "shop")):
        label = f"2026-W{week}"
        window = {"label": label, "start": f"2026-09-{start}T00:00:00+02:00"}
        content = {**report, "project": project, "window": window}
        entries.append(SiteEntry.of(content, f"slo_weekly/{label}", ["report.json"]))
    return index_page(entries)


def test_a_report_shows_without_a_complaint_or_a_request(document, show):
    tab, heard = show(registry.choose("pandoc").render(document, Format.HTML))
    assert heard == []
    assert tab.title() == "Weekly SLO report"


def test_hostile_data_runs_nothing(hostile, show):
    content = registry.choose("pandoc").render(
        Document(notebook=hostile, title="<script>alert(1)</script>"), Format.HTML
    )
    _, heard = show(content)
    assert heard == []


@pytest.mark.parametrize("width", [320, 1280])
def test_a_page_is_never_wider_than_the_screen(document, hostile, index, show, width):
    renderer = registry.choose("pandoc")
    for content in (
        renderer.render(document, Format.HTML),
        renderer.render(Document(notebook=hostile, title="W" * 80), Format.HTML),
        index,
    ):
        tab, _ = show(content, viewport={"width": width, "height": 800})
        assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_typing_narrows_the_index_down(index, show):
    tab, heard = show(index)
    rows = tab.locator(".cr-index tbody tr")
    tab.get_by_label("Show those with").fill("SHOP w40")
    assert [row.is_visible() for row in rows.all()] == [True, False, False]
    assert tab.locator(".cr-filter output").inner_text() == "1 of 3"
    tab.get_by_label("Show those with").fill("")
    assert all(row.is_visible() for row in rows.all())
    assert heard == []


def test_the_index_works_without_scripts(index, show):
    tab, _ = show(index, java_script_enabled=False)
    assert all(row.is_visible() for row in tab.locator(".cr-index tbody tr").all())
    assert not tab.locator(".cr-filter").is_visible()


def test_the_keyboard_reaches_the_content_first(index, show):
    tab, _ = show(index)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to the content"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "content"
