"""What an answer comes to, expectation by expectation."""

from datetime import datetime, timedelta, timezone

import pytest
from defusedxml import ElementTree

from codexreport.measure import State
from codexreport.smoke.check import Check, Exchange
from codexreport.smoke.judging import judge
from codexreport.smoke.results import as_junit

NOW = datetime(2026, 10, 5, 12, tzinfo=timezone.utc)


def result(exchange=None, **wanted):
    check = Check(name="health", url="http://shop.example/health", **wanted)
    return judge(check, exchange or Exchange(seconds=0.25, status=200), NOW)


def state_of_json(body, path, value):
    exchange = Exchange(seconds=0.1, status=200, body=body)
    return result(exchange, json={path: value}).state


def test_a_wanted_status_passes_and_any_other_says_what_the_answer_says():
    assert result().state is State.PASS
    assert result(Exchange(seconds=1, status=404), status=(404, 410)).state is State.PASS
    found = result(Exchange(seconds=1, status=503, body=b"database down\nstack"))
    assert (found.state, found.reason) == (
        State.FAIL,
        "The status is 503, wanted 200. It says: database down.",
    )


def test_no_answer_fails_and_not_having_asked_is_unknown():
    assert result(Exchange(problem="It gave no answer.")).state is State.FAIL
    assert result(Exchange(problem="The time was over.", asked=False)).state is State.UNKNOWN


def test_the_budget_may_be_used_up_but_not_exceeded():
    """250 ms took the answer."""
    assert result(within=timedelta(milliseconds=250)).state is State.PASS
    late = result(within=timedelta(milliseconds=249))
    assert late.reason == "It took 250 ms, at most 249 ms are allowed."


@pytest.mark.parametrize(
    ("body", "path", "value", "state"),
    [
        (b'{"status": "ok"}', "$.status", "ok", State.PASS),
        (b'{"status": "down"}', "$.status", "ok", State.FAIL),
        (b'{"up": true}', "$.up", True, State.PASS),
        (b'{"up": 1}', "$.up", True, State.FAIL),
        (b'{"up": true}', "$.up", 1, State.FAIL),
        (b'{"n": 1.0}', "$.n", 1, State.PASS),
        (b'{"db": [{"up": true}, {"up": true}]}', "$.db[*].up", True, State.PASS),
        (b'{"db": [{"up": true}, {"up": false}]}', "$.db[*].up", True, State.FAIL),
        (b'{"db": []}', "$.db[*].up", True, State.FAIL),
        (b"{}", "$.status", "ok", State.FAIL),
        (b'{"status": "ok"', "$.status", "ok", State.FAIL),
        (b'{"status": "ok", "status": "down"}', "$.status", "ok", State.FAIL),
        (b"\xff\xfe", "$.status", "ok", State.FAIL),
        (b"", "$.status", "ok", State.FAIL),
    ],
)
def test_values_are_compared_as_json_has_them(body, path, value, state):
    assert state_of_json(body, path, value) is state


def test_text_and_headers_are_looked_for():
    from requests.structures import CaseInsensitiveDict

    exchange = Exchange(
        seconds=0.1,
        status=200,
        body="Übersicht".encode(),
        headers=CaseInsensitiveDict({"content-type": "application/JSON; charset=utf-8"}),
    )
    wanted = {"Content-Type": "application/json"}
    assert result(exchange, contains=("Über",), answer_headers=wanted).state is State.PASS
    assert result(exchange, contains=("über",)).state is State.FAIL
    assert result(exchange, answer_headers={"ETag": ""}).reason == "The answer has no header ETag."


def test_a_certificate_is_valid_for_whole_days():
    """14 days to the second are 14 days, and one second less is 13."""
    ends = NOW + timedelta(days=14)
    exchange = Exchange(seconds=0.1, status=200, certificate_ends=ends)
    assert result(exchange, certificate_days=14).state is State.PASS
    sooner = Exchange(seconds=0.1, status=200, certificate_ends=ends - timedelta(seconds=1))
    found = result(sooner, certificate_days=14)
    assert found.reason == "The certificate is valid for 13 days, wanted 14."
    assert result(certificate_days=14).state is State.UNKNOWN


def test_the_worst_expectation_is_the_result():
    assert result(contains=("nothing",), certificate_days=1).state is State.FAIL


def test_what_a_service_says_is_never_markup():
    bad = Exchange(seconds=1, status=500, body=b'</failure><x a="&\x00\x1b[2J">')
    junit = as_junit('a"<b>', [result(bad)], NOW)
    (case,) = ElementTree.fromstring(junit).iter("testcase")
    assert [one.tag for one in case] == ["failure"]
    assert "</failure><x a=" in case[0].get("message")
