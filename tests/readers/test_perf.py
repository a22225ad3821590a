"""What `codexreport perf` writes is read back as it was, and judged by its figures."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from examples import NOW
from hypothesis import given
from hypothesis import strategies as st

from codexreport.bounds import parse_bound
from codexreport.errors import SourceError
from codexreport.facts import About
from codexreport.measure import State, worst
from codexreport.performance.report import as_dict
from codexreport.performance.run import Run
from codexreport.performance.thresholds import threshold_of
from codexreport.performance.values import Figure, Group, Latency, Threshold
from codexreport.readers.notation.document import Document
from codexreport.readers.perf import PerfReader

ONCE = [{"started": "2026-10-05T09:00:00Z", "waited_s": 0, "state": "pass"}]


def read(attempts=ONCE, **document):
    whole = {"scenario": "smoke", "attempts": attempts, "total": {}, **document}
    return PerfReader().parse(Document("perf.json", json.dumps(whole).encode()))


def state(run):
    return worst(one.state for one in run.measures(About(subject="perf.json", now=NOW)))


numbers = st.integers(0, 10**6).map(lambda n: Fraction(n, 1000))
latencies = st.builds(
    Latency,
    figures=st.lists(
        st.tuples(st.sampled_from(["p50", "p95", "p99", "max"]), numbers),
        unique_by=lambda one: one[0],
    ).map(tuple),
    method=st.just("exact from the samples"),
    samples=st.integers(0, 10**6) | st.none(),
)
groups = st.builds(
    Group,
    count=st.integers(0, 10**6) | st.none(),
    failed=st.integers(0, 10**6) | st.none(),
    latency=latencies | st.none(),
    throughput=numbers | st.none(),
)
states = st.sampled_from([State.PASS, State.WARNING, State.FAIL, State.UNKNOWN])


@given(
    run=st.builds(
        Run,
        tool=st.just("k6"),
        total=groups,
        thresholds=st.lists(
            st.builds(
                Threshold,
                of=st.just("http_req_duration"),
                expression=st.just("p(95)<500"),
                state=states,
                reason=st.just("It says so."),
                value=numbers,
                unit=st.just("seconds"),
            )
        ).map(tuple),
        figures=st.lists(
            st.builds(
                Figure,
                name=st.just("checks.failed"),
                value=numbers,
                unit=st.just("checks"),
                state=states,
                reason=st.just("It says so."),
            )
        ).map(tuple),
        errors_bounded=st.booleans(),
        doubts=st.sampled_from([(), ("It was cut off.",)]),
        commit=st.sampled_from(["", "4f1c2a9"]),
    )
)
def test_a_run_is_read_back_as_it_was_written(run):
    again = read(**as_dict(run))
    about = About(subject="perf.json", now=NOW)
    assert again.measures(about) == run.measures(about)
    assert (again.total, again.thresholds, again.figures) == (
        run.total,
        run.thresholds,
        run.figures,
    )


def total(samples=1000, p95="0.125", failed=0):
    return Group(
        count=samples,
        failed=failed,
        latency=Latency(
            figures=(("p95", Fraction(p95)),), method="exact from the samples", samples=samples
        ),
    )


@pytest.mark.parametrize(
    ("group", "statistic", "bound", "found"),
    [
        (total(), "p95", "<= 125 ms", State.PASS),
        (total(), "p95", "< 125 ms", State.FAIL),
        (total(samples=59), "p95", "< 200 ms", State.PASS),
        (total(samples=58), "p95", "< 200 ms", State.UNKNOWN),
        (total(failed=1), "errors", "< 0.1 %", State.FAIL),
        (total(failed=1), "errors", "<= 0.1 %", State.PASS),
        (total(), "p99", "< 1 s", State.UNKNOWN),
        (total(), "throughput", ">= 1 /s", State.UNKNOWN),
        (total(), "p95", "< 1 %", State.UNKNOWN),
    ],
)
def test_a_threshold_is_exact_and_needs_enough_samples(group, statistic, bound, found):
    """59 samples are the fewest of which a 95th percentile says anything: log 0.05 / log 0.95."""
    one = threshold_of(group, statistic, parse_bound(bound))
    assert one.state is found
    assert one.reason.startswith(f"{statistic} {bound}")


def threshold(**more):
    return {"of": "p95", "expression": "< 200 ms", "state": "pass", **more}


def test_a_verdict_is_worked_out_again_and_the_worse_one_stays():
    slow = as_dict(Run(tool="", total=total(p95="0.25")))["total"]
    quick = as_dict(Run(tool="", total=total()))["total"]
    assert read(total=slow, thresholds=[threshold()]).thresholds[0].state is State.FAIL
    assert read(total=quick, thresholds=[threshold()]).thresholds[0].state is State.PASS
    told = read(total=quick, thresholds=[threshold(state="fail", reason="It stuttered.")])
    assert (told.thresholds[0].state, told.thresholds[0].reason) == (State.FAIL, "It stuttered.")


def test_what_passed_only_at_the_third_time_is_a_warning():
    quick = as_dict(Run(tool="", total=total()))["total"]
    run = read(total=quick, thresholds=[threshold()], attempts=ONCE * 3)
    assert state(run) is State.WARNING
    (said,) = [one for one in run.figures if one.name == "retries"]
    assert (said.value, said.reason) == (2, "It was measured 3 times; the last counts.")


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"schema": 2}, "schema is not 1"),
        ({"thresholds": [threshold(state="fine")]}, r"thresholds\[0\].state is 'fine'"),
        ({"total": {"latency": {"method": "x", "seconds": {"p95": -1}}}}, "is a negative time"),
        ({"total": {"latency": {"seconds": {}}}}, "total.latency.method is missing"),
        ({"target_url": ""}, "is not a key here"),
    ],
)
def test_what_is_not_understood_is_refused(document, reason):
    with pytest.raises(SourceError, match=reason):
        read(**document)
