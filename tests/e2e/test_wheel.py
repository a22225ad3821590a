"""A built wheel works on its own: notebooks, sample and look are in it."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT],
        check=True,
        capture_output=True,
    )
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel, tmp_path_factory):
    """Run the installed wheel, and nothing of the source tree, in another folder."""
    site = tmp_path_factory.mktemp("site")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", site, wheel],
        check=True,
        capture_output=True,
    )
    folder = tmp_path_factory.mktemp("elsewhere")

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-c", "from codexreport.cli import main; main()", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(site)},
            capture_output=True,
            text=True,
            check=False,
        )

    run.site = site
    run.folder = folder
    return run


def test_it_holds_what_a_report_needs_and_no_more(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "codexreport/_shipped/notebooks/slo_weekly.ipynb",
        "codexreport/_shipped/sample/codexreport.toml",
        "codexreport/render/theme/report.css",
        "codexreport/cli/help.txt",
        "codexreport/templates/integration/integration-scope-matrix.json",
        "codexreport/py.typed",
    ):
        assert needed in names
    assert not [name for name in names if name.startswith(("tests/", "docs/"))]


def test_it_uses_its_own_files(elsewhere):
    code = "from codexreport.execution.notebooks import sample_project; print(sample_project())"
    shown = subprocess.run(
        [sys.executable, "-c", code],
        cwd=elsewhere.folder,
        env={**os.environ, "PYTHONPATH": str(elsewhere.site)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(shown.stdout.strip()).is_relative_to(elsewhere.site)


def test_it_makes_the_same_report(elsewhere):
    done = elsewhere(
        "run", "slo_weekly", "--sample", "--renderer", "pandoc", "--exit-zero", "--json"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["state"] == "fail"
    assert (elsewhere.folder / "reports/slo_weekly/2026-W40/index.html").stat().st_size > 50_000
