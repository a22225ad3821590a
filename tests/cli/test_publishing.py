"""Figures in a real Pushgateway, and decisions told once."""

from __future__ import annotations

import base64
import email
import json
import re
import subprocess
import urllib.request
from email.policy import default

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

PROJECT = """\
schema = 1
[project]
name = "Shop & <!channel>"
release = "4.2.0"
[slo]
objectives = []
[sources.unit]
type = "junit"
path = "junit.xml"
[decisions.go]
title = "Launch"
gates = ["tests"]
[publish]
pushgateway = "{url}"
username = "env:PUSH_USER"
password = "env:PUSH_PASSWORD"
[notify]
email_from = "kit@shop.example"
email_to = ["releases@shop.example"]
link = "https://reports.shop.example/"
"""
GATE = """\
schema = 1
name = "tests"
title = "Tests"
[[criteria]]
id = "pass-rate"
title = "Tests pass"
measure = "quality.tests.pass_rate"
pass = [">= 98 %"]
key = true
"""
GREEN = '<testsuite tests="1"><testcase name="a"/></testsuite>'
RED = '<testsuite tests="1"><testcase name="a"><failure/></testcase></testsuite>'


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A project that publishes to the address it is given, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PUSH_USER", "pusher")
    monkeypatch.setenv("PUSH_PASSWORD", "s3cr3t-pa55")
    (tmp_path / "gates").mkdir()
    (tmp_path / "gates/tests.toml").write_text(GATE)

    def write(url="http://127.0.0.1:9", tests=GREEN):
        (tmp_path / "codexreport.toml").write_text(PROJECT.format(url=url.rstrip("/")))
        (tmp_path / "junit.xml").write_text(tests)
        return tmp_path

    return write


