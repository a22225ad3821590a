"""`measures`, `gates` and `gate`, as they are typed."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest

from codexreport.cli.app import run

PROJECT = """\
schema = 1

[project]
name = "Shop"
owner = "Shop team"
as_of = 2026-10-06T09:00:00Z

[slo]
objectives = []

[sources.unit]
type = "junit"
path = "junit.xml"

[sources.load]
type = "samples"
path = "latency.csv"

[decisions.release]
title = "Release 1.5"
gates = ["tests", "speed"]
"""

RELEASE = "Release 1.5 (the decision release, of the gates tests, speed)"

TESTS = """\
schema = 1
name = "tests"
title = "Tests"
[[criteria]]
id = "failed"
title = "No test failed"
measure = "quality.tests.failed"
pass = ["= 0"]
key = true
"""

SPEED = """\
schema = 1
name = "speed"
title = "Speed"
pass_score = 100
warning_score = 50
[[criteria]]
id = "p95"
title = "Quick enough"
measure = "performance.latency.p95"
pass = ["< 200 ms"]
warning = ["< 400 ms"]
owner = "Search team"
"""


def junit(failed):
    cases = "".join(
        f'<testcase classname="t" name="n{n}">{"<failure/>" if n < failed else ""}</testcase>'
        for n in range(4)
    )
    return f'<testsuite name="s" tests="4" failures="{failed}">{cases}</testsuite>'


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Four passed tests, and latencies of 100 ms; `gates/` holds one gate for each."""
    (tmp_path / "gates").mkdir()
    (tmp_path / "codexreport.toml").write_text(PROJECT)
    (tmp_path / "gates" / "tests.toml").write_text(TESTS)
    (tmp_path / "gates" / "speed.toml").write_text(SPEED)
    (tmp_path / "junit.xml").write_text(junit(0))
    (tmp_path / "latency.csv").write_text("latency_ms\n" + "100\n" * 60)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return tmp_path


@pytest.fixture
def typed(capsys):
    """Exit code, standard output and standard error of a command."""

    def type_(*arguments):
        code = run(arguments)
        return code, *capsys.readouterr()

    return type_


def slow(project, milliseconds):
    (project / "latency.csv").write_text("latency_ms\n" + f"{milliseconds}\n" * 60)


def test_everything_that_is_measured_is_listed(project, typed):
    code, out, _ = typed("measures", "--json")
    found = {(one["name"], one["subject"]): one["value"] for one in json.loads(out)["measures"]}
    assert code == 0
    assert found["quality.tests.total", "unit"] == 4
    assert found["performance.latency.p95", "load"] == 0.1
    assert "quality.tests.pass_rate" in typed("measures")[1]


def test_a_source_that_cannot_be_read_is_a_measure_that_says_so(project, typed):
    (project / "junit.xml").write_text("<html>")
    (one,) = [
        one
        for one in json.loads(typed("measures", "--json")[1])["measures"]
        if one["name"] == "source.read"
    ]
    assert one["state"] == "unknown"
    assert "is a web page" in one["reason"]


def test_go(project, typed):
    code, out, _ = typed("gate", "release")
    assert code == 0
    assert out.startswith(f"{RELEASE}: GO\nAll of 2 gates passed with nothing open.\n")
    assert typed("gate", "release", "--quiet")[:2] == (0, "")


def test_a_single_gate_says_its_title_once(project, typed):
    assert typed("gate", "speed")[1].startswith(
        "Speed (the gate speed): GO\nThe gate passed with nothing open.\n"
    )
    slow(project, 500)
    assert typed("gate", "speed", "--quiet")[1] == "Speed: NO-GO. 0 points; 50 are needed.\n"


def test_a_warning_is_a_condition_and_strict_makes_it_1(project, typed):
    slow(project, 300)
    code, out, _ = typed("gate", "release", "--json")
    told = json.loads(out)
    assert (code, told["decision"]) == (0, "CONDITIONAL GO")
    (condition,) = told["conditions"]
    assert (condition["finding"], condition["owner"]) == ("speed/p95", "Search team")
    assert told["to_go"] == [["speed/p95"]]
    assert typed("gate", "release", "--strict")[0] == 1


