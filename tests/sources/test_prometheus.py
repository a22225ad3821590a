"""The prometheus source against a server that says strange things."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from codexreport.errors import SourceError
from codexreport.series import (
    Ask,
    EventSeries,
    Indicator,
    Metric,
    RatioIndicator,
    ThresholdIndicator,
)
from codexreport.sources.base import Place, Pulled
from codexreport.sources.http import HttpClient, Timing
from codexreport.sources.prometheus import PrometheusSettings, PrometheusSource
from codexreport.window import Window

START, END, BUCKET = 1_200_000, 1_203_000, 300  # ten buckets
SECRET = "s3cr3t-t0k3n"


def metric(query: str) -> Metric:
    return Metric(source="prod", spec={"query": query})


COUNTERS = RatioIndicator(name="web", total=metric("sum(all_total)"), bad=metric("sum(bad_total)"))
WINDOWED = RatioIndicator(
    name="web",
    total=metric("sum(increase(all_total[{{.window}}]))"),
    bad=metric("sum(increase(bad_total[{{.window}}]))"),
    counter=False,
)
LATENCY = ThresholdIndicator(
    name="web", metric=metric("p99_seconds"), op="lt", value=Fraction(3, 10)
)


def ask_for(*indicators: Indicator) -> Ask:
    start, end = (datetime.fromtimestamp(one, timezone.utc) for one in (START, END))
    window = Window.between(start, end, "UTC")
    return Ask(indicators=indicators, span=window, focus=window, bucket=timedelta(seconds=BUCKET))


PLACE = Place(root=Path(), cache=Path(), now=datetime.fromtimestamp(END + 60, timezone.utc))


def series(values: Mapping[int, str], **labels: str) -> dict[str, Any]:
    return {"metric": labels, "values": [[time, value] for time, value in values.items()]}


def matrix(*found: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "status": "success",
        "data": {"resultType": "matrix", "result": list(found)},
        **more,
    }


def of_matrix(series: bytes) -> bytes:
    return b'{"status":"success","data":{"resultType":"matrix","result":[%b]}}' % series


def growing(by: int, *, every: int = 60, **labels: str) -> dict[str, Any]:
    times = range(START - 240, END + 1, every)
    return series({time: str(by * number) for number, time in enumerate(times)}, **labels)


def quick(slept: list[float]) -> Callable[[PrometheusSettings], HttpClient]:
    def client(settings: PrometheusSettings) -> HttpClient:
        timing = Timing(
            timeout=settings.timeout.total_seconds(),
            deadline=settings.deadline.total_seconds(),
            sleep=slept.append,
        )
        return HttpClient(settings.access, timing, environ={"TOKEN": SECRET})

    return client


@dataclass
class Stage:
    """A server whose answers a test chooses by what the query is about."""

    server: HTTPServer
    slept: list[float]

    def answer(self, **by_metric: Any) -> None:
        """Answer queries that name a metric; a Response is sent as it is."""

        def handle(request: Request) -> Response:
            query = request.form["query"]
            answer = next(one for name, one in by_metric.items() if name in query)
            if isinstance(answer, Response):
                return answer
            return Response(json.dumps(answer), mimetype="application/json")

        self.server.expect_request("/api/v1/query").respond_with_handler(handle)
        self.server.expect_request("/api/v1/query_range").respond_with_handler(handle)

    def source(self, **settings: Any) -> PrometheusSource:
        table = {"type": "prometheus", "url": self.server.url_for("").rstrip("/"), **settings}
        return PrometheusSource(
            "prod", PrometheusSettings.model_validate(table), client=quick(self.slept)
        )

    def pulled(self, indicator: Indicator, **settings: Any) -> Pulled:
        return self.source(**settings).collect(ask_for(indicator), PLACE)[indicator.name]

    def read(self, indicator: Indicator, **settings: Any) -> EventSeries:
        snapshots = self.pulled(indicator, **settings)
        assert not isinstance(snapshots, SourceError), snapshots
        return self.source(**settings).read(indicator, ask_for(indicator), snapshots)


@pytest.fixture
def stage(httpserver: HTTPServer) -> Stage:
    return Stage(httpserver, [])


def test_counters_are_counted(stage: Stage) -> None:
    """Scraped each minute, 5 buckets' scrapes each: +7 and +1 a minute."""
    stage.answer(all=matrix(growing(7)), bad=matrix(growing(1)))
    found = stage.read(COUNTERS)
    assert found.valid.tolist() == [35.0] * 10
    assert found.good.tolist() == [30.0] * 10
    assert found.contradictions == ()


