import hashlib

import pytest

from codexreport.errors import EvidenceError
from codexreport.evidence.manifest import Artifact, encoded, manifest_of

WHOLE = {"path": "b.html", "size": 1, "sha256": "0", "media_type": "text/html", "origin": {}}


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


@pytest.mark.parametrize("name", ["a\nb.html", "a\\b.html", "a\x1b[1m.html"])
def test_a_name_that_sha256sum_would_have_to_escape_is_refused(tmp_path, name):
    with pytest.raises(EvidenceError, match="is no name"):
        Artifact.of(tmp_path / name, b"", tmp_path, {})


def test_a_manifest_is_sorted_by_path_and_has_the_newest_of_each():
    records = [
        {"seq": 1, "time": "t1", "artifacts": [WHOLE, {**WHOLE, "path": "a.html"}]},
        {"seq": 2, "time": "t2"},
        {"seq": 3, "time": "t3", "artifacts": [{**WHOLE, "size": 2}]},
    ]
    manifest = manifest_of(records)
    assert manifest["schema"] == 1
    assert [(one["path"], one["size"], one["record"]) for one in manifest["artifacts"]] == [
        ("a.html", 1, 1),
        ("b.html", 2, 3),
    ]


def test_a_manifest_has_one_form_in_bytes():
    manifest = manifest_of([{"time": "t", "seq": 1, "artifacts": [WHOLE]}])
    shuffled = {key: manifest[key] for key in sorted(manifest, reverse=True)}
    assert encoded(manifest) == encoded(shuffled)
    assert encoded(manifest).endswith(b"}\n")


def test_artefacts_nobody_understands_are_refused_by_their_record():
    with pytest.raises(EvidenceError, match="Record 7 of the log"):
        manifest_of([{"seq": 7, "time": "t", "artifacts": [{"path": "a"}]}])
