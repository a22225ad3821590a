"""Checklists as measures."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone

import pytest

from codexreport.evidence.keep import Kind, Record, keep
from codexreport.measure import State
from codexreport.pipeline.checklist import file_measure, record_measure, section_measure
from codexreport.readers.notation.markdown_sections import section_of

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)

RUNBOOK = """\
# Runbook

## Escalation

Page the on-call of Shop operations, then the duty manager.

### Numbers

In the pager's own directory.

## Rollback

TODO

## Contacts
<!-- write them here -->

```sh
## Not a heading
```
"""


@pytest.fixture
def root(tmp_path):
    """A project's folder with a runbook, last changed ten days ago."""
    (tmp_path / "docs").mkdir()
    path = tmp_path / "docs" / "runbook.md"
    path.write_text(RUNBOOK)
    changed = (NOW - timedelta(days=10)).timestamp()
    os.utime(path, (changed, changed))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "days", "state", "reason"),
    [
        ("docs/runbook.md", None, State.PASS, "docs/runbook.md is there."),
        ("docs/runbook.md", 10, State.PASS, "docs/runbook.md is there."),
        (
            "docs/runbook.md",
            9,
            State.FAIL,
            "docs/runbook.md was last changed 10 days ago, longer than the 9 days allowed.",
        ),
        ("docs/other.md", None, State.FAIL, "There is no docs/other.md."),
        ("docs", None, State.FAIL, "There is no docs."),
        ("../secret", None, State.UNKNOWN, "../secret leads out of the project's folder."),
        ("/etc/hostname", None, State.UNKNOWN, "/etc/hostname leads out of the project's folder."),
    ],
)
def test_a_file_is_there_and_fresh_or_it_is_said_why_not(root, name, days, state, reason):
    found = file_measure(root, name, timedelta(days=days) if days else None, NOW)
    assert (found.state, found.reason) == (state, reason)
    assert (found.name, found.subject) == ("checklist.file", name)


def test_an_empty_file_is_not_there(root):
    (root / "empty.md").write_text(" \n")
    assert file_measure(root, "empty.md", None, NOW).reason == "empty.md is empty."