def test_good_events_are_counted_as_good(stage: Stage) -> None:
    stage.answer(all=matrix(growing(7)), bad=matrix(growing(5)))
    indicator = replace(COUNTERS, good=COUNTERS.bad, bad=None)
    assert stage.read(indicator).good.tolist() == [25.0] * 10


def test_every_answer_is_kept_as_it_came_and_says_where_from(stage: Stage) -> None:
    stage.answer(all=matrix(growing(7)), bad=matrix(growing(1)))
    snapshots = stage.pulled(COUNTERS, chunk="30m")
    assert not isinstance(snapshots, SourceError)
    assert json.loads(snapshots[0].body) == matrix(growing(7))
    assert snapshots[0].origins[0].query == "query=all_total[1800s] time=1201500"
    assert snapshots[0].origins[0].uri.endswith("/api/v1/query")
    assert [snapshot.request["role"] for snapshot in snapshots] == ["total"] * 2 + ["bad"] * 2


def test_equal_questions_are_asked_once(stage: Stage) -> None:
    stage.answer(all=matrix(growing(7)), bad=matrix(growing(1)))
    second = replace(COUNTERS, name="again")
    pulled = stage.source().collect(ask_for(COUNTERS, second), PLACE)
    assert pulled["web"] == pulled["again"]
    assert len(stage.server.log) == 2


def test_a_sample_in_two_chunks_counts_once(stage: Stage) -> None:
    """This server gives the whole span whatever is asked; servers differ in their edges."""
    stage.answer(all=matrix(growing(7)), bad=matrix(growing(1)))
    assert stage.read(COUNTERS, chunk="10m").valid.tolist() == [35.0] * 10


def test_answers_that_disagree_on_a_sample_are_a_contradiction(stage: Stage) -> None:
    """Two replicas behind one address answer in turn, and one of them missed a scrape."""
    twice = matrix(growing(10), series({START + 900: "1"}))
    stage.answer(all=twice, bad=matrix(growing(1)))
    (contradiction,) = stage.read(COUNTERS).contradictions
    assert "reads both 190 and 1 at 1970-01-14T21:35:00Z" in contradiction


def test_too_many_samples_are_asked_for_in_halves(stage: Stage) -> None:
    """The server takes spans of at most 1000 s."""

    def handle(request: Request) -> Response:
        query = request.form["query"]
        length = int(query.partition("[")[2].removesuffix("s]"))
        answer: dict[str, Any] = matrix(growing(7 if "all" in query else 1))
        if length <= 1_000:
            return Response(json.dumps(answer))
        answer = {
            "status": "error",
            "errorType": "execution",
            "error": "query processing would load too many samples into memory in query execution",
        }
        return Response(json.dumps(answer), status=422)

    stage.server.expect_request("/api/v1/query").respond_with_handler(handle)
    assert stage.read(COUNTERS).valid.tolist() == [35.0] * 10


def test_status_error_in_a_200_is_an_error(stage: Stage) -> None:
    answer = {"status": "error", "errorType": "internal", "error": "disk\nis gone."}
    stage.answer(all=answer, bad=answer)
    with pytest.raises(SourceError, match=r"all_total.* failed with internal: disk is gone\."):
        stage.read(COUNTERS)


def test_warnings_make_the_answer_partial_and_infos_do_not(stage: Stage) -> None:
    stage.answer(
        all=matrix(growing(7), warnings=["store 2 is unavailable"]),
        bad=matrix(growing(1), infos=["metric might not be a counter"]),
    )
    found = stage.read(COUNTERS)
    assert found.contradictions == ("Partial response: store 2 is unavailable.",)
    assert "The server says: metric might not be a counter." in found.notes


def test_nan_is_no_sample(stage: Stage) -> None:
    at = {START + BUCKET * k: "5" for k in range(1, 11)}
    stage.answer(all=matrix(series({**at, START + 900: "NaN"})), bad=matrix(series(at)))
    found = stage.read(WINDOWED)
    assert START + 600 not in found.start.tolist()
    assert len(found.start) == 9


