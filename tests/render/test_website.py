"""The website that Quarto makes of published reports."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output

from codexreport.render import registry
from codexreport.render.stage import REPORT_MIME
from codexreport.render.website import page_of

ROOT = Path(__file__).parents[2]
ELSEWHERE = re.compile(r"""(?:src|href)=["']?(?:https?:)?//|url\(["']?(?:https?:)?//|@import""")


@pytest.fixture
def website(tmp_path):
    """Makes the website of these notebooks; gives its folder."""
    quarto = registry.find("quarto")
    if quarto is None:
        pytest.skip("the renderer quarto was not found; codexreport doctor says what to do")

    def make(*notebooks):
        for name in ("_quarto.yml", "index.qmd"):
            shutil.copy(ROOT / name, tmp_path)
        theme = Path("codexreport", "render", "theme")
        shutil.copytree(ROOT / theme, tmp_path / theme)
        for number, notebook in enumerate(notebooks, start=40):
            folder = tmp_path / "reports" / "slo_weekly" / f"2026-W{number}"
            folder.mkdir(parents=True)
            nbformat.write(notebook, folder / "index.ipynb")
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        subprocess.run(
            [quarto.binary, "render"],
            cwd=tmp_path,
            env={
                **os.environ,
                "PATH": path,
                "PYTHONPATH": str(ROOT),
                "XDG_CACHE_HOME": str(tmp_path / "cache"),
            },
            check=True,
            capture_output=True,
        )
        return tmp_path / "reports" / "_site"

    return make


@pytest.fixture
def front_matter(executed):
    """What `page_of` says of the executed report after these changes to what it holds."""

    def read(**changes):
        for cell in executed.cells:
            for output in cell.get("outputs", ()):
                output.get("data", {}).get(REPORT_MIME, {}).update(changes)
        source = page_of(executed).cells[0].source
        return json.loads(source.removeprefix("---\n").removesuffix("\n---"))

    return read


def test_a_page_says_what_the_list_of_reports_shows(front_matter):
    assert front_matter() == {
        "title": "Weekly SLO report",
        "subtitle": "shop · 2026\\-W40",
        "description": "Checkout has spent 80 \\% of its budget\\.",
        "date": "2026-10-06T09:00:00+02:00",
        "categories": ["warning"],
    }


def test_what_a_report_says_cannot_end_the_front_matter(front_matter):
    assert front_matter(headline="a\n---\n# b")["description"] == r"a \-\-\- \# b"


def test_a_notebook_that_is_no_report_is_a_page_all_the_same(cells):
    assert page_of(cells("# Title\n\nText.")).cells[1].source == "Text."


@pytest.mark.quarto
def test_the_website_shows_results_only_and_asks_for_nothing_elsewhere(
    website, executed, hostile, hostile_strings, page
):
    executed.cells += hostile.cells
    folder = website(executed)
    found = page((folder / "reports/slo_weekly/2026-W40/index.html").read_bytes())
    assert "Weekly SLO report" in found.text
    assert "checkout" in found.text
    for unseen in ("secret_source", "PARAMETER", "DIAGNOSTIC", "STYLE", "MACHINE", "papermill"):
        assert unseen not in found.text
    shown = "".join(found.text.split())
    for text in hostile_strings:
        assert shown.count("".join(text.split())) >= 4, text
    for path in folder.rglob("*.html"):
        assert not ELSEWHERE.search(path.read_text(encoding="utf-8")), path


@pytest.mark.quarto
def test_the_website_lists_its_reports_as_the_characters_they_are(website, report, cells, page):
    for key in ("title", "project", "headline"):
        report[key] = f"{key} <b>*x*</b> {{{{< meta title >}}}} $y$"
    folder = website(cells(new_output("display_data", {REPORT_MIME: report}), "Text."))
    found = page((folder / "index.html").read_bytes())
    for key in ("title", "project", "headline"):
        assert report[key] in found.text.replace("\u2060", "")
    assert "./reports/slo_weekly/2026-W40/index.html" in [a.get("href") for a in found.all("a")]
