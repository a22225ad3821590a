"""One phase for a release: what is run for it is kept where its gates and protocols look."""

from __future__ import annotations

import json

import pytest

PROJECT = """\
schema = 1
[project]
name = "Shop"
release = "4.2.0-rc3"
phase = "release-{release}"
[slo]
objectives = []
[sources.unit]
type = "junit"
path = "junit.xml"
[smoke]
command = ["true"]
[smoke.environments.staging]
base_url = "http://127.0.0.1:1"
[notify]
email_from = "releases@shop.example"
email_to = ["leads@shop.example"]
"""
HERE = "release-4-2-0-rc3"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A project that keeps a release's evidence in one phase."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "codexreport.toml").write_text(PROJECT)
    (tmp_path / "junit.xml").write_text('<testsuite tests="1"><testcase name="a"/></testsuite>')
    return tmp_path


def steps(typed, name="launch"):
    (one,) = json.loads(typed("protocol", "status", name, "--json")[1])["protocols"]
    return {step["step"]: step for step in one["steps"]}


def gate(shop, pass_):
    """The gate ship, which asks for a number of tests."""
    (shop / "gates").mkdir()
    (shop / "gates/ship.toml").write_text(
        'schema = 1\nname = "ship"\ntitle = "Ship"\n[[criteria]]\nid = "tests"\n'
        f'title = "Enough tests"\nmeasure = "quality.tests.total"\npass = {json.dumps(pass_)}\n'
    )


def finding(typed, gate, criterion):
    gates = json.loads(typed("gate", gate, "--json")[1])["gates"]
    found = [one for each in gates for one in each["findings"]]
    return next(one for one in found if one["finding"] == f"{gate}/{criterion}")


def kept(folder):
    return sorted(path.parent.name for path in folder.glob("evidence/*/run.log"))


def test_every_command_keeps_in_the_projects_phase(shop, typed):
    typed("smoke")
    typed("health", "--quiet")
    typed("record", "rollback-rehearsal", "--", "true", "--dry-run")
    typed("notify", "launch", "--email-file", "launch.eml", "--quiet")
    typed("bundle")
    assert kept(shop) == [HERE]
    assert (shop / f"bundles/{HERE}-evidence.zip").exists()


def test_gate_and_protocol_look_where_a_rehearsal_and_a_smoke_run_are_kept(shop, typed):
    typed("smoke")
    typed("record", "rollback-rehearsal", "--", "true", "--dry-run")
    assert finding(typed, "launch", "rollback")["state"] == "pass"
    assert finding(typed, "staging-stability", "smoke")["state"] == "pass"
    assert steps(typed)["rollback"]["word"] == "done"
    assert steps(typed, "operations")["smoke"]["word"] == "done"


@pytest.mark.parametrize("phase", ['phase = "release-{release}"', ""])
def test_people_that_were_told_are_looked_for_where_that_is_kept(shop, typed, phase):
    text = PROJECT.replace('phase = "release-{release}"', phase)
    (shop / "codexreport.toml").write_text(text)
    assert steps(typed)["told"]["word"] == "unknown"
    gate(shop, pass_=["> 0"])
    typed("notify", "ship", "--email-file", "ship.eml", "--quiet")
    assert steps(typed)["told"]["word"] == "done"


def test_a_table_that_names_a_phase_keeps_it_and_is_looked_for_there(shop, typed):
    table = shop / "codexreport.toml"
    table.write_text(PROJECT.replace("[smoke]", '[smoke]\nphase = "smoke-runs"'))
    typed("smoke")
    assert kept(shop) == ["smoke-runs"]
    assert finding(typed, "staging-stability", "smoke")["state"] == "pass"


def test_an_option_goes_first(shop, typed):
    typed("record", "deployment", "--release", "4.2.0", "--", "true")
    typed("record", "deployment", "--phase", "phase9", "--", "true")
    assert kept(shop) == ["phase9", "release-4-2-0"]


def test_without_a_release_nothing_is_recorded(shop, typed):
    table = shop / "codexreport.toml"
    table.write_text(PROJECT.replace('release = "4.2.0-rc3"\n', ""))
    code, _, err = typed("record", "deployment", "--", "touch", "ran")
    assert (code, "asks for a release" in err) == (2, True)
    assert not (shop / "ran").exists()


