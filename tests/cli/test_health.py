"""A health check as it is typed: one table, one record, one exit code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

FORMATS = Path(__file__).parents[1] / "fixtures" / "formats"
PROJECT = """\
schema = 1
[project]
name = "Shop"
[slo]
objectives = []
[sources.unit]
type = "junit"
path = "junit.xml"
[health]
configuration = ["codexreport.toml"]
not_applicable = { flags = "The shop has no flag.", coverage = "It is bounded elsewhere." }
[health.disk]
pass = ">= 0 %"
[health.memory]
pass = ">= 0 %"
"""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A project with all tests passed, in the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "codexreport.toml").write_text(PROJECT)
    (tmp_path / "junit.xml").write_text('<testsuite tests="1"><testcase name="a"/></testsuite>')
    return tmp_path


def states(out):
    return {one["check"]: one["state"] for one in json.loads(out)["checks"]}


def test_all_is_well(shop, typed):
    code, out, _ = typed("health")
    assert (code, "Shop: pass. 7 checks, all well." in out) == (0, True)
    record = json.loads((shop / "evidence/operations/run.log").read_text())
    assert (record["step"], record["state"]) == ("health", "pass")
    assert [one["path"] for one in record["artifacts"]] == ["evidence/operations/health.json"]


def test_the_longer_form_looks_at_more(shop, typed):
    (shop / "shop.py").write_text("def (")
    code, out, _ = typed("health", "--full", "--json")
    found = states(out)
    assert list(found)[7:] == ["version", "virtual-environment", "dependencies", "syntax"]
    assert (code, found["syntax"]) == (1, "fail")


def test_failed_tests_are_ill(shop, typed):
    """One of two is 50 %."""
    (shop / "junit.xml").write_text(
        '<testsuite tests="2"><testcase name="a"/><testcase name="b"><failure/></testcase>'
        "</testsuite>"
    )
    code, out, _ = typed("health", "--json")
    assert (code, states(out)["tests"]) == (1, "fail")


def test_coverage_is_judged_by_the_bound(shop, typed):
    """Four of the five lines are covered, which are exactly the 80 % that are asked for."""
    shutil.copy(FORMATS / "cobertura/unknown-no-bound.xml", shop / "coverage.xml")
    table = shop / "codexreport.toml"
    text = table.read_text().replace(', coverage = "It is bounded elsewhere."', "")
    source = '[sources.coverage]\ntype = "cobertura"\npath = "coverage.xml"\n'
    table.write_text(text + source)
    assert states(typed("health", "--json")[1])["coverage"] == "pass"
    table.write_text(text + source + '[health.coverage]\npass = "> 80 %"\n')
    assert states(typed("health", "--json")[1])["coverage"] == "fail"


def test_what_is_not_measured_is_unknown(shop, typed):
    (shop / "junit.xml").unlink()
    code, out, _ = typed("health", "--json")
    assert (code, states(out)["tests"]) == (3, "unknown")


def test_a_warning_is_said_and_exits_with_0(shop, typed):
    table = shop / "codexreport.toml"
    table.write_text(table.read_text() + '[health.tests]\npass = "> 100 %"\nwarning = "= 100 %"')
    code, out, _ = typed("health", "--quiet")
    assert (code, out) == (0, "Shop: warning. 7 checks, 1 warning (tests).\n")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ('not_applicable = { flag = "x" }', "'flag' is no check"),
        ('not_applicable = { flags = " " }', "does not say why"),
        ('configuration = ["../x"]', "leads out of the project's folder"),
        ('configuration = ["/etc/passwd"]', "leads out of the project's folder"),
        ('variables = ["A B"]', "is not of the form"),
        ('tests = { pass = "good" }', "is no bound"),
        ('tests = { warning = ">= 1 %" }', "is missing"),
    ],
)
def test_mistakes_in_the_project_file_are_named(shop, typed, more, reason):
    head, _, _ = PROJECT.partition("[health]")
    (shop / "codexreport.toml").write_text(f"{head}[health]\n{more}\n")
    code, _, err = typed("health")
    assert (code, reason in err) == (2, True), err
