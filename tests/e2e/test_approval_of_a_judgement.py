"""From a report to an approval and back: what was approved stands as long as it is judged so."""

from __future__ import annotations

import json
import shutil

import pytest

from codexreport.cli.app import run

PROJECT = """\
schema = 1

[project]
name = "Shop"
owner = "Shop team"

[slo]
objectives = []

[sources.unit]
type = "junit"
path = "junit.xml"
"""
GATE = """\
schema = 1
name = "launch"
title = "Launch"
roles = ["engineering"]
[[criteria]]
id = "rate"
title = "Tests pass"
measure = "quality.tests.pass_rate"
pass = [">= 50 %"]
key = true
[[criteria]]
id = "approval"
title = "Engineering approved"
approval = "engineering"
key = true
"""
CASE = '<testcase classname="a" name="t{}" time="1"/>'


def suite(tests):
    cases = "".join(CASE.format(number) for number in range(tests))
    return f'<testsuite name="unit" tests="{tests}" failures="0" errors="0">{cases}</testsuite>'


def failing(tests):
    made = suite(tests).replace('failures="0"', 'failures="1"')
    return made.replace('name="t0" time="1"/>', 'name="t0"><failure message="no"/></testcase>')


@pytest.fixture
def project(tmp_path):
    (tmp_path / "codexreport.toml").write_text(PROJECT)
    (tmp_path / "gates").mkdir()
    (tmp_path / "gates" / "launch.toml").write_text(GATE)
    (tmp_path / "junit.xml").write_text(suite(4))
    return tmp_path


@pytest.fixture
def codexreport(project, capsys):
    def call(*arguments):
        code = run([*arguments, "--project", str(project)])
        return code, capsys.readouterr()

    return call


REPORT = ("run", "launch_readiness", "--renderer", "pandoc")
APPROVE = ("sign-off", "launch", "--role", "engineering", "--as", "Engineering lead")


def test_an_approval_outlives_the_report_that_says_so(codexreport, project):
    assert codexreport(*REPORT)[0] == 3
    phase = ("--phase", "phase6")
    assert codexreport(*APPROVE, *phase)[0] == 0
    assert codexreport("gate", "launch")[0] == 0
    assert codexreport(*REPORT)[0] == 0
    assert codexreport("gate", "launch")[0] == 0
    (folder,) = (project / "reports" / "launch_readiness").iterdir()
    assert json.loads((folder / "report.json").read_text())["verdict"] == "GO"
    assert json.loads((folder / "judged.launch.json").read_text())["gate"] == "launch"


def test_an_approval_is_of_the_figures_it_was_given_for(codexreport, project):
    codexreport(*REPORT)
    codexreport(*APPROVE, "--phase", "phase6")
    (project / "junit.xml").write_text(failing(4))
    code, told = codexreport("gate", "launch", "--json")
    found = json.loads(told.out)["gates"][0]["findings"]
    assert code == 3
    assert [one["state"] for one in found] == ["pass", "unknown"]
    assert "has changed or is gone; sign off again." in found[1]["reason"]
    assert "What is judged now is not what it is about" in found[1]["how"]


def test_the_same_figures_from_other_bytes_are_still_approved(codexreport, project):
    codexreport(*REPORT)
    codexreport(*APPROVE, "--phase", "phase6")
    (project / "junit.xml").write_text(suite(4) + "\n")
    assert codexreport("gate", "launch")[0] == 0


def test_a_judgement_that_was_altered_on_disk_is_approved_by_nobody(codexreport, project):
    codexreport(*REPORT)
    codexreport(*APPROVE, "--phase", "phase6")
    (judged,) = project.glob("reports/launch_readiness/*/judged.launch.json")
    judged.write_text(judged.read_text().replace("pass", "fail"))
    assert codexreport("gate", "launch")[0] == 3


def test_an_approval_of_other_files_is_none_of_a_judgement(codexreport, project):
    assert codexreport(*APPROVE, "--phase", "phase6", "--of", str(project / "junit.xml"))[0] == 0
    assert codexreport("gate", "launch")[0] == 0  # as yet there is no judgement to approve
    assert codexreport(*REPORT)[0] == 0
    assert codexreport("gate", "launch")[0] == 3
    assert codexreport("sign-offs", "launch")[0] == 3
    assert codexreport(*APPROVE)[0] == 0
    assert codexreport("gate", "launch")[0] == 0
    assert codexreport("sign-offs", "launch")[0] == 0


def test_the_list_of_sign_offs_knows_what_is_judged_now(codexreport, project):
    codexreport(*REPORT)
    codexreport(*APPROVE)
    assert codexreport("sign-offs", "launch")[0] == 0
    (project / "junit.xml").write_text(failing(4))
    assert codexreport("sign-offs", "launch")[0] == 3


def test_a_rejection_outlives_the_files_it_is_about(codexreport, project):
    codexreport(*REPORT)
    codexreport(*APPROVE, "--reject")
    shutil.rmtree(project / "reports")
    assert codexreport("gate", "launch")[0] == 1


OTHER = GATE.replace('"launch"', '"ops"').replace(
    'approval = "engineering"', 'approval = "engineering"\nphase = "ops"'
)


def test_a_gate_whose_approvals_lie_in_another_phase_is_judged_there_too(codexreport, project):
    (project / "gates" / "ops.toml").write_text(OTHER)
    with (project / "codexreport.toml").open("a") as file:
        file.write('[decisions.both]\ngates = ["launch", "ops"]\n')
    both = ("-p", "decision=both")
    assert codexreport(*REPORT, *both)[0] == 3
    assert codexreport(*APPROVE)[0] == 0
    assert codexreport("sign-off", "ops", "--role", "engineering", "--as", "Duty lead")[0] == 0
    assert codexreport("gate", "both")[0] == 0
    (project / "junit.xml").write_text(failing(4))
    _, told = codexreport("gate", "both", "--json")
    states = [gate["state"] for gate in json.loads(told.out)["gates"]]
    assert states == ["unknown", "unknown"]
