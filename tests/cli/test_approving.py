"""`sign-off` and `sign-offs` as they are typed."""

import json
import subprocess

import pytest

from codexreport.cli.app import run

PROJECT = """\
schema = 1
[project]
name = "Small"
[slo]
objectives = []
[gates.launch]
roles = ["engineering", "product"]
authors = ["search-team"]
phase = "operations"
"""


@pytest.fixture
def typed(tmp_path, monkeypatch, capfd):
    """Runs a command in a project with one recorded step; gives exit code and both outputs."""
    monkeypatch.delenv("CODEXREPORT_SIGNING_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "codexreport.toml").write_text(PROJECT)

    def call(*arguments):
        code = run(arguments)
        return code, *capfd.readouterr()

    call("record", "smoke", "--artifact", "out.txt", "--", "sh", "-c", "echo ok > out.txt")
    return call


def approve(typed, name, role, *more):
    return typed("sign-off", "launch", "--as", name, "--role", role, *more)


def test_a_gate_passes_once_every_role_has_approved(typed):
    code, out, _ = approve(typed, "engineering-lead", "engineering")
    assert (code, out.splitlines()) == (
        0,
        ["Approved by engineering-lead: 2 files.", "Kept: codexreport show 2 --phase operations"],
    )
    code, out, _ = typed("sign-offs", "launch")
    assert (code, "launch in operations: unknown" in out) == (3, True)
    approve(typed, "product-lead", "product", "--comment", "Ready.")
    code, out, _ = typed("sign-offs", "launch")
    assert (code, "launch in operations: pass" in out) == (0, True)
    assert "Approved by product-lead: Ready." in out


def test_what_does_not_count_is_kept_and_said_at_once(typed):
    code, out, _ = approve(typed, "search-team", "product")
    assert (code, out.splitlines()[0]) == (
        3,
        "It does not count: It is by the author: search-team.",
    )
    assert [one["record"] for one in listed(typed)["sign_offs"]] == [2]
    code, out, _ = typed("log")
    assert "It does not count: It is by the author: search-team." in out


def test_a_role_that_nobody_asked_for_is_refused_before_anything_is_kept(typed):
    code, out, err = approve(typed, "sales-lead", "enginering")
    assert (code, out) == (2, "")
    assert "launch asks for no approval by 'enginering'; did you mean 'engineering'?" in err
    assert "It asks for engineering, product, sre." in err
    assert "add it to roles under [gates.launch]" in err
    assert listed(typed)["sign_offs"] == []


def listed(typed, *more):
    return json.loads(typed("sign-offs", "launch", "--json", *more)[1])


def test_a_rejection_fails_the_gate(typed):
    assert approve(typed, "engineering-lead", "engineering")[0] == 0
    assert approve(typed, "product-lead", "product", "--reject", "--comment", "Not yet.")[0] == 0
    code, out, _ = typed("sign-offs", "launch")
    assert (code, "Rejected by product-lead: Not yet." in out) == (1, True)


def test_the_result_as_json_says_which_count_and_why_not(typed, tmp_path):
    approve(typed, "engineering-lead", "engineering")
    (tmp_path / "out.txt").write_text("other")
    told = listed(typed)
    assert (told["phase"], told["gate"], told["state"]) == ("operations", "launch", "unknown")
    (one,) = told["sign_offs"]
    assert (one["name"], one["counts"], one["flaw"]) == (
        "engineering-lead",
        False,
        "Changed since: out.txt.",
    )
    assert "out.txt" in one["subjects"]


def test_files_are_named_as_seen_from_where_one_is(typed, tmp_path, monkeypatch):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "runbook.md").write_text("# Runbook")
    monkeypatch.chdir(tmp_path / "docs")
    assert approve(typed, "engineering-lead", "engineering", "--of", "runbook.md")[0] == 0
    assert list(listed(typed)["sign_offs"][0]["subjects"]) == ["docs/runbook.md"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["sign-off", "launch"],
        ["sign-off", "launch", "--as", "qa-lead"],
        ["sign-off", "../x", "--as", "qa-lead", "--role", "product"],
        ["sign-off", "launch", "--as", "qa\nlead", "--role", "product"],
        ["sign-off", "launch", "--as", "qa-lead", "--role", "product", "--of", "missing"],
        ["sign-off", "launch", "--as", "qa-lead", "--role", "product", "--phase", "phase4"],
        ["sign-off", "launch", "--as", "qa-lead", "--role", "product", "--sign", "missing"],
        ["sign-offs", "launch", "--allowed-signers", "missing"],
        ["sign-offs", "launch", "--phase", "Ä"],
    ],
)
def test_what_is_refused_exits_2_and_keeps_nothing(typed, tmp_path, arguments):
    code, out, err = typed(*arguments)
    assert (code, out, err[:7]) == (2, "", "Error: ")
    assert not (tmp_path / "evidence/operations/sign-offs").exists()