@pytest.mark.parametrize("value", ["+Inf", "-Inf", "-3", "18446744073709551615", "1e308"])
@pytest.mark.parametrize("indicator", [COUNTERS, WINDOWED], ids=["samples", "server"])
def test_a_count_that_cannot_be_is_a_contradiction(
    stage: Stage, indicator: RatioIndicator, value: str
) -> None:
    at = {START + BUCKET * k: "5" for k in range(11)}
    stage.answer(all=matrix(series({**at, START + 900: value})), bad=matrix(series(at)))
    settings = {"lookback": "10m"}
    assert any("can" in one for one in stage.read(indicator, **settings).contradictions)


def test_two_series_where_one_is_expected_are_refused(stage: Stage) -> None:
    two = matrix(growing(7, instance="a"), growing(9, instance="b"))
    stage.answer(all=two, bad=matrix(growing(1)), p99=two)
    bare = replace(COUNTERS, total=metric("all_total"))
    for indicator in (bare, WINDOWED, LATENCY):
        (refusal,) = stage.read(indicator).contradictions
        assert "2 series where one is expected" in refusal
    assert stage.read(COUNTERS).valid.tolist() == [80.0] * 10


def test_a_missing_series_is_not_zero(stage: Stage) -> None:
    stage.answer(all=matrix(growing(7)), bad=matrix(), p99=matrix())
    for indicator in (COUNTERS, WINDOWED, LATENCY):
        found = stage.read(indicator)
        assert "no series" in found.contradictions[0]
        assert len(found.start) == 0


def test_a_missing_total_is_not_silence(stage: Stage) -> None:
    stage.answer(all=matrix(), bad=matrix(growing(1)))
    for indicator in (COUNTERS, WINDOWED):
        assert "The total query" in stage.read(indicator).contradictions[0]


def test_a_bucket_where_only_the_total_answered_is_not_observed(stage: Stage) -> None:
    at = {START + BUCKET * k: "5" for k in range(1, 11)}
    stage.answer(all=matrix(series(at)), bad=matrix(series({START + 300: "0"})))
    found = stage.read(WINDOWED)
    assert found.start.tolist() == [START]
    assert "In 9 buckets the bad query gave nothing" in " ".join(found.notes)
    assert "or vector(0)" in " ".join(found.notes)


def test_more_bad_events_than_events_are_a_contradiction(stage: Stage) -> None:
    stage.answer(all=matrix(growing(1)), bad=matrix(growing(2)))
    assert stage.read(COUNTERS).contradictions == (
        "The bad query counted 100 events, more than the 50 of the total query.",
    )


def test_a_gap_is_not_observed(stage: Stage) -> None:
    """No scrape after START + 600 until START + 1860: four buckets in between saw nothing."""
    values = dict.fromkeys(range(START - 240, END + 1, 60), "1")
    for time in range(START + 660, START + 1_860, 60):
        del values[time]
    stage.answer(all=matrix(series(values)), bad=matrix(series(values)))
    found = stage.read(COUNTERS)
    absent = set(range(START, END, BUCKET)) - set(found.start.tolist())
    assert absent == {START + 600, START + 900, START + 1_200, START + 1_500}
    assert "No samples from 1970-01-14T21:30:00Z" in " ".join(found.notes)


def test_per_second_rates_become_events_of_the_bucket(stage: Stage) -> None:
    at = {START + BUCKET * k: "0.5" for k in range(1, 11)}
    stage.answer(all=matrix(series(at)), bad=matrix(series(at)))
    rates = replace(
        WINDOWED, total=metric("sum(rate(all[{{ .window }}]))"), bad=metric("sum(irate(bad[5m]))")
    )
    assert stage.read(rates).valid.tolist() == [150.0] * 10
    assert stage.server.log[0][0].form["query"] == "sum(rate(all[5m]))"


def test_a_window_that_is_not_the_buckets_would_count_events_twice(stage: Stage) -> None:
    at = {START + BUCKET * k: "5" for k in range(1, 11)}
    stage.answer(all=matrix(series(at)), bad=matrix(series(at)))
    wide = replace(WINDOWED, total=metric("sum(increase(all[1h]))"))
    (refusal,) = stage.read(wide).contradictions
    assert refusal == (
        "The total query counts over 1h while a bucket is 300 s long; write [{{.window}}]."
    )


