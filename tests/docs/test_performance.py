"""What docs/performance.md computes by hand is what comes out."""

from __future__ import annotations

import re
import tomllib
from datetime import datetime, timezone
from pathlib import Path

import pytest

from codexreport.measure import State
from codexreport.performance.percentiles import RANKS
from codexreport.performance.readings import fewest
from codexreport.pipeline.measures import measure_all
from codexreport.pipeline.open import open_project
from codexreport.project.workspace import Workspace

PAGE = (Path(__file__).parents[2] / "docs/performance.md").read_text(encoding="utf-8")
NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
PROJECT = 'schema = 1\n[project]\nname = "Shop"\n[slo]\nobjectives = []\n'


def evenly(low, high, n=401):
    rows = "".join(f"GET /search,{low + (high - low) * at / (n - 1):.15g},200\n" for at in range(n))
    return f"endpoint,latency_ms,status\n{rows}"


@pytest.fixture
def row(tmp_path):
    """The page's own project, with the page's own samples."""
    (block, *_) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert "budgets" in tomllib.loads(block)
    (tmp_path / "codexreport.toml").write_text(PROJECT + block)
    for folder, ends in (("results", (99, 121)), ("baseline", (90, 110))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "load.csv").write_text(evenly(*ends))
    found = measure_all(open_project(tmp_path), Workspace(tmp_path), NOW)
    return next(row for row in found.budgets if row.statistic == "p95")


def test_the_example_says_what_the_page_says(row):
    (said,) = re.findall(r"^> (.*(?:\n> .*)*)", PAGE, re.MULTILINE)
    assert row.state is State.WARNING
    assert row.reason.replace("\u00a0", " ") == said.replace("\n> ", " ")
    assert row.subject in PAGE


def test_the_interval_is_that_of_the_hand(row):
    low, high = row.change.interval
    assert float(low) == pytest.approx(0.094, abs=0.001)
    assert float(high) == pytest.approx(0.106, abs=0.001)


def test_the_page_names_how_many_samples_each_percentile_takes():
    five, eleven, thirty, sixty, most = (fewest(rank) for rank in RANKS)
    text = " ".join(PAGE.split())
    assert f"{five} for the median, {eleven} for p75, {thirty} for p90, {sixty} for p95" in text
    assert f"{most} for p99" in text
