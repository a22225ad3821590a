"""One criterion against what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone
from fractions import Fraction

from codexreport.measure import State
from codexreport.readiness.baseline import Baseline, Before
from codexreport.readiness.gate import Gate, Waiver
from codexreport.readiness.judged import encoded, judged
from codexreport.readiness.judging import judge
from codexreport.readiness.score import evaluate_gate

NOW = datetime(2026, 11, 2, tzinfo=timezone.utc)


def before(milliseconds, release="1.0"):
    """An earlier figure."""
    of = (Before(release=release, day=date(2026, 10, 6)),)
    return Baseline(value=Fraction(milliseconds, 1000), of=of)


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
    assert judge("g", within, known, {("p95", "shop"): before(100)}).state is State.PASS
    assert judge("g", within, known, {("p95", "shop"): before(99)}).state is State.FAIL
    missing = judge("g", within, known, {("p95", "search"): before(100)})
    assert missing.state is State.UNKNOWN
    assert "no baseline" in missing.reason


def test_a_change_says_since_which_release_and_day(criterion, measure):
    known = [measure("p95", Fraction(110, 1000), "seconds")]
    finding = judge("g", criterion("p95", "<= +10 %"), known, {("p95", "shop"): before(100)})
    assert finding.reason.replace("\u00a0", " ") == (
        "110 ms (shop, +10 % from 100 ms in 1.0, Tue 6 Oct 2026), asked <= +10 %."
    )
    assert "(baseline 0.1 in 1.0, Tue 6 Oct 2026)" in finding.how
    told = finding.to_dict()
    assert told["baseline"] == 0.1
    assert told["baseline_of"] == [{"release": "1.0", "day": "2026-10-06"}]


def test_a_baseline_of_0_is_said_though_nothing_is_a_share_of_it(criterion, measure):
    known = [measure("p95", Fraction(1, 10), "seconds")]
    finding = judge("g", criterion("p95", "<= +200 ms"), known, {("p95", "shop"): before(0)})
    assert "(shop, from 0\u00a0ms in 1.0, Tue 6 Oct 2026)" in finding.reason


def test_what_is_asked_of_no_change_has_no_baseline(criterion, measure):
    known = [measure("p95", Fraction(1, 10), "seconds")]
    finding = judge("g", criterion("p95", "< 200 ms"), known, {("p95", "shop"): before(100)})
    assert finding.baseline is None


def test_an_approval_ends_where_the_baseline_is_of_another_release(criterion, measure):
    known = [measure("p95", Fraction(110, 1000), "seconds")]
    gate = Gate(name="g", title="G", criteria=(criterion("p95", "<= +10 %"),))

    def approved(release):
        earlier = {("p95", "shop"): before(100, release)}
        result = evaluate_gate(gate, known, now=NOW, baselines=earlier)
        return encoded(judged(result, project="Shop", release="1.4"))

    assert approved("1.0") == approved("1.0")
    assert approved("1.0") != approved("1.1")


def test_a_waived_finding_says_until_when(criterion, measure):
    waiver = Waiver(
        gate="g",
        criterion="m",
        reason="No search yet",
        owner="Search team",
        approver="Head of operations",
        expires=datetime(2026, 10, 13, tzinfo=timezone.utc),
    )
    finding = judge("g", criterion("m", "= 0"), [measure("m", 1)], {})
    assert replace(finding, waiver=waiver).told == (
        "Accepted until Tue 13 Oct 2026 by Head of operations: No search yet. Waived: “m”."
    )


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