def samples(text):
    """Every sample, by its name and labels."""
    return {
        (one.name, *sorted(one.labels.items())): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def value(found, name, **labels):
    """The only sample of this name with these labels among others."""
    (hit,) = [
        number
        for (its, *more), number in found.items()
        if its == name and set(labels.items()) <= set(more)
    ]
    return hit


def pushed(url):
    with urllib.request.urlopen(f"{url}/metrics", timeout=10) as answer:
        return samples(answer.read().decode())


def test_figures_states_and_decisions_arrive(shop, typed, pushgateway):
    shop(pushgateway)
    assert typed("publish")[0] == 0
    found = pushed(pushgateway)
    group = {"job": "codexreport", "project": "Shop & <!channel>"}
    assert value(found, "codexreport_quality_tests_pass_rate_ratio", subject="unit", **group) == 1
    release = {"decision": "go", "release": "4.2.0"}
    assert value(found, "codexreport_decision", verdict="GO", **release) == 1
    assert value(found, "codexreport_gate_findings", state="fail", **release) == 0
    assert value(found, "codexreport_decision", decision="go", verdict="NO-GO") == 0
    assert value(found, "codexreport_gate_score_ratio", gate="tests") == 1
    assert value(found, "codexreport_gate_findings", state="pass") == 1
    assert value(found, "codexreport_info", release="4.2.0") == 1


def test_a_push_takes_the_place_of_the_one_before(shop, typed, pushgateway):
    shop(pushgateway)
    typed("publish")
    shop(pushgateway, RED)
    typed("publish")
    found = pushed(pushgateway)
    assert value(found, "codexreport_decision", decision="go", verdict="NO-GO") == 1
    assert value(found, "codexreport_decision", decision="go", verdict="GO") == 0


def test_what_is_not_known_has_a_state_and_no_value(shop, typed, pushgateway):
    shop(pushgateway, "<testsuite/>")
    typed("publish")
    found = pushed(pushgateway)
    assert not [one for one in found if one[0] == "codexreport_quality_tests_total_tests"]
    labels = {"measure": "quality.tests.total", "subject": "unit"}
    assert value(found, "codexreport_measure_state", state="unknown", **labels) == 1
    assert value(found, "codexreport_measure_state", state="pass", **labels) == 0
    assert value(found, "codexreport_decision", decision="go", verdict="UNDECIDED") == 1


def test_what_would_be_sent_is_what_promtool_calls_good(shop, typed, needs):
    needs("promtool", package="prometheus")
    shop()
    code, out, _ = typed("publish", "--dry-run")
    assert (code, out.endswith("# EOF\n")) == (0, True)
    told = subprocess.run(
        ["promtool", "check", "metrics"], input=out, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout + told.stderr) == (0, "")
    assert value(samples(out), "codexreport_quality_tests_failed", subject="unit") == 0


def test_credentials_go_to_the_projects_own_pushgateway_alone(shop, typed, httpserver: HTTPServer):
    seen = []

    def accept(request: Request) -> Response:
        seen.append(request.headers.get("Authorization"))
        return Response(status=202)

    anywhere = re.compile(".*/metrics/job/.*")
    httpserver.expect_request(anywhere, method="PUT").respond_with_handler(accept)
    shop(httpserver.url_for("/own"))
    assert typed("publish")[0] == 0
    assert typed("publish", "--pushgateway", httpserver.url_for("/other"))[0] == 0
    assert seen == ["Basic " + base64.b64encode(b"pusher:s3cr3t-pa55").decode(), None]


def test_a_pushgateway_that_refuses_is_unknown_without_the_secret(shop, typed, httpserver):
    shop(httpserver.url_for("/"))
    httpserver.expect_request(re.compile("/metrics/.*")).respond_with_data(
        "no: s3cr3t-pa55", status=400
    )
    code, _, err = typed("publish")
    assert (code, "answered 400" in err, "s3cr3t" in err) == (3, True, False)


@pytest.mark.parametrize(
    ("status", "body", "said", "advice"),
    [
        (501, "<!DOCTYPE HTML>", "answered 501.", "Check that it is a Pushgateway"),
        (401, "who?", "answered 401: who?.", "Check token, or username and password"),
    ],
)
def test_what_no_pushgateway_says_is_told_with_what_to_do(
    shop, typed, httpserver, status, body, said, advice
):
    url = httpserver.url_for("").rstrip("/")
    shop(url)
    httpserver.expect_request(re.compile("/metrics/.*")).respond_with_data(body, status=status)
    code, _, err = typed("publish", "--quiet")
    assert (code, err.splitlines()[0]) == (3, f"Error: {url} {said}")
    assert advice in err


def test_a_pushgateway_that_is_not_up_is_named_as_it_was_given(shop, typed):
    shop()
    code, _, err = typed("publish", "--quiet", "--pushgateway", "http://127.0.0.1:9/in/")
    assert (code, "base64" in err) == (3, False)
    assert "http://127.0.0.1:9/in gave no answer" in err
    assert "Gave up after 3 tries." in err
    assert "--pushgateway or under [publish]" in err


@pytest.mark.parametrize("url", ["ftp://x", "http://u:p@x", "x", "http://x?a=b"])
def test_a_pushgateway_without_an_address_is_refused(shop, typed, url):
    shop()
    assert typed("publish", "--pushgateway", url)[0] == 2


@pytest.fixture
def hook(httpserver: HTTPServer, monkeypatch):
    """What a webhook was sent; its address is a secret in SHOP_HOOK."""
    got = []

    def accept(request: Request) -> Response:
        got.append(request.get_json())
        return Response("ok")

    httpserver.expect_request("/services/s3cr3t", method="POST").respond_with_handler(accept)
    monkeypatch.setenv("SHOP_HOOK", httpserver.url_for("/services/s3cr3t"))
    return got


TELL = ("notify", "go", "--webhook", "env:SHOP_HOOK")


def test_people_are_told_once_and_again_when_it_has_changed(shop, typed, hook):
    folder = shop()
    assert typed(*TELL)[:2] == (
        0,
        "Shop & <!channel> 4.2.0, Launch: GO. Told by webhook env:SHOP_HOOK.\n",
    )
    assert "Told before" in typed(*TELL)[1]
    shop(tests=RED)
    typed(*TELL)
    shop()
    typed(*TELL)
    assert [one["text"].rpartition(": ")[2] for one in hook] == ["GO", "NO-GO", "GO"]
    log = (folder / "evidence/phase6/run.log").read_text()
    assert log.count('"notify"') == 3
    assert "s3cr3t" not in log


def test_telling_that_nothing_is_decided_is_no_news_to_wait_for(shop, typed, hook):
    folder = shop()
    states = []
    for tests in ("<testsuites", GREEN):
        shop(tests=tests)
        typed(*TELL)
        last = (folder / "evidence/phase6/run.log").read_text().splitlines()[-1]
        states.append(json.loads(last)["state"])
    assert states == ["unknown", "pass"]


def test_what_is_told_is_no_markup(shop, typed, hook):
    shop(tests=RED)
    typed(*TELL)
    (message,) = hook
    assert message["text"] == "Shop &amp; &lt;!channel&gt; 4.2.0, Launch: NO-GO"
    assert {one["text"]["type"] for one in message["blocks"]} == {"plain_text"}
    body = message["blocks"][1]["text"]["text"]
    assert "Failed: “" in body
    assert "For GO, and for CONDITIONAL GO, these would have to pass: tests/pass-rate." in body


def test_what_could_not_be_sent_is_sent_the_next_time(shop, typed, hook, httpserver, monkeypatch):
    folder = shop()
    monkeypatch.setenv("SHOP_HOOK", httpserver.url_for("/services/s3cr3t-wrong"))
    code, _, err = typed(*TELL)
    assert (code, "s3cr3t" in err) == (3, False)
    assert "The webhook env:SHOP_HOOK answered 500" in err
    assert (folder / "evidence/phase6/run.log").read_text() == ""
    monkeypatch.setenv("SHOP_HOOK", httpserver.url_for("/services/s3cr3t"))
    typed(*TELL)
    assert len(hook) == 1


def test_an_email_is_written_for_a_mail_server(shop, typed):
    folder = shop()
    code, out, _ = typed("notify", "go", "--email-file", "out.eml", "--now", "2026-10-05T09:00Z")
    assert (code, "Told by email out.eml" in out) == (0, True)
    message = email.message_from_bytes((folder / "out.eml").read_bytes(), policy=default)
    assert message["Subject"] == "Shop & <!channel> 4.2.0, Launch: GO"
    assert message["To"] == "releases@shop.example"
    assert message["Date"].datetime.isoformat() == "2026-10-05T09:00:00+00:00"
    assert message["Message-ID"].endswith("@codexreport.invalid>")
    assert "https://reports.shop.example/" in message.get_content()


@pytest.mark.parametrize("missing", ["email_to", "email_from"])
def test_an_email_to_nobody_or_from_nobody_is_refused(shop, typed, missing):
    folder = shop()
    path = folder / "codexreport.toml"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(one for one in lines if not one.startswith(missing)))
    code, _, err = typed("notify", "go", "--email-file", "out.eml")
    assert (code, f"Write [notify] {missing} in codexreport.toml." in err) == (2, True)
    assert not (folder / "out.eml").exists()
    assert not (folder / "evidence").exists()


