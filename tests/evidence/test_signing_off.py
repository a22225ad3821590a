"""Signing off in a workspace, and reading it back."""

import hashlib
import json
import subprocess
from datetime import datetime, timedelta, timezone

import pytest

from codexreport.errors import EvidenceError
from codexreport.evidence import keep, log, manifest, statements
from codexreport.evidence.sign_off import Signature, Word, sign_offs_of
from codexreport.evidence.signing_off import Order, approvals_of, sign_off
from codexreport.measure import State

PHASE = "operations"
NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
ROLES = ("engineering", "product")


@pytest.fixture
def sign(tmp_path):
    """Signs off the gate `launch` in a workspace, a minute after the one before."""
    moments = (NOW + timedelta(minutes=number) for number in range(100))

    def call(name="release-manager", role="engineering", *, key=None, environ=None, **order):
        order = {"gate": "launch", "phase": PHASE, **order}
        return sign_off(
            tmp_path,
            Order(name=name, role=role, **order),
            moment=next(moments),
            environ=environ or {},
            key=key,
        )

    return call


@pytest.fixture
def kept(tmp_path, run):
    """A workspace with two files that runs made."""
    for name in ("a", "b"):
        keep.keep(tmp_path, PHASE, run(name.encode(), f"reports/{name}/index.html"))
    return tmp_path


def approvals(workspace, **options):
    return approvals_of(workspace, PHASE, "launch", **{"roles": ROLES, **options})


def flaws(workspace, **options):
    return [one.flaw for one in approvals(workspace, **options).verdicts]


def test_a_sign_off_is_a_statement_about_all_that_was_made(kept, sign):
    record = sign(comment="All green.")
    (artifact,) = record["artifacts"]
    content = (kept / artifact["path"]).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    assert artifact["path"] == f"evidence/operations/sign-offs/launch-{digest[:12]}.json"
    assert statements.parse(content, "urn:codexreport:sign-off:v1") == (
        {
            "reports/a/index.html": hashlib.sha256(b"a").hexdigest(),
            "reports/b/index.html": hashlib.sha256(b"b").hexdigest(),
        },
        {
            "phase": "operations",
            "gate": "launch",
            "name": "release-manager",
            "role": "engineering",
            "decision": "approve",
            "comment": "All green.",
            "time": "2026-10-06T09:00:00.000Z",
        },
    )
    assert record["sign_off"] == {
        "gate": "launch",
        "name": "release-manager",
        "role": "engineering",
        "decision": "approve",
        "comment": "All green.",
        "statement_sha256": digest,
        "signed": False,
    }
    assert (record["kind"], record["state"]) == ("sign-off", "pass")
    assert record["summary"] == "Approved by release-manager: 2 files."


def test_the_hash_list_covers_sign_offs(kept, sign, ssh_key):
    sign(key=ssh_key())
    sums = ["sha256sum", "-c", "--strict", "evidence/operations/SHA256SUMS"]
    done = subprocess.run(sums, cwd=kept, check=True, capture_output=True, text=True)
    assert [line.rpartition(".")[2] for line in done.stdout.splitlines()] == [
        "json: OK",
        "sig: OK",
        "html: OK",
        "html: OK",
    ]


def test_a_later_sign_off_leaves_an_earlier_one_valid(kept, sign):
    sign()
    sign("product-lead", "product")
    result = approvals(kept)
    assert (result.state, flaws(kept)) == (State.PASS, ["", ""])
    first, second = (one.sign_off.subjects for one in result.verdicts)
    assert first == second


def test_what_is_made_later_leaves_it_valid_and_what_is_made_anew_does_not(kept, sign, run):
    sign()
    keep.keep(kept, PHASE, run(b"c", "reports/c/index.html"))
    assert flaws(kept) == [""]
    keep.keep(kept, PHASE, run(b"other", "reports/a/index.html"))
    assert flaws(kept) == ["Changed since: reports/a/index.html."]


def test_a_file_that_was_edited_or_removed_by_hand_counts_no_more(kept, sign):
    sign()
    (kept / "reports/a/index.html").write_bytes(b"edited")
    (kept / "reports/b/index.html").unlink()
    assert flaws(kept) == ["Changed since: reports/a/index.html. Gone since: reports/b/index.html."]


