"""A service that degrades on command, watched by a real Prometheus: the verdict, minute by minute.

The service answers real requests and real scrapes. Its hours go by as fast as it can answer: each
scrape is written down at the moment it would have had, and a real Prometheus serves them.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from codexreport.cli.app import run

pytestmark = [pytest.mark.prometheus, pytest.mark.xdist_group("prometheus")]

START = datetime(2026, 10, 6, 8, tzinfo=timezone.utc)
SCRAPE_S = 20
REQUESTS = 20  # between two scrapes, so 60 a minute
BUCKETS = (0.2, 0.5, 1.0)

PROJECT = """\
schema = 1
[project]
name = "Shop"
timezone = "Europe/Berlin"
[slo]
objectives = []
[sources.metrics]
type = "prometheus"
url = "{url}"
deadline = "2s"
[sources.flags]
type = "flags"
path = "flags.json"
[rollout]
start = {start}
look_back = "{look_back}"
strategy = "instant"
flag = "checkout.one-page"
[[rollout.triggers]]
name = "errors"
kind = "error_rate"
source = "metrics"
bad = {{query = 'sum(requests_total{{job="{job}",code="500"}}) or vector(0)'}}
total = {{query = 'sum(requests_total{{job="{job}"}})'}}
{more}
[[rollout.triggers]]
name = "p95"
kind = "p95"
source = "metrics"
good = {{query = 'sum(latency_seconds_bucket{{job="{job}",le="0.5"}})'}}
total = {{query = 'sum(latency_seconds_count{{job="{job}"}})'}}
{more}
[[rollout.triggers]]
name = "p99"
kind = "p99"
source = "metrics"
good = {{query = 'sum(latency_seconds_bucket{{job="{job}",le="1.0"}})'}}
total = {{query = 'sum(latency_seconds_count{{job="{job}"}})'}}
{more}
[[rollout.triggers]]
name = "health"
kind = "health"
source = "metrics"
value = {{query = 'min_over_time(up{{job="{job}"}}[{{{{.window}}}}])'}}
{every}
"""
FLAGS = {
    "flags": [
        {
            "key": "checkout.one-page",
            "enabled": True,
            "percentage": 100,
            "owner": "Checkout team",
            "expires": "2026-12-01",
            "backlog": "PAY-12",
        }
    ]
}


class Service(ThreadingHTTPServer):
    """Serves `/buy` and `/metrics`; of every 60 requests `errors` fail and `slow` take 0.7 s.

    How long a request takes is what the service says of itself; nobody waits for it.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.errors = self.slow = self.served = 0
        self.up = True
        self.codes = Counter({"200": 0, "500": 0})
        self.within = Counter()

    def buy(self):
        turn = self.served % 60
        self.served += 1
        code = "500" if turn < self.errors else "200"
        took = 0.7 if 60 - turn <= self.slow else 0.05
        self.codes[code] += 1
        self.within.update(limit for limit in BUCKETS if took <= limit)
        return int(code)

    def metrics(self):
        lines = ["# TYPE requests counter"]
        lines += [f'requests_total{{code="{code}"}} {n}' for code, n in sorted(self.codes.items())]
        lines.append("# TYPE latency_seconds histogram")
        lines += [f'latency_seconds_bucket{{le="{le}"}} {self.within[le]}' for le in BUCKETS]
        lines.append(f'latency_seconds_bucket{{le="+Inf"}} {self.served}')
        lines.append(f"latency_seconds_count {self.served}")
        return "\n".join([*lines, "# EOF", ""])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self):
        buying = self.path == "/buy"
        code = self.server.buy() if buying else 200 if self.server.up else 503
        body = b"" if buying else self.server.metrics().encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/openmetrics-text; version=1.0.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def serving():
    service = Service()
    thread = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        service.shutdown()
        thread.join()
        service.server_close()


