"""GitHub, GitLab and Jira as far as making issues goes, with whatever goes wrong on the way."""

from __future__ import annotations

import json
import re

from werkzeug import Response

from codexreport.sources.trackers import (
    GitHubIssuesSettings,
    GitLabIssuesSettings,
    JiraIssuesSettings,
)

PAGE = 2
"""Issues on a page of a search; real servers have more."""


class Tracker:
    """Keeps issues. `troubles` are what goes wrong with the next requests that make one.

    A trouble is a response that is given instead, or `"lost"`: the issue is made, and nobody is
    told.
    """

    def __init__(self, server):
        self.server = server
        self.url = server.url_for("").rstrip("/")
        self.issues = []
        self.asked = []
        self.troubles = []
        server.expect_request(re.compile("/.*")).respond_with_handler(self._answer)

    def _answer(self, request):
        self.asked.append((request.method, request.path, dict(request.args)))
        if request.method == "GET":
            return self.search(request)
        trouble = self.troubles.pop(0) if self.troubles else None
        if isinstance(trouble, Response):
            return trouble
        self.issues.append(request.get_json())
        if trouble == "lost":
            return Response("upstream is gone", status=502)
        return _json(self.shown(len(self.issues)), status=201)

    def page(self, request, rows, path):
        """Some of the rows, with the address of the next ones."""
        page = int(request.args.get("page", 1))
        some = rows[(page - 1) * PAGE : page * PAGE]
        query = "&".join(f"{key}={value}" for key, value in request.args.items() if key != "page")
        link = f'<{self.url}{path}?{query}&page={page + 1}>; rel="next"'
        return some, {"Link": link} if page * PAGE < len(rows) else {}

    @property
    def made(self):
        """How many requests were meant to make one."""
        return sum(method == "POST" for method, _, _ in self.asked)


class GitHub(Tracker):
    """Its search forgets what is newer than `indexed`."""

    indexed = 0

    @property
    def settings(self):
        return GitHubIssuesSettings(
            type="github-issues", url=self.url, repository="shop/backlog", labels=("postmortem",)
        )

    def shown(self, number):
        issue = self.issues[number - 1]
        return {
            "number": number,
            "title": issue.get("title", ""),
            "state": "open",
            "html_url": f"{self.url}/shop/backlog/issues/{number}",
            "repository_url": f"{self.url}/repos/shop/backlog",
            "body": issue.get("body"),
        }

    def search(self, request):
        rows = [self.shown(number + 1) for number in range(len(self.issues))]
        if request.path == "/search/issues":
            rows, headers = self.page(request, rows[: self.indexed], request.path)
            return _json({"items": rows, "incomplete_results": False}, headers=headers)
        return _json(rows[::-1][:PAGE])


class GitLab(Tracker):
    @property
    def settings(self):
        return GitLabIssuesSettings(
            type="gitlab-issues", url=self.url, project="shop/backlog", labels=("postmortem",)
        )

    def shown(self, number):
        text = self.issues[number - 1].get("description")
        return {"web_url": f"{self.url}/shop/backlog/-/issues/{number}", "description": text}

    def search(self, request):
        rows = [self.shown(number + 1) for number in range(len(self.issues))]
        path = "/api/v4/projects/shop%2Fbacklog/issues"
        rows, headers = self.page(request, rows, path)
        return _json(rows, headers=headers)


class Jira(Tracker):
    @property
    def settings(self):
        return JiraIssuesSettings(type="jira-issues", url=self.url, jql="project = OPS")

    def shown(self, number):
        return {"id": str(number), "key": f"OPS-{number}"}

    def search(self, request):
        label = re.search('labels = "(.*?)"', request.args["jql"])[1]
        found = [
            self.shown(number)
            for number, issue in enumerate(self.issues, start=1)
            if label in issue["fields"]["labels"]
        ]
        return _json({"issues": found, "isLast": True})


def _json(document, status=200, headers=None):
    return Response(
        json.dumps(document), status=status, headers=headers, content_type="application/json"
    )
