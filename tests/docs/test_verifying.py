"""Whoever follows docs/verifying.md comes to the same answer as `codexreport verify`."""

import os
import re
import stat
import subprocess
import warnings
import zipfile
from datetime import datetime, timezone
from pathlib import Path

import pytest

from codexreport.evidence import log, sums
from codexreport.evidence.bundle import bundle
from codexreport.evidence.findings import Verdict
from codexreport.evidence.keep import Kind, Record, keep
from codexreport.evidence.manifest import Artifact
from codexreport.evidence.signing_off import Order, sign_off
from codexreport.evidence.verify import Anchors, verify
from codexreport.evidence.zip_writing import write_zip
from codexreport.files import sha256

PAGE = Path(__file__).parents[2] / "docs/verifying.md"
TIME = datetime(2026, 10, 6, 7, tzinfo=timezone.utc)
FILES = {"reports/a.html": b"page", "results/ü b.xml": b"<ok/>", "[x]*": b"odd name"}
LOG = "evidence/launch/run.log"


def record(workspace, path, content):
    return Record(
        kind=Kind.COMMAND,
        time=TIME,
        step="smoke",
        state="pass",
        summary='It said "fine\\n" & ended.',
        tool="test",
        artifacts=[Artifact.of(workspace / path, content, workspace, {"step": "smoke"})],
    )


@pytest.fixture
def workspace(tmp_path):
    """Four records, one file made twice, and a line that was cut off."""
    root = tmp_path / "workspace"
    for path, content in [("reports/a.html", b"old"), *FILES.items()]:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
        keep(root, "launch", record(root, path, content))
    return root


@pytest.fixture
def follow(tmp_path, needs):
    """Follows the page in an empty folder; gives whether it comes to a good end, and its words."""
    needs("unzip", package="unzip")
    needs("ssh-keygen", package="openssh-client")
    script = "\n".join(
        re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    )

    def run(path, head="", signers=""):
        folder = tmp_path / "empty"
        folder.mkdir()
        given = {"BUNDLE": str(path), "HEAD": head, "SIGNERS": str(signers)}
        done = subprocess.run(
            ["sh", "-c", script],
            cwd=folder,
            env={**os.environ, **given},
            capture_output=True,
            check=False,
            text=True,
        )
        return done.returncode == 0, done.stdout + done.stderr

    return run


def same_answer(follow, path, head="", signers=None):
    """What both say of a bundle."""
    good, words = follow(path, head, signers or "")
    (result,) = verify(path, Anchors(head=head, allowed_signers=signers))
    assert good is (result.verdict is Verdict.CONSISTENT), (words, result.sentence())
    return good, words


def test_a_sound_bundle_with_its_head(workspace, follow):
    made = bundle(workspace, "launch", None, time=TIME)
    assert same_answer(follow, made.path, made.head.sha256) == (True, "")


def test_a_sound_bundle_without_one(workspace, follow):
    made = bundle(workspace, "launch", None, time=TIME)
    assert same_answer(follow, made.path) == (True, "")


def test_a_line_that_was_cut_off(workspace, follow):
    with (workspace / LOG).open("ab") as stream:
        stream.write(b'{"se')
    keep(workspace, "launch", record(workspace, "reports/a.html", b"page"))
    made = bundle(workspace, "launch", None, time=TIME)
    assert same_answer(follow, made.path, made.head.sha256) == (True, 'Cut off: {"se\n')


def test_another_head(workspace, follow):
    made = bundle(workspace, "launch", None, time=TIME)
    assert not same_answer(follow, made.path, "0" * 64)[0]


def rewritten(path, members, *, relist=True):
    """A bundle by another hand, its hash list made anew."""
    if relist:
        hashes = {name: sha256(data) for name, data in members.items() if name != sums.FILE_NAME}
        members = {**members, sums.FILE_NAME: sums.encoded(hashes)}
    write_zip(path, {name: [data] for name, data in members.items()})


