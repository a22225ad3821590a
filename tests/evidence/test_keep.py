import hashlib
import json
import random
import signal
import subprocess
import sys
import threading

import pytest

from codexreport.errors import EvidenceError
from codexreport.evidence import log
from codexreport.evidence.keep import derived_files, keep, kind_of, phases

KEEP = """
import sys
from datetime import datetime, timezone
from pathlib import Path
from codexreport.evidence.keep import Kind, Record, keep
from codexreport.evidence.manifest import Artifact
workspace, who = Path(sys.argv[1]), sys.argv[2]
for number in range(int(sys.argv[3])):
    path = workspace / f"{who}-{number}.html"
    keep(workspace, "phase6", Record(
        kind=Kind.RUN, time=datetime.now(timezone.utc), step="run", subject=str(number),
        state="pass", summary="x", tool="test", artifacts=[Artifact.of(path, b"", workspace, {})],
    ))
    print(number, flush=True)
"""


def keeper(workspace, who, times):
    return subprocess.Popen(
        [sys.executable, "-c", KEEP, str(workspace), who, str(times)],
        stdout=subprocess.PIPE,
        text=True,
    )


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def manifest(workspace):
    return json.loads((workspace / "evidence/phase6/manifest.json").read_bytes())


def test_a_run_is_kept_in_log_manifest_and_summary(tmp_path, run):
    keep(tmp_path, "phase6", run())
    folder = tmp_path / "evidence" / "phase6"
    assert names(folder) == ["SHA256SUMS", "manifest.json", "run.log", "validation.md"]
    (record,) = log.read(folder).records
    assert (record["step"], record["state"]) == ("run slo_weekly", "pass")
    (entry,) = manifest(tmp_path)["artifacts"]
    assert (entry["path"], entry["size"], entry["record"]) == ("reports/a/index.html", 4, 1)
    assert record["artifacts"][0]["sha256"] == entry["sha256"]


