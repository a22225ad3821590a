"""Fetching issues from a real server that pages, limits, redirects and lies."""

from __future__ import annotations

import base64
import json
from datetime import date, datetime, timezone

import pytest
from pydantic import ValidationError
from werkzeug import Response

from codexreport.errors import SourceError
from codexreport.files import sha256
from codexreport.readers.notation.document import Document
from codexreport.readers.registry import reader
from codexreport.sources.base import Place
from codexreport.sources.http import Timing
from codexreport.sources.trackers import (
    GitHubIssuesSettings,
    GitLabIssuesSettings,
    JiraIssuesSettings,
    fetch_issues,
)

SECRET = "s3cr3t-t0k3n"
NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self):
        self.now = 1_000.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def place(tmp_path):
    return Place(root=tmp_path, cache=tmp_path, now=NOW)


@pytest.fixture
def fetch(clock, place):
    """Fetch as a project would, with a clock of its own."""

    def run(settings):
        timing = Timing(timeout=5, deadline=60, clock=clock, sleep=clock.sleep, wall=clock)
        return fetch_issues(settings, "work", place, timing=timing, environ={"TOKEN": SECRET})

    return run


def github(server, **more):
    return GitHubIssuesSettings(
        type="github-issues",
        url=server.url_for("/").rstrip("/"),
        repository="shop/checkout",
        token="env:TOKEN",
        **more,
    )


def gitlab(server, **more):
    return GitLabIssuesSettings(
        type="gitlab-issues", url=server.url_for(""), project="shop/checkout", **more
    )


def jira(server, **more):
    return JiraIssuesSettings(
        type="jira-issues", url=server.url_for(""), jql="project = PAY", token="env:TOKEN", **more
    )


def issue(number, **more):
    return {
        "number": number,
        "title": "Fix it",
        "state": "open",
        "html_url": "",
        "comments_url": "",
        "assignees": [{"login": "team-payments"}],
        "milestone": {"due_on": "2026-10-31T07:00:00Z"},
        **more,
    }


def ticket(key):
    fields = {"summary": "Fix it", "status": {"statusCategory": {"key": "new"}}}
    return {"key": key, "fields": fields}


def next_link(server, path):
    return {"Link": f'<{server.url_for(path)}>; rel="next", <{server.url_for("/")}>; rel="last"'}


def items_of(settings, snapshot):
    return reader(settings.type).parse(Document("issues", snapshot.body)).items


PATH = "/repos/shop/checkout/issues"


def test_github_pages_are_followed_and_read_as_one(httpserver, fetch):
    second = f"{PATH}?page=2"
    httpserver.expect_ordered_request(
        PATH,
        headers={"Authorization": f"Bearer {SECRET}", "Accept": "application/vnd.github+json"},
        query_string={
            "state": "all",
            "sort": "created",
            "direction": "asc",
            "per_page": "100",
            "labels": "postmortem,team: payments",
        },
    ).respond_with_json([issue(1)], headers=next_link(httpserver, second))
    httpserver.expect_ordered_request(PATH, query_string="page=2").respond_with_json([issue(2)])
    settings = github(httpserver, labels=("postmortem", "team: payments"))
    (snapshot,) = fetch(settings)
    assert [one.id for one in items_of(settings, snapshot)] == ["#1", "#2"]
    assert items_of(settings, snapshot)[0].due == date(2026, 10, 31)
    assert snapshot.request == {"pages": 2}
    (origin,) = snapshot.origins
    assert origin.sha256 == sha256(snapshot.body)
    assert origin.size == len(snapshot.body)
    assert origin.retrieved == NOW
    assert origin.uri == httpserver.url_for(PATH)
    assert SECRET not in repr(origin)


def test_a_page_is_kept_exactly_as_the_server_wrote_it(httpserver, fetch):
    written = b'[ {"number":1,  "state":"open","title":"\\u00fc","html_url":""} ]'
    httpserver.expect_request(PATH).respond_with_data(written)
    (snapshot,) = fetch(github(httpserver))
    assert snapshot.body == b"[" + written + b"]\n"


def test_githubs_rate_limit_is_waited_for(httpserver, fetch, clock):
    """The clock stands at 1000 s of Unix time; the limit is lifted 25 s later."""
    limited = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1025"}
    httpserver.expect_ordered_request(PATH).respond_with_json(
        {"message": "API rate limit exceeded"}, status=403, headers=limited
    )
    httpserver.expect_ordered_request(PATH).respond_with_json([issue(1)])
    fetch(github(httpserver))
    assert clock.slept == [25.0]


def test_a_limit_that_lasts_beyond_the_deadline_says_how_long(httpserver, fetch, clock):
    limited = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4600"}
    httpserver.expect_request(PATH).respond_with_json({}, status=403, headers=limited)
    with pytest.raises(SourceError, match="answered 403") as caught:
        fetch(github(httpserver))
    assert "asks to wait 3600 s" in caught.value.advice
    assert clock.slept == []


def test_githubs_second_limit_is_waited_for_by_retry_after(httpserver, fetch, clock):
    httpserver.expect_ordered_request(PATH).respond_with_json(
        {}, status=403, headers={"Retry-After": "30"}
    )
    httpserver.expect_ordered_request(PATH).respond_with_json([issue(1)])
    fetch(github(httpserver))
    assert clock.slept == [30.0]