def test_a_threshold_is_met_strictly_or_not(stage: Stage) -> None:
    """0.3 s is not below 0.3 s, though neither number is exact in binary."""
    at = {START + BUCKET * k: "0.1" for k in range(1, 11)}
    stage.answer(p99=matrix(series({**at, START + 300: "0.3", START + 600: "+Inf"})))
    found = stage.read(LATENCY)
    assert found.good.tolist() == [0.0, 0.0] + [1.0] * 8
    assert stage.read(replace(LATENCY, op="lte")).good.tolist() == [1.0, 0.0] + [1.0] * 8


def test_evaluations_are_asked_for_in_pieces_that_share_no_edge(stage: Stage) -> None:
    at = {START + BUCKET * k: "0.1" for k in range(1, 11)}
    stage.answer(p99=matrix(series(at)))
    assert stage.read(LATENCY, max_points=4).valid.sum() == 10
    spans = [
        (int(r.form["start"]) - START, int(r.form["end"]) - START) for r, _ in stage.server.log
    ]
    assert spans == [(300, 1_200), (1_500, 2_400), (2_700, 3_000)]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "line 1"),
        (b"<!doctype html><title>Sign in</title>", "looks like a web page"),
        (b'{"status":"success","data":{"resultType":"matrix","resu', "line 1"),
        (b"\x1f\x8b\x08\x00", "not UTF-8"),
        (b"[]", "the whole"),
        (b'{"status":"success"}', "there is no data"),
        (b'{"status":"success","data":{"resultType":"vector","result":[]}}', "a vector, not a"),
        (of_matrix(b"7"), "result.0"),
        (of_matrix(b'{"metric":{},"values":[[1,"many"]]}'), "result.0.values.0.1"),
        (of_matrix(b'{"metric":{},"histograms":[[1,{}]]}'), "native histograms"),
        (of_matrix(b"NaN"), "NaN"),
        (of_matrix(b'{"metric":{},"values":[[1e300,"1"]]}'), "result.0.values.0.0"),
        (of_matrix(b'{"metric":{},"values":[[-5,"1"]]}'), "result.0.values.0.0"),
        (b'{"status":"success","status":"error"}', "twice"),
    ],
)
def test_what_is_not_the_apis_answer_is_refused_with_its_place(
    stage: Stage, body: bytes, reason: str
) -> None:
    stage.answer(all=Response(body), bad=Response(body))
    with pytest.raises(SourceError) as caught:
        stage.read(COUNTERS)
    assert "/api/v1/query (query=all_total[" in str(caught.value)
    assert reason in str(caught.value)


def test_a_server_that_is_down_fails_the_source_once(stage: Stage) -> None:
    """However many indicators wait for it: the retries of the first question are all there are."""
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        source = stage.source(url=f"http://127.0.0.1:{nobody_listens.getsockname()[1]}")
        others = [replace(COUNTERS, name=f"web{number}") for number in range(9)]
        with pytest.raises(SourceError, match="connection refused"):
            source.collect(ask_for(*others), PLACE)
        with pytest.raises(SourceError, match="connection refused"):
            source.probe(PLACE)
    assert len(stage.slept) == 2 * 5


def test_a_query_the_server_refuses_fails_its_indicator_alone(stage: Stage) -> None:
    refusal = {"status": "error", "errorType": "bad_data", "error": "unknown function"}
    stage.answer(
        all=matrix(growing(7)),
        bad=matrix(growing(1)),
        p99=Response(json.dumps(refusal), status=400),
    )
    pulled = stage.source().collect(ask_for(COUNTERS, replace(LATENCY, name="slow")), PLACE)
    assert isinstance(pulled["web"], tuple)
    assert isinstance(pulled["slow"], SourceError)
    assert "refuses the value query 'p99_seconds': bad_data: unknown function" in str(
        pulled["slow"]
    )


def test_the_token_is_sent_and_is_in_nothing_that_is_kept_or_said(stage: Stage) -> None:
    stage.answer(all=matrix(growing(7)), bad=Response(f"who is {SECRET}?", status=403))
    with pytest.raises(SourceError) as caught:
        stage.pulled(COUNTERS, token="env:TOKEN")
    request = stage.server.log[0][0]
    assert request.headers["Authorization"] == f"Bearer {SECRET}"
    assert SECRET not in repr(caught.value)
    assert SECRET not in str(caught.value)
    stage.server.clear()
    stage.answer(all=matrix(growing(7)), bad=matrix(growing(1)))
    assert SECRET not in repr(stage.pulled(COUNTERS, token="env:TOKEN"))