def test_sha256sum_accepts_the_hash_list_and_finds_a_change(tmp_path, run):
    keep(tmp_path, "phase6", run(path="ü/a b.html"))
    keep(tmp_path, "phase6", run(path="*b.html"))
    check = ["sha256sum", "-c", "--strict", "evidence/phase6/SHA256SUMS"]
    done = subprocess.run(check, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stdout.count(": OK\n") == 2
    assert done.stderr == ""
    (tmp_path / "*b.html").write_bytes(b"changed")
    assert subprocess.run(check, cwd=tmp_path, check=False, capture_output=True).returncode == 1


def test_a_log_of_the_first_schema_is_read_and_added_to(tmp_path, run):
    """Its records have no kind and no schema, and the moment of the report as their time."""
    entry = {"path": "a.html", "size": 1, "sha256": "a" * 64, "media_type": "text/html"}
    first = {
        "time": "2026-10-06T09:00:00+02:00",
        "step": "run slo_weekly",
        "subject": "2026-W40",
        "state": "pass",
        "summary": "x",
        "tool": "codexreport 0.1.0",
        "artifacts": [{**entry, "origin": {}}],
    }
    folder = tmp_path / "evidence" / "phase6"
    log.append(folder, first)
    kept = keep(tmp_path, "phase6", run(path="b.html"))
    assert (kept["seq"], kept["schema"], kept["kind"]) == (2, 2, "run")
    assert [kind_of(one) for one in log.read(folder).records] == ["run", "run"]
    assert [one["path"] for one in manifest(tmp_path)["artifacts"]] == ["a.html", "b.html"]
    assert "| 1 | 2026-10-06T09:00:00+02:00 | run |" in (folder / "validation.md").read_text()


def test_the_manifest_names_the_last_line_of_the_log_it_was_made_from(tmp_path, run):
    keep(tmp_path, "phase6", run())
    folder = tmp_path / "evidence" / "phase6"
    with (folder / "run.log").open("ab") as torn:
        torn.write(b'{"se')
    keep(tmp_path, "phase6", run())
    last = (folder / "run.log").read_bytes().split(b"\n")[-2]
    assert manifest(tmp_path)["head"] == {"seq": 3, "sha256": hashlib.sha256(last).hexdigest()}
    assert derived_files("phase6", log.read(folder)) == {
        name: (folder / name).read_bytes()
        for name in ("SHA256SUMS", "manifest.json", "validation.md")
    }


def test_a_log_of_a_version_to_come_is_not_added_to(tmp_path, run):
    folder = tmp_path / "evidence" / "phase6"
    log.append(folder, {"time": "now", "schema": 3})
    before = (folder / "run.log").read_bytes()
    with pytest.raises(EvidenceError, match="has schema 3"):
        keep(tmp_path, "phase6", run())
    assert (folder / "run.log").read_bytes() == before
    assert names(folder) == ["run.log"]


def test_the_phases_of_a_workspace_are_those_with_a_log(tmp_path, run):
    assert phases(tmp_path) == []
    for phase in ("phase6", "integration"):
        keep(tmp_path, phase, run())
    (tmp_path / "evidence" / "Notes").mkdir()
    assert phases(tmp_path) == ["integration", "phase6"]


def test_a_file_made_again_takes_the_place_of_its_older_self(tmp_path, run):
    keep(tmp_path, "phase6", run(b"one"))
    keep(tmp_path, "phase6", run(b"other", path="reports/b.html"))
    keep(tmp_path, "phase6", run(b"three"))
    entries = manifest(tmp_path)["artifacts"]
    assert [(one["path"], one["size"], one["record"]) for one in entries] == [
        ("reports/a/index.html", 5, 3),
        ("reports/b.html", 5, 2),
    ]


def test_a_manifest_that_was_lost_or_spoilt_is_made_again_from_the_log(tmp_path, run):
    keep(tmp_path, "phase6", run(path="a.html"))
    path = tmp_path / "evidence/phase6/manifest.json"
    for spoilt in (b"", b"{", b"[]"):
        path.write_bytes(spoilt)
        keep(tmp_path, "phase6", run(path="b.html"))
        assert [one["path"] for one in manifest(tmp_path)["artifacts"]] == ["a.html", "b.html"]


def test_the_same_runs_give_the_same_bytes(tmp_path, run):
    def kept(workspace):
        keep(workspace, "phase6", run())
        folder = workspace / "evidence" / "phase6"
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    assert kept(tmp_path / "one") == kept(tmp_path / "two")


@pytest.mark.parametrize(
    "phase", ["", "..", "a/b", "Phase6", "phase 6", "6", "phase6\n", "a" * 41, "phase.6"]
)
def test_a_phase_is_a_plain_name_and_never_a_path(tmp_path, run, phase):
    record = run()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(EvidenceError, match="is not the name of a phase"):
        keep(tmp_path, phase, record)
    assert sorted(tmp_path.rglob("*")) == before


def test_runs_at_the_same_time_are_all_in_log_and_manifest(tmp_path):
    keepers = [keeper(tmp_path, who, 8) for who in "abc"]
    for one in keepers:
        one.communicate()
    assert [one.returncode for one in keepers] == [0, 0, 0]
    expected = sorted(f"{who}-{number}.html" for who in "abc" for number in range(8))
    assert [one["path"] for one in manifest(tmp_path)["artifacts"]] == expected
    assert log.read(tmp_path / "evidence" / "phase6").torn == ()


def test_killed_at_any_moment_every_file_is_whole_and_no_acknowledged_run_is_lost(tmp_path, run):
    """SIGKILL after a random number of runs and a random moment, fifteen times."""
    folder = tmp_path / "evidence" / "phase6"
    moment = random.Random(6)
    acknowledged = set()
    for attempt in range(15):
        victim = keeper(tmp_path, f"k{attempt}", 10_000)
        for _ in range(moment.randrange(1, 4)):
            acknowledged.add((f"k{attempt}", int(victim.stdout.readline())))
        killer = threading.Timer(moment.random() * 0.02, victim.send_signal, [signal.SIGKILL])
        killer.start()
        rest, _ = victim.communicate()
        killer.join()
        # The last line may have been cut off in the pipe; every other was printed whole.
        acknowledged |= {(f"k{attempt}", int(n)) for n in rest.split("\n")[:-1]}

        contents = log.read(folder)
        in_log = {one["artifacts"][0]["path"] for one in contents.records}
        in_manifest = {one["path"] for one in manifest(tmp_path)["artifacts"]}
        assert {f"{who}-{number}.html" for who, number in acknowledged} <= in_log
        assert contents.torn == ()
        assert len(in_log - in_manifest) <= 1  # the run that was cut off
        assert (folder / "validation.md").read_text().endswith("`.\n")
    keep(tmp_path, "phase6", run(path="last.html"))
    in_log = {one["artifacts"][0]["path"] for one in log.read(folder).records}
    assert {one["path"] for one in manifest(tmp_path)["artifacts"]} == in_log
    assert names(folder) == ["SHA256SUMS", "manifest.json", "run.log", "validation.md"]


def test_no_place_to_write_is_an_error_with_advice(tmp_path, run):
    record = run()
    (tmp_path / "evidence").write_bytes(b"a file in the folder's place")
    with pytest.raises(EvidenceError, match="could not be written") as caught:
        keep(tmp_path, "phase6", record)
    assert "permissions" in caught.value.advice


def test_a_log_of_another_hand_is_refused_by_record(tmp_path, run):
    log.append(tmp_path / "evidence" / "phase6", {"time": "now", "artifacts": {"a": "b"}})
    with pytest.raises(EvidenceError, match="Record 1 of the log"):
        keep(tmp_path, "phase6", run())
