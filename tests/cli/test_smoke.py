"""A smoke run as it is typed: asked, kept, and believed by the staging gate."""

from __future__ import annotations

import json

import pytest
from pytest_httpserver import HTTPServer

PROJECT = """\
schema = 1
[project]
name = "Shop"
[slo]
objectives = []
[smoke.environments.staging]
base_url = "{base}"
[smoke.environments.test]
base_url = "{base}"
headers = {{ Authorization = "env:SHOP_TOKEN" }}
"""
CHECKS = """\
[[smoke.checks]]
name = "home"
path = "/"
within = "20s"
[[smoke.checks]]
name = "health"
path = "/health"
json = { "$.status" = "ok" }
"""
COMMAND = """\
[smoke]
command = ["sh", "-c", {script}]
results = "smoke.xml"
"""


@pytest.fixture
def shop(tmp_path, monkeypatch, httpserver: HTTPServer):
    """Writes a project over a service that says how it is, and goes into its folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHOP_TOKEN", raising=False)

    def write(more=CHECKS, status="ok"):
        httpserver.clear()
        httpserver.expect_request("/").respond_with_data("Shop")
        httpserver.expect_request("/health").respond_with_json({"status": status})
        head = PROJECT.format(base=httpserver.url_for("").rstrip("/"))
        (tmp_path / "codexreport.toml").write_text(head + more)
        return tmp_path

    return write


def last_record(folder, phase="phase4"):
    return json.loads((folder / f"evidence/{phase}/run.log").read_text().splitlines()[-1])


def smoke_finding(typed, gate="staging-stability"):
    document = json.loads(typed("gate", gate, "--json")[1])
    (found,) = [
        one for one in document["gates"][0]["findings"] if one["finding"].endswith("/smoke")
    ]
    return found["state"]


def test_a_green_run_is_evidence_that_the_staging_gate_believes(shop, typed):
    folder = shop()
    assert smoke_finding(typed) == "unknown"
    code, out, _ = typed("smoke", "--env", "staging")
    assert (code, "2 checks, all passed" in out) == (0, True)
    record = last_record(folder)
    assert (record["step"], record["state"], record["environment"]) == (
        "smoke",
        "pass",
        "staging",
    )
    assert [one["path"] for one in record["artifacts"]] == [
        "evidence/phase4/smoke.json",
        "evidence/phase4/smoke.xml",
    ]
    assert smoke_finding(typed) == "pass"


def test_what_was_kept_is_read_back_by_check(shop, typed):
    folder = shop(status="down")
    assert typed("smoke", "--env", "staging")[0] == 1
    code, out, _ = typed("check", str(folder / "evidence/phase4/smoke.xml"))
    assert (code, "2 tests, 1 failed" in out) == (1, True)


def test_a_failing_check_is_named_and_fails_the_gate(shop, typed):
    shop(status="down")
    code, out, _ = typed("smoke", "--env", "staging")
    assert code == 1
    assert '$.status is "down", wanted "ok".' in out
    assert "2 checks, 1 failed (health)." in out
    assert smoke_finding(typed) == "fail"


def test_a_run_elsewhere_does_not_speak_for_staging(shop, typed, monkeypatch):
    monkeypatch.setenv("SHOP_TOKEN", "s3cr3t-t0k3n")
    folder = shop()
    assert typed("smoke", "--env", "test", "--phase", "operations")[0] == 0
    assert last_record(folder, "operations")["step"] == "smoke-test"
    assert smoke_finding(typed) == "unknown"
    kept = "".join(one.read_text() for one in folder.glob("evidence/operations/*"))
    assert "s3cr3t" not in kept


def test_a_secret_that_is_not_set_is_refused_before_anything_is_asked(shop, typed, httpserver):
    folder = shop()
    code, _, err = typed("smoke", "--env", "test")
    assert (code, "SHOP_TOKEN (the environment)" in err) == (2, True)
    assert not httpserver.log
    assert not (folder / "evidence").exists()


@pytest.mark.parametrize(
    ("script", "code", "state"),
    [
        ('printf \'<testsuite tests="1"><testcase name="a"/></testsuite>\' > smoke.xml', 0, "pass"),
        (
            "printf '<testsuite><testcase name=\"a\"><error/></testcase></testsuite>' > smoke.xml",
            1,
            "fail",
        ),
        ("true", 3, "unknown"),
        ("false", 1, "fail"),
    ],
    ids=["green", "failures-with-exit-code-0", "no-results", "failing"],
)
def test_the_teams_own_command_counts_with_its_results(shop, typed, script, code, state):
    folder = shop(COMMAND.format(script=json.dumps(script)) + CHECKS)
    assert typed("smoke", "--env", "staging")[0] == code
    record = last_record(folder)
    assert (record["step"], record["state"], record["command_record"]) == ("smoke", state, 1)


def test_old_results_are_not_taken_for_new_ones(shop, typed):
    folder = shop(COMMAND.format(script='"true"'))
    (folder / "smoke.xml").write_text('<testsuite tests="1"><testcase name="a"/></testsuite>')
    assert typed("smoke", "--env", "staging")[0] == 3


def test_a_command_that_cannot_be_started_is_named(shop, typed):
    shop('[smoke]\ncommand = ["pytst", "tests"]\n' + CHECKS)
    code, out, _ = typed("smoke", "--env", "staging")
    assert code == 1
    assert "The command pytst: fail. It could not be started: there is no such command." in out


def test_the_command_runs_in_the_projects_folder_and_knows_where_to_ask(
    shop, typed, tmp_path_factory, monkeypatch, httpserver
):
    folder = shop('[smoke]\ncommand = ["sh", "-c", "echo {env} {base_url} > asked"]\n')
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert typed("smoke", "--project", str(folder), "--env", "staging")[0] == 0
    asked = (folder / "asked").read_text()
    assert asked == f"staging {httpserver.url_for('').rstrip('/')}\n"


def test_json_is_all_of_standard_output(shop, typed):
    shop('[smoke]\ncommand = ["echo", "noise"]\n' + CHECKS)
    code, out, err = typed("smoke", "--env", "staging", "--json")
    document = json.loads(out)
    assert (code, document["state"], document["record"]) == (0, "pass", 2)
    assert [one["name"] for one in document["checks"]] == ["home", "health"]
    assert "noise" in err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "Several environments could be asked."),
        (["--env", "stagign"], "did you mean 'staging'?"),
        (["--env", "staging", "--phase", "Phase 4"], "is not the name of a phase"),
    ],
)
def test_what_cannot_be_run_is_refused(shop, typed, arguments, reason):
    shop()
    code, _, err = typed("smoke", *arguments)
    assert (code, reason in err) == (2, True)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("", "names nothing to run"),
        ('[[smoke.checks]]\nname = "a"\n', "needs a path or a url"),
        ('[[smoke.checks]]\nname = "a"\npath = "health"\n', "path begins with /"),
        ('[[smoke.checks]]\nname = "a"\nurl = "http://u:p@h/"\n', "has credentials in it"),
        ('[[smoke.checks]]\nname = "a"\nurl = "file:///x"\n', "is not an http or https URL"),
        ('[[smoke.checks]]\nname = "a"\npath = "/"\njson = {"$[" = 1}\n', "is no JSONPath"),
        ('[[smoke.checks]]\nname = "a"\npath = "/"\nwithin = "0s"\n', "longer than zero"),
        ('[[smoke.checks]]\nname = "a"\npath = "/"\nheaders = {A = "x"}\n', "write env:NAME"),
        ('[[smoke.checks]]\nname = "a"\npath = "/"\nbody = 2026-01-01\n', "what JSON cannot say"),
        ('[[smoke.checks]]\nname = "a"\npath = "/"\n' * 2, "two checks are called 'a'"),
        ('[smoke]\nresults = "a.xml"\n', "results without a command"),
        (
            '[smoke.environments.canary]\nbase_url = "http://h"\nstep = "health"\n',
            "'health' is a step that codexreport keeps itself",
        ),
        ('[smoke]\ncommand = ["a"]\nresults = "*.xml"\n', "is one file, and no pattern"),
    ],
)
def test_mistakes_in_the_project_file_are_named(shop, typed, more, reason):
    shop(more)
    code, _, err = typed("smoke", "--env", "staging")
    assert (code, reason in err) == (2, True), err