def lived(job, events, minutes=60):
    """Every sample of an hour: family, labels with the job, value and moment.

    `events` say what happens from a minute on: errors and slow requests in 60, or that it is down,
    or that nobody scrapes it.
    """
    state = {}
    with serving() as service:
        asked = http.client.HTTPConnection(*service.server_address)
        for number in range(minutes * 60 // SCRAPE_S + 1):
            at = int(START.timestamp()) + number * SCRAPE_S
            minute = number * SCRAPE_S / 60
            if not state.get("down"):
                for _ in range(REQUESTS if number else 0):
                    asked.request("GET", "/buy")
                    asked.getresponse().read()
                asked.request("GET", "/metrics")
                text = asked.getresponse().read().decode()
            if not state.get("blind"):
                yield "up", f'job="{job}"', int(not state.get("down")), at
                if not state.get("down"):
                    yield from scraped(text, job, at)
            state = {**state, **events.get(minute, {})}
            service.errors, service.slow = state.get("errors", 0), state.get("slow", 0)
        asked.close()


def scraped(text, job, at):
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        series, value = line.rsplit(" ", 1)
        name, _, labels = series.partition("{")
        labels = ",".join(filter(None, [labels.rstrip("}"), f'job="{job}"']))
        yield name, labels, value, at


HOURS = {
    "healthy": {},
    "burn": {30: {"errors": 1, "slow": 4}},
    "crash": {30: {"down": True}},
    "blind": {30: {"blind": True}},
    "blip": {30: {"errors": 1}, 33: {"errors": 0}},
}


@pytest.fixture(scope="module")
def prometheus(backfilled_prometheus):
    """A server that has watched an hour of each."""
    families = {"up": [], "requests_total": [], "latency_seconds_bucket": []}
    families["latency_seconds_count"] = []
    for job, events in HOURS.items():
        for name, labels, value, at in lived(job, events):
            families[name].append((labels, at, value))
    lines = []
    for name, samples in families.items():
        lines.append(f"# TYPE {name} unknown")
        lines += [f"{name}{{{labels}}} {value} {at}" for labels, at, value in sorted(samples)]
    return backfilled_prometheus("\n".join([*lines, "# EOF", ""]))


def write_project(folder, *, url, job, start=START, look_back="10m", more="", every=""):
    text = PROJECT.format(
        url=url, job=job, start=start.isoformat(), look_back=look_back, more=more, every=every
    )
    (folder / "codexreport.toml").write_text(text)
    (folder / "flags.json").write_text(json.dumps(FLAGS))


@pytest.fixture
def look(prometheus, tmp_path, monkeypatch, capsys, rollout_clock):
    """What `rollout check` says of a job at a minute: its exit code, and its answer."""
    monkeypatch.chdir(tmp_path)

    def look(job, minute, url=prometheus):
        write_project(tmp_path, url=url, job=job)
        rollout_clock(START + timedelta(minutes=minute))
        code = run(["rollout", "check", "--json"])
        return code, json.loads(capsys.readouterr().out)

    return look


def verdicts(look, job, *minutes):
    return [(minute, look(job, minute)[1]["verdict"]) for minute in minutes]


def states(answer):
    return {one["name"]: one["now"] for one in answer["triggers"]}


def test_a_healthy_hour_goes_on(look):
    for minute in (10, 30, 35, 59, 60):
        code, answer = look("healthy", minute)
        assert (code, answer["verdict"]) == (0, "go on"), (minute, answer["reasons"])
    assert {one["lasted_s"] for one in answer["triggers"]} == {0}
    assert {one["missing"] for one in answer["triggers"]} == {
        8,
        9,
    }  # from 07:51 on, the first scrape was at 08:00


def test_a_slow_burn_is_held_and_rolled_back_at_its_fifth_minute(look):
    assert verdicts(look, "burn", 30, 31, 34, 35, 50) == [
        (30, "go on"),
        (31, "hold"),
        (34, "hold"),
        (35, "roll back"),
        (50, "roll back"),
    ]
    code, answer = look("burn", 35)
    assert code == 1
    assert states(answer) == {"errors": "fail", "p95": "fail", "p99": "pass", "health": "pass"}
    errors = answer["triggers"][0]
    assert errors["since"] == "2026-10-06T08:30:00+00:00"
    assert errors["lasted_s"] == 300


def test_a_crash_is_rolled_back_at_its_fifth_failed_health_check(look):
    assert verdicts(look, "crash", 30, 31, 34, 35) == [
        (30, "go on"),
        (31, "hold"),
        (34, "undecided"),  # four checks failed, and there was nothing to count
        (35, "roll back"),
    ]
    _, answer = look("crash", 35)
    assert states(answer)["health"] == "fail"
    assert states(answer)["errors"] == "unknown"


def test_nobody_scraping_is_undecided_in_two_minutes(look):
    assert verdicts(look, "blind", 31, 32, 60) == [
        (31, "hold"),
        (32, "undecided"),
        (60, "undecided"),
    ]
    assert look("blind", 60)[0] == 3


def test_a_blip_is_held_while_it_lasts_and_over_when_it_is_over(look):
    assert verdicts(look, "blip", 31, 33, 34, 40) == [
        (31, "hold"),
        (33, "hold"),
        (34, "go on"),
        (40, "go on"),
    ]


def test_the_answer_is_kept_once_and_can_be_made_again_offline(look, tmp_path, capsys):
    for _ in range(3):
        look("burn", 35)
    log = (tmp_path / "evidence/launch/run.log").read_text().splitlines()
    (record,) = [json.loads(line) for line in log]
    assert (record["step"], record["state"], record["verdict"]) == (
        "rollout check",
        "fail",
        "roll back",
    )
    now = (START + timedelta(minutes=35)).isoformat()
    text = (tmp_path / "codexreport.toml").read_text()
    (tmp_path / "codexreport.toml").write_text(text)
    assert run(["rollout", "check", "--offline", "--now", now, "--json"]) == 1
    again = json.loads(capsys.readouterr().out)
    assert again["triggers"] == record["triggers"]


def test_a_server_that_is_down_is_undecided_by_name(look):
    code, answer = look("healthy", 35, url="http://127.0.0.1:9")
    assert (code, answer["verdict"]) == (3, "undecided")
    assert "127.0.0.1:9" in answer["reasons"][0]


def test_a_service_that_is_scraped_while_it_fails(
    scraping_prometheus, tmp_path, monkeypatch, capsys
):
    """In real time, two seconds for a minute: it is well, then it fails, then it is down."""
    monkeypatch.chdir(tmp_path)
    with serving() as service:
        host, port = service.server_address
        url = scraping_prometheus("live", f"{host}:{port}")
        begun = datetime.now(timezone.utc) - timedelta(seconds=50)  # everybody has it in 10
        every = 'every = "2s"'  # of two scrapes at least one, however they fall
        more = f'{every}\nfor = "4s"'
        write_project(
            tmp_path,
            url=url,
            job="live",
            start=begun,
            look_back="4s",
            more=more,
            every=f"{every}\nin_a_row = 3",
        )

        def until(verdict, trigger):
            """Shop, and look, until the verdict is given because of a trigger."""
            give_up_at = time.monotonic() + 60
            asked = http.client.HTTPConnection(host, port)
            while time.monotonic() < give_up_at:
                for _ in range(60 if service.up else 0):
                    asked.request("GET", "/buy")
                    asked.getresponse().read()
                run(["rollout", "check", "--json"])
                answer = json.loads(capsys.readouterr().out)
                if answer["verdict"] == verdict and states(answer).get(trigger) != "unknown":
                    asked.close()
                    return states(answer)
            raise AssertionError(answer)

        until("go on", "errors")
        service.errors = 30
        assert until("roll back", "errors")["errors"] == "fail"
        service.up = False
        assert until("roll back", "health")["errors"] in {"fail", "unknown"}