def test_what_is_not_as_it_was_recorded_cannot_be_signed_off(kept, sign):
    (kept / "reports/a/index.html").write_bytes(b"edited")
    with pytest.raises(EvidenceError, match=r"Changed since: reports/a/index\.html\."):
        sign()
    with pytest.raises(EvidenceError, match=r"Changed since: reports/a/index\.html\."):
        sign(of=[kept / "reports/a/index.html"])
    assert len(log.read(kept / "evidence" / PHASE).records) == 2


def test_files_can_be_named_and_become_evidence(kept, sign):
    (kept / "runbook.md").write_text("# Runbook")
    record = sign(of=[kept / "runbook.md", kept / "reports/a/index.html"])
    (verdict,) = approvals(kept).verdicts
    assert sorted(verdict.sign_off.subjects) == ["reports/a/index.html", "runbook.md"]
    assert verdict.counts
    assert [one["path"] for one in record["artifacts"]][1:] == ["runbook.md"]
    listed = json.loads((kept / "evidence/operations/manifest.json").read_bytes())
    assert "runbook.md" in [one["path"] for one in listed["artifacts"]]
    (kept / "runbook.md").write_text("# Other")
    assert flaws(kept) == ["Changed since: runbook.md."]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing.md", "No file matches missing.md."),
        ("reports", "No file matches reports."),
        ("../outside.md", "is outside"),
        ("link.md", "is outside"),
        ("evidence/operations/run.log", "No file matches"),
        ("secret.md", "holds the value of API_TOKEN"),
    ],
)
def test_a_named_file_has_to_be_one_that_can_be_kept(kept, sign, path, message):
    kept.parent.joinpath("outside.md").write_text("outside")
    (kept / "link.md").symlink_to("../outside.md")
    (kept / "secret.md").write_text("token: 0123456789")
    with pytest.raises(EvidenceError, match=message):
        sign(of=[kept / path], environ={"API_TOKEN": "0123456789"})
    assert not (kept / "evidence/operations/sign-offs").exists()


def test_with_nothing_recorded_there_is_nothing_to_sign_off(kept, sign):
    with pytest.raises(EvidenceError, match="of phase4 holds nothing to sign off") as refused:
        sign(phase="phase4")
    assert refused.value.advice == "There is evidence of operations: add --phase."


@pytest.mark.parametrize(
    "order",
    [
        {"gate": "../launch"},
        {"gate": ""},
        {"phase": "../x"},
        {"name": ""},
        {"name": " qa"},
        {"name": "qa\n"},
        {"name": "qa\u200b"},
        {"name": "---"},
        {"name": "q" * 101},
        {"role": "\x1b[2J"},
        {"comment": "one\ntwo"},
        {"comment": "c" * 2001},
    ],
)
def test_odd_words_are_refused_before_anything_is_kept(kept, sign, order):
    with pytest.raises(EvidenceError):
        sign(**order)
    assert len(log.read(kept / "evidence" / PHASE).records) == 2


def test_a_secret_in_a_comment_is_refused(kept, sign):
    with pytest.raises(EvidenceError, match="holds the value of API_TOKEN"):
        sign(comment="works with 0123456789", environ={"API_TOKEN": "0123456789"})
    assert len(log.read(kept / "evidence" / PHASE).records) == 2


def test_a_rejection_is_kept_as_a_failure(kept, sign):
    record = sign(word=Word.REJECT, comment="No rollback rehearsed.")
    assert (record["state"], record["summary"]) == ("fail", "Rejected by release-manager: 2 files.")
    assert approvals(kept).state is State.FAIL


def test_where_the_gate_has_a_report_approvals_are_about_the_newest(kept, sign, run):
    def publish(label):
        made = run(label.encode(), f"reports/launch/{label}/report.json")
        for artifact in made.artifacts:
            artifact.origin["report"] = "launch"
        keep.keep(kept, PHASE, made)

    publish("2026-W40")
    sign(of=[kept / "reports/a/index.html"])
    sign("product-lead", "product")
    assert flaws(kept) == ["It is not about reports/launch/2026-W40/report.json.", ""]
    publish("2026-W41")
    assert flaws(kept)[1] == "It is not about reports/launch/2026-W41/report.json."


