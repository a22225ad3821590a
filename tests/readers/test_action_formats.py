"""What is read out of each tracker's issues, and the traps that lie in them."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timezone

import pytest
from examples import FORMATS

from codexreport.errors import SourceError
from codexreport.incidents.actions import ActionItem, ActionState
from codexreport.readers.actions import ActionsReader
from codexreport.readers.github_issues import GitHubIssuesReader
from codexreport.readers.gitlab_issues import GitLabIssuesReader
from codexreport.readers.jira_issues import JiraIssuesReader
from codexreport.readers.notation.document import Document


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


def example(name):
    return Document(name, (FORMATS / name).read_bytes())


def document(value):
    return Document("a file", json.dumps(value).encode())


def github(**changes):
    row = {"number": 7, "title": "Fix it", "state": "open", "html_url": "", **changes}
    return GitHubIssuesReader().parse(document([row])).items[0]


def jira(**changes):
    fields = {"summary": "Fix it", "status": {"statusCategory": {"key": "new"}}, **changes}
    return JiraIssuesReader().parse(document({"issues": [{"key": "P-1", "fields": fields}]}))


def test_an_issue_of_github_has_the_earlier_of_its_days_and_the_incident_of_its_label():
    first, second, third = (
        GitHubIssuesReader().parse(example("github-issues/pass-two-pages.json")).items
    )
    assert first == ActionItem(
        id="#12",
        title="Alert on the queue's age",
        state=ActionState.OPEN,
        owner="team-payments",
        due=date(2026, 10, 20),
        incident="INC-101",
        url="https://github.com/shop/checkout/issues/12",
    )
    assert second.closed_at == utc(2026, 10, 1, 15)
    assert third.state is ActionState.DROPPED


def test_a_pull_request_is_no_action_item():
    """The second page of the example holds the pull request 14."""
    found = GitHubIssuesReader().parse(example("github-issues/pass-two-pages.json"))
    assert [one.id for one in found.items] == ["#12", "#13", "#15"]


@pytest.mark.parametrize(
    ("body", "due"),
    [
        ("Due: 2026-10-20", date(2026, 10, 20)),
        ("- **Due**: 2026-10-20 at noon", date(2026, 10, 20)),
        ("Due: to a missing alert nobody saw it", None),
        ("Due: 2026-02-31", None),
        ("It is due: 2026-10-20", None),
        (None, None),
    ],
)
def test_a_line_of_the_body_names_the_last_day_and_prose_names_none(body, due):
    assert github(body=body).due == due


def test_a_full_page_may_not_be_all_of_the_issues():
    assert GitHubIssuesReader().parse(
        example("github-issues/unknown-a-full-page.json")
    ).incomplete == ("It holds exactly 30 issues, a full page: there may be more.")


def test_pages_that_were_joined_are_the_whole_even_where_the_last_is_full():
    rows = [{"number": n, "title": "", "state": "open", "html_url": ""} for n in range(100)]
    found = GitHubIssuesReader().parse(document([rows]))
    assert len(found.items) == 100
    assert found.incomplete == ""


def test_an_issue_that_moved_between_pages_counts_once():
    row = {"number": 7, "title": "Fix it", "state": "open", "html_url": ""}
    assert len(GitHubIssuesReader().parse(document([[row], [row]])).items) == 1


def test_issues_of_several_gitlab_projects_are_told_apart():
    found = GitLabIssuesReader().parse(example("gitlab-issues/pass-owned-and-in-time.json"))
    assert found.items[0] == ActionItem(
        id="shop/checkout#1",
        title="Alert on the queue's age",
        state=ActionState.OPEN,
        owner="team-payments",
        due=date(2026, 10, 20),
        incident="INC-101",
        url="https://gitlab.example/shop/checkout/-/issues/1",
    )
    assert found.items[1].state is ActionState.CLOSED
    assert found.items[2].state is ActionState.DROPPED, "it was moved to another project"


def test_jira_answers_over_several_pages_with_offsets_without_a_colon():
    found = JiraIssuesReader().parse(example("jira-issues/pass-cloud-pages.json"))
    first, second, third = found.items
    assert first == ActionItem(
        id="PAY-1",
        title="Alert on the queue's age",
        state=ActionState.OPEN,
        owner="team-payments",
        due=date(2026, 10, 20),
        incident="INC-101",
        url="https://shop.atlassian.example/browse/PAY-1",
    )
    assert second.closed_at == utc(2026, 10, 1, 13)
    assert third.state is ActionState.DROPPED
    assert found.incomplete == ""


@pytest.mark.parametrize(
    ("answer", "incomplete"),
    [
        ({"issues": [], "isLast": False}, "It is one page of several: there are more issues."),
        ({"issues": [], "nextPageToken": "x"}, "It is one page of several: there are more issues."),
        ({"issues": [], "startAt": 0, "total": 3}, "It holds 0 of 3 issues."),
        ({"issues": [], "startAt": 0, "total": 0}, ""),
        ({"issues": [], "isLast": True}, ""),
    ],
)
def test_a_part_of_jiras_answer_says_so(answer, incomplete):
    assert JiraIssuesReader().parse(document(answer)).incomplete == incomplete


def test_a_status_of_jira_that_a_team_named_is_known_by_its_category():
    closed = {"name": "Ausgeliefert", "statusCategory": {"key": "done"}}
    assert jira(status=closed).items[0].state is ActionState.CLOSED
    assert jira(status={"name": "Done"}).items[0].state is ActionState.OPEN


def test_a_description_of_jira_that_is_a_document_says_nothing():
    assert jira(description={"type": "doc", "content": []}).items[0].due is None


def test_a_plain_list_is_read():
    first, second, third = (
        ActionsReader().parse(example("actions/pass-owned-and-in-time.csv")).items
    )
    assert first.due == date(2026, 10, 20)
    assert second.title == "Rehearse the rollback, twice"
    assert second.state is ActionState.CLOSED
    assert third.state is ActionState.DROPPED


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("Waiting for vendor", "2: state 'Waiting for vendor' is none; known: open, new"),
        ("Opne", "2: state 'Opne' is none; did you mean 'open'?"),
    ],
)
def test_a_state_that_is_not_known_is_refused(word, said):
    text = f"id,title,owner,due,state\nA-1,Alert sooner,,,{word}\n"
    with pytest.raises(SourceError, match=re.escape(said)):
        ActionsReader().parse(Document("a file", text.encode()))


@pytest.mark.parametrize("word", ["", "open", "In progress", "To do"])
def test_an_action_item_is_open_by_several_words_and_by_none(word):
    text = f"id,title,owner,due,state\nA-1,Alert sooner,,,{word}\n"
    (item,) = ActionsReader().parse(Document("a file", text.encode())).items
    assert item.state is ActionState.OPEN
