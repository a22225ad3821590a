"""A run is judged by its own thresholds, and never passes without them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from fractions import Fraction

import pytest

from codexreport.facts import About
from codexreport.measure import State, worst
from codexreport.performance.run import Run
from codexreport.performance.values import Figure, Group, Latency, Threshold

ABOUT = About(subject="load.json", now=datetime(2026, 10, 6, 9, tzinfo=timezone.utc))
KEPT = Threshold(of="latency", expression="p95<1", state=State.PASS, reason="latency was kept.")
FAILED = replace(KEPT, expression="p99<1", state=State.FAIL, reason="latency p99<1 failed: 3 s.")
LATENCY = Latency(figures=(("p50", Fraction(1, 4)), ("p95", Fraction(3, 2))), method="exact")
GOOD = Run(
    tool="a tool",
    total=Group(count=1200, failed=0, latency=LATENCY, throughput=20),
    thresholds=(KEPT,),
)


def state_of(run):
    return worst(one.state for one in run.measures(ABOUT))


def measure(run, name):
    (found,) = [
        one for one in run.measures(ABOUT) if (one.name, one.subject) == (name, "load.json")
    ]
    return found


def test_thresholds_that_were_kept_pass():
    assert state_of(GOOD) is State.PASS
    assert measure(GOOD, "performance.thresholds.failed").value == 0
    assert GOOD.summary() == "1\u00a0200 requests, p95 1.5 s, 0 of 1 threshold failed"


def test_a_failed_threshold_fails_and_names_the_deciding_figure():
    run = replace(GOOD, thresholds=(KEPT, FAILED), doubts=("It is not whole.",))
    assert state_of(run) is State.FAIL
    assert measure(run, "performance.thresholds.failed").reason == (
        "1 of 2 thresholds failed, first: latency p99<1 failed: 3 s."
    )


def test_no_threshold_is_unknown_however_fast_it_was():
    run = replace(GOOD, thresholds=())
    assert state_of(run) is State.UNKNOWN
    assert "no threshold" in measure(run, "performance.thresholds.failed").reason


@pytest.mark.parametrize("state", [State.WARNING, State.UNKNOWN])
def test_a_threshold_that_warns_or_cannot_be_judged_is_no_pass(state):
    assert state_of(replace(GOOD, thresholds=(KEPT, replace(FAILED, state=state)))) is state


def test_a_run_without_a_request_shows_nothing_whatever_its_thresholds_say():
    run = replace(GOOD, total=Group(count=0, failed=0))
    assert state_of(run) is State.UNKNOWN
    assert measure(run, "performance.requests").reason == (
        "The run made no requests, so it shows nothing."
    )


def test_failed_requests_that_no_threshold_bounds_are_a_warning():
    run = replace(GOOD, total=Group(count=1200, failed=3))
    errors = measure(run, "performance.errors.rate")
    assert errors.value == Fraction(1, 400)
    assert errors.state is State.WARNING
    assert errors.reason == (
        "3 of 1\u00a0200 requests failed (0.25\u00a0%), and no threshold bounds that."
    )
    assert state_of(run) is State.WARNING
    assert state_of(replace(run, errors_bounded=True)) is State.PASS


def test_a_run_where_every_request_failed_fails():
    run = replace(GOOD, total=Group(count=7, failed=7), errors_bounded=True)
    assert state_of(run) is State.FAIL


def test_how_long_failing_takes_is_no_figure_of_the_run():
    run = replace(
        GOOD, total=replace(GOOD.total, count=7, failed=7), cause="ConnectionError: refused"
    )
    assert run.summary() == "7 requests (7 failed), 0 of 1 threshold failed"
    assert measure(run, "performance.errors.rate").reason == (
        "Every one of the 7 requests failed. Most often: ConnectionError: refused."
    )
    assert measure(run, "performance.latency.p95").doubt.startswith("Every request failed")


def test_a_percentile_of_too_few_samples_is_in_doubt():
    """59 samples bound a 95th percentile with 95 % certainty: 0.95^59 < 0.05 <= 0.95^58."""
    few = replace(GOOD.total, latency=replace(LATENCY, samples=58))
    found = measure(replace(GOOD, total=few), "performance.latency.p95")
    assert found.doubt == "58 samples are too few for a p95: it takes 59."


def test_more_failed_requests_than_requests_are_a_contradiction():
    run = replace(GOOD, total=Group(count=3, failed=4))
    assert measure(run, "performance.errors.rate").state is State.UNKNOWN


def test_what_contradicts_itself_never_passes():
    run = replace(GOOD, doubts=("The counts differ.", "The end is missing."))
    assert state_of(run) is State.UNKNOWN
    said = measure(run, "performance.contradictions")
    assert (said.value, said.reason) == (2, "The counts differ. The end is missing.")


def test_percentiles_of_groups_are_shown_apart_and_never_averaged():
    parts = (Group(name="a", latency=LATENCY), Group(name="b", latency=LATENCY))
    run = replace(GOOD, total=Group(count=10), groups=parts)
    together = measure(run, "performance.latency.p95")
    assert together.value is None
    assert "cannot be averaged" in together.reason
    apart = {one.subject for one in run.measures(ABOUT) if one.name == "performance.latency.p95"}
    assert apart == {"load.json", "load.json: a", "load.json: b"}


def test_a_latency_says_how_it_was_computed():
    p95 = measure(GOOD, "performance.latency.p95")
    assert (p95.value, p95.unit, p95.formula) == (Fraction(3, 2), "seconds", "p95, exact")
    assert p95.state is State.NOT_APPLICABLE


def test_of_very_many_groups_the_largest_are_shown_and_the_rest_counted():
    parts = tuple(Group(name=f"{n:04d}", count=n) for n in range(150))
    run = replace(GOOD, groups=parts, more_groups=5)
    shown = {one.subject for one in run.measures(ABOUT) if one.subject != "load.json"}
    assert len([name for name in shown if "latency" not in name]) == 100
    assert "load.json: 0149" in shown
    assert measure(run, "performance.groups.more").value == 55


def test_other_figures_keep_the_state_they_were_given():
    warned = Figure(
        name="checks.failed", value=1, unit="checks", state=State.WARNING, reason="One."
    )
    run = replace(GOOD, figures=(warned, Figure(name="score", value=1, unit="1", of="page")))
    assert state_of(run) is State.WARNING
    assert {one.subject for one in run.measures(ABOUT) if one.name == "performance.score"} == {
        "load.json: page"
    }
