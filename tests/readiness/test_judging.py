"""One criterion against what is known."""

from __future__ import annotations

from fractions import Fraction

from codexreport.measure import State
from codexreport.readiness.judging import judge


def test_a_finding_says_why_in_peoples_units_and_how_it_came_about(criterion, measure):
    finding = judge(
        "launch",
        criterion("quality.tests.pass_rate", ">= 98 %"),
        [measure("quality.tests.pass_rate", Fraction(1026, 1044), "ratio", formula="1026 / 1044")],
        {},
    )
    assert finding.state is State.PASS
    assert finding.reason == "98.28\u00a0% (shop), asked >=\u00a098\u00a0%."
    assert finding.how == (
        "quality.tests.pass_rate of shop is 0.982759 ratio (1026 / 1044). It keeps >= 98 %."
    )


def test_what_is_there_or_not_is_told_without_a_figure(criterion, measure):
    smoke = measure("evidence.record", 0, "1", State.UNKNOWN, reason="smoke was never recorded.")
    finding = judge("g", criterion("evidence.record"), [smoke], {})
    assert finding.reason == "smoke was never recorded."
    assert finding.told == "smoke was never recorded. Not known: “evidence.record”."


def test_what_is_not_known_says_of_what(criterion, measure):
    late = measure("p95", Fraction(1, 10), "seconds", State.UNKNOWN, reason="It is 9 days old.")
    assert judge("g", criterion("p95", "< 1"), [late], {}).reason == "shop: It is 9 days old."


def test_between_the_bounds_is_a_warning(criterion, measure):
    rate = criterion("rate", "< 0.1 %", warns=["< 1 %"])
    states = [
        judge("g", rate, [measure("rate", value, "ratio")], {}).state
        for value in (Fraction(1, 2000), Fraction(1, 1000), Fraction(1, 100))
    ]
    assert states == [State.PASS, State.WARNING, State.FAIL]


def test_a_measure_that_is_not_there_is_unknown_and_near_names_are_offered(criterion, measure):
    finding = judge(
        "g", criterion("quality.test.failed", "= 0"), [measure("quality.tests.failed", 0)], {}
    )
    assert finding.state is State.UNKNOWN
    assert finding.reason == (
        "Nothing measures quality.test.failed; near it are quality.tests.failed."
    )


def test_a_subject_that_is_not_there_is_unknown_and_others_are_named(criterion, measure):
    finding = judge("g", criterion("p95", "< 1", subject="search"), [measure("p95", 0)], {})
    assert finding.state is State.UNKNOWN
    assert finding.reason == "There is no p95 of search; there is one of shop."


def test_what_a_domain_does_not_know_no_bound_makes_known(criterion, measure):
    stale = measure("p95", Fraction(1, 10), "seconds", State.UNKNOWN, reason="It is 9d old.")
    finding = judge("g", criterion("p95", "< 200 ms"), [stale], {})
    assert finding.state is State.UNKNOWN
    assert "It is 9d old." in finding.reason


def test_without_a_bound_the_domains_own_state_counts(criterion, measure):
    for state in (State.PASS, State.WARNING, State.FAIL, State.UNKNOWN):
        assert judge("g", criterion("m"), [measure("m", 1, state=state)], {}).state is state


def test_a_figure_that_is_only_shown_decides_nothing(criterion, measure):
    assert judge("g", criterion("m"), [measure("m", 1)], {}).state is State.UNKNOWN


def test_of_several_subjects_the_worst_counts(criterion, measure):
    known = [measure("p95", value, subject=name) for name, value in (("a", 1), ("b", 9), ("c", 2))]
    finding = judge("g", criterion("p95", "< 5"), known, {})
    assert (finding.state, finding.measure.subject) == (State.FAIL, "b")
    unknown = measure("p95", None, subject="d", state=State.UNKNOWN, reason="Nothing was seen.")
    assert judge("g", criterion("p95", "< 10"), [*known, unknown], {}).state is State.UNKNOWN


def test_a_change_is_judged_from_its_own_baseline(criterion, measure):
    within = criterion("p95", "<= +10 %")
    known = [measure("p95", Fraction(110, 1000), "seconds")]
    assert judge("g", within, known, {("p95", "shop"): Fraction(100, 1000)}).state is State.PASS
    assert judge("g", within, known, {("p95", "shop"): Fraction(99, 1000)}).state is State.FAIL
    missing = judge("g", within, known, {("p95", "search"): Fraction(100, 1000)})
    assert missing.state is State.UNKNOWN
    assert "no baseline" in missing.reason


def test_a_bound_in_the_wrong_unit_is_unknown_and_said(criterion, measure):
    finding = judge("g", criterion("rate", "< 5 ms"), [measure("rate", 0, "ratio")], {})
    assert finding.state is State.UNKNOWN
    assert "'< 5 ms' is no bound for a figure in ratio" in finding.reason


def test_an_exemption_gives_its_reason(criterion, measure):
    finding = judge(
        "g", criterion("m", "< 1", exempt="There is no database."), [measure("m", 9)], {}
    )
    assert (finding.state, finding.reason) == (State.NOT_APPLICABLE, "There is no database.")


def test_a_count_that_may_be_higher_keeps_no_upper_bound(criterion, measure):
    found = measure("failed", 1, state=State.FAIL, doubt="The result of 2 tests is unknown.")
    finding = judge("g", criterion("failed", "<= 1"), [found], {})
    assert finding.state is State.UNKNOWN
    assert finding.reason.endswith("There may be more: The result of 2 tests is unknown.")
    assert judge("g", criterion("failed", "<= 0"), [found], {}).state is State.FAIL
    assert judge("g", criterion("failed"), [found], {}).state is State.FAIL
