import io
import json
import os
import random
import subprocess
import zipfile
from datetime import datetime, timezone

import pytest

from codexreport.errors import EvidenceError
from codexreport.evidence import log, sums
from codexreport.evidence.bundle import bundle
from codexreport.evidence.findings import Meaning, Verdict
from codexreport.evidence.keep import keep
from codexreport.evidence.members import UnreadableError
from codexreport.evidence.signing_off import Order, sign_off
from codexreport.evidence.verify import TOOL, Anchors, verify, verify_stream
from codexreport.evidence.zip_writing import write_zip
from codexreport.files import sha256

TIME = datetime(2026, 10, 6, 7, tzinfo=timezone.utc)
FOLDER = "evidence/phase6"


@pytest.fixture
def kept(tmp_path, run):
    workspace = tmp_path / "workspace"
    for content, path in ((b"page", "reports/a/index.html"), (b"other", "reports/b.html")):
        record = run(content, path=f"workspace/{path}")
        artifact = record.artifacts[0].to_dict() | {"path": path}
        keep(workspace, "phase6", replaced(record, artifact))
    return workspace


def replaced(record, artifact):
    from dataclasses import replace

    from codexreport.evidence.manifest import Artifact

    return replace(record, artifacts=[Artifact(**artifact)], tool=TOOL)


@pytest.fixture
def files(kept):
    """The members of a sound bundle, by name."""
    made = bundle(kept, "phase6", None, time=TIME)
    with zipfile.ZipFile(made.path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def judged(tmp_path):
    """Verifies a bundle of these members, its own hash list made anew unless told otherwise."""

    def judge(members, anchors=None, *, relist=True):
        if relist:
            hashes = {n: sha256(c) for n, c in members.items() if n != sums.FILE_NAME}
            members = {**members, sums.FILE_NAME: sums.encoded(hashes)}
        path = tmp_path / "forged.zip"
        write_zip(path, {name: [content] for name, content in members.items()})
        return verify(path, anchors or Anchors())[0]

    return judge


def head_of(path):
    return path.read_bytes().split(b"\n")[-2]


def test_a_sound_bundle_is_consistent_and_unanchored(files, judged):
    result = judged(files)
    assert (result.verdict, result.phase, result.files) == (Verdict.CONSISTENT, "phase6", 8)
    assert result.sentence().startswith("consistent, unanchored: ")
    assert result.to_dict()["anchored"] is False


def test_a_published_head_anchors_it_and_no_other_does(files, judged):
    lines = files[f"{FOLDER}/run.log"].split(b"\n")
    result = judged(files, Anchors(head=sha256(lines[1])))
    assert result.sentence().startswith("consistent, anchored: The published head")
    earlier = judged(files, Anchors(head=sha256(lines[0])))
    assert earlier.sentence() == (
        "broken: The published head is that of line 1 of run.log, which now has 2."
    )
    other = judged(files, Anchors(head="0" * 64))
    assert "not with the published head" in other.sentence()


def test_a_bundle_made_anew_by_a_forger_is_only_found_by_an_anchor(tmp_path, kept, run, judged):
    """Which is why without one it is called unanchored."""
    head = sha256(head_of(kept / FOLDER / "run.log"))
    keep(tmp_path / "forged", "phase6", replaced(run(), {**run().artifacts[0].to_dict()}))
    (tmp_path / "forged/reports/a").mkdir(parents=True)
    (tmp_path / "forged/reports/a/index.html").write_bytes(b"page")
    made = bundle(tmp_path / "forged", "phase6", None, time=TIME)
    assert verify(made.path, Anchors())[0].verdict is Verdict.CONSISTENT
    assert verify(made.path, Anchors(head=head))[0].verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reports/b.html": b"OTHER"}, "'reports/b.html' has SHA-256"),
        ({"reports/b.html": b"others"}, "'reports/b.html' has SHA-256"),
        ({"reports/b.html": None}, "'reports/b.html' is listed in SHA256SUMS and missing."),
        ({"reports/c.html": b""}, "'reports/c.html' is not listed in SHA256SUMS."),
        ({"SHA256SUMS": b""}, "'bundle.json' is not listed in SHA256SUMS."),
        ({"SHA256SUMS": None}, "There is no sound SHA256SUMS in it."),
    ],
)
def test_what_the_hash_list_does_not_say_is_found(files, judged, change, said):
    members = {n: c for n, c in {**files, **change}.items() if c is not None}
    assert judged(members, relist=False).sentence().startswith(f"broken: {said}")


