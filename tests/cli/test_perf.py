"""Performance runs as they are typed: measured or taken over, and read back by `check`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

FORMATS = Path(__file__).parents[1] / "fixtures" / "formats"
PROJECT = """\
schema = 1
[project]
name = "Shop"
[slo]
objectives = []
[perf.scenarios.smoke]
target = "{target}"
users = 2
spawn_rate = 100
wait = "1ms"
duration = "20s"
max_requests = 100
thresholds = {{ p95 = "< 20 s", errors = ["< 1 %"] }}
[[perf.scenarios.smoke.requests]]
path = "/"
"""


@pytest.fixture
def shop(tmp_path, monkeypatch, httpserver: HTTPServer):
    monkeypatch.chdir(tmp_path)
    target = httpserver.url_for("").rstrip("/")
    (tmp_path / "codexreport.toml").write_text(PROJECT.format(target=target))
    return tmp_path


def test_a_run_is_evidence_that_check_and_the_gate_understand(shop, typed, httpserver):
    httpserver.expect_request("/").respond_with_data("fine")
    code, out, _ = typed("perf", "--scenario", "smoke", "--output", "evidence/operations/perf.json")
    assert (code, "0 of 2 thresholds failed" in out) == (0, True), out
    record = json.loads((shop / "evidence/operations/run.log").read_text())
    assert (record["step"], record["state"], record["attempts"]) == ("perf", "pass", 1)
    code, out, _ = typed("check", "evidence/operations/perf.json", "--json")
    (found,) = json.loads(out)["files"]
    assert (code, found["format"]) == (0, "perf")
    (p95,) = [
        one
        for one in found["measures"]
        if one["name"] == "performance.latency.p95" and not one["subject"].endswith("GET /")
    ]
    assert p95["sample_size"] >= 100
    _, out, _ = typed("gate", "operations-quality", "--json")
    findings = json.loads(out)["gates"][0]["findings"]
    assert {one["finding"]: one["state"] for one in findings}[
        "operations-quality/performance"
    ] == "pass"


def test_another_tools_result_is_taken_over_with_its_hash(shop, typed):
    shutil.copy(FORMATS / "k6-summary/pass-thresholds-kept.json", shop / "k6.json")
    code, out, _ = typed("perf", "--import", "k6.json", "--json")
    assert (code, json.loads(out)["state"]) == (0, "pass")
    kept = json.loads((shop / "evidence/operations/perf.json").read_text())
    assert kept["imported"]["format"] == "k6-summary"
    assert len(kept["imported"]["sha256"]) == 64


def test_a_scenarios_thresholds_judge_what_was_taken_over(shop, typed):
    """The file counts 4 requests, of which 1 failed: 25 % are more than 1 %."""
    (shop / "stats.csv").write_text(
        "Type,Name,Request Count,Failure Count,Average Response Time,Requests/s,95%\n"
        "GET,/,4,1,2,1,40\n,Aggregated,4,1,2,1,40\n"
    )
    assert typed("perf", "--import", "stats.csv")[0] == 3
    code, out, _ = typed("perf", "--import", "stats.csv", "--scenario", "smoke")
    assert (code, "errors < 1 % failed: it is 0.25 ratio." in out) == (1, True), out


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        ([], 2, "Nothing says what to measure."),
        (["--scenario", "smok"], 2, "did you mean 'smoke'?"),
        (["--import", "none.json"], 2, "none.json"),
        (["--import", "codexreport.toml"], 2, "codexreport.toml"),
        (["--import", "junit.xml"], 2, "is of tests, and no performance run"),
        (["--scenario", "smoke", "--output", "codexreport.toml"], 2, "is not replaced"),
        (["--scenario", "smoke", "--output", "../perf.json"], 2, "is outside"),
        (["--scenario", "smoke", "--phase", "../x"], 2, "is not the name of a phase"),
    ],
)
def test_what_cannot_be_measured_is_refused_and_nothing_is_kept(
    shop, typed, httpserver, arguments, code, reason
):
    (shop / "junit.xml").write_text('<testsuite tests="1"><testcase name="a"/></testsuite>')
    found, _, err = typed("perf", *arguments)
    assert (found, reason in err) == (code, True), err
    assert not (shop / "evidence").exists()
    assert not httpserver.log


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("requests = []", "needs requests or a locustfile"),
        ('locustfile = "../load.py"', "is no file in the project's folder"),
        ('locustfile = "/load.py"', "is no file in the project's folder"),
        ('locustfile = "a.py,b.py"', "is no file in the project's folder"),
        ('locustfile = "a.py"\nthresholds = { p95 = "< 200" }', "has no unit"),
        ('locustfile = "a.py"\nthresholds = { p95 = "< 2 %" }', "is no bound for a figure in"),
        ('locustfile = "a.py"\nthresholds = { p95 = "<= +10 %" }', "a gate does that"),
        ('locustfile = "a.py"\nthresholds = { p42 = "< 1 s" }', "'p42' is not measured"),
        ('locustfile = "a.py"\nusers = 0', "must be at least 1"),
        ('locustfile = "a.py"\nretries = 4', "must be at most 3"),
        ('locustfile = "a.py"\nduration = "2d"', "must be at most"),
        ('locustfile = "a.py"\ntoken = "x"', "is not a key here"),
    ],
)
def test_mistakes_in_the_project_file_are_named(shop, typed, more, reason):
    head, _, _ = PROJECT.partition("[perf")
    scenario = f'[perf.scenarios.smoke]\ntarget = "http://127.0.0.1:9"\n{more}\n'
    (shop / "codexreport.toml").write_text(head + scenario)
    code, _, err = typed("perf", "--scenario", "smoke")
    assert (code, reason in err) == (2, True), err