def test_a_link_out_of_the_project_is_not_followed(root, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret"
    outside.write_text("x")
    (root / "link.md").symlink_to(outside)
    assert file_measure(root, "link.md", None, NOW).state is State.UNKNOWN


@pytest.mark.parametrize(
    ("title", "state", "reason"),
    [
        ("Escalation", State.PASS, "is filled."),
        ("escalation ", State.PASS, "is filled."),
        ("Numbers", State.PASS, "is filled."),
        ("Rollback", State.FAIL, "still says 'TODO'."),
        ("Not a heading", State.FAIL, "is not there."),
        ("Weather", State.FAIL, "is not there."),
    ],
)
def test_a_section_is_filled_or_it_is_said_what_is_missing(root, title, state, reason):
    found = section_measure(root, f"docs/runbook.md#{title}", None, NOW)
    assert found.state is state
    assert found.reason.endswith(reason)


def test_a_comment_fills_nothing():
    assert section_of("# A\n<!-- later -->\n# B\nText", "A") == ""


def test_a_section_ends_at_the_next_heading_of_its_level():
    assert section_of(RUNBOOK, "Escalation").endswith("In the pager's own directory.")


def record(state, days_ago=1, step="smoke"):
    return Record(
        kind=Kind.COMMAND,
        time=NOW - timedelta(days=days_ago),
        step=step,
        state=state,
        summary="It ended with 0",
        tool="codexreport",
    )


def test_the_last_run_of_a_step_counts(tmp_path):
    keep(tmp_path, "phase4", record("fail", 3))
    keep(tmp_path, "phase4", record("pass", 2))
    found = record_measure(tmp_path, "phase4", "smoke", timedelta(days=2), NOW)
    assert (found.state, found.reason) == (State.PASS, "Record 2 of phase4: It ended with 0.")


@pytest.mark.parametrize(
    ("states", "days", "reason"),
    [
        ([], None, "smoke was never recorded in the evidence of phase4."),
        ([("pass", 3)], 2, "smoke was last run 3 days ago, longer than the 2 days allowed."),
        (
            [("pass", -1)],
            None,
            "The last record of smoke is of 2026-10-07 09:00 UTC, after the moment that is judged, "
            "2026-10-06 09:00 UTC. as_of in the project file or --now sets that moment; without "
            "them it is now.",
        ),
        ([("splendid", 1)], None, "Record 1 of phase4: It ended with 0."),
    ],
)
def test_a_run_that_is_missing_stale_or_odd_is_unknown(tmp_path, states, days, reason):
    for state, ago in states:
        keep(tmp_path, "phase4", record(state, ago))
    most = timedelta(days=days) if days else None
    found = record_measure(tmp_path, "phase4", "smoke", most, NOW)
    assert (found.state, found.reason) == (State.UNKNOWN, reason)


@pytest.mark.parametrize("days_ago", [1, 3])
def test_a_run_that_failed_has_failed_at_any_age(tmp_path, days_ago):
    keep(tmp_path, "phase4", record("pass", 5))
    keep(tmp_path, "phase4", record("fail", days_ago))
    found = record_measure(tmp_path, "phase4", "smoke", timedelta(days=2), NOW)
    assert found.state is State.FAIL
    assert found.reason.startswith("Record 2 of phase4: It ended with 0.")
    assert ("was last run 3 days ago" in found.reason) is (days_ago == 3)


def test_a_newer_run_in_another_phase_is_said(tmp_path):
    keep(tmp_path, "release-1", record("pass", 9))
    keep(tmp_path, "phase4", record("pass", 1))
    keep(tmp_path, "phase5", record("pass", 12))
    found = record_measure(tmp_path, "release-1", "smoke", timedelta(days=2), NOW)
    assert (found.state, found.reason) == (
        State.UNKNOWN,
        "smoke was last run 9 days ago, longer than the 2 days allowed. phase4 has a newer record; "
        "this looks in release-1 (--phase release-1).",
    )


def test_a_run_that_is_kept_in_another_phase_is_said(tmp_path):
    keep(tmp_path, "operations", record("pass"))
    (tmp_path / "evidence/broken/run.log").mkdir(parents=True)
    found = record_measure(tmp_path, "phase4", "smoke", None, NOW)
    assert found.state is State.UNKNOWN
    assert found.reason == (
        "smoke was never recorded in the evidence of phase4; it was in that of operations."
    )


def test_a_phase_that_cannot_be_is_unknown(tmp_path):
    assert record_measure(tmp_path, "../x", "smoke", None, NOW).state is State.UNKNOWN


# States of the recorded runs, oldest first, and what comes of them where 3 in a row fail.
@pytest.mark.parametrize(
    ("states", "found", "reason"),
    [
        ("fail fail fail", State.FAIL, " The last 3 failed."),
        ("pass fail fail", State.WARNING, " The last failed, and not yet 3 in a row."),
        ("fail", State.WARNING, " The last failed, and not yet 3 in a row."),
        ("fail fail fail pass", State.PASS, ""),
        ("fail fail warning", State.WARNING, ""),
        ("fail odd fail fail", State.UNKNOWN, " Not known is whether the last 3 failed."),
        ("pass odd fail", State.WARNING, " The last failed, and not yet 3 in a row."),
        ("pass odd", State.UNKNOWN, " Not known is whether the last 3 failed."),
        ("fail fail fail odd", State.UNKNOWN, " Not known is whether the last 3 failed."),
        ("odd fail fail fail", State.FAIL, " The last 3 failed."),
    ],
)
def test_runs_in_a_row_decide_where_it_takes_several(tmp_path, states, found, reason):
    for state in states.split():
        keep(tmp_path, "operations", record(state, step="health"))
    measure = record_measure(tmp_path, "operations", "health", None, NOW, 3)
    number = len(states.split())
    assert measure.state is found
    assert measure.reason == f"Record {number} of operations: It ended with 0.{reason}"


def test_a_run_in_an_altered_log_counts_for_nothing(tmp_path):
    keep(tmp_path, "phase4", record("fail"))
    keep(tmp_path, "phase4", record("pass"))
    path = tmp_path / "evidence" / "phase4" / "run.log"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[1])
    found = record_measure(tmp_path, "phase4", "smoke", None, NOW)
    assert found.state is State.UNKNOWN
    assert found.reason.startswith("The log of phase4 was altered. The chain of run.log is broken")