@pytest.mark.parametrize(
    "spelling",
    [
        lambda text: b"\n".join(reversed(text.split(b"\n"))),
        lambda text: text.rstrip(b"\n"),
        lambda text: text + text.split(b"\n")[0] + b"\n",
        lambda text: text + b"# hello\n",
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.replace(b"  ", b" *"),
    ],
)
def test_the_hash_list_has_one_spelling(files, judged, spelling):
    spelt = {**files, "SHA256SUMS": spelling(files["SHA256SUMS"])}
    assert judged(spelt, relist=False).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reports/b.html": b"OTHER"}, "'reports/b.html' has SHA-256"),
        ({"reports/b.html": None}, "'reports/b.html' is missing."),
        ({"reports/c.html": b""}, "'reports/c.html' is in it, and no record of the log names it."),
        ({"evidence/phase6/x": b""}, "'evidence/phase6/x' is in it, and no record"),
        ({f"{FOLDER}/manifest.json": b"{}"}, f"'{FOLDER}/manifest.json' is not what follows from"),
        ({f"{FOLDER}/SHA256SUMS": b""}, f"'{FOLDER}/SHA256SUMS' is not what follows from run.log"),
        ({f"{FOLDER}/validation.md": b""}, f"'{FOLDER}/validation.md' is not what follows from"),
        ({f"{FOLDER}/run.log": None}, f"'{FOLDER}/run.log' is missing."),
        ({f"{FOLDER}/run.log": b""}, "'reports/a/index.html' is in it, and no record of the log"),
        ({"bundle.json": None}, "'bundle.json' is missing."),
        ({"bundle.json": b"{"}, "'bundle.json' in it does not describe a bundle."),
        ({"bundle.json": b"[]"}, "'bundle.json' in it does not describe a bundle."),
        ({"bundle.json": b"\xff"}, "'bundle.json' in it does not describe a bundle."),
        ({"bundle.json": b'{"schema":1,"phase":"../x","tool":""}'}, "'bundle.json' in it does not"),
        ({"bundle.json": b'{"schema":1,"phase":[],"tool":""}'}, "'bundle.json' in it does not"),
        ({"bundle.json": b'{"schema":1,"phase":"p","tool":""}'}, "'evidence/p/run.log' is missing"),
    ],
)
def test_a_forger_who_makes_the_hash_list_anew_is_found_by_the_log(files, judged, change, said):
    members = {n: c for n, c in {**files, **change}.items() if c is not None}
    assert judged(members).sentence().startswith(f"broken: {said}")


def test_a_forger_who_changes_the_log_too_is_found_by_the_chain(files, judged):
    name = f"{FOLDER}/run.log"
    changed = files[name].replace(b"All 6 objectives", b"All 9 objectives", 1)
    assert "The chain of run.log is broken at line 2" in judged({**files, name: changed}).sentence()
    cut = files[name].split(b"\n", 1)[1]
    assert "The chain of run.log is broken at line 1" in judged({**files, name: cut}).sentence()


def test_the_description_is_made_anew_too(files, judged):
    described = json.loads(files["bundle.json"])
    for key, value in (("members", 9), ("head", {"seq": 3, "sha256": "0" * 64}), ("more", 1)):
        content = json.dumps({**described, key: value}, indent=1, sort_keys=True) + "\n"
        result = judged({**files, "bundle.json": content.encode()})
        assert "'bundle.json' is not what follows from run.log." in result.texts(Meaning.BROKEN)


def test_every_problem_is_told_as_data(files, judged):
    spoilt = {**files, "reports/a/index.html": b"", "reports/b.html": b"", "c": b""}
    problems = judged(spoilt).to_dict()["problems"]
    assert [text.split("'")[1] for text in problems] == [
        "c",
        "reports/a/index.html",
        "reports/b.html",
    ]


@pytest.mark.parametrize("schema", [2, True, "1", None, 10**30])
def test_a_bundle_of_an_unknown_schema_is_unknown(files, judged, schema):
    described = {**json.loads(files["bundle.json"]), "schema": schema}
    result = judged({**files, "bundle.json": json.dumps(described).encode()})
    assert result.verdict is Verdict.UNKNOWN
    assert "which this version of codexreport does not know" in result.sentence()


def test_a_record_of_an_unknown_schema_is_unknown(tmp_path, files, judged):
    folder = tmp_path / "log"
    log.append(folder, {"time": "now", "schema": 3})
    content = (folder / "run.log").read_bytes()
    result = judged({**files, f"{FOLDER}/run.log": content})
    assert result.sentence().startswith("unknown: Record 1 has schema 3")


