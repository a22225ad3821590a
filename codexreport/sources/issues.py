"""New issues in a tracker: found again by a marker in them, so that none is made twice.

Sources: the REST APIs of GitHub ("Create an issue", "Search issues"), GitLab ("New issue", "List
project issues") and Jira ("Create issue", "Search for issues using JQL").
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, urlencode

from codexreport.addresses import http_url
from codexreport.errors import SourceError
from codexreport.sources.trackers import (
    AnyTracker,
    GitHubIssuesSettings,
    GitLabIssuesSettings,
    JiraIssuesSettings,
    open_client,
    parsed_page,
)
from codexreport.text import one_line

if TYPE_CHECKING:
    from codexreport.sources.http import HttpClient, Timing

_TRIES = 3
_TITLE = 250
"""Characters of a title that every tracker takes."""
_MOST_PAGES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIssue:
    """What an issue is made of.

    Attributes:
        marker: A word that is in this issue and in no other.
        title: One line.
        lines: The description, a line each; they stand as they are, as text.
        labels: Labels it gets.
        due: Its last day.
        incident: What it follows from; empty where it names nothing.
    """

    marker: str
    title: str
    lines: tuple[str, ...]
    labels: tuple[str, ...] = ()
    due: date | None = None
    incident: str = ""

    @property
    def text(self) -> str:
        """The whole description, with the marker as its last line."""
        return "\n".join([*self.lines, "", self.marker])


@dataclass(frozen=True, slots=True, kw_only=True)
class JiraPlace:
    """Where Jira makes issues.

    Attributes:
        project: Its key, such as `PAY`.
        issue_type: Such as `Task`.
    """

    project: str
    issue_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue in the tracker.

    Attributes:
        url: Where people read it.
        made: Whether it was made now; else it was there.
    """

    url: str
    made: bool


