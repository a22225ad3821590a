"""Signatures by real SSH keys."""

import subprocess
from datetime import datetime, timedelta, timezone

import pytest

from codexreport.errors import EvidenceError
from codexreport.evidence import signing

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
NAME = "release-manager"


def verified(content, signature, signers, *, signer=NAME, moment=NOW):
    return signing.verify(content, signature, signer=signer, allowed_signers=signers, moment=moment)


def test_a_signature_is_valid_for_its_content_and_signer_alone(ssh_key, allowed_signers):
    key, other = ssh_key(), ssh_key()
    signers = allowed_signers(**{NAME: key, "product-lead": other})
    signature = signing.sign(b"approved", key)
    result = verified(b"approved", signature, signers)
    assert (result.problem, result.key.startswith("ED25519 key SHA256:")) == ("", True)
    assert "incorrect signature" in verified(b"Approved", signature, signers).problem
    for name in ("product-lead", "nobody", "*", "-f", ""):
        assert (
            "no such key is allowed"
            in verified(b"approved", signature, signers, signer=name).problem
        )


@pytest.mark.parametrize(
    "broken", [b"", b"x", lambda signature: signature[:-30], lambda signature: signature[:200]]
)
def test_what_is_not_a_whole_signature_is_not_valid(ssh_key, allowed_signers, broken):
    key = ssh_key()
    signature = signing.sign(b"approved", key)
    broken = broken(signature) if callable(broken) else broken
    result = verified(b"approved", broken, allowed_signers(**{NAME: key}))
    assert (result.key, result.problem[:38]) == ("", "Its signature is not valid for release")


def test_a_signature_made_for_something_else_is_not_taken(ssh_key, allowed_signers, tmp_path):
    key = ssh_key()
    (tmp_path / "text").write_bytes(b"approved")
    command = ["ssh-keygen", "-Y", "sign", "-n", "git", "-f", key, tmp_path / "text"]
    subprocess.run(command, check=True, capture_output=True)
    signature = (tmp_path / "text.sig").read_bytes()
    result = verified(b"approved", signature, allowed_signers(**{NAME: key}))
    assert "namespace does not match" in result.problem


def test_a_key_counts_while_it_was_valid(ssh_key, allowed_signers, monkeypatch):
    """Wherever the verifier is: the list's times are UTC."""
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    key = ssh_key()
    signers = allowed_signers(**{f'{NAME} valid-before="20261006090000"': key})
    signature = signing.sign(b"approved", key)
    before = NOW - timedelta(seconds=1)
    assert not verified(b"approved", signature, signers, moment=before).problem
    after = verified(b"approved", signature, signers, moment=NOW + timedelta(seconds=1))
    assert "key has expired" in after.problem


def test_a_name_of_several_words_is_quoted_in_the_list(ssh_key, allowed_signers):
    key = ssh_key()
    signers = allowed_signers(**{'"Release manager"': key})
    signature = signing.sign(b"approved", key)
    assert not verified(b"approved", signature, signers, signer="Release manager").problem


def test_ssh_keygen_alone_comes_to_the_same(ssh_key, allowed_signers, tmp_path):
    key = ssh_key()
    (tmp_path / "text.sig").write_bytes(signing.sign(b"approved", key))
    about = ["-n", "codexreport-sign-off", "-I", NAME, "-f", allowed_signers(**{NAME: key})]
    command = ["ssh-keygen", "-Y", "verify", *about, "-s", tmp_path / "text.sig"]
    done = subprocess.run(command, input=b"approved", check=False, capture_output=True)
    assert done.returncode == 0


def test_a_key_that_cannot_sign_is_named(ssh_key, tmp_path):
    with pytest.raises(EvidenceError, match=r"There is no signing key .*nothing"):
        signing.sign(b"approved", tmp_path / "nothing")
    (tmp_path / "text").write_text("no key")
    with pytest.raises(EvidenceError, match=r"ssh-keygen could not sign with .*text"):
        signing.sign(b"approved", tmp_path / "text")


def test_a_passphrase_is_never_ours_to_give(ssh_key, monkeypatch):
    """It is ssh-keygen's to ask for; whoever does not know it signs nothing."""
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")  # also where there is a terminal
    monkeypatch.setenv("SSH_ASKPASS", "/bin/false")
    key = ssh_key(passphrase="approved")
    with pytest.raises(EvidenceError, match="ssh-keygen could not sign"):
        signing.sign(b"approved\n", key)


def test_a_list_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(EvidenceError, match="signers could not be read: No such file"):
        verified(b"approved", b"", tmp_path / "signers")


def test_without_ssh_keygen_it_says_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "key").write_text("key")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EvidenceError, match="There is no ssh-keygen") as refused:
        signing.sign(b"approved", tmp_path / "key")
    assert refused.value.advice == "On Debian: apt-get install openssh-client"
