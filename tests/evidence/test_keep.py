import json
import random
import signal
import subprocess
import sys
import threading

import pytest

from codexreport.errors import EvidenceError
from codexreport.evidence import log
from codexreport.evidence.keep import keep_run

KEEP = """
import sys
from pathlib import Path
from codexreport.evidence.keep import RunRecord, keep_run
from codexreport.evidence.manifest import Artifact
workspace, who = Path(sys.argv[1]), sys.argv[2]
for number in range(int(sys.argv[3])):
    path = workspace / f"{who}-{number}.html"
    keep_run(workspace, "phase6", RunRecord(
        time="2026-10-06T09:00:00Z", step="run", subject=str(number), state="pass", summary="x",
        tool="test", artifacts=[Artifact.of(path, b"", workspace, {})],
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
    keep_run(tmp_path, "phase6", run())
    folder = tmp_path / "evidence" / "phase6"
    assert names(folder) == ["manifest.json", "run.log", "validation.md"]
    (record,) = log.read(folder).records
    assert (record["step"], record["state"]) == ("run slo_weekly", "pass")
    (entry,) = manifest(tmp_path)["artifacts"]
    assert (entry["path"], entry["size"], entry["record"]) == ("reports/a/index.html", 4, 1)
    assert record["artifacts"][0]["sha256"] == entry["sha256"]


def test_a_file_made_again_takes_the_place_of_its_older_self(tmp_path, run):
    keep_run(tmp_path, "phase6", run(b"one"))
    keep_run(tmp_path, "phase6", run(b"other", path="reports/b.html"))
    keep_run(tmp_path, "phase6", run(b"three"))
    entries = manifest(tmp_path)["artifacts"]
    assert [(one["path"], one["size"], one["record"]) for one in entries] == [
        ("reports/a/index.html", 5, 3),
        ("reports/b.html", 5, 2),
    ]


def test_a_manifest_that_was_lost_or_spoilt_is_made_again_from_the_log(tmp_path, run):
    keep_run(tmp_path, "phase6", run(path="a.html"))
    path = tmp_path / "evidence/phase6/manifest.json"
    for spoilt in (b"", b"{", b"[]"):
        path.write_bytes(spoilt)
        keep_run(tmp_path, "phase6", run(path="b.html"))
        assert [one["path"] for one in manifest(tmp_path)["artifacts"]] == ["a.html", "b.html"]


def test_the_same_runs_give_the_same_bytes(tmp_path, run):
    def kept(workspace):
        keep_run(workspace, "phase6", run())
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
        keep_run(tmp_path, phase, record)
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
        assert (folder / "validation.md").read_text().endswith("```\n")
    keep_run(tmp_path, "phase6", run(path="last.html"))
    in_log = {one["artifacts"][0]["path"] for one in log.read(folder).records}
    assert {one["path"] for one in manifest(tmp_path)["artifacts"]} == in_log
    assert names(folder) == ["manifest.json", "run.log", "validation.md"]


def test_no_place_to_write_is_an_error_with_advice(tmp_path, run):
    record = run()
    (tmp_path / "evidence").write_bytes(b"a file in the folder's place")
    with pytest.raises(EvidenceError, match="could not be written") as caught:
        keep_run(tmp_path, "phase6", record)
    assert "permissions" in caught.value.advice


def test_a_log_of_another_hand_is_refused_by_record(tmp_path, run):
    log.append(tmp_path / "evidence" / "phase6", {"time": "now", "artifacts": {"a": "b"}})
    with pytest.raises(EvidenceError, match="Record 1 of the log"):
        keep_run(tmp_path, "phase6", run())
