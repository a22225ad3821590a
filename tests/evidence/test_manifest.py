import hashlib

import pytest

from codexreport.errors import EvidenceError
from codexreport.evidence.log import Head, LogContents
from codexreport.evidence.manifest import Artifact, encoded, manifest_of

WHOLE = {"path": "b.html", "size": 1, "sha256": "0" * 64, "media_type": "text/html", "origin": {}}


def manifest_from(*records):
    head = Head(seq=len(records), sha256="f" * 64)
    return manifest_of("phase6", LogContents(records=records, torn=(), head=head))


def test_an_artefact_is_its_bytes_and_its_path_in_the_workspace(tmp_path):
    one = Artifact.of(tmp_path / "reports" / "ü.pdf", b"abc", tmp_path, {"report": "x"})
    assert one.to_dict() == {
        "path": "reports/ü.pdf",
        "size": 3,
        "sha256": hashlib.sha256(b"abc").hexdigest(),
        "media_type": "application/pdf",
        "origin": {"report": "x"},
    }


@pytest.mark.parametrize("path", ["../outside.html", "/etc/passwd", "a/../../outside.html"])
def test_a_path_outside_the_workspace_is_refused(tmp_path, path):
    with pytest.raises(EvidenceError, match="is outside"):
        Artifact.of(tmp_path / path, b"", tmp_path, {})


def test_a_link_that_leads_outside_is_refused(tmp_path):
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / "link").symlink_to(tmp_path)
    with pytest.raises(EvidenceError, match="is outside"):
        Artifact.of(workspace / "link" / "a.html", b"", workspace, {})


@pytest.mark.parametrize("name", ["a\nb.html", "a\\b.html", "a\x1b[1m.html", "-"])
def test_a_name_that_sha256sum_would_have_to_escape_is_refused(tmp_path, name):
    with pytest.raises(EvidenceError, match="is no name"):
        Artifact.of(tmp_path / name, b"", tmp_path, {})


def test_a_manifest_is_sorted_by_path_and_has_the_newest_of_each():
    manifest = manifest_from(
        {"seq": 1, "time": "t1", "artifacts": [WHOLE, {**WHOLE, "path": "a.html"}]},
        {"seq": 2, "time": "t2"},
        {"seq": 3, "time": "t3", "artifacts": [{**WHOLE, "size": 2}]},
    )
    assert (manifest["schema"], manifest["phase"]) == (2, "phase6")
    assert manifest["head"] == {"seq": 3, "sha256": "f" * 64}
    assert [(one["path"], one["size"], one["record"]) for one in manifest["artifacts"]] == [
        ("a.html", 1, 1),
        ("b.html", 2, 3),
    ]


def test_an_artefact_says_how_it_was_made_and_null_where_its_record_does_not():
    made = {
        "command": ["make", "smoke"],
        "exit_code": 0,
        "started": "2026-10-06T07:00:00.000Z",
        "ended": "2026-10-06T07:00:09.000Z",
        "commit": "c" * 40,
        "tool": "codexreport 1",
        "time": "2026-10-06T07:00:09.001Z",
    }
    of_first_schema = {"seq": 1, "time": "2026-10-06T09:00:00+02:00", "tool": "codexreport 0"}
    older, newer = manifest_from(
        {**of_first_schema, "artifacts": [{**WHOLE, "path": "a.html"}]},
        {**made, "seq": 2, "schema": 2, "kind": "command", "artifacts": [WHOLE]},
    )["artifacts"]
    assert newer == {**WHOLE, **made, "record": 2}
    assert older == {
        **dict.fromkeys(made),
        **WHOLE,
        "path": "a.html",
        "record": 1,
        "time": "2026-10-06T09:00:00+02:00",
        "tool": "codexreport 0",
    }


def test_a_manifest_has_one_form_in_bytes():
    manifest = manifest_from({"time": "t", "seq": 1, "artifacts": [WHOLE]})
    shuffled = {key: manifest[key] for key in sorted(manifest, reverse=True)}
    assert encoded(manifest) == encoded(shuffled)
    assert encoded(manifest).endswith(b"}\n")


@pytest.mark.parametrize(
    "artifact",
    [
        {"path": "a"},
        {**WHOLE, "path": 1},
        {**WHOLE, "path": "/etc/passwd"},
        {**WHOLE, "path": "a/../../b"},
        {**WHOLE, "path": "a//b"},
        {**WHOLE, "path": "a\nb"},
        {**WHOLE, "sha256": "0"},
        {**WHOLE, "size": "1"},
        {**WHOLE, "origin": "x"},
        "a",
    ],
)
def test_artefacts_nobody_understands_are_refused_by_their_record(artifact):
    with pytest.raises(EvidenceError, match="Record 7 of the log names"):
        manifest_from({"seq": 7, "time": "t", "artifacts": [artifact]})


@pytest.mark.parametrize("schema", [3, 0, "2", None, [2]])
def test_records_of_a_schema_to_come_are_refused(schema):
    with pytest.raises(EvidenceError, match="Record 7 of the log has schema"):
        manifest_from({"seq": 7, "time": "t", "schema": schema})


def test_what_a_later_record_removed_is_no_artefact_any_more():
    manifest = manifest_from(
        {"seq": 1, "time": "t1", "artifacts": [WHOLE, {**WHOLE, "path": "a.pdf"}]},
        {"seq": 2, "time": "t2", "artifacts": [WHOLE], "removed": ["a.pdf", "never.pdf"]},
    )
    assert [one["path"] for one in manifest["artifacts"]] == ["b.html"]
