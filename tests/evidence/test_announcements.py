from datetime import datetime, timezone

import pytest

from codexreport.errors import CodexReportError, EvidenceError
from codexreport.evidence import announcements, log
from codexreport.evidence.failures import EnvironmentMismatch, MissingArtifacts, TestFailure
from codexreport.evidence.keep import keep


@pytest.mark.parametrize(
    ("number", "start", "complete"),
    [
        (
            1,
            "[PHASE 1 START] - Aligning integration scope with architecture and delivery "
            "artifacts...",
            "[PHASE 1 COMPLETE] - Scope alignment finished successfully.",
        ),
        (
            2,
            "[PHASE 2 START] - Building integration scenarios and automation suites...",
            "[PHASE 2 COMPLETE] - Contract assurance finished successfully.",
        ),
        (
            3,
            "[PHASE 3 START] - Executing integration automation across critical paths...",
            "[PHASE 3 COMPLETE] - Execution integrity finished successfully.",
        ),
        (
            4,
            "[PHASE 4 START] - Compiling integration validation bundle for quality audit...",
            "[PHASE 4 COMPLETE] - Sign-off finished successfully.",
        ),
    ],
)
def test_a_phase_is_announced_in_the_words_of_the_protocol(number, start, complete):
    assert announcements.phase_start(number) == start
    assert announcements.phase_complete(number) == complete


@pytest.mark.parametrize("number", [0, 5, -1])
def test_there_are_four_phases(number):
    for line in (announcements.phase_start, announcements.phase_complete):
        with pytest.raises(EvidenceError, match=f"has no phase {number}"):
            line(number)


def test_a_script_and_the_protocol_are_announced():
    assert announcements.automation("smoke", "pass") == "[AUTOMATION] smoke executed: PASS"
    assert announcements.protocol_complete().startswith(
        "[PROTOCOL COMPLETE] - Integration validation approved. "
    )


def test_an_announcement_is_kept_word_for_word(tmp_path):
    text = announcements.phase_start(1)
    moment = datetime(2026, 10, 6, 7, tzinfo=timezone.utc)
    status = announcements.Status.STARTED
    keep(
        tmp_path,
        "integration",
        announcements.announcement(text, status, step="phase 1", time=moment, tool="test"),
    )
    (record,) = log.read(tmp_path / "evidence" / "integration").records
    assert (record["kind"], record["step"], record["state"], record["summary"]) == (
        "announcement",
        "phase 1",
        "started",
        text,
    )


@pytest.mark.parametrize(
    ("error", "message", "advice", "exit_code"),
    [
        (
            MissingArtifacts(["scope.json", "plan.md"], needed_for="gate 1"),
            "Missing for gate 1: scope.json, plan.md.",
            "Request updates from their owners, then validate the scope again.",
            3,
        ),
        (
            EnvironmentMismatch(["redis 6.2, expected 7.0"], environment="integration"),
            "The environment integration differs: redis 6.2, expected 7.0.",
            "Restore parity with the baseline, then run the validation again.",
            1,
        ),
        (
            TestFailure("contracts", outcome="ended with exit code 1"),
            "contracts ended with exit code 1.",
            "Log a defect, assign an owner, fix it, and run again before sign-off.",
            1,
        ),
    ],
)
def test_the_protocols_failures_say_what_to_do(error, message, advice, exit_code):
    assert isinstance(error, CodexReportError)
    assert (error.message, error.advice, error.exit_code) == (message, advice, exit_code)
