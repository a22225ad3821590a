"""k6: its two summaries and its stream of samples say the same, and thresholds are not trusted."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from examples import FORMATS, NOW

from codexreport.errors import SourceError
from codexreport.facts import About
from codexreport.measure import State, worst
from codexreport.readers.k6_export import K6ExportReader
from codexreport.readers.k6_points import K6PointsReader
from codexreport.readers.k6_summary import K6SummaryReader
from codexreport.readers.k6_thresholds import Metric, judge, percentile_asked
from codexreport.readers.notation.document import Document

SUMMARY = FORMATS / "k6-summary"
EXPORT = FORMATS / "k6-export"
POINTS = FORMATS / "k6-points"


def read(reader, content):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return reader.parse(Document("k6.json", body))


def state_of(run):
    return worst(one.state for one in run.measures(About(subject="k6.json", now=NOW)))


def trend(threshold=None, *, ok=True, **values):
    metric = {"type": "trend", "contains": "time", "values": values}
    return metric | ({"thresholds": {threshold: {"ok": ok}}} if threshold else {})


def counter(number, threshold=None, *, ok=True):
    metric = {"type": "counter", "contains": "default", "values": {"count": number, "rate": 1}}
    return metric | ({"thresholds": {threshold: {"ok": ok}}} if threshold else {})


def rate(passes, fails, value=None):
    share = passes / (passes + fails) if value is None else value
    return {
        "type": "rate",
        "contains": "default",
        "values": {"rate": share, "passes": passes, "fails": fails},
    }


def summary(**metrics):
    return {"metrics": {"http_reqs": counter(100), **metrics}}


def point(name, value, second=0):
    time = f"2026-10-01T10:00:{second:02d}.123456789+02:00"
    data = {"time": time, "value": value, "tags": {"status": "200"}}
    return {"metric": name, "type": "Point", "data": data}


def declared(name, kind="trend", contains="time", thresholds=(), **more):
    data = {"type": kind, "contains": contains, "thresholds": list(thresholds), **more}
    return {"metric": name, "type": "Metric", "data": data}


def lines(*records):
    return "".join(json.dumps(one) + "\n" for one in records).encode()


def test_passes_of_the_rate_of_failed_requests_are_the_requests_that_failed():
    run = read(
        K6SummaryReader(), summary(http_req_duration=trend(avg=1), http_req_failed=rate(3, 97))
    )
    assert (run.total.count, run.total.failed) == (100, 3)


def test_milliseconds_become_seconds_exactly():
    run = read(
        K6SummaryReader(),
        summary(http_req_duration=trend(med=0.758751, **{"p(95)": 2.5228431999999996})),
    )
    assert run.total.latency.figure("p50") == Fraction("0.000758751")
    assert run.total.latency.figure("p95") == Fraction("0.0025228431999999996")
    assert "as k6 computed it" in run.total.latency.method


def test_true_in_an_export_means_that_the_threshold_failed():
    run = read(K6ExportReader(), (EXPORT / "fail-true-means-failed.json").read_bytes())
    outcomes = {one.of: one.state for one in run.thresholds}
    assert outcomes == {"http_req_duration": State.PASS, "http_req_failed": State.FAIL}


def test_an_export_says_what_the_summary_of_the_same_run_says():
    whole = read(K6SummaryReader(), (SUMMARY / "pass-thresholds-kept.json").read_bytes())
    flat = read(K6ExportReader(), (EXPORT / "pass-thresholds-kept.json").read_bytes())
    assert flat == whole


@pytest.mark.parametrize(
    "values", [{"avg": 0, "max": 0, "p(95)": 0}, {"avg": 1, "max": 1, "p(95)": 1, "count": 0}, {}]
)
def test_a_threshold_that_was_kept_without_a_sample_is_unknown(values):
    metrics = summary(**{"http_req_duration{name:pay}": trend("p(95)<500", **values)})
    run = read(K6SummaryReader(), metrics)
    assert run.thresholds[0].state is State.UNKNOWN
    assert "without a single sample" in run.thresholds[0].reason


def test_a_rate_of_nothing_is_null_and_no_sample():
    metric = rate(0, 0, value=1) | {"thresholds": {"rate<0.1": {"ok": True}}}
    metric["values"]["rate"] = None
    run = read(K6SummaryReader(), summary(checks=metric))
    assert run.thresholds[0].state is State.UNKNOWN


def test_a_plain_counter_at_nought_is_kept_and_one_with_tags_is_not_known():
    kept = counter(0, "count<10")
    run = read(K6SummaryReader(), summary(errors=kept, **{"errors{name:pay}": kept}))
    assert {one.of: one.state for one in run.thresholds} == {
        "errors": State.PASS,
        "errors{name:pay}": State.UNKNOWN,
    }


def test_a_counter_at_nought_in_a_run_that_did_nothing_is_unknown():
    run = read(K6SummaryReader(), {"metrics": {"errors": counter(0, "count<10")}})
    assert state_of(run) is State.UNKNOWN


@pytest.mark.parametrize(("ok", "value"), [(True, 600), (False, 400)])
def test_of_a_verdict_and_its_figures_the_worse_wins_and_the_mismatch_is_said(ok, value):
    metric = trend("p(95)<500", ok=ok, **{"p(95)": value})
    (threshold,) = read(K6SummaryReader(), summary(http_req_duration=metric)).thresholds
    assert threshold.state is State.FAIL
    assert "k6" in threshold.reason


def test_a_figure_in_a_sentence_is_not_rounded_across_its_bound():
    metric = trend("p(95)<500", ok=False, **{"p(95)": 500.0000001})
    (threshold,) = read(K6SummaryReader(), summary(http_req_duration=metric)).thresholds
    assert threshold.reason == "http_req_duration p(95)<500 failed: p(95) is 500.0000001 ms."


def test_failed_checks_without_a_threshold_are_a_warning():
    metrics = summary(
        http_req_duration=trend("avg<9", avg=1), http_req_failed=rate(0, 100), checks=rate(98, 2)
    )
    assert state_of(read(K6SummaryReader(), metrics)) is State.WARNING


def test_a_threshold_on_failed_requests_of_one_kind_does_not_bound_the_others():
    part = rate(0, 10) | {"thresholds": {"rate<0.1": {"ok": True}}}
    metrics = summary(http_req_duration=trend(avg=1), http_req_failed=rate(50, 50))
    metrics["metrics"]["http_req_failed{name:pay}"] = part
    assert state_of(read(K6SummaryReader(), metrics)) is State.WARNING


def test_a_rate_that_is_not_that_of_its_counts_is_said():
    run = read(K6SummaryReader(), summary(http_req_failed=rate(50, 50, value=0.1)))
    assert run.doubts == ("http_req_failed has a rate of 0.1, but 50 of 100 were true.",)
    assert state_of(run) is State.UNKNOWN


def test_counters_of_requests_that_differ_are_said():
    run = read(K6SummaryReader(), summary(http_req_failed=rate(0, 90)))
    assert run.doubts == ("http_reqs counts 100 requests, http_req_failed 90.",)


def test_the_percentiles_of_two_protocols_are_not_joined():
    metrics = summary(
        http_req_duration=trend(med=1), grpc_req_duration=trend(med=9), grpc_reqs=counter(50)
    )
    run = read(K6SummaryReader(), metrics)
    assert (run.total.count, run.total.latency) == (150, None)
    assert [group.name for group in run.groups] == ["grpc", "http"]


def test_a_metric_of_a_kind_that_k6_does_not_have_is_refused_by_its_place():
    metrics = {"metrics": {"a": {"type": "trend", "values": {}}, "b": {"type": "x", "values": {}}}}
    with pytest.raises(SourceError, match=r"metrics\.b\.type is 'x'"):
        read(K6SummaryReader(), metrics)


@pytest.mark.parametrize("value", [-1, 1.5, 2**64])
def test_a_number_of_requests_that_is_none_is_refused(value):
    with pytest.raises(SourceError, match="http_reqs: count is"):
        read(K6SummaryReader(), {"metrics": {"http_reqs": counter(value)}})


def test_thresholds_of_a_stream_are_worked_out_from_its_samples():
    """Of 10, 20, 30, 40 and 50 the 95th percentile is 40 + 0.8 x 10 = 48."""
    points = [point("http_req_duration", 10 * (n + 1), n) for n in range(5)]
    run = read(
        K6PointsReader(),
        lines(declared("http_req_duration", thresholds=["p(95)<48.5", "p(95)<48"]), *points),
    )
    assert run.total.latency.figure("p95") == Fraction("0.048")
    assert [one.state for one in run.thresholds] == [State.FAIL, State.PASS]
    assert run.observed.isoformat() == "2026-10-01T08:00:04.123456+00:00"


def test_a_threshold_may_be_an_object_that_says_when_to_abort():
    bound = {"threshold": "max<20", "abortOnFail": True, "delayAbortEval": "10s"}
    content = lines(
        declared("http_req_duration", thresholds=[bound]), point("http_req_duration", 9)
    )
    (threshold,) = read(K6PointsReader(), content).thresholds
    assert (threshold.expression, threshold.state) == ("max<20", State.PASS)


def test_a_stream_does_not_tell_the_rate_that_k6_judges():
    """k6 divides by the length of the whole run, the stream goes from first to last sample."""
    content = lines(
        declared("http_reqs", "counter", "default", ["rate>0"]),
        point("http_reqs", 1),
        point("http_reqs", 1, 4),
    )
    (threshold,) = read(K6PointsReader(), content).thresholds
    assert threshold.state is State.UNKNOWN


def test_a_metric_that_k6_tainted_failed():
    content = lines(
        declared("http_req_duration", thresholds=["max<20"], tainted=True),
        point("http_req_duration", 9),
    )
    assert read(K6PointsReader(), content).thresholds[0].state is State.FAIL


def test_thresholds_on_a_part_of_a_metric_are_not_in_the_stream_and_said():
    run = read(K6PointsReader(), (POINTS / "unknown-thresholds-on-a-part.json").read_bytes())
    assert state_of(run) is State.UNKNOWN
    assert "http_req_duration{group:::pay}" in run.doubts[0]


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([point("http_reqs", 1)], "its beginning is missing"),
        ([declared("a"), {"metric": "a", "type": "Sample", "data": {}}], "record 2 is neither"),
        ([declared("a"), {"metric": "a", "type": "Point", "data": {"value": 1}}], "have no time"),
        ([declared("a"), point("a", 1e300)], "no number below"),
        ([declared("a", kind="summary")], "type 'summary'"),
    ],
)
def test_a_stream_that_is_not_whole_is_refused(records, said):
    with pytest.raises(SourceError, match=said):
        read(K6PointsReader(), lines(*records))


def test_a_stream_cut_inside_a_line_is_refused():
    whole = (POINTS / "pass-thresholds-kept.json").read_bytes()
    with pytest.raises(SourceError, match="not JSON Lines"):
        read(K6PointsReader(), whole[:-20])


@pytest.mark.parametrize(
    ("expression", "rank"), [("p(99.9) < 3", "99.9"), ("avg<3", None), ("p(200)<3", None)]
)
def test_the_percentile_that_a_threshold_asks_for_is_found(expression, rank):
    assert percentile_asked(expression) == (Fraction(rank) if rank else None)


@pytest.mark.parametrize("expression", ["p(95) ~ 3", "", "median<3", "p(95)<1e3", "avg<3;avg<4"])
def test_an_expression_that_is_not_understood_leaves_the_verdict_to_k6(expression):
    metric = Metric(name="t", kind="trend", contains="time", values={"avg": Fraction(1)})
    assert judge(metric, expression, kept=True, ran=True).state is State.PASS
    assert judge(metric, expression, kept=False, ran=True).state is State.FAIL
    assert judge(metric, expression, kept=None, ran=True).state is State.UNKNOWN
