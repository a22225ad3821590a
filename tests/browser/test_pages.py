"""The pages, looked at in a real browser: accessible, self-contained, right on every screen."""

import subprocess
import sys

import pytest

OPTIONS = ("--sample", "--renderer", "pandoc", "--exit-zero", "--quiet")
RUNS = (
    ("slo_weekly",),
    ("launch_readiness", "--release", "4.2.0-rc1"),
    ("launch_readiness", "--release", "4.2.0-rc3"),
    ("integration_validation",),
    ("staging",),
    ("operations_readiness",),
    ("postmortem", "--incident", "INC-31"),
    ("retro", "--week", "2026-W38"),
    ("rollout_watch",),
    ("supply_chain",),
    ("steady_state",),
)
PAGES = (
    "index.html",
    "slo_weekly/2026-W40/index.html",
    "launch_readiness/4.2.0-rc1/index.html",
    "launch_readiness/4.2.0-rc3/index.html",
    "integration_validation/4.2.0-rc3/index.html",
    "staging/4.2.0-rc3/index.html",
    "operations_readiness/4.2.0-rc3/index.html",
    "postmortem/INC-31/index.html",
    "retro/2026-W38/index.html",
    "rollout_watch/4.2.0-rc3/index.html",
    "supply_chain/2026-10-06/index.html",
    "steady_state/2026-10-06/index.html",
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The sample's reports and the index, as `codexreport run` publishes them."""
    folder = tmp_path_factory.mktemp("site")
    for run in RUNS:
        subprocess.run(
            [
                *(sys.executable, "-c", "from codexreport.cli import main; main()", "run"),
                *run,
                *OPTIONS,
            ],
            cwd=folder,
            check=True,
            capture_output=True,
        )
    return folder / "reports"


@pytest.fixture(params=PAGES)
def page_path(request, site):
    return site / request.param


@pytest.fixture
def visit(chromium):
    """Open a page in a fresh context; whatever it logs or asks the network for is collected."""
    contexts = []

    def visit(path, **context):
        contexts.append(chromium.new_context(**context))
        page = contexts[-1].new_page()
        page.trouble = []
        page.on("console", lambda message: page.trouble.append(message.text))
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.on(
            "request", lambda asked: asked.url != path.as_uri() and page.trouble.append(asked.url)
        )
        page.goto(path.as_uri())
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, page_path, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = visit(page_path, color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_nothing_is_fetched_and_nothing_complains(visit, page_path):
    assert visit(page_path).trouble == []


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_page_never_scrolls_sideways(visit, page_path, width):
    page = visit(page_path, viewport={"width": width, "height": 700})
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("page", PAGES[1:])
def test_the_answer_stands_on_the_first_screen_of_a_phone(visit, site, page):
    page = visit(site / page, viewport={"width": 390, "height": 844})
    box = page.locator(".cr-sentence").bounding_box()
    assert box["y"] + box["height"] < 844


@pytest.mark.parametrize("page", PAGES[1:3])
def test_every_link_of_the_page_leads_somewhere(visit, site, page):
    page = visit(site / page)
    anchors = page.eval_on_selector_all(
        "a[href^='#']", "all => all.map(one => one.getAttribute('href').slice(1))"
    )
    missing = [one for one in anchors if page.query_selector(f"[id='{one}']") is None]
    assert anchors
    assert not missing


def test_the_index_narrows_down_as_one_types(visit, site):
    page = visit(site / "index.html")
    rows = page.locator("tbody tr")
    shown = page.locator("tbody tr:visible")
    assert rows.count() == len(RUNS)
    page.locator("input").fill("no such report")
    assert shown.count() == 0
    page.locator("input").fill("W40")
    assert shown.count() == 1


def test_the_index_says_what_was_decided(visit, site):
    page = visit(site / "index.html")
    said = " ".join(page.locator("tbody .cr-state").all_inner_texts())
    assert "NO-GO" in said
    assert "CONDITIONAL GO" in said


def test_a_dark_page_has_dark_charts(visit, site):
    page = visit(site / "slo_weekly/2026-W40/index.html", color_scheme="dark")
    drawn = page.evaluate("getComputedStyle(document.querySelector('.cr-drawing svg text')).fill")
    assert sum(map(int, drawn[4:-1].split(",")[:3])) > 300


def test_it_prints_on_paper(visit, site, tmp_path):
    page = visit(site / "slo_weekly/2026-W40/index.html")
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    assert len(printed) > 20_000


def test_pages_are_light(page_path):
    assert page_path.stat().st_size < 500_000