def test_a_summary_in_another_versions_words_is_unknown_and_not_broken(files, judged):
    described = {**json.loads(files["bundle.json"]), "tool": "codexreport 99"}
    other = {
        "bundle.json": json.dumps(described, indent=1, sort_keys=True).encode() + b"\n",
        f"{FOLDER}/validation.md": b"# In other words\n",
    }
    result = judged({**files, **other})
    assert result.verdict is Verdict.UNKNOWN
    assert "words of its own" in result.sentence()


def test_lines_that_were_cut_off_are_named(kept, run):
    path = kept / FOLDER / "run.log"
    with path.open("ab") as stream:
        stream.write(b'{"se')
    artifact = run(b"page").artifacts[0].to_dict()
    keep(kept, "phase6", replaced(run(b"page"), artifact))
    made = bundle(kept, "phase6", None, time=TIME)
    (result,) = verify(made.path, Anchors(head=made.head.sha256))
    assert result.sentence().startswith("consistent, anchored: ")
    (note,) = result.texts(Meaning.NOTE)
    assert note.startswith("Line 3 of run.log was cut off")


def test_a_log_that_ends_cut_off_is_not_anchored_by_its_head(kept):
    with (kept / FOLDER / "run.log").open("ab") as stream:
        stream.write(b'{"se')
    made = bundle(kept, "phase6", None, time=TIME)
    (result,) = verify(made.path, Anchors(head=made.head.sha256))
    assert result.sentence().startswith("consistent, unanchored: ")


def test_nothing_a_forger_writes_makes_it_fail(files, judged):
    """Members changed at random, and everything that lists them made anew."""
    chance = random.Random(7)
    odd = [b"[", b"{", b"null", b"1e999", b"NaN", b'"', b"\xff", b"\n", b"-1", b"[]", b'"\\ud800"']
    for _ in range(400):
        name = chance.choice(["bundle.json", *[f"{FOLDER}/run.log"] * 3])
        content = bytearray(files[name])
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(content))
            content[at : at + chance.randrange(12)] = chance.choice(odd)
        consistent = judged({**files, name: bytes(content)}).verdict is Verdict.CONSISTENT
        # A last line need not be ended, and who made a bundle is only what it says of itself.
        same = content.rstrip(b"\n") == files[name].rstrip(b"\n")
        assert same or name == "bundle.json" or not consistent, bytes(content)


@pytest.mark.parametrize(
    "odd",
    [
        {"artifacts": None},
        {"artifacts": "abc"},
        {"artifacts": [{"path": 1}]},
        {"artifacts": [{"path": "../x", "size": 1, "sha256": "a" * 64, "origin": {}}]},
        {"schema": []},
        {"kind": "sign-off"},
        {"kind": "sign-off", "schema": 2, "artifacts": [], "sign_off": 3},
        {"kind": ["sign-off"], "state": {}, "summary": [[[]]]},
    ],
)
def test_odd_records_in_a_sound_chain_are_no_surprise(tmp_path, files, judged, odd):
    log.append(tmp_path / "log", {"time": "now", **odd})
    content = (tmp_path / "log/run.log").read_bytes()
    assert judged({**files, f"{FOLDER}/run.log": content}).verdict is not Verdict.CONSISTENT


def test_a_workspace_and_a_phases_folder_are_verified_as_a_bundle_is(kept):
    for path in (kept, kept / FOLDER):
        (result,) = verify(path, Anchors())
        assert (result.verdict, result.phase, result.files) == (Verdict.CONSISTENT, "phase6", 6)
    (kept / "reports/b.html").write_bytes(b"OTHER")
    assert "'reports/b.html' has SHA-256" in verify(kept, Anchors())[0].sentence()
    (kept / "reports/b.html").unlink()
    assert "'reports/b.html' is missing" in verify(kept, Anchors())[0].sentence()
    os.mkfifo(kept / "reports/b.html")
    assert "'reports/b.html' is not a regular file" in verify(kept, Anchors())[0].sentence()
    (kept / FOLDER / "manifest.json").unlink()
    assert f"'{FOLDER}/manifest.json' is missing" in verify(kept, Anchors())[0].sentence()


def test_a_workspace_has_a_result_for_each_phase(kept, run, tmp_path):
    keep(kept, "integration", replaced(run(), run().artifacts[0].to_dict()))
    assert [one.phase for one in verify(kept, Anchors())] == ["integration", "phase6"]
    with pytest.raises(EvidenceError, match="has several logs"):
        verify(kept, Anchors(head="0" * 64))


