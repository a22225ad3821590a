"""The integration protocol's phases, as they are announced."""

from __future__ import annotations

import json
import sys

import pytest

from codexreport.cli.app import run

PROJECT = """\
schema = 1
[project]
name = "Shop"
[slo]
objectives = []
[sources.integration]
type = "junit"
path = "junit.xml"
[sources.defects]
type = "defects"
path = "defect-log.csv"
[sources.scope]
type = "scope-matrix"
path = ".artifacts/integration/integration-scope-matrix.json"
[sources.environment]
type = "environment-report"
path = ".artifacts/integration/environment-validation-report.json"
[sources.data]
type = "test-data"
path = ".artifacts/integration/test-data-inventory.md"
[sources.regression]
type = "regression"
path = ".artifacts/integration/regression-summary.md"
"""

SCOPE = {
    "services": [{"name": "orders", "owner": "Shop"}, {"name": "checkout", "owner": "Shop"}],
    "interfaces": [{"name": "orders-api", "provider": "orders", "consumer": "checkout"}],
    "items": [{"name": "SHOP-12", "owner": "Shop", "test": "tests/test_orders.py"}],
    "dependencies": [{"name": "postgres", "expected": "16.4", "actual": "16.4", "owner": "Shop"}],
    "prerequisites": [{"name": "access", "state": "ready"}],
}
ARTEFACTS = {
    "integration-scope-matrix.json": json.dumps(SCOPE),
    "test-data-inventory.md": "|data set|source|cadence|\n|--|--|--|\n|orders|export|static|\n",
    "regression-summary.md": "|spot-check|outcome|\n|--|--|\n|log in|passed|\n",
}


def validate(actual):
    """Compare settings with those agreed, and keep that as evidence."""
    report = ".artifacts/integration/environment-validation-report.json"
    compared = ["environment", "--actual", actual, "--baseline", "agreed.env", "--output", report]
    kit = [sys.executable, "-c", "from codexreport.cli import main; main()"]
    return run(["record", "environment", "--phase", "integration", "--", *kit, *compared])


@pytest.fixture
def project(tmp_path, monkeypatch):
    """An integration whose artefacts are all there, with the environment validated."""
    folder = tmp_path / ".artifacts" / "integration"
    folder.mkdir(parents=True)
    for name, text in ARTEFACTS.items():
        (folder / name).write_text(text)
    (tmp_path / "agreed.env").write_text("POSTGRES=16.4\n")
    (tmp_path / "codexreport.toml").write_text(PROJECT)
    (tmp_path / "junit.xml").write_text('<testsuite tests="1"><testcase name="a"/></testsuite>')
    (tmp_path / "defect-log.csv").write_text("ticket,severity,status,owner\nD-1,low,open,Shop\n")
    monkeypatch.chdir(tmp_path)
    validate("agreed.env")
    return tmp_path


@pytest.fixture
def typed(project, capfd):
    """Exit code, standard output and standard error of a command."""
    capfd.readouterr()

    def type_(*arguments):
        code = run(["protocol", *arguments])
        return code, *capfd.readouterr()

    return type_


def test_a_phase_is_announced_and_kept(typed, project):
    code, out, _ = typed("start", "1")
    assert (code, out) == (
        0,
        "[PHASE 1 START] - Aligning integration scope with architecture and delivery "
        "artifacts...\n",
    )
    log = (project / "evidence/integration/run.log").read_text().splitlines()
    last = json.loads(log[-1])
    assert (last["kind"], last["summary"]) == ("announcement", out.rstrip("\n"))


def test_a_phase_whose_gate_is_go_is_complete(typed):
    assert typed("complete", "1")[:2] == (
        0,
        "[PHASE 1 COMPLETE] - Scope alignment finished successfully.\n",
    )
    assert typed("complete", "3")[0] == 0


def test_missing_artefacts_are_named_with_what_to_do(typed, project):
    (project / ".artifacts/integration/integration-scope-matrix.json").unlink()
    code, out, err = typed("complete", "1")
    assert (code, out) == (3, "")
    assert ".artifacts/integration/integration-scope-matrix.json" in err
    assert "Request updates from their owners, then validate the scope again." in err


def test_what_is_not_known_leaves_a_phase_open(typed, project):
    (project / "junit.xml").unlink()
    code, out, err = typed("complete", "3")
    assert (code, out) == (3, "")
    assert "Missing for Integration gate 3" in err


def test_an_environment_that_was_refused_is_a_mismatch(typed, capfd):
    run(["record", "environment", "--phase", "integration", "--", "false"])
    capfd.readouterr()
    code, _, err = typed("complete", "1")
    assert code == 1
    assert "Restore parity with the baseline, then run the validation again." in err


def test_settings_that_differ_are_a_mismatch(typed, project, capfd):
    (project / "now.env").write_text("POSTGRES=15.2\n")
    validate("now.env")
    run(["record", "environment", "--phase", "integration", "--", "true"])
    capfd.readouterr()
    code, _, err = typed("complete", "1")
    assert code == 1
    assert "POSTGRES is 15.2, expected 16.4" in err
    assert "Restore parity with the baseline, then run the validation again." in err


def test_a_critical_defect_without_a_plan_halts(typed, project, capfd):
    (project / "defect-log.csv").write_text(
        "ticket,severity,status,owner,remediation\nD-1,critical,open,Shop,\n"
    )
    code, _, err = typed("complete", "3")
    assert code == 1
    assert "No critical defect is open does not hold" in err
    assert run(["gate", "integration-3-execution"]) == 1
    assert "Critical and without a plan or an owner: D-1." in capfd.readouterr().out


def test_a_failed_suite_is_a_test_failure(typed, project):
    (project / "junit.xml").write_text(
        '<testsuite tests="1"><testcase name="a"><failure/></testcase></testsuite>'
    )
    code, _, err = typed("complete", "3")
    assert code == 1
    assert "Log a defect, assign an owner, fix it, and run again before sign-off." in err


def test_the_protocol_is_not_finished_while_a_gate_is_open(typed):
    code, out, err = typed("finish")
    assert (code, out) == (3, "")
    assert "Missing for Integration gate 2: contract assurance" in err


@pytest.mark.parametrize("arguments", [["start"], ["finish", "1"], ["start", "5"], ["begin", "1"]])
def test_what_is_refused_exits_2(typed, arguments):
    assert typed(*arguments)[0] == 2
