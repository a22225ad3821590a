"""What the evidence of a workspace says of itself, as measures."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from codexreport.evidence.bundle import bundle
from codexreport.evidence.keep import Kind, Record, keep
from codexreport.evidence.manifest import Artifact
from codexreport.evidence.verify import TOOL
from codexreport.measure import State
from codexreport.pipeline.evidence_measures import evidence_measures

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)


@pytest.fixture
def workspace(tmp_path):
    """One phase with a green step that made a file, a red one, and one with an odd state."""
    report = tmp_path / "report.html"
    report.write_text("<p>Kept.</p>")
    made = Artifact.of(report, report.read_bytes(), tmp_path, {"step": "smoke"})
    keep(tmp_path, "operations", step("smoke", "pass", made))
    keep(tmp_path, "operations", step("health", "fail"))
    keep(tmp_path, "operations", step("health", "splendid"))
    return tmp_path


def step(name, state, *made, time=NOW - timedelta(hours=2)):
    return Record(
        kind=Kind.COMMAND,
        time=time,
        step=name,
        state=state,
        summary="It ended with exit code 0.",
        tool=TOOL,
        artifacts=made,
    )


def found(workspace, now=NOW):
    return {(one.name, one.subject): one for one in evidence_measures(workspace, now)}


def told(workspace, name, now=NOW):
    one = found(workspace, now)[f"evidence.{name}", "operations"]
    return one.state, one.value, one.reason


def of_phase(workspace, name):
    return workspace / "evidence" / "operations" / name


def test_whole_evidence_passes(workspace):
    log_reason = "Each line names the one before it; there are 3 records."
    assert told(workspace, "log") == (State.PASS, 3, log_reason)
    assert told(workspace, "manifest")[:2] == (State.PASS, 1)
    kept = "Files as they were recorded: 1."
    assert told(workspace, "artifacts.changed") == (State.PASS, 0, kept)


def test_records_are_counted_by_state_and_not_judged(workspace):
    measures = found(workspace)
    counted = {
        name.rpartition(".")[2]: one.value
        for (name, _), one in measures.items()
        if name.startswith("evidence.records.")
    }
    assert counted == {"pass": 1, "warning": 0, "fail": 1, "unknown": 1}
    assert measures["evidence.records.fail", "operations"].state is State.NOT_APPLICABLE


def test_a_phase_without_a_log_says_nothing(tmp_path):
    (tmp_path / "evidence" / "operations").mkdir(parents=True)
    assert found(tmp_path) == {}


@pytest.mark.parametrize(
    ("altered", "state", "reason"),
    [
        (lambda lines: lines[1:], State.FAIL, "The chain of run.log is broken at line 1"),
        (lambda lines: [*lines[:2], b"{}\n"], State.FAIL, "The chain of run.log is broken"),
        (lambda _: [], State.UNKNOWN, "The log has no record."),
        (lambda lines: [*lines, b'{"seq": 4'], State.PASS, "Each line names the one before it"),
    ],
    ids=["line-taken-out", "line-replaced", "emptied", "cut-off-while-writing"],
)
def test_a_log_that_was_altered_fails(workspace, altered, state, reason):
    path = of_phase(workspace, "run.log")
    path.write_bytes(b"".join(altered(path.read_bytes().splitlines(keepends=True))))
    assert told(workspace, "log")[0] is state
    assert told(workspace, "log")[2].startswith(reason)


@pytest.mark.parametrize("name", ["manifest.json", "SHA256SUMS", "validation.md"])
def test_what_follows_from_the_log_must_be_just_that(workspace, name):
    of_phase(workspace, name).write_text("{}")
    reason = f"'evidence/operations/{name}' is not what follows from run.log."
    assert told(workspace, "manifest") == (State.FAIL, 0, reason)
    of_phase(workspace, name).unlink()
    assert told(workspace, "manifest")[0] is State.FAIL


def test_files_that_are_not_as_recorded_are_counted(workspace):
    (workspace / "report.html").write_text("<p>Kept!</p>")
    state, value, reason = told(workspace, "artifacts.changed")
    assert (state, value) == (State.FAIL, 1)
    assert reason.startswith("Not as recorded: 'report.html' has SHA-256")
    (workspace / "report.html").unlink()
    assert told(workspace, "artifacts.changed")[:2] == (State.FAIL, 1)


def test_records_of_a_version_to_come_leave_it_unknown(workspace):
    keep(workspace, "operations", step("smoke", "pass"))
    path = of_phase(workspace, "run.log")
    path.write_bytes(path.read_bytes().replace(b'"schema":2', b'"schema":9'))
    assert told(workspace, "manifest")[0] is State.UNKNOWN
    assert told(workspace, "artifacts.changed")[:2] == (State.UNKNOWN, None)
    assert told(workspace, "log")[0] is not State.PASS


def bundled(workspace):
    return bundle(workspace, "operations", None, time=NOW - timedelta(hours=1))


def test_a_bundle_is_as_old_as_its_record(workspace):
    assert told(workspace, "bundle") == (State.UNKNOWN, None, "No bundle was made.")
    made = bundled(workspace)
    whole = (State.PASS, 3600, "Everything up to record 3 is in the last bundle.")
    assert told(workspace, "bundle") == whole
    made.path.unlink()  # carried away
    assert told(workspace, "bundle") == whole


def test_what_came_after_a_bundle_is_a_warning(workspace):
    bundled(workspace)
    keep(workspace, "operations", step("smoke", "pass"))
    reason = "1 record came after the last bundle."
    assert told(workspace, "bundle") == (State.WARNING, 3600, reason)


def test_a_bundle_in_its_place_that_is_another_fails(workspace):
    made = bundled(workspace)
    made.path.write_bytes(b"PK")
    assert told(workspace, "bundle")[0] is State.FAIL


def test_a_bundle_from_the_future_is_unknown(workspace):
    bundled(workspace)
    early = NOW - timedelta(hours=2)
    reason = "The last bundle has no time that could be right."
    assert told(workspace, "bundle", early) == (State.UNKNOWN, None, reason)


def test_a_bundle_of_a_log_that_was_begun_anew_is_not_this_ones(workspace):
    bundled(workspace)
    path = of_phase(workspace, "run.log")
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[-1])
    assert told(workspace, "bundle")[0] is State.UNKNOWN
    assert told(workspace, "log")[0] is State.FAIL