def test_a_signature_is_verified_by_the_list_of_allowed_signers(
    kept, sign, ssh_key, allowed_signers
):
    key, other = ssh_key(), ssh_key()
    signers = allowed_signers(**{"release-manager": key, "product-lead": other})
    sign(key=key)
    sign("product-lead", "product", key=key)
    sign("qa-lead", "product")
    assert flaws(kept) == ["", "", ""]
    first, second, third = approvals(kept, allowed_signers=signers).verdicts
    assert (first.flaw, first.sign_off.signature) == ("", Signature.VALID)
    assert first.sign_off.signed_by.startswith("ED25519 key SHA256:")
    assert second.flaw.startswith("Its signature is not valid for product-lead: no such key")
    assert third.flaw == "It is not signed."


def test_a_signature_that_is_gone_or_changed_is_not_valid(kept, sign, ssh_key, allowed_signers):
    key = ssh_key()
    signers = allowed_signers(**{"release-manager": key})
    signature = kept / sign(key=key)["artifacts"][1]["path"]
    assert signature.name.endswith(".json.sig")
    signature.write_text("other")
    assert "not valid for release-manager" in flaws(kept, allowed_signers=signers)[0]
    signature.unlink()
    assert flaws(kept, allowed_signers=signers) == ["Its signature is gone."]


def test_a_statement_that_is_gone_or_changed_does_not_count(kept, sign):
    path = sign()["artifacts"][0]["path"]
    content = (kept / path).read_bytes()
    (kept / path).write_bytes(content.replace(b"engineering", b"product"))
    assert flaws(kept) == [f"Its statement {path} was changed."]
    (kept / path).unlink()
    assert flaws(kept) == [f"Its statement {path} is gone."]


@pytest.fixture
def record_and_statement(kept, sign):
    """A sign-off's record, and the bytes of its statement."""
    record = sign()
    return record, (kept / record["artifacts"][0]["path"]).read_bytes()


@pytest.mark.parametrize("key", ["gate", "name", "role", "comment"])
def test_the_log_and_the_statement_have_to_agree(record_and_statement, key):
    record, content = record_and_statement
    forged = {**record, "sign_off": {**record["sign_off"], key: "other"}}
    (one,) = sign_offs_of(PHASE, [forged], lambda _: content)
    assert one.problem == f"Its statement and the log differ in {key}."


def test_a_statement_of_another_phase_or_time_is_not_taken(record_and_statement):
    record, content = record_and_statement
    (one,) = sign_offs_of("phase4", [record], lambda _: content)
    assert one.problem == "Its statement and the log differ in phase."
    later = {**record, "time": "2026-10-06T10:00:00.000Z"}
    (one,) = sign_offs_of(PHASE, [later], lambda _: content)
    assert one.problem == "Its statement and the log differ in time."


@pytest.mark.parametrize(
    "change",
    [
        {"sign_off": None},
        {"sign_off": {}},
        {"artifacts": []},
        {"time": "yesterday"},
        {"sign_off": {"decision": "maybe"}},
    ],
)
def test_a_record_in_an_unknown_form_is_refused(record_and_statement, change):
    record, content = record_and_statement
    told = change.get("sign_off")
    whole = {"sign_off": {**record["sign_off"], **told}} if told else change
    with pytest.raises(EvidenceError, match=r"Record 3 of the log is a sign-off in an unknown"):
        sign_offs_of(PHASE, [{**record, **whole}], lambda _: content)


def test_other_gates_and_other_records_are_left_out(kept, sign):
    sign(gate="rollout")
    sign()
    assert [one.sign_off.gate for one in approvals(kept).verdicts] == ["launch"]
    contents = log.read(kept / "evidence" / PHASE)
    both = sign_offs_of(PHASE, contents.records, lambda _: None)
    assert [one.gate for one in both] == ["rollout", "launch"]
    assert manifest.manifest_of(PHASE, contents)["head"]["seq"] == 4
