"""Performance runs against a real server, within their bounds, and measured again when marked."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from codexreport.errors import ParameterError
from codexreport.measure import State
from codexreport.performance.run import Run
from codexreport.performance.values import Group
from codexreport.pipeline.open import open_project
from codexreport.pipeline.perf import measure
from codexreport.pipeline.perf_run import run_locust

PROJECT = """\
schema = 1
[project]
name = "Shop"
[slo]
objectives = []
[perf.scenarios.smoke]
target = "{target}"
headers = {{ Authorization = "env:SHOP_TOKEN" }}
users = 2
spawn_rate = 100
wait = "1ms"
duration = "20s"
max_requests = 40
thresholds = {{ errors = "< 1 %" }}
"""
REQUESTS = """\
[[perf.scenarios.smoke.requests]]
path = "/"
[[perf.scenarios.smoke.requests]]
path = "/search?q=tea"
name = "search"
method = "POST"
body = { page = 1 }
"""
SECRET = "s3cr3t-t0k3n"
START = datetime(2026, 10, 5, 9, tzinfo=timezone.utc)


@pytest.fixture
def project(tmp_path, httpserver: HTTPServer):
    """From the rest of a scenario to a project whose target is the test's own server."""

    def write(more=REQUESTS):
        text = PROJECT.format(target=httpserver.url_for("").rstrip("/")) + more
        (tmp_path / "codexreport.toml").write_text(text)
        return open_project(tmp_path)

    return write


def run_once(project, environ=None):
    scenario = project.perf.scenarios["smoke"]
    return run_locust(
        scenario, project.root, {**os.environ, "SHOP_TOKEN": SECRET, **(environ or {})}
    )


def test_every_request_is_counted_by_its_name_and_measured_exactly(project, httpserver):
    seen = []

    def answer(request: Request) -> Response:
        seen.append((request.method, request.path, request.headers.get("Authorization")))
        assert request.path == "/" or request.get_json() == {"page": 1}
        return Response("fine")

    httpserver.expect_request("/").respond_with_handler(answer)
    httpserver.expect_request("/search", query_string="q=tea").respond_with_handler(answer)
    run = run_once(project(), {"LOCUST_HOST": "http://127.0.0.1:9", "LOCUST_USERS": "500"})
    assert run.doubts == ()
    assert 40 <= run.total.count <= 42  # those under way at the 40th are finished
    assert run.total.count == len(seen) == run.total.latency.samples
    assert run.total.failed == 0
    assert {token for *_, token in seen} == {SECRET}
    assert {one.name for one in run.groups} <= {"GET /", "POST search"}
    assert run.total.latency.method.startswith("exact from the samples")


def test_a_redirection_is_not_followed_and_has_failed_as_an_error_has(project, httpserver):
    """What was asked for came from neither; a server that only redirects must not pass."""
    httpserver.expect_request("/").respond_with_data(
        status=302, headers={"Location": "http://elsewhere.example/"}
    )
    httpserver.expect_request("/search").respond_with_data("down", status=503)
    run = run_once(project())
    failed = {one.name: (one.failed, one.count) for one in run.groups}
    assert failed["GET /"][0] == failed["GET /"][1] > 0
    assert failed["POST search"][0] == failed["POST search"][1] > 0


def test_why_requests_failed_is_told_without_the_secret(project, httpserver):
    httpserver.expect_request("/").respond_with_data(f"no {SECRET}", status=503)
    httpserver.expect_request("/search").respond_with_data("fine")
    assert run_once(project()).cause.startswith("HTTPError: 503")
    down = project(REQUESTS)
    file = down.root / "codexreport.toml"
    file.write_text(
        file.read_text().replace(httpserver.url_for("").rstrip("/"), "http://127.0.0.1:9")
    )
    found = run_once(open_project(down.root))
    assert "Connection refused" in found.cause
    assert found.total.failed == found.total.count


def test_an_answer_without_content_has_not_failed(project, httpserver):
    httpserver.expect_request("/").respond_with_data(status=204)
    run = run_once(project('[[perf.scenarios.smoke.requests]]\npath = "/"\n'))
    assert (run.total.failed, run.total.count >= 40) == (0, True)


def test_a_locustfile_of_the_teams_own_is_measured_as_well(project, httpserver, tmp_path):
    httpserver.expect_request("/own").respond_with_data("fine")
    (tmp_path / "load.py").write_text(
        "from locust import HttpUser, task\n"
        "class Own(HttpUser):\n"
        "    @task\n"
        "    def own(self):\n"
        "        self.client.get('/own')\n"
    )
    run = run_once(project('locustfile = "load.py"\n'))
    assert [one.name for one in run.groups] == ["GET /own"]
    assert run.doubts == ()


def test_a_locustfile_that_breaks_is_a_doubt_without_the_secret(project, tmp_path):
    (tmp_path / "load.py").write_text("import os\nraise OSError(os.environ['SHOP_TOKEN'])\n")
    run = run_once(project('locustfile = "load.py"\n'))
    assert run.total.count == 0
    (doubt,) = run.doubts
    assert doubt.startswith("Locust ended with exit code")
    assert SECRET not in doubt


def test_a_locustfile_that_is_not_there_is_refused(project):
    with pytest.raises(ParameterError, match=r"There is no gone\.py"):
        run_once(project('locustfile = "gone.py"\n'))


class Clock:
    """A second later each time."""

    def __init__(self):
        self.now = START

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


def measured(project, outcomes):
    """What comes of attempts with so many of 1000 requests failed, and how long it waited."""
    left, slept = list(outcomes), []

    def once(scenario, root, environ, *, progress):
        return Run(tool="Locust", total=Group(count=1000, failed=left.pop(0)))

    found = measure(
        project, "smoke", Clock(), environ={"SHOP_TOKEN": SECRET}, sleep=slept.append, once=once
    )
    return [one.state for one in found.attempts], slept


FAIL, PASS = State.FAIL, State.PASS


@pytest.mark.parametrize(
    ("retries", "outcomes", "states", "waits"),
    [
        (0, [500], [FAIL], [0]),
        (3, [0], [PASS], [0]),
        (3, [500, 0], [FAIL, PASS], [0, 1]),
        (3, [500, 500, 500, 0], [FAIL, FAIL, FAIL, PASS], [0, 1, 2, 4]),
        (3, [500, 500, 500, 500], [FAIL] * 4, [0, 1, 2, 4]),
        (1, [500, 500], [FAIL, FAIL], [0, 1]),
    ],
)
def test_only_what_is_marked_is_measured_again(project, retries, outcomes, states, waits):
    opened = project(f"retries = {retries}\n{REQUESTS}")
    assert measured(opened, outcomes) == (states, waits)


def test_a_secret_that_is_not_set_is_refused(project):
    with pytest.raises(ParameterError, match="SHOP_TOKEN"):
        measure(project(), "smoke", Clock(), environ={})


def test_the_scenario_is_one_of_the_project(project):
    with pytest.raises(ParameterError, match="There is no scenario 'smok'") as refused:
        measure(project(), "smok", Clock(), environ={})
    assert refused.value.advice == "did you mean 'smoke'?"
