"""Making issues: once each, whatever the tracker does."""

from __future__ import annotations

from datetime import date

import pytest
from issue_servers import GitHub, GitLab, Jira
from werkzeug import Response

from codexreport.errors import SourceError
from codexreport.sources.http import Timing
from codexreport.sources.issues import IssueTracker, JiraPlace, NewIssue
from codexreport.sources.trackers import JiraIssuesSettings

ISSUE = NewIssue(
    marker="codexreport-action-0123456789abcdef",
    title="Alert on slow burn",
    lines=("Incident: INC-34", "Owner: Search team"),
    labels=("postmortem",),
    due=date(2026, 10, 30),
    incident="INC-34",
)


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture(params=[GitHub, GitLab, Jira])
def tracker(request, httpserver):
    return request.param(httpserver)


@pytest.fixture
def make():
    """Make an issue as a project would, with a clock of its own."""

    def run(tracker, issue=ISSUE, clock=None):
        clock = clock or Clock()
        timing = Timing(timeout=5, deadline=60, clock=clock, sleep=clock.sleep, wall=clock)
        place = JiraPlace(project="OPS", issue_type="Task")
        with IssueTracker(tracker.settings, jira=place, timing=timing, environ={}) as open_:
            return open_.make(issue)

    return run


def test_an_issue_is_made_once(tracker, make):
    first, second = make(tracker), make(tracker)
    assert (first.made, second.made) == (True, False)
    assert first.url == second.url
    assert len(tracker.issues) == 1


def test_what_was_made_before_the_answer_was_lost_is_found(tracker, make):
    tracker.troubles = ["lost"]
    assert make(tracker).made
    assert len(tracker.issues) == 1


def test_what_the_server_refused_for_now_is_sent_again(tracker, make):
    clock = Clock()
    tracker.troubles = [Response("slow down", status=429, headers={"Retry-After": "7"})]
    assert make(tracker, clock=clock).made
    assert (len(tracker.issues), clock.now) == (1, 1_007.0)


def test_an_error_of_the_server_is_tried_again_and_in_the_end_told(tracker, make):
    tracker.troubles = [Response("oops", status=500)]
    assert make(tracker).made
    tracker.issues.clear()
    tracker.troubles = [Response("oops", status=503)] * 3
    with pytest.raises(SourceError, match="answered 503: oops"):
        make(tracker)
    assert not tracker.issues


def test_what_the_server_will_not_have_is_told_at_once(tracker, make):
    tracker.troubles = [Response('{"message": "labels are invalid"}', status=422)]
    with pytest.raises(SourceError, match="answered 422"):
        make(tracker)
    assert tracker.made == 1


def test_it_is_found_on_a_later_page_of_the_search(tracker, make):
    first = make(tracker)
    for number in range(5):
        other = NewIssue(marker=f"codexreport-action-{number}", title="x", lines=())
        make(tracker, other)
    tracker.issues.append(tracker.issues.pop(0))  # behind all others
    if isinstance(tracker, GitHub):
        tracker.indexed = 6
        tracker.issues.insert(0, tracker.issues.pop())
    assert not make(tracker).made
    assert first.made


def test_github_knows_its_newest_issues_before_its_search_does(httpserver, make):
    github = GitHub(httpserver)
    assert github.indexed == 0
    make(github)
    assert not make(github).made


def test_a_search_that_did_not_look_at_everything_makes_nothing(httpserver, make):
    github = GitHub(httpserver)
    httpserver.expect_oneshot_request("/search/issues").respond_with_json(
        {"items": [], "incomplete_results": True}
    )
    with pytest.raises(SourceError, match="did not search everything"):
        make(github)
    assert not github.issues


def test_a_marker_within_another_word_is_another_issue(httpserver, make):
    github = GitHub(httpserver)
    github.issues = [{"body": f"see {ISSUE.marker}0"}, {"body": None}]
    assert make(github).made


def test_an_issue_must_have_an_address_that_can_be_followed(httpserver, make):
    named = {"body": ISSUE.marker, "html_url": "=HYPERLINK(1)"}
    httpserver.expect_oneshot_request("/repos/shop/backlog/issues").respond_with_json([named])
    github = GitHub(httpserver)
    with pytest.raises(SourceError, match=r"is at '=HYPERLINK\(1\)', which is not an http"):
        make(github)


def test_an_issue_whose_address_is_none_was_made_all_the_same(httpserver, make):
    github = GitHub(httpserver)
    github.shown = lambda number: {"html_url": f"ftp://tracker/{number}"}
    with pytest.raises(SourceError, match="is at 'ftp://tracker/"):
        make(github)
    assert github.made == 1


def test_what_github_is_told(httpserver, make):
    github = GitHub(httpserver)
    make(github)
    assert github.issues == [
        {
            "title": "Alert on slow burn",
            "labels": ["postmortem"],
            "body": "Due: 2026-10-30\nIncident: INC-34\nOwner: Search team\n\n"
            "codexreport-action-0123456789abcdef",
        }
    ]


def test_what_gitlab_is_told(httpserver, make):
    gitlab = GitLab(httpserver)
    make(gitlab)
    (issue,) = gitlab.issues
    assert (issue["due_date"], issue["labels"]) == ("2026-10-30", "postmortem")
    assert issue["description"].startswith("Incident: INC-34\n")


def test_what_jira_is_told(httpserver, make):
    jira = Jira(httpserver)
    assert make(jira).url == f"{jira.url}/browse/OPS-1"
    fields = jira.issues[0]["fields"]
    assert (fields["project"], fields["issuetype"]) == ({"key": "OPS"}, {"name": "Task"})
    assert fields["labels"] == ["postmortem", "incident:INC-34", ISSUE.marker]
    assert fields["description"]["content"][0]["content"][0]["text"] == "Incident: INC-34"


def test_jira_has_to_know_the_project():
    settings = JiraIssuesSettings(type="jira-issues", url="http://127.0.0.1:1", jql="x")
    with pytest.raises(SourceError, match="in which of Jira's projects"):
        IssueTracker(settings)