def test_what_is_forbidden_is_not_asked_again(httpserver, fetch, clock):
    httpserver.expect_request(PATH).respond_with_json(
        {"message": "Resource not accessible"}, status=403, headers={"X-RateLimit-Remaining": "9"}
    )
    with pytest.raises(SourceError, match="answered 403"):
        fetch(github(httpserver))
    assert clock.slept == []
    assert len(httpserver.log) == 1


def test_the_token_is_sent_to_no_other_server(httpserver, fetch):
    elsewhere = {"Link": '<http://elsewhere.example/issues?page=2>; rel="next"'}
    httpserver.expect_request(PATH).respond_with_json([issue(1)], headers=elsewhere)
    with pytest.raises(SourceError, match="names a next page on another server"):
        fetch(github(httpserver))


def test_more_pages_than_the_cap_are_refused_and_never_read_in_part(httpserver, fetch):
    httpserver.expect_request(PATH).respond_with_handler(
        lambda request: Response(
            json.dumps([issue(1)]),
            headers=next_link(httpserver, f"{PATH}?page={len(httpserver.log) + 2}"),
        )
    )
    with pytest.raises(SourceError, match="more than max_pages = 3 pages"):
        fetch(github(httpserver, max_pages=3))
    assert len(httpserver.log) == 3


def test_pages_that_lead_in_a_circle_are_noticed(httpserver, fetch):
    circle = next_link(httpserver, f"{PATH}?page=2")
    httpserver.expect_request(PATH).respond_with_json([issue(1)], headers=circle)
    with pytest.raises(SourceError, match="names itself as a later page"):
        fetch(github(httpserver))


def test_a_login_page_is_no_answer(httpserver, fetch):
    httpserver.expect_request(PATH).respond_with_data("<html>Sign in</html>")
    with pytest.raises(SourceError, match="did not answer with JSON"):
        fetch(github(httpserver))


def test_a_repository_that_moved_is_not_followed(httpserver, fetch):
    httpserver.expect_request(PATH).respond_with_data(
        status=301, headers={"Location": "https://api.example/repositories/1/issues"}
    )
    with pytest.raises(SourceError) as caught:
        fetch(github(httpserver))
    assert "api.example" in caught.value.advice


def test_gitlab_projects_are_named_by_their_path(httpserver, fetch):
    row = {"iid": 1, "project_id": 42, "title": "Fix it", "state": "opened", "web_url": ""}
    httpserver.expect_request(
        "/api/v4/projects/shop/checkout/issues",
        query_string={"order_by": "created_at", "sort": "asc", "per_page": "100"},
    ).respond_with_json([row])
    settings = gitlab(httpserver)
    (snapshot,) = fetch(settings)
    assert [one.id for one in items_of(settings, snapshot)] == ["#1"]
    assert (
        httpserver.log[0][0]
        .environ["REQUEST_URI"]
        .startswith("/api/v4/projects/shop%2Fcheckout/issues")
    )


def test_jira_cloud_is_asked_on_by_its_token(httpserver, fetch):
    asked = {"jql": "project = PAY", "maxResults": "100"}
    path = "/rest/api/3/search/jql"
    httpserver.expect_request(path).respond_with_handler(
        lambda request: Response(
            json.dumps(
                {"issues": [ticket("PAY-2")], "isLast": True}
                if request.args.get("nextPageToken") == "a/b+c"
                else {"issues": [ticket("PAY-1")], "nextPageToken": "a/b+c", "isLast": False}
            )
        )
    )
    settings = jira(httpserver, username="env:TOKEN")
    (snapshot,) = fetch(settings)
    assert [one.id for one in items_of(settings, snapshot)] == ["PAY-1", "PAY-2"]
    first = httpserver.log[0][0]
    assert asked.items() <= first.args.to_dict().items()
    pair = base64.b64encode(f"{SECRET}:{SECRET}".encode()).decode()
    assert first.headers["Authorization"] == f"Basic {pair}"
    assert reader("jira-issues").parse(Document("j", snapshot.body)).incomplete == ""


def test_jira_data_center_is_asked_on_by_its_count(httpserver, fetch):
    def answer(request):
        start = int(request.args.get("startAt", 0))
        rows = [ticket(f"PAY-{start + n}") for n in range(min(2, 5 - start))]
        return Response(json.dumps({"startAt": start, "maxResults": 2, "total": 5, "issues": rows}))

    httpserver.expect_request("/rest/api/2/search").respond_with_handler(answer)
    settings = jira(httpserver, edition="data-center")
    (snapshot,) = fetch(settings)
    assert snapshot.request == {"pages": 3}
    assert [one.id for one in items_of(settings, snapshot)] == [f"PAY-{n}" for n in range(5)]


def test_a_missing_token_is_named(httpserver, place):
    with pytest.raises(SourceError, match="environment variable TOKEN is not set"):
        fetch_issues(github(httpserver), "work", place, environ={})


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (GitHubIssuesSettings, {"type": "github-issues", "repository": "a/b", "token": SECRET}),
        (GitHubIssuesSettings, {"type": "github-issues", "repository": "a/../b"}),
        (
            JiraIssuesSettings,
            {"type": "jira-issues", "url": "http://j", "jql": "a", "username": "env:U"},
        ),
        (GitLabIssuesSettings, {"type": "gitlab-issues", "project": ""}),
    ],
)
def test_settings_that_cannot_be_are_refused_without_showing_a_secret(kind, settings):
    with pytest.raises(ValidationError) as caught:
        kind(**settings)
    assert SECRET not in str(caught.value)
