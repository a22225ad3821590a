import io
import json
import os
import random
import subprocess
import sys
import zipfile
from datetime import datetime, timezone

import pytest

from codexreport.errors import EvidenceError
from codexreport.evidence import log
from codexreport.evidence.bundle import NotAsRecordedError, bundle
from codexreport.evidence.findings import Verdict
from codexreport.evidence.keep import Kind, Record, keep
from codexreport.evidence.manifest import Artifact
from codexreport.evidence.verify import Anchors, verify_stream

TIME = datetime(2026, 10, 6, 7, tzinfo=timezone.utc)

MAKE = """
import sys
from datetime import datetime, timezone
from pathlib import Path
from codexreport.evidence.bundle import bundle
bundle(Path(sys.argv[1]), "phase6", Path(sys.argv[2]), time=datetime.now(timezone.utc))
"""


@pytest.fixture
def kept(tmp_path, run):
    """A workspace with evidence of two runs, one file's name beyond ASCII."""
    keep(tmp_path, "phase6", run(b"page"))
    keep(tmp_path, "phase6", run(b"other", path="reports/ü b/index.html"))
    return tmp_path


def test_a_bundle_holds_the_log_what_follows_from_it_and_every_artefact(kept):
    made = bundle(kept, "phase6", None, time=TIME)
    assert made.path == kept / "bundles/phase6-evidence.zip"
    with zipfile.ZipFile(made.path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "SHA256SUMS",
            "bundle.json",
            "evidence/phase6/SHA256SUMS",
            "evidence/phase6/manifest.json",
            "evidence/phase6/run.log",
            "evidence/phase6/validation.md",
            "reports/a/index.html",
            "reports/ü b/index.html",
        ]
        assert archive.read("reports/a/index.html") == b"page"
        described = json.loads(archive.read("bundle.json"))
    assert (described["schema"], described["phase"], described["members"]) == (1, "phase6", 8)
    assert described["head"] == {"seq": 2, "sha256": made.head.sha256}


def test_its_making_is_recorded_after_it(kept):
    made = bundle(kept, "phase6", None, time=TIME)
    record = log.read(kept / "evidence/phase6").records[-1]
    assert (record["kind"], record["seq"], record["artifacts"]) == ("bundle", 3, [])
    assert record["bundle"] == {
        "file": "phase6-evidence.zip",
        "size": made.path.stat().st_size,
        "sha256": made.sha256,
        "members": 8,
        "head": {"seq": 2, "sha256": made.head.sha256},
    }
    again = bundle(kept, "phase6", None, time=TIME)
    assert (again.head.seq, again.members) == (3, 8)


def test_the_integration_bundle_has_the_protocols_names_and_a_manifest_beside_it(tmp_path, run):
    keep(tmp_path, "integration", run())
    manifest = (tmp_path / "evidence/integration/manifest.json").read_bytes()
    made = bundle(tmp_path, "integration", None, time=TIME)
    assert made.path.name == "INTEGRATION-EVIDENCE.zip"
    assert made.manifest.name == "integration-evidence-manifest.json"
    assert made.manifest.read_bytes() == manifest


def test_sha256sum_accepts_what_unzip_makes_of_it(kept, tmp_path, needs):
    needs("unzip", package="unzip")
    made = bundle(kept, "phase6", None, time=TIME)
    language = {**os.environ, "LC_ALL": "C.UTF-8"}
    tested = subprocess.run(["unzip", "-t", made.path], capture_output=True, check=True, text=True)
    assert "No errors detected" in tested.stdout
    folder = tmp_path / "out"
    subprocess.run(["unzip", "-q", made.path, "-d", folder], check=True, env=language)
    for sums, files in (("SHA256SUMS", 7), ("evidence/phase6/SHA256SUMS", 2)):
        check = ["sha256sum", "-c", "--strict", sums]
        done = subprocess.run(check, cwd=folder, check=True, capture_output=True, text=True)
        assert (done.stdout.count(": OK\n"), done.stderr) == (files, "")


def test_the_same_evidence_gives_the_same_bytes_wherever_it_is_bundled(tmp_path, run):
    """Time zone, locale, hash seed, order of creation, umask and folder do not matter."""
    pages = {f"reports/{name}.html": name.encode() for name in ("b", "a", "ü", "C")}
    settings = [
        ("UTC", "C", "0", 0o022, list(pages)),
        ("Asia/Kathmandu", "C.UTF-8", "1", 0o077, sorted(pages)),
        ("America/St_Johns", "tr_TR.UTF-8", "4242", 0o000, sorted(pages, reverse=True)),
    ]
    origin = tmp_path / "origin"
    for path, content in pages.items():
        artifact = run(content, path=path)
        keep(origin, "phase6", artifact)
    made = []
    for number, (zone, locale, seed, umask, order) in enumerate(settings):
        workspace = tmp_path / f"place {number}" / ("deep/" * number)
        folder = workspace / "evidence/phase6"
        folder.mkdir(parents=True)
        (workspace / "reports").mkdir()
        for path in order:
            (workspace / path).write_bytes(pages[path])
        (folder / "run.log").write_bytes((origin / "evidence/phase6/run.log").read_bytes())
        out = workspace / "out.zip"
        subprocess.run(
            [sys.executable, "-c", MAKE, workspace, out],
            check=True,
            env={**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed},
            umask=umask,
        )
        made.append(out.read_bytes())
    assert made[0] == made[1] == made[2]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.unlink(), "reports/a/index.html is gone"),
        (lambda path: path.write_bytes(b"longer than it was"), "index.html was changed since"),
        (lambda path: path.write_bytes(b"PAGE"), "index.html was changed since"),
        (lambda path: (path.rename(path.with_name("x")), path.symlink_to("x")), "symbolic link"),
        (lambda path: (path.unlink(), path.mkdir()), "index.html is gone"),
        (lambda path: (path.unlink(), os.mkfifo(path)), "index.html is gone"),
    ],
)
def test_a_file_that_is_not_as_recorded_is_named_and_nothing_is_made(kept, spoil, said):
    old = kept / "bundles/phase6-evidence.zip"
    old.parent.mkdir()
    old.write_bytes(b"the one before")
    spoil(kept / "reports/a/index.html")
    with pytest.raises(NotAsRecordedError, match=said) as caught:
        bundle(kept, "phase6", None, time=TIME)
    assert caught.value.exit_code == 3
    assert [path.name for path in old.parent.iterdir()] == [old.name]
    assert old.read_bytes() == b"the one before"
    assert log.read(kept / "evidence/phase6").head.seq == 2