@pytest.mark.parametrize(
    ("mistake", "reason"),
    [
        (("[project]", "[project"), "it is not TOML"),
        (('name = "Shop"', 'name = "Shop'), "it is not TOML"),
        (("[project]", "[projct]"), "project.name is missing"),
        (("phase =", "phse ="), "project.phse is not a key here; did you mean 'phase'?"),
        (('"Shop"', '"Sh\xf6p"'), "it is not UTF-8 text"),
    ],
)
def test_where_the_project_file_names_no_phase_for_sure_nothing_is_run(
    shop, typed, mistake, reason
):
    """A run that failed would be kept where no gate looks, once the file is mended."""
    (shop / "codexreport.toml").write_text(PROJECT.replace(*mistake), encoding="latin-1")
    code, _, err = typed("record", "game-day", "--", "touch", "ran")
    assert (code, reason in err, "--phase PHASE" in err) == (2, True, True), err
    assert typed("bundle")[0] == 2
    assert not (shop / "ran").exists()
    assert kept(shop) == []
    assert typed("record", "game-day", "--phase", HERE, "--", "true")[0] == 0
    assert kept(shop) == [HERE]


def test_mistakes_elsewhere_in_the_project_file_hinder_no_recording(shop, typed):
    (shop / "codexreport.toml").write_text(PROJECT.replace("[smoke]", "[smokes]"))
    assert typed("record", "deployment", "--", "true")[0] == 0
    assert kept(shop) == [HERE]


def test_a_folder_without_a_project_keeps_in_operations(tmp_path, monkeypatch, typed):
    monkeypatch.chdir(tmp_path)
    assert typed("record", "deployment", "--", "true")[0] == 0
    assert kept(tmp_path) == ["operations"]


@pytest.mark.parametrize("command", [("record", "deployment"), ("bundle",)])
def test_a_release_that_no_file_is_of_is_refused(shop, typed, command):
    """As by gates: what is kept for it would be seen by none."""
    table = shop / "codexreport.toml"
    table.write_text(PROJECT.replace('"junit.xml"', '"runs/{release}/junit.xml"'))
    for release in ("4.1.0", "4.2.0-rc2"):
        (shop / "runs" / release).mkdir(parents=True)
    ran = ("--", "touch", "ran") if command[0] == "record" else ()
    code, _, err = typed(*command, "--release", "4.2.0-rc22", *ran)
    assert (code, "No file is of release 4.2.0-rc22" in err) == (2, True), err
    assert not (shop / "ran").exists()


def test_a_release_is_begun_by_the_project_file_or_by_one_of_its_files(shop, typed):
    table = shop / "codexreport.toml"
    table.write_text(PROJECT.replace('"junit.xml"', '"runs/{release}/junit.xml"'))
    (shop / "runs/4.2.0-rc2").mkdir(parents=True)
    for release in ("4.2.0-rc2", "4.2.0-rc3"):
        assert typed("record", "deployment", "--release", release, "--", "true")[0] == 0
    assert kept(shop) == ["release-4-2-0-rc2", HERE]


def test_the_next_release_is_compared_with_the_one_before(shop, typed):
    """Each is judged in a phase of its own; the first has nothing to be compared with."""
    gate(shop, pass_=[">= +0 %"])
    first = finding(typed, "ship", "tests")
    assert (first["state"], "with --keep" in first["reason"]) == ("unknown", True)
    assert typed("gate", "ship", "--keep")[0] == 3
    table = shop / "codexreport.toml"
    table.write_text(PROJECT.replace("4.2.0-rc3", "4.3.0"))
    assert finding(typed, "ship", "tests")["state"] == "pass"


def test_a_gate_says_what_to_write_where_nothing_measures_success(shop, typed):
    assert finding(typed, "rollout-success", "error-rate")["reason"] == (
        "No rollout is planned: add [rollout]."
    )
    table = shop / "codexreport.toml"
    table.write_text(f"{PROJECT}[rollout]\nstart = 2026-10-05T09:00:00Z\n")
    assert finding(typed, "rollout-success", "leak")["reason"] == (
        'Nothing measures it: add [[rollout.success]] with aim = "memory".'
    )