def test_a_decision_that_comes_back_is_a_message_of_its_own(shop, typed):
    """Mail programs drop what has the id of a message that they have."""
    folder, ids = shop(), []
    for hour in ("09", "10"):
        name = f"{hour}.eml"
        typed("notify", "go", "--email-file", name, "--now", f"2026-10-05T{hour}:00Z")
        ids.append(email.message_from_bytes((folder / name).read_bytes())["Message-ID"])
    assert len(set(ids)) == 2
    assert all(re.fullmatch(r"<[0-9A-Za-z.]+@codexreport\.invalid>", one.strip()) for one in ids)


def test_a_preview_sends_and_keeps_nothing(shop, typed, hook):
    folder = shop()
    code, out, _ = typed(*TELL, "--dry-run")
    assert (code, json.loads(out)["blocks"][0]["type"]) == (0, "header")
    assert hook == []
    assert not (folder / "evidence").exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["go"], "Nothing says how to tell people."),
        (["go", "--webhook", "https://hooks.example/s3cr3t"], "write --webhook env:NAME"),
        (["go", "--webhook", "env:NOT_SET"], "NOT_SET holds no address"),
        (["go", "--webhook", "env:PUSH_USER"], "PUSH_USER holds no address"),
        (["go", "--webhook", "env:PLAIN"], "The address in PLAIN is not https."),
        (["gone", "--webhook", "env:SHOP_HOOK"], "There is no gate 'gone'"),
        (["go", "--email-file", "junit.xml"], "no email of ours"),
        (["go", "--email-file", "."], "is a folder"),
    ],
)
def test_what_cannot_be_told_is_refused(shop, typed, hook, monkeypatch, arguments, reason):
    monkeypatch.setenv("PLAIN", "http://hooks.example/s3cr3t")
    shop()
    code, _, err = typed("notify", *arguments)
    assert (code, reason in err, "s3cr3t" in err) == (2, True, False), err
