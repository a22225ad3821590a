"""Coverage, contracts and defects: the figures, and what is said of them without a policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone
from fractions import Fraction

import pytest

from codexreport.facts import About
from codexreport.measure import State, worst
from codexreport.quality.contracts import (
    ContractVerification,
    Interaction,
    Mitigation,
    Verdict,
)
from codexreport.quality.coverage import Coverage, Share, compared, total, worse
from codexreport.quality.defects import (
    Defect,
    DefectLog,
    Severity,
    Status,
    severity_of,
    status_of,
)

ABOUT = About(subject="facts", now=datetime(2026, 10, 6, 9, tzinfo=timezone.utc))


def share(covered, of):
    return Share(covered=covered, total=of)


def state(facts):
    return worst(one.state for one in facts.measures(ABOUT))


def by_name(facts):
    return {one.name: one for one in facts.measures(ABOUT)}


def test_parts_are_summed_and_ratios_never_averaged():
    """1 of 1 and 0 of 9 is 1 of 10; the mean of the ratios would be a half."""
    assert total([share(1, 1), share(0, 9)]).ratio == Fraction(1, 10)


@pytest.mark.parametrize("odd", [share(0, 0), share(3, 2)])
def test_a_share_of_nothing_or_of_more_than_there_is_has_no_ratio(odd):
    assert odd.ratio is None
    assert state(Coverage(lines=odd)) is State.UNKNOWN


def test_the_lower_share_is_believed():
    assert worse(share(4, 5), share(5, 5)) == share(4, 5)
    assert worse(share(5, 5), share(4, 5)) == share(4, 5)
    assert worse(share(0, 0), share(4, 5)) == share(4, 5)
    assert worse(share(4, 5), share(9, 5)) == share(9, 5)
    assert compared(share(4, 5), share(4, 5), "lines") == (share(4, 5), ())


def test_coverage_is_a_figure_for_gates_to_bound():
    found = by_name(Coverage(lines=share(9, 10), branches=share(1, 4)))
    lines, branches = found["quality.coverage.lines"], found["quality.coverage.branches"]
    assert (lines.value, branches.value) == (Fraction(9, 10), Fraction(1, 4))
    assert lines.state is State.NOT_APPLICABLE
    assert lines.reason == "No bound is set for coverage."
    assert lines.formula == "9 covered / 10 lines"


def test_coverage_that_contradicts_itself_is_for_no_gate_to_bound():
    told = Coverage(lines=share(9, 10), notes=("The summary says 8 of 10.",))
    assert by_name(told)["quality.coverage.lines"].state is State.UNKNOWN


def test_branches_that_were_not_measured_are_no_figure():
    assert "quality.coverage.branches" not in by_name(Coverage(lines=share(9, 10)))


def verification(*verdicts, **more):
    listed = tuple(Interaction(description="asks", verdict=one) for one in verdicts)
    return ContractVerification(interactions=listed, **more)


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([Verdict.VERIFIED], State.PASS),
        ([Verdict.VERIFIED, Verdict.PENDING], State.WARNING),
        ([Verdict.VERIFIED, Verdict.UNKNOWN], State.UNKNOWN),
        ([Verdict.UNKNOWN, Verdict.FAILED], State.FAIL),
        ([], State.UNKNOWN),
    ],
)
def test_every_interaction_must_be_verified(verdicts, expected):
    assert state(verification(*verdicts)) is expected


def test_a_doubt_about_a_verification_is_unknown():
    assert state(verification(Verdict.VERIFIED, doubts=("It was cut.",))) is State.UNKNOWN


MITIGATION = Mitigation(
    reason="checkout keeps to v1", owner="web", approver="lead", due=date(2026, 10, 6)
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, State.WARNING),
        ({"due": date(2026, 10, 5)}, State.FAIL),
        ({"due": None}, State.FAIL),
        ({"owner": ""}, State.FAIL),
        ({"reason": " "}, State.FAIL),
        ({"approver": "Web "}, State.FAIL),
    ],
)
def test_a_failed_interaction_may_be_lived_with_until_a_day(changes, expected):
    one = Interaction(
        description="asks", verdict=Verdict.FAILED, mitigation=replace(MITIGATION, **changes)
    )
    facts = ContractVerification(interactions=(one,))
    assert state(facts) is expected
    assert by_name(facts)["quality.contracts.unmitigated"].state is expected


@pytest.mark.parametrize(
    ("verdicts", "expected", "number"),
    [
        ([Verdict.VERIFIED], State.PASS, 0),
        ([Verdict.PENDING], State.WARNING, 1),
        ([Verdict.FAILED, Verdict.UNKNOWN], State.FAIL, 1),
        ([Verdict.UNKNOWN], State.UNKNOWN, 0),
        ([], State.UNKNOWN, 0),
    ],
)
def test_what_is_not_verified_needs_a_mitigation(verdicts, expected, number):
    one = by_name(verification(*verdicts))["quality.contracts.unmitigated"]
    assert (one.state, one.value) == (expected, number)


@pytest.mark.parametrize(
    ("plan", "owner", "told", "expected"),
    [
        ("hotfix in review", "web", True, State.PASS),
        ("", "web", True, State.FAIL),
        ("hotfix in review", "", True, State.FAIL),
        ("", "web", False, State.UNKNOWN),
    ],
)
def test_an_open_critical_defect_needs_a_plan_and_an_owner(plan, owner, told, expected):
    one = replace(defect(Severity.CRITICAL, owner=owner), plan=plan)
    log = DefectLog(defects=(one,), tells_plans=told)
    assert by_name(log)["quality.defects.critical_unmitigated"].state is expected


def test_what_is_closed_or_waived_needs_no_plan():
    listed = [defect(Severity.CRITICAL, one) for one in (Status.CLOSED, Status.WAIVED)]
    log = DefectLog(defects=tuple(listed))
    assert by_name(log)["quality.defects.critical_unmitigated"].state is State.PASS


def defect(severity, status=Status.OPEN, owner="web", name="S-1"):
    return Defect(name=name, severity=severity, status=status, owner=owner)


@pytest.mark.parametrize(
    ("defects", "expected"),
    [
        ([defect(Severity.LOW)], State.PASS),
        ([defect(Severity.CRITICAL, Status.CLOSED)], State.PASS),
        ([defect(Severity.LOW, owner="")], State.WARNING),
        ([defect(Severity.LOW, Status.CLOSED, owner="")], State.PASS),
        ([defect(Severity.HIGH)], State.WARNING),
        ([defect(Severity.UNKNOWN)], State.WARNING),
        ([defect(Severity.CRITICAL, Status.WAIVED)], State.WARNING),
        ([defect(Severity.CRITICAL)], State.FAIL),
        ([], State.UNKNOWN),
    ],
)
def test_an_open_critical_defect_fails_and_what_needs_a_look_warns(defects, expected):
    assert state(DefectLog(defects=tuple(defects))) is expected


def test_defects_that_decide_are_named_five_at_most():
    names = [defect(Severity.CRITICAL, name=f"S-{n}") for n in range(7)]
    reason = by_name(DefectLog(defects=tuple(names)))["quality.defects.open_critical"].reason
    assert reason == "Open critical: S-0, S-1, S-2, S-3, S-4, 2 more."


def test_a_name_is_made_fit_for_a_sentence():
    log = DefectLog(defects=(defect(Severity.CRITICAL, name="S\x1b[31m\n1"),))
    assert by_name(log)["quality.defects.open_critical"].reason.isprintable()


@pytest.mark.parametrize(
    ("written", "severity"),
    [
        ("Critical", Severity.CRITICAL),
        ("Blocker", Severity.CRITICAL),
        ("SEV-1", Severity.CRITICAL),
        ("Severity 2", Severity.HIGH),
        ("P1 (critical)", Severity.CRITICAL),
        ("low, was critical", Severity.CRITICAL),
        ("Major", Severity.HIGH),
        ("p3", Severity.MEDIUM),
        ("trivial", Severity.LOW),
        ("1", Severity.UNKNOWN),
        ("p10", Severity.UNKNOWN),
        ("", Severity.UNKNOWN),
        ("purple", Severity.UNKNOWN),
    ],
)
def test_a_severity_is_what_teams_call_it_and_otherwise_unknown(written, severity):
    assert severity_of(written) is severity


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("Closed", Status.CLOSED),
        ("FIXED", Status.CLOSED),
        ("Won't fix", Status.WAIVED),
        ("Risk accepted", Status.WAIVED),
        ("Not fixed", Status.OPEN),
        ("Ready for test", Status.OPEN),
        ("Reopened", Status.OPEN),
        ("", Status.OPEN),
    ],
)
def test_a_status_that_is_not_known_is_open(written, status):
    assert status_of(written) is status


def test_the_summary_of_a_log_ranks_what_is_open():
    log = DefectLog(defects=(defect(Severity.LOW), defect(Severity.CRITICAL), defect(Severity.LOW)))
    assert log.summary() == "3 defects, 3 open: 1 critical, 2 low"