def of_bundle(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed_file(members):
    return {**members, "reports/a.html": b"PAGE"}


def older_file(members):
    return {**members, "reports/a.html": b"old"}


def extra_file(members):
    return {**members, "more": b""}


def missing_file(members):
    return {name: data for name, data in members.items() if name != "reports/a.html"}


def changed_record(members):
    return {**members, LOG: members[LOG].replace(b"smoke", b"SMOKE", 1)}


def first_record_gone(members):
    return {**members, LOG: members[LOG].split(b"\n", 1)[1]}


def last_record_gone(members):
    return {**members, LOG: b"\n".join(members[LOG].split(b"\n")[:-2]) + b"\n"}


def other_sums(members):
    name = "evidence/launch/SHA256SUMS"
    return {**members, name: members[name].split(b"\n", 1)[1]}


def other_manifest(members):
    name = "evidence/launch/manifest.json"
    return {**members, name: members[name].replace(sha256(b"page").encode(), b"0" * 64)}


@pytest.mark.parametrize(
    "forge",
    [
        changed_file,
        older_file,
        extra_file,
        missing_file,
        changed_record,
        first_record_gone,
        last_record_gone,
        other_sums,
        other_manifest,
    ],
)
def test_a_forged_bundle_whose_hash_list_was_made_anew(workspace, follow, forge):
    made = bundle(workspace, "launch", None, time=TIME)
    rewritten(made.path, forge(of_bundle(made.path)))
    assert not same_answer(follow, made.path)[0]


@pytest.mark.parametrize("forge", [changed_file, extra_file, missing_file, changed_record])
def test_a_forged_bundle_whose_hash_list_is_as_it_was(workspace, follow, forge):
    made = bundle(workspace, "launch", None, time=TIME)
    rewritten(made.path, forge(of_bundle(made.path)), relist=False)
    assert not same_answer(follow, made.path)[0]


def test_a_bundle_by_another_hand_that_changes_nothing(workspace, follow):
    made = bundle(workspace, "launch", None, time=TIME)
    rewritten(made.path, of_bundle(made.path))
    assert same_answer(follow, made.path, made.head.sha256)[0]


@pytest.mark.parametrize("odd", ["compressed", "link", "twice", "folder"])
def test_a_bundle_that_another_program_made(workspace, follow, odd):
    """Sound in what it holds, but for one odd thing."""
    made = bundle(workspace, "launch", None, time=TIME)
    members = of_bundle(made.path)
    with zipfile.ZipFile(made.path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the name that is there twice
        for name in sorted(members):
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            if odd == "compressed":
                info.compress_type = zipfile.ZIP_DEFLATED
            if odd == "link" and name == "reports/a.html":
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, members[name])
        if odd == "twice":
            archive.writestr("reports/a.html", members["reports/a.html"])
        if odd == "folder":
            archive.mkdir("more")
    assert not same_answer(follow, made.path)[0]


@pytest.fixture
def signed(workspace, tmp_path, needs):
    """A bundle with a signed approval of one file, and the list that allows its signer."""
    needs("ssh-keygen", package="openssh-client")
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    signers = tmp_path / "allowed_signers"
    signers.write_text(f"release-lead {key.with_suffix('.pub').read_text()}")
    order = Order(
        gate="launch",
        phase="launch",
        name="release-lead",
        role="engineering",
        of=[workspace / "reports/a.html"],
    )
    sign_off(workspace, order, moment=TIME, environ={}, key=key)
    return bundle(workspace, "launch", None, time=TIME).path, signers


def test_a_signature(signed, follow):
    path, signers = signed
    good, words = same_answer(follow, path, signers=signers)
    assert good
    assert 'Good "codexreport-sign-off" signature for release-lead' in words
    assert f"{sha256(b'page')}  reports/a.html" in words


def test_a_signature_by_a_key_that_is_not_allowed(signed, follow):
    path, signers = signed
    signers.write_text(f"somebody-else {signers.read_text().split(' ', 1)[1]}")
    assert not same_answer(follow, path, signers=signers)[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda content: b"x" + content,
        lambda content: content + b"x",
        lambda content: content[:-2] + b"\1\0x",
        lambda content: content[:-1],
        lambda content: content.replace(b"page", b"PAGE"),
        lambda content: content + content,
    ],
)
def test_a_zip_file_that_was_changed(workspace, follow, change):
    made = bundle(workspace, "launch", None, time=TIME)
    made.path.write_bytes(change(made.path.read_bytes()))
    assert not same_answer(follow, made.path)[0]


def test_the_page_is_about_the_log_as_it_is(workspace):
    """What it greps for, by the log's own words."""
    (first, *_) = log.read(workspace / "evidence/launch").records
    assert list(first["artifacts"][0]) == ["media_type", "origin", "path", "sha256", "size"]
