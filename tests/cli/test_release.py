"""`--release`: which release's files, evidence and waivers count."""

from __future__ import annotations

import json

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
path = "results/{release}/junit.xml"

[[waivers]]
gate = "tests"
criterion = "failed"
reason = "A known failure of the test bench"
owner = "Shop team"
approver = "Release manager"
expires = 2026-11-01T00:00:00Z
release = "1.5.0-rc1"
"""
GATE = """\
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
CASE = '<testcase classname="a" name="b" time="1">{}</testcase>'
SUITE = '<testsuite name="unit" tests="1" failures="{0}" errors="0" skipped="0">{1}</testsuite>'
PASSED = SUITE.format(0, CASE.format(""))
FAILED = SUITE.format(1, CASE.format('<failure message="no"/>'))


@pytest.fixture
def project(tmp_path):
    (tmp_path / "codexreport.toml").write_text(PROJECT)
    (tmp_path / "gates").mkdir()
    (tmp_path / "gates" / "tests.toml").write_text(GATE)
    for release, suite in (("1.5.0-rc1", FAILED), ("1.5.0-rc2", FAILED), ("1.5.0", PASSED)):
        folder = tmp_path / "results" / release
        folder.mkdir(parents=True)
        (folder / "junit.xml").write_text(suite)
    return tmp_path


def decide(project, capsys, *more):
    code = run(["gate", "tests", "--project", str(project), "--json", *more])
    out = capsys.readouterr().out
    return code, json.loads(out) if out.startswith("{") else out


@pytest.mark.parametrize(
    ("release", "code", "verdict"),
    [("1.5.0", 0, "GO"), ("1.5.0-rc2", 1, "NO-GO"), ("1.5.0-rc1", 0, "CONDITIONAL GO")],
)
def test_a_release_is_judged_by_its_own_files_and_waivers(project, capsys, release, code, verdict):
    found, told = decide(project, capsys, "--release", release)
    assert (found, told["decision"]) == (code, verdict)


def test_a_release_that_no_file_is_of_is_refused_as_a_misspelt_one(project, capsys):
    assert run(["gate", "tests", "--project", str(project), "--release", "1.6.0"]) == 2
    assert capsys.readouterr().err == (
        "Error: No file is of release 1.6.0; there are files of 1.5.0, 1.5.0-rc1, 1.5.0-rc2.\n"
        'To begin it, write release = "1.6.0" under [project].\n'
    )


def test_a_release_that_begins_is_undecided(project, capsys):
    file = project / "codexreport.toml"
    file.write_text(PROJECT.replace('"Shop team"\nas_of', '"Shop team"\nrelease = "1.6.0"\nas_of'))
    assert decide(project, capsys)[0] == 3


def test_without_a_release_its_files_are_not_known(project, capsys):
    code, _ = decide(project, capsys)
    assert code == 3
    assert run(["check", "--project", str(project)]) == 3
    assert "asks for a release" in capsys.readouterr().out


def test_the_project_file_names_one_and_the_option_goes_first(project, capsys):
    file = project / "codexreport.toml"
    file.write_text(PROJECT.replace('"Shop team"\nas_of', '"Shop team"\nrelease = "1.5.0"\nas_of'))
    assert decide(project, capsys)[0] == 0
    assert decide(project, capsys, "--release", "1.5.0-rc2")[0] == 1


def test_a_release_never_leads_out_of_its_place(project, capsys):
    code, told = decide(project, capsys, "--release", "../../etc")
    assert code == 2
    assert "cannot name a release" in told["error"]["message"]


def test_a_release_in_the_project_file_is_checked_by_line(project, capsys):
    file = project / "codexreport.toml"
    file.write_text(PROJECT.replace('"Shop team"\nas_of', '"Shop team"\nrelease = "a/b"\nas_of'))
    assert run(["gate", "tests", "--project", str(project)]) == 2
    assert "codexreport.toml:6: project.release" in capsys.readouterr().err


def test_a_phase_takes_the_release_and_records_of_another_do_not_count(project, capsys):
    with (project / "codexreport.toml").open("a") as file:
        file.write('[gates.smoked]\nphase = "launch-{release}"\n')
    (project / "gates" / "smoked.toml").write_text(
        'schema = 1\nname = "smoked"\ntitle = "Smoked"\n'
        '[[criteria]]\nid = "smoke"\ntitle = "Smoke"\nrecord = "smoke"\nkey = true\n'
    )
    recorded = ["record", "smoke", "--project", str(project), "--phase", "launch-1-5-0"]
    assert run([*recorded, "--", "true"]) == 0
    capsys.readouterr()
    asked = ["gate", "smoked", "--project", str(project), "--release"]
    assert run([*asked, "1.5.0", "--now", "2099-01-01T00:00:00Z"]) == 0
    assert run([*asked, "1.5.0-rc1", "--now", "2099-01-01T00:00:00Z"]) == 3


def test_the_same_step_in_two_phases_is_two_things(project, capsys):
    """Once only the first was looked at, and counted for both."""
    (project / "gates" / "smoked.toml").write_text(
        'schema = 1\nname = "smoked"\ntitle = "Smoked"\n'
        '[[criteria]]\nid = "one"\ntitle = "One"\nrecord = "smoke"\nphase = "one"\nkey = true\n'
        '[[criteria]]\nid = "two"\ntitle = "Two"\nrecord = "smoke"\nphase = "two"\nkey = true\n'
    )
    assert run(["record", "smoke", "--project", str(project), "--phase", "one", "--", "true"]) == 0
    capsys.readouterr()
    now = ["--now", "2099-01-01T00:00:00Z"]
    assert run(["gate", "smoked", "--project", str(project), "--json", *now]) == 3
    told = json.loads(capsys.readouterr().out)
    states = {one["finding"]: one["state"] for one in told["gates"][0]["findings"]}
    assert states == {"smoked/one": "pass", "smoked/two": "unknown"}


def test_the_stricter_age_counts_where_it_is_asked(project, capsys):
    (project / "gates" / "smoked.toml").write_text(
        'schema = 1\nname = "smoked"\ntitle = "Smoked"\n'
        '[[criteria]]\nid = "any"\ntitle = "Any"\nrecord = "smoke"\nkey = true\n'
        '[[criteria]]\nid = "new"\ntitle = "New"\nrecord = "smoke"\nmax_age = "1d"\nkey = true\n'
    )
    recorded = ["record", "smoke", "--project", str(project), "--phase", "phase6"]
    assert run([*recorded, "--", "true"]) == 0
    capsys.readouterr()
    now = ["--now", "2099-01-01T00:00:00Z"]
    assert run(["gate", "smoked", "--project", str(project), "--json", *now]) == 3
    told = json.loads(capsys.readouterr().out)
    states = {one["finding"]: one["state"] for one in told["gates"][0]["findings"]}
    assert states == {"smoked/any": "pass", "smoked/new": "unknown"}