class IssueTracker:
    """A tracker that issues are made in; a context manager."""

    def __init__(
        self,
        settings: AnyTracker,
        *,
        jira: JiraPlace | None = None,
        timing: Timing | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._api = _api(settings, jira)
        self._http = open_client(settings, timing, environ)

    def __enter__(self) -> Self:
        self._http.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.__exit__()

    def make(self, issue: NewIssue) -> Issue:
        """Make the issue, unless there is one with its marker.

        Where nobody can know whether the tracker made it, it is looked for before it is made
        again.

        Raises:
            SourceError: It could not be made, or not all could be looked at.
        """
        failure: SourceError | None = None
        for _ in range(_TRIES):
            if url := next(self._api.found(self._http, issue.marker), ""):
                return _issue(url, made=failure is not None)
            try:
                url = self._api.create(self._http, issue)
            except SourceError as error:
                if not _may_be_made(error):
                    raise
                failure = error
                continue
            return _issue(url, made=True)
        if url := next(self._api.found(self._http, issue.marker), ""):
            return _issue(url, made=True)
        raise failure or AssertionError("it was tried")


def _issue(url: str, *, made: bool) -> Issue:
    """An issue by the address that a tracker gave; people follow it, and files keep it."""
    try:
        return Issue(url=http_url(url), made=made)
    except ValueError as error:
        said = f"The tracker says that the issue is at {one_line(url)!r}, which {error}."
        raise SourceError(said) from error


def _may_be_made(error: SourceError) -> bool:
    """Whether the tracker may have made it all the same: no answer, or an error of its own."""
    status = getattr(error, "status", 500)
    return bool(status >= 500)  # noqa: PLR2004 - the range of the server's errors, RFC 9110


class _GitHub:
    """Its search knows what is new only after a while, so the newest issues are looked at too."""

    def __init__(self, settings: GitHubIssuesSettings) -> None:
        self._settings = settings
        self._issues = f"{settings.url}/repos/{settings.repository}/issues"

    def found(self, http: HttpClient, marker: str) -> Iterator[str]:
        newest = {"state": "all", "sort": "created", "direction": "desc", "per_page": "100"}
        url = f"{self._issues}?{urlencode(newest)}"
        yield from _bearing(_rows(url, http.get(url)), marker, "body", "html_url", url)
        question = f'"{marker}" repo:{self._settings.repository} is:issue in:body'
        url = f"{self._settings.url}/search/issues?{urlencode({'q': question, 'per_page': '100'})}"
        for page_url, page in _pages(self._settings, http, url):
            if not isinstance(page, dict) or page.get("incomplete_results"):
                raise SourceError(
                    f"{url} did not search everything.", advice="Run the command again later."
                )
            rows = _as_rows(page.get("items"), page_url)
            yield from _bearing(rows, marker, "body", "html_url", page_url)

    def create(self, http: HttpClient, issue: NewIssue) -> str:
        due = [f"Due: {issue.due.isoformat()}"] if issue.due else []
        text = "\n".join([*due, issue.text])
        document = {"title": issue.title[:_TITLE], "body": text, "labels": list(issue.labels)}
        return _address(self._issues, http.create(self._issues, document), "html_url")


class _GitLab:
    """It searches descriptions as they are."""

    def __init__(self, settings: GitLabIssuesSettings) -> None:
        self._settings = settings
        project = quote(settings.project, safe="")
        self._issues = f"{settings.url}/api/v4/projects/{project}/issues"

    def found(self, http: HttpClient, marker: str) -> Iterator[str]:
        asked = {"search": marker, "in": "description", "scope": "all", "per_page": "100"}
        for url, page in _pages(self._settings, http, f"{self._issues}?{urlencode(asked)}"):
            yield from _bearing(_as_rows(page, url), marker, "description", "web_url", url)

    def create(self, http: HttpClient, issue: NewIssue) -> str:
        document = {
            "title": issue.title[:_TITLE],
            "description": issue.text,
            "labels": ",".join(issue.labels),
            **({"due_date": issue.due.isoformat()} if issue.due else {}),
        }
        return _address(self._issues, http.create(self._issues, document), "web_url")


class _Jira:
    """The marker is a label as well: its search is exact for labels only."""

    def __init__(self, settings: JiraIssuesSettings, place: JiraPlace) -> None:
        self._settings = settings
        self._place = place
        self._version = "3" if settings.edition == "cloud" else "2"

    def found(self, http: HttpClient, marker: str) -> Iterator[str]:
        path = (
            "/rest/api/3/search/jql" if self._settings.edition == "cloud" else "/rest/api/2/search"
        )
        asked = {"jql": f'labels = "{marker}" ORDER BY created', "fields": "labels"}
        url = f"{self._settings.url}{path}?{urlencode(asked)}"
        page = parsed_page(url, http.get(url))
        for row in _as_rows(page.get("issues") if isinstance(page, dict) else None, url):
            yield self._browse(_text(row, "key", url))

    def create(self, http: HttpClient, issue: NewIssue) -> str:
        follows = [f"incident:{issue.incident}"] if issue.incident else []
        labels = ["-".join(label.split()) for label in (*issue.labels, *follows)]
        fields = {
            "project": {"key": self._place.project},
            "issuetype": {"name": self._place.issue_type},
            "summary": issue.title[:_TITLE],
            "description": _document(issue.text) if self._version == "3" else issue.text,
            "labels": [*labels, issue.marker],
            **({"duedate": issue.due.isoformat()} if issue.due else {}),
        }
        url = f"{self._settings.url}/rest/api/{self._version}/issue"
        return self._browse(_address(url, http.create(url, {"fields": fields}), "key"))

    def _browse(self, key: str) -> str:
        return f"{self._settings.url}/browse/{key}"


_Api = _GitHub | _GitLab | _Jira


def _api(settings: AnyTracker, jira: JiraPlace | None) -> _Api:
    if isinstance(settings, GitHubIssuesSettings):
        return _GitHub(settings)
    if isinstance(settings, GitLabIssuesSettings):
        return _GitLab(settings)
    if jira is None:
        raise SourceError(
            "Nothing says in which of Jira's projects issues are made.",
            advice='Write jira_project = "KEY" under [actions] in codexreport.toml.',
        )
    return _Jira(settings, jira)


def _document(text: str) -> dict[str, Any]:
    """Plain text in Atlassian's document format, a paragraph a line."""
    paragraphs = [
        {"type": "paragraph", "content": [{"type": "text", "text": line}] if line else []}
        for line in text.split("\n")
    ]
    return {"type": "doc", "version": 1, "content": paragraphs}


def _pages(
    settings: GitHubIssuesSettings | GitLabIssuesSettings, http: HttpClient, url: str
) -> Iterator[tuple[str, Any]]:
    """Every page from `url` on, with its address."""
    for _ in range(_MOST_PAGES):
        answer = http.fetch(url)
        page = parsed_page(url, answer.body)
        yield url, page
        url = settings.following(url, answer, page)
        if not url:
            return
    raise SourceError(f"{url}: the search finds more than {_MOST_PAGES} pages.")


def _rows(url: str, body: bytes) -> list[Mapping[str, Any]]:
    return _as_rows(parsed_page(url, body), url)


def _as_rows(found: object, url: str) -> list[Mapping[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise SourceError(f"{url} did not answer with a list of issues.")
    return found


def _bearing(
    rows: list[Mapping[str, Any]], marker: str, where: str, address: str, url: str
) -> Iterator[str]:
    """The addresses of those whose text has the marker as a line: a search finds more."""
    for row in rows:
        if marker in str(row.get(where) or "").split():
            yield _text(row, address, url)


def _address(url: str, body: bytes, key: str) -> str:
    page = parsed_page(url, body)
    return _text(page if isinstance(page, dict) else {}, key, url)


def _text(row: Mapping[str, Any], key: str, url: str) -> str:
    found = row.get(key)
    if not isinstance(found, str) or not found or one_line(found) != found:
        raise SourceError(f"{url} answered with an issue without {key}.")
    return found