def test_a_log_whose_chain_is_broken_is_not_bundled(kept):
    path = kept / "evidence/phase6/run.log"
    path.write_bytes(path.read_bytes().replace(b"All 6", b"All 7", 1))
    with pytest.raises(NotAsRecordedError, match="broken at line 2"):
        bundle(kept, "phase6", None, time=TIME)


@pytest.mark.parametrize(
    "out",
    ["evidence/phase6/run.log", "evidence/x.zip", "reports/a/index.html", "reports", "file/x.zip"],
)
def test_a_bundle_takes_the_place_of_no_evidence(kept, out):
    (kept / "file").write_bytes(b"")
    before = {path: path.stat().st_mtime_ns for path in kept.rglob("*")}
    with pytest.raises(EvidenceError):
        bundle(kept, "phase6", kept / out, time=TIME)
    assert {path: path.stat().st_mtime_ns for path in kept.rglob("*")} == before


def test_without_evidence_there_is_no_bundle(tmp_path):
    with pytest.raises(EvidenceError, match="Nothing is kept for phase6 yet"):
        bundle(tmp_path, "phase6", None, time=TIME)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["SHA256SUMS", "bundle.json", "evidence/phase6/run.log"])
def test_an_artefact_by_a_name_of_the_bundles_own_is_refused(kept, run, name):
    keep(kept, "phase6", run(b"", path=f"{name}x"))
    artifact = run(b"", path=f"{name}x").artifacts[0].to_dict() | {"path": name}
    log.append(kept / "evidence/phase6", {"time": "now", "artifacts": [artifact]})
    with pytest.raises(EvidenceError, match="has a file of its own by that name"):
        bundle(kept, "phase6", None, time=TIME)


def small(tmp_path, run):
    keep(tmp_path, "p", run(b"x", path="a"))
    return bundle(tmp_path, "p", None, time=TIME).path.read_bytes()


def verdict(content):
    return verify_stream(io.BytesIO(content), Anchors()).verdict


def test_every_bit_of_a_small_bundle_that_is_flipped_is_found(tmp_path, run):
    content = bytearray(small(tmp_path, run))
    assert verdict(content) is Verdict.CONSISTENT
    missed = []
    for bit in range(len(content) * 8):
        content[bit // 8] ^= 1 << bit % 8
        if verdict(content) is not Verdict.BROKEN:
            missed.append(bit)
        content[bit // 8] ^= 1 << bit % 8
    assert missed == []


def test_every_truncation_of_a_small_bundle_is_found_from_either_end(tmp_path, run):
    """What is left has the two letters it begins with, or its end record of 22 bytes; or nothing
    tells any more that it was one, and it is unknown.
    """
    content, last = small(tmp_path, run), 22
    whole, end = len(content), len(content) - last
    assert {verdict(content[:length]) for length in range(2, whole)} == {Verdict.BROKEN}
    assert {verdict(content[start:]) for start in range(1, end + 1)} == {Verdict.BROKEN}
    rest = [content[:0], content[:1], *(content[start:] for start in range(end + 1, whole))]
    assert {verdict(one) for one in rest} == {Verdict.UNKNOWN}


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A bundle of 46 files and some megabyte."""
    workspace = tmp_path_factory.mktemp("large")
    noise = random.Random(4)
    for step in range(5):
        artifacts = []
        for number in range(8):
            path = workspace / f"results/{step}/{number}.bin"
            path.parent.mkdir(parents=True, exist_ok=True)
            content = noise.randbytes(noise.randrange(50_000))
            path.write_bytes(content)
            artifacts.append(Artifact.of(path, content, workspace, {"step": step}))
        record = Record(
            kind=Kind.COMMAND,
            time=TIME,
            step=f"step-{step}",
            state="pass",
            summary="It ended with exit code 0.",
            tool="test",
            artifacts=artifacts,
        )
        keep(workspace, "phase6", record)
    return bundle(workspace, "phase6", None, time=TIME).path.read_bytes()


def test_every_one_of_5000_flipped_bits_of_a_large_bundle_is_found(large):
    assert verdict(large) is Verdict.CONSISTENT
    content, missed = bytearray(large), []
    for bit in random.Random(5).sample(range(len(content) * 8), 5000):
        content[bit // 8] ^= 1 << bit % 8
        if verdict(content) is not Verdict.BROKEN:
            missed.append(bit)
        content[bit // 8] ^= 1 << bit % 8
    assert missed == []


def test_500_truncations_of_a_large_bundle_are_found(large):
    lengths = random.Random(6).sample(range(len(large)), 500)
    assert {verdict(large[:length]) for length in lengths} == {Verdict.BROKEN}
