"""`bundle` and `verify` as they are typed."""

import json
import re
import subprocess

import pytest

from codexreport.cli.app import run
from codexreport.evidence import log
from codexreport.evidence.keep import DERIVED


@pytest.fixture
def typed(tmp_path, monkeypatch, capfd):
    """Runs a command in a folder with one record; gives exit code and both outputs."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        code = run([str(one) for one in arguments])
        return code, *capfd.readouterr()

    call(
        "record", "smoke", "--phase", "integration", "--artifact", "a", "--", "sh", "-c", "echo >a"
    )
    return call


def test_bundle_and_verify_from_record_to_anchor(typed, tmp_path):
    code, out, err = typed("bundle")
    assert (code, err) == (0, "")
    bundle = tmp_path / "bundles/INTEGRATION-EVIDENCE.zip"
    assert out.startswith(f"Made {bundle}: 8 files, ")
    assert f"Made {bundle.with_name('integration-evidence-manifest.json')}.\n" in out
    head = re.search("^Head: ([0-9a-f]{64})$", out, re.MULTILINE)[1]
    code, out, _ = typed("verify", bundle)
    assert (code, out.split(":")[:2]) == (0, ["integration", " consistent, unanchored"])
    code, out, _ = typed("verify", bundle, "--head", head.upper())
    assert (code, out.split(":")[:2]) == (0, ["integration", " consistent, anchored"])
    code, out, _ = typed("verify", bundle, "--head", "0" * 64)
    assert (code, out.split(":")[:2]) == (1, ["integration", " broken"])


def test_as_json(typed, tmp_path):
    code, out, _ = typed("bundle", "--phase", "integration", "--out", "x.zip", "--json")
    made = json.loads(out)
    assert (code, made["bundle"], made["files"], made["record"]) == (0, "x.zip", 8, 2)
    code, out, _ = typed("verify", "x.zip", "--head", made["head"]["sha256"], "--json")
    told = json.loads(out)
    assert (code, told["verdict"]) == (0, "consistent")
    (phase,) = told["phases"]
    assert (phase["anchored"], phase["head"], phase["problems"]) == (True, made["head"], [])
    (tmp_path / "a").write_text("changed")
    code, out, _ = typed("verify", ".", "--json")
    told = json.loads(out)
    assert (code, told["verdict"]) == (1, "broken")
    assert [text[:3] for text in told["phases"][0]["problems"]] == ["'a'"]


def test_each_end_has_its_exit_code(typed, tmp_path):
    typed("bundle", "--out", "x.zip")
    (tmp_path / "cut.zip").write_bytes((tmp_path / "x.zip").read_bytes()[:-1])
    code, out, _ = typed("verify", "cut.zip")
    assert code == 1
    assert out.startswith("broken: ")
    for arguments in (
        ["never.zip"],
        [],
        ["x.zip", "--head", "1"],
        ["x.zip", "--allowed-signers", "n"],
    ):
        assert typed("verify", *arguments)[0] == 2
    (tmp_path / "page.zip").write_text("<html>Not found</html>")
    assert typed("verify", "page.zip")[:2] == (3, "unknown: It is no ZIP file.\n")
    (tmp_path / "loop").symlink_to("loop")
    assert typed("verify", "loop")[0] == 3
    later = tmp_path / "evidence/later"
    log.append(later, {"time": "now", "schema": 99})
    for name in DERIVED:
        (later / name).write_bytes(b"in a form of its own")
    code, out, _ = typed("verify", "evidence/later")
    assert code == 3
    assert out.startswith("later: unknown: Record 1 has schema 99")


def test_a_file_that_changed_since_is_not_bundled(typed, tmp_path):
    (tmp_path / "a").write_text("changed")
    code, out, err = typed("bundle")
    assert (code, out) == (3, "")
    assert err.startswith("Error: No bundle was made: a was changed since it was recorded.\n")
    assert not (tmp_path / "bundles").exists()


def test_which_phase_is_asked_for_where_there_are_several_or_none(typed, tmp_path):
    typed("record", "smoke", "--", "true")
    code, _, err = typed("bundle")
    assert code == 2
    assert "several phases: integration, operations." in err
    (tmp_path / "empty").mkdir()
    code, _, err = typed("bundle", "--project", "empty")
    assert code == 2
    assert "Nothing is kept yet." in err


def test_a_signed_approval_vouches_for_what_it_is_about(typed, tmp_path, needs):
    needs("ssh-keygen", package="openssh-client")
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    (tmp_path / "signers").write_text(f"lead {key.with_suffix('.pub').read_text()}")
    who = ["--as", "lead", "--role", "engineering", "--phase", "integration", "--sign", key]
    typed("sign-off", "launch", *who)
    assert typed("bundle")[0] == 0
    bundle = tmp_path / "bundles/INTEGRATION-EVIDENCE.zip"
    code, out, _ = typed("verify", bundle, "--allowed-signers", "signers")
    assert code == 0
    assert "consistent, anchored: Sign-off 2 (approve launch, lead as engineering)" in out
    (tmp_path / "signers").write_text("")
    code, out, _ = typed("verify", bundle, "--allowed-signers", "signers")
    assert code == 1
    assert "Its signature is not valid for lead" in out
