"""Telling one test that was tried again from several tests of one name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from codexreport.quality.runs import Outcome, TestCase, worst_outcome


def settle(attempts: Sequence[TestCase], *, retries_look_passed: bool = False) -> list[TestCase]:
    """The tests behind results of one name in one suite, in the order they were written.

    A tool tries again what failed: failures and then a pass are one flaky test. A failure after
    a pass is no retry, so nothing is merged there and the failure stands.

    Args:
        attempts: At least one result.
        retries_look_passed: The tool writes a failed attempt that it will repeat as if it had
            passed (pytest with pytest-rerunfailures), and never runs two tests of one name.
    """
    *earlier, last = attempts
    if not earlier:
        return [last]
    if last.outcome is Outcome.PASSED:
        tried = {Outcome.FAILED, Outcome.ERROR} | (
            {Outcome.PASSED} if retries_look_passed else set()
        )
        if all(one.outcome in tried for one in earlier):
            return [replace(last, flaky=True)]
    if retries_look_passed and last.bad:
        return [replace(last, outcome=worst_outcome(one.outcome for one in attempts))]
    return list(attempts)