def test_no_go_names_what_blocks_and_the_way_out(project, typed):
    (project / "junit.xml").write_text(junit(1))
    code, out, _ = typed("gate", "release")
    assert code == 1
    assert out.startswith(f"{RELEASE}: NO-GO\nTests: Key criteria failed: “No test failed”.\n")
    assert "1 test (unit), asked =\xa00." in out
    assert out.count("tests/failed") == 2
    assert "For GO, and for CONDITIONAL GO, these would have to pass: tests/failed." in out


def test_a_source_that_is_missing_leaves_it_undecided(project, typed):
    (project / "junit.xml").unlink()
    code, out, _ = typed("gate", "release", "--quiet")
    assert (code, out) == (3, "Release 1.5: UNDECIDED. Tests: Not known: “No test failed”.\n")
    assert json.loads(typed("gate", "release", "--json")[1])["decision"] == "UNDECIDED"


def test_a_valid_waiver_makes_a_condition_and_a_flawed_one_is_listed(project, typed):
    (project / "junit.xml").write_text(junit(1))
    waiver = """
[[waivers]]
gate = "tests"
criterion = "failed"
reason = "It fails on this machine only."
owner = "Shop team"
approver = "Head of operations"
"""
    file = project / "codexreport.toml"
    file.write_text(PROJECT + waiver)
    code, out, _ = typed("gate", "release")
    assert code == 1
    assert "The waiver of tests/failed counts for nothing: It has no expiry." in out
    file.write_text(PROJECT + waiver + "expires = 2026-10-09T00:00:00Z\n")
    told = json.loads(typed("gate", "release", "--json")[1])
    assert told["decision"] == "CONDITIONAL GO"
    assert told["conditions"][0]["due"] == "2026-10-09T00:00:00+00:00"


def test_what_does_not_apply_is_said_with_its_reason(project, typed):
    (project / "latency.csv").unlink()
    (project / "codexreport.toml").write_text(
        PROJECT + '[gates.speed]\nrequired = false\nnot_applicable = { p95 = "No search yet." }\n'
    )
    told = json.loads(typed("gate", "release", "--json")[1])
    assert told["gates"][1]["findings"][0]["reason"] == "No search yet."
    assert told["decision"] == "CONDITIONAL GO"


def test_a_change_is_compared_with_what_was_kept(project, typed):
    bounds = SPEED.replace('pass = ["< 200 ms"]', 'pass = ["<= +10 %"]')
    (project / "gates" / "speed.toml").write_text(bounds.replace('warning = ["< 400 ms"]\n', ""))
    assert typed("gate", "speed")[0] == 3
    assert typed("gate", "speed", "--keep", "--release", "1.4")[0] == 3
    slow(project, 110)
    assert typed("gate", "speed")[0] == 0
    slow(project, 111)
    code, out, _ = typed("gate", "speed")
    assert code == 1
    said = "111 ms (load, +11 % from 100 ms in 1.4, Tue 6 Oct 2026), asked <= +10 %."
    assert said in out.replace("\xa0", " ")


@pytest.mark.parametrize("phase", ["{release}", "launch-{release}-of-{release}"])
def test_a_change_is_compared_with_another_release_wherever_its_phase_is(project, typed, phase):
    bounds = SPEED.replace('pass = ["< 200 ms"]', 'pass = ["<= +10 %"]')
    (project / "gates" / "speed.toml").write_text(bounds)
    (project / "codexreport.toml").write_text(PROJECT + f'[readiness]\nphase = "{phase}"\n')
    typed("gate", "speed", "--keep", "--release", "r1.4")
    assert typed("gate", "speed", "--release", "r1.5")[0] == 0
    (kept,) = project.rglob("decisions/speed.jsonl")
    other = kept.parent.parent.with_name("another") / "decisions" / kept.name
    other.parent.mkdir(parents=True)
    kept.rename(other)
    assert typed("gate", "speed", "--release", "r1.5")[0] == 3