def test_a_gate_that_there_is_not_is_refused_with_the_near_name(typed, tmp_path):
    code, _, err = typed("sign-off", "lanch", "--as", "qa-lead", "--role", "product")
    assert (code, err.splitlines()) == (
        2,
        ["Error: There is no gate 'lanch'.", "did you mean 'launch'?"],
    )
    assert not (tmp_path / "evidence/operations/sign-offs").exists()


def test_a_phase_that_had_no_record_is_said(typed):
    code, out, _ = approve(
        typed, "qa-lead", "product", "--phase", "operatoins", "--of", "codexreport.toml"
    )
    assert code == 0
    assert "There was no evidence of operatoins before; there is of operations.\n" in out
    assert "before" not in approve(typed, "engineering-lead", "engineering")[1]


def test_nothing_is_signed_off_or_counted_over_an_altered_log(typed, tmp_path):
    assert approve(typed, "engineering-lead", "engineering")[0] == 0
    log = tmp_path / "evidence/operations/run.log"
    log.write_bytes(log.read_bytes().replace(b"echo ok", b"echo no"))
    for call in (("sign-offs", "launch"), ("sign-off", "launch", "--as", "a", "--role", "product")):
        code, _, err = typed(*call)
        assert code == 2
        assert err.startswith("Error: The log of operations was altered. The chain of run.log is")
        assert "says all that is wrong" in err


def test_a_missing_list_of_signers_is_found_before_anything_is_kept(typed, tmp_path):
    (tmp_path / "codexreport.toml").write_text(f'{PROJECT}allowed_signers = "signers"\n')
    code, _, err = approve(typed, "qa-lead", "product")
    assert (code, "signers could not be read: No such file" in err) == (2, True)
    assert not (tmp_path / "evidence/operations/sign-offs").exists()


def test_a_gate_without_roles_is_unknown(typed):
    code, out, _ = typed("sign-offs", "deployment")
    assert code == 3
    assert (
        'No role is asked for. Add to codexreport.toml: [gates.deployment] roles = ["..."]' in out
    )


def test_signed_sign_offs_are_verified_by_the_projects_list(typed, tmp_path, monkeypatch, needs):
    """The list is the project's, or one that is named; the key may come from the environment."""
    needs("ssh-keygen", package="openssh-client")
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    public = key.with_suffix(".pub").read_text()
    (tmp_path / "signers").write_text(f"engineering-lead {public}")
    (tmp_path / "others").write_text(f"qa-lead {public}")
    monkeypatch.setenv("CODEXREPORT_SIGNING_KEY", str(key))
    assert approve(typed, "engineering-lead", "engineering")[0] == 0
    monkeypatch.delenv("CODEXREPORT_SIGNING_KEY")
    assert approve(typed, "product-lead", "product")[0] == 0
    assert listed(typed)["state"] == "pass"
    (tmp_path / "codexreport.toml").write_text(f'{PROJECT}allowed_signers = "signers"\n')
    told = listed(typed)["sign_offs"]
    assert [one["signature"] for one in told] == ["valid", "none"]
    assert [one["flaw"] for one in told] == ["", "It is not signed."]
    assert approve(typed, "product-lead", "product", "--sign", "key")[0] == 3
    assert not any(
        one["counts"] for one in listed(typed, "--allowed-signers", "others")["sign_offs"]
    )


def test_a_gate_that_nobody_knows_has_no_sign_offs(typed):
    code, _, err = typed("sign-offs", "lanch")
    assert code == 2
    assert "did you mean 'launch'?" in err


def test_a_decision_is_signed_off_gate_by_gate(typed):
    code, _, err = typed("sign-off", "integration", "--as", "lead", "--role", "engineering")
    assert code == 2
    assert "Name one that asks for approvals: integration-4-sign-off." in err


def test_a_sign_off_goes_where_its_gate_looks_for_it(typed):
    typed(
        "record",
        "package",
        "--phase",
        "integration",
        "--artifact",
        "b.txt",
        "--",
        "sh",
        "-c",
        "echo ok > b.txt",
    )
    code, out, _ = typed(
        "sign-off", "integration-4-sign-off", "--as", "lead", "--role", "engineering"
    )
    assert code == 0
    assert "--phase integration" in out