def test_the_tenant_is_sent(stage: Stage) -> None:
    stage.answer(all=matrix(growing(7)), bad=matrix(growing(1)))
    stage.pulled(COUNTERS, tenant="shop", headers={"X-Key": "env:TOKEN"})
    headers = stage.server.log[0][0].headers
    assert (headers["X-Scope-OrgID"], headers["X-Key"]) == ("shop", SECRET)


def test_a_span_in_the_future_is_not_asked_for(stage: Stage) -> None:
    early = replace(PLACE, now=datetime.fromtimestamp(START + 100, timezone.utc))
    with pytest.raises(SourceError, match="has not begun"):
        stage.source().collect(ask_for(COUNTERS), early)
    assert stage.server.log == []


def test_reading_needs_every_role(stage: Stage) -> None:
    stage.answer(all=matrix(growing(7)), bad=matrix(growing(1)))
    snapshots = stage.pulled(COUNTERS)
    assert not isinstance(snapshots, SourceError)
    with pytest.raises(SourceError, match="no answer to the bad query"):
        stage.source().read(COUNTERS, ask_for(COUNTERS), snapshots[:1])


@pytest.mark.parametrize(
    ("indicator", "reason"),
    [
        (COUNTERS, ""),
        (WINDOWED, ""),
        (LATENCY, ""),
        (replace(WINDOWED, counter=True), "total: rate() and increase() are no counters"),
        (replace(COUNTERS, total=Metric(source="prod", spec={"column": "x"})), "total: a prom"),
        (replace(COUNTERS, bad=metric(" ")), "bad: a prometheus metric has one key, query"),
        (
            replace(LATENCY, metric=Metric(source="prod", spec={"query": "x", "step": "1m"})),
            "value: a prometheus metric has one key, query",
        ),
    ],
)
def test_what_can_never_be_answered_is_refused_beforehand(
    stage: Stage, indicator: Indicator, reason: str
) -> None:
    refusal = stage.source().refusal(indicator)
    assert refusal.startswith(reason)
    assert bool(refusal) == bool(reason)


def test_a_snapshot_that_does_not_say_what_it_answers_is_refused(stage: Stage) -> None:
    stage.answer(all=matrix(growing(7)), bad=matrix(growing(1)))
    snapshots = stage.pulled(COUNTERS)
    assert not isinstance(snapshots, SourceError)
    nameless = [replace(one, request={"role": one.request["role"]}) for one in snapshots]
    with pytest.raises(SourceError, match="does not say until when"):
        stage.source().read(COUNTERS, ask_for(COUNTERS), nameless)


def test_a_length_of_time_may_be_a_number_of_seconds() -> None:
    settings = PrometheusSettings.model_validate(
        {"type": "prometheus", "url": "http://p", "timeout": 30}
    )
    assert settings.timeout == timedelta(seconds=30)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"token": "s3cr3t"}, "write env:NAME"),
        ({"username": "env:U"}, "username and password go together"),
        ({"token": "env:T", "username": "env:U", "password": "env:P"}, "not both"),
        ({"headers": {"Authorization": "env:T"}}, "is not a header that can be set here"),
        ({"headers": {"A\nB": "env:T"}}, "is not a header that can be set here"),
        ({"tenant": "a\nb"}, "plain text"),
        ({"tenant": "env:1A"}, "write env:NAME"),
        ({"timeout": 0}, "whole seconds"),
        ({"timeout": True}, "no length of time"),
        ({"chunk": []}, "valid timedelta"),
        ({"timeout": "0s"}, "longer than zero"),
        ({"lookback": "1500ms"}, "whole seconds"),
        ({"max_points": 1}, "greater than or equal to 2"),
        ({"verify": False}, "Extra inputs are not permitted"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError) as caught:
        PrometheusSettings.model_validate({"type": "prometheus", "url": "http://p", **settings})
    assert reason in caught.value.errors()[0]["msg"]
    assert "s3cr3t" not in str(caught.value)