def test_it_explains_what_it_would_look_at(project, typed):
    code, out, _ = typed("gate", "release", "--explain", "--json")
    assert code == 0
    assert [one["asks"] for one in json.loads(out)["criteria"]] == [
        "quality.tests.failed",
        "performance.latency.p95",
    ]
    assert not (project / ".codexreport").exists()


def test_as_junit_a_pipeline_sees_a_case_for_each_finding(project, typed):
    slow(project, 500)
    root = ET.fromstring(typed("gate", "release", "--junit")[1])
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("2", "1", "0")
    names = {case.get("name"): [child.tag for child in case] for case in root.iter("testcase")}
    assert names == {"No test failed": ["system-out"], "Quick enough": ["failure", "system-out"]}


def test_on_github_it_stands_on_the_runs_page(project, typed, monkeypatch):
    page = project / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    typed("gate", "release")
    assert page.read_text().startswith("## Release 1.5: GO\n")
    assert typed("gate", "release", "--markdown")[1].startswith("## Release 1.5: GO\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gate", "relaese"], "did you mean 'release'?"),
        (["gate", "release", "--json", "--junit"], "Choose one of --json, --markdown and --junit."),
        (["gate"], "Missing argument"),
    ],
)
def test_what_is_refused_exits_2(project, typed, arguments, message):
    code, _, err = typed(*arguments)
    assert code == 2
    assert message in err


def test_gates_of_the_project_shadow_those_of_the_kit(project, typed):
    rows = {one["name"]: one["from"] for one in json.loads(typed("gates", "--json")[1])["gates"]}
    assert rows["release"] == "codexreport.toml"
    assert rows["tests"] == "the project"
    assert rows["launch"] == "the kit"


def test_a_gate_file_with_mistakes_is_refused_with_all_of_them(project, typed):
    (project / "gates" / "speed.toml").write_text(
        SPEED.replace("< 200 ms", "fast") + "wieght = 2\n"
    )
    code, _, err = typed("gate", "release")
    assert code == 2
    assert "gates/speed.toml:10: criteria[0].pass: 'fast' is no bound" in err
    assert "gates/speed.toml:13: criteria[0].wieght: is not a key here" in err


@pytest.mark.parametrize(
    ("gates", "message"),
    [
        ('["/etc/*.toml"]', "readiness.gates: '/etc/*.toml' leads out of the project's folder"),
        ('["../*.toml"]', "readiness.gates: '../*.toml' leads out of the project's folder"),
        ('["bad/*.toml"]', "bad/a.toml: is not UTF-8 text"),
        ('["gates/*.toml", "twins/*.toml"]', "twins/a.toml: name: is called 'tests' as"),
    ],
)
def test_gate_files_that_cannot_be_taken_are_refused_by_name(project, typed, gates, message):
    for folder, content in (("bad", b"\xff\xfe\x00"), ("twins", TESTS.encode())):
        (project / folder).mkdir()
        (project / folder / "a.toml").write_bytes(content)
    (project / "codexreport.toml").write_text(f"{PROJECT}[readiness]\ngates = {gates}\n")
    code, _, err = typed("gates")
    assert code == 2
    assert message in err


def test_the_same_inputs_give_the_same_bytes(project, typed):
    assert typed("gate", "release", "--json")[1] == typed("gate", "release", "--json")[1]


def test_the_answer_says_whose_it_is_and_what_was_kept(project, typed):
    _, out, _ = typed("gate", "speed", "--keep", "--release", "1.4")
    assert "Of Shop, release 1.4, as of " in out
    assert "No source's path names {release}" in out
    assert "Kept, for later ones to compare with: evidence/phase6/decisions/speed.jsonl\n" in out