def test_an_unpacked_bundle_is_verified_with_nothing_beside_it(kept, tmp_path):
    made = bundle(kept, "phase6", None, time=TIME)
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(made.path) as archive:
        archive.extractall(folder)
    (result,) = verify(folder, Anchors(head=made.head.sha256))
    assert (result.verdict, result.files) == (Verdict.CONSISTENT, 8)
    (folder / "more").symlink_to("reports")
    assert "symbolic link" in verify(folder, Anchors())[0].sentence()
    (folder / "more").unlink()
    (folder / ".more").write_bytes(b"")
    assert "'.more' is not listed" in verify(folder, Anchors())[0].sentence()


def test_what_is_not_there_and_what_is_no_evidence_is_said(tmp_path):
    with pytest.raises(EvidenceError, match="is not there"):
        verify(tmp_path / "never.zip", Anchors())
    with pytest.raises(EvidenceError, match="is no evidence"):
        verify(tmp_path, Anchors())


def test_what_cannot_be_read_is_unreadable(kept):
    """A loop of links, which no permission opens."""
    loop = kept / "loop.zip"
    loop.symlink_to("loop.zip")
    with pytest.raises(UnreadableError) as caught:
        verify(loop, Anchors())
    assert caught.value.exit_code == 3


def signed(workspace, key):
    """A sign-off of one file; gives the name of its statement."""
    order = Order(
        gate="launch",
        phase="phase6",
        name="release-lead",
        role="engineering",
        of=[workspace / "reports/b.html"],
    )
    return sign_off(workspace, order, moment=TIME, environ={}, key=key)["artifacts"][0]["path"]


@pytest.fixture
def key(tmp_path, needs):
    needs("ssh-keygen", package="openssh-client")
    path = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    allowed = tmp_path / "allowed"
    allowed.write_text(f"release-lead {path.with_suffix('.pub').read_text()}")
    return path, allowed


def test_a_signature_of_an_allowed_signer_anchors_what_it_covers(kept, key):
    signed(kept, key[0])
    made = bundle(kept, "phase6", None, time=TIME)
    (result,) = verify(made.path, Anchors(allowed_signers=key[1]))
    assert result.sentence().startswith("consistent, anchored: Sign-off 3 (approve launch, ")
    assert result.sentence().endswith("and covers 1 file.")
    (unchecked,) = verify(made.path, Anchors())
    assert unchecked.sentence().startswith("consistent, unanchored")
    assert "--allowed-signers FILE would check it" in unchecked.texts(Meaning.NOTE)[0]


def test_a_signature_of_another_key_breaks_it(kept, key, tmp_path):
    signed(kept, key[0])
    key[1].write_text("somebody-else " + key[1].read_text().split(" ", 1)[1])
    (result,) = verify(kept, Anchors(allowed_signers=key[1]))
    assert result.verdict is Verdict.BROKEN
    assert "Its signature is not valid for release-lead" in result.sentence()


def test_a_sign_off_without_a_signature_anchors_nothing(kept):
    signed(kept, None)
    (result,) = verify(kept, Anchors())
    assert result.sentence().startswith("consistent, unanchored")


def test_a_sign_off_of_what_has_changed_since_is_told_and_anchors_nothing(kept, key, run):
    signed(kept, key[0])
    (kept / "reports/b.html").write_bytes(b"new")
    artifact = run(b"new", path="b.html").artifacts[0].to_dict() | {"path": "reports/b.html"}
    keep(kept, "phase6", replaced(run(), artifact))
    (result,) = verify(kept, Anchors(allowed_signers=key[1]))
    assert result.sentence().startswith("consistent, unanchored")
    assert "Changed since: reports/b.html" in result.texts(Meaning.NOTE)[0]


def test_a_statement_that_says_something_else_than_the_log_breaks_it(kept):
    name = signed(kept, None)
    (kept / name).write_bytes((kept / name).read_bytes().replace(b"approve", b"reject!"))
    (result,) = verify(kept, Anchors())
    assert f"'{name}' has SHA-256" in result.sentence()
    assert any("was changed" in text for text in result.texts(Meaning.BROKEN))


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (b"no zip", Verdict.UNKNOWN),
        (b"", Verdict.UNKNOWN),
        (b"PK\x03\x04 and no more", Verdict.BROKEN),
        (b"before" + b"PK\x05\x06" + bytes(18), Verdict.BROKEN),
    ],
)
def test_a_stream_that_is_no_bundle_is_unknown_unless_it_was_one(content, verdict):
    assert verify_stream(io.BytesIO(content), Anchors()).verdict is verdict
