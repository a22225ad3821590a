"""Action items from the trackers themselves: every page of issues, as one body to be read.

The body is a JSON list of the pages, each exactly as the server wrote it; the reader of the
format that bears the tracker's name understands it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from urllib.parse import quote, urlencode, urlsplit

from pydantic import ConfigDict, Field, model_validator

from codexreport.addresses import EnvReference, PlainUrl
from codexreport.errors import SourceError
from codexreport.files import sha256
from codexreport.keys import Length
from codexreport.measure import Origin
from codexreport.sources.access import Access
from codexreport.sources.base import Place, Snapshot, SourceSettings
from codexreport.strict import StrictError, load_json
from codexreport.text import one_line

if TYPE_CHECKING:
    from codexreport.sources.http import Answer, HttpClient, Timing

_PAGE = 100
_MAX_BYTES = 128 * 2**20
_JIRA_FIELDS = (
    "summary,status,duedate,assignee,resolution,resolutiondate,labels,issuelinks,description"
)


class TrackerSettings(SourceSettings):
    """What every tracker has."""

    model_config = ConfigDict(hide_input_in_errors=True)

    token: EnvReference | None = None
    """Token to read issues with, as `env:NAME`."""
    timeout: Length = timedelta(seconds=30)
    """How long to wait for the next byte of an answer."""
    deadline: Length = timedelta(minutes=2)
    """How long one page may take with all retries."""
    max_pages: Annotated[int, Field(ge=1)] = 50
    """The most pages of 100 issues; where there are more, nothing is read."""


class GitHubIssuesSettings(TrackerSettings):
    """Issues of a GitHub repository."""

    type: Literal["github-issues"]
    url: PlainUrl = "https://api.github.com"
    """The API's address; that of an own server ends in `/api/v3`."""
    repository: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$")]
    """`owner/name`."""
    labels: tuple[str, ...] = ()
    """Labels that an issue must have, all of them."""

    @property
    def access(self) -> Access:
        """By a token, and for one version of the API."""
        plain = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        return Access(token=self.token, plain_headers=plain)

    @property
    def question(self) -> tuple[str, dict[str, str]]:
        """The oldest first, so that what is new moves nothing to another page."""
        query = {"state": "all", "sort": "created", "direction": "asc", "per_page": str(_PAGE)}
        labels = {"labels": ",".join(self.labels)} if self.labels else {}
        return f"/repos/{self.repository}/issues", {**query, **labels}

    def following(self, url: str, answer: Answer, page: Any) -> str:  # noqa: ARG002 - as Jira's
        """By the `Link` header."""
        return _linked(url, answer)


class GitLabIssuesSettings(TrackerSettings):
    """Issues of a GitLab project."""

    type: Literal["gitlab-issues"]
    url: PlainUrl = "https://gitlab.com"
    """The server's address, up to what comes before `/api/v4`."""
    project: Annotated[str, Field(min_length=1)]
    """`group/name`, or its number."""
    labels: tuple[str, ...] = ()
    """Labels that an issue must have, all of them."""

    @property
    def access(self) -> Access:
        """By a token."""
        return Access(token=self.token)

    @property
    def question(self) -> tuple[str, dict[str, str]]:
        """The oldest first, so that what is new moves nothing to another page."""
        query = {"order_by": "created_at", "sort": "asc", "per_page": str(_PAGE)}
        labels = {"labels": ",".join(self.labels)} if self.labels else {}
        return f"/api/v4/projects/{quote(self.project, safe='')}/issues", {**query, **labels}

    def following(self, url: str, answer: Answer, page: Any) -> str:  # noqa: ARG002 - as Jira's
        """By the `Link` header."""
        return _linked(url, answer)


class JiraIssuesSettings(TrackerSettings):
    """Issues that a search in Jira finds."""

    type: Literal["jira-issues"]
    url: PlainUrl
    """The site's address, such as `https://shop.atlassian.net`."""
    jql: Annotated[str, Field(min_length=1)]
    """The search, such as `project = PAY AND labels = postmortem`."""
    edition: Literal["cloud", "data-center"] = "cloud"
    """Which of Jira's two APIs the site has."""
    username: EnvReference | None = None
    """Jira Cloud: the account's address, as `env:NAME`; its API token is `token`."""

    @model_validator(mode="after")
    def _a_name_needs_its_token(self) -> Self:
        if self.username and not self.token:
            raise ValueError("username needs token beside it")
        return self

    @property
    def access(self) -> Access:
        """By name and API token, or by a token alone."""
        if self.username:
            return Access(username=self.username, password=self.token)
        return Access(token=self.token)

    @property
    def question(self) -> tuple[str, dict[str, str]]:
        """Only what is needed of each issue."""
        path = "/rest/api/3/search/jql" if self.edition == "cloud" else "/rest/api/2/search"
        return path, {"jql": self.jql, "fields": _JIRA_FIELDS, "maxResults": str(_PAGE)}

    def following(self, url: str, answer: Answer, page: Any) -> str:  # noqa: ARG002 - as GitHub's
        """By the token of the next page; Data Center counts instead."""
        path, query = self.question
        if not isinstance(page, dict):
            return ""
        if self.edition == "cloud":
            token = page.get("nextPageToken")
            more = {"nextPageToken": token} if isinstance(token, str) and token else {}
        else:
            more = _counted_on(page)
        return f"{self.url}{path}?{urlencode({**query, **more})}" if more else ""


def _counted_on(page: Mapping[str, Any]) -> dict[str, str]:
    start, total, issues = page.get("startAt"), page.get("total"), page.get("issues")
    if not isinstance(start, int) or not isinstance(total, int) or not isinstance(issues, list):
        return {}
    reached = start + len(issues)
    return {"startAt": str(reached)} if issues and reached < total else {}


def _linked(url: str, answer: Answer) -> str:
    from requests.utils import parse_header_links

    links = parse_header_links(answer.headers.get("Link", ""))
    found = next((link["url"] for link in links if link.get("rel") == "next"), "")
    if found and urlsplit(found)[:2] != urlsplit(url)[:2]:
        raise SourceError(
            f"{url} names a next page on another server.",
            advice="Set url to what the server calls itself: a token is sent to no other.",
        )
    return found


AnyTracker = GitHubIssuesSettings | GitLabIssuesSettings | JiraIssuesSettings
TRACKERS: Mapping[str, type[AnyTracker]] = {
    "github-issues": GitHubIssuesSettings,
    "gitlab-issues": GitLabIssuesSettings,
    "jira-issues": JiraIssuesSettings,
}
"""Formats whose files need not be there: without a `path` they are fetched, by these settings."""


def address(settings: AnyTracker) -> str:
    """Where the issues are; nothing of it is a secret."""
    return f"{settings.url}{settings.question[0]}"


def question(settings: AnyTracker) -> str:
    """What is asked there first: the address with its query."""
    return f"{address(settings)}?{urlencode(settings.question[1])}"


def probe(settings: AnyTracker, *, environ: Mapping[str, str] = os.environ) -> str:
    """Ask for the first page; one sentence on what came.

    Raises:
        SourceError: It did not come, or is no JSON.
    """
    first = question(settings)
    with open_client(settings, None, environ) as http:
        parsed_page(first, http.fetch(first).body)
    return f"{address(settings)} answers."


def fetch_issues(
    settings: AnyTracker,
    source: str,
    place: Place,
    *,
    timing: Timing | None = None,
    environ: Mapping[str, str] = os.environ,
) -> tuple[Snapshot, ...]:
    """Fetch every page of issues, joined into one snapshot.

    Args:
        settings: Where they are; `settings.type` is the format that reads them.
        source: The source's name in the project.
        place: The moment, and who is told of the progress.
        timing: How long to wait, and by which clock.
        environ: Where secrets are.

    Raises:
        SourceError: A page did not come, is not the tracker's, or there are more than `max_pages`.
    """
    with open_client(settings, timing, environ) as http:
        pages = _pages(http, question(settings), settings, source, place)
    body = b"[" + b",\n".join(pages) + b"]\n"
    origin = Origin(
        source=source,
        uri=address(settings),
        query=urlencode(settings.question[1]),
        retrieved=place.now,
        sha256=sha256(body),
        size=len(body),
    )
    return (
        Snapshot(
            body=body,
            media_type="application/json",
            origins=(origin,),
            request={"pages": len(pages)},
        ),
    )


def open_client(
    settings: AnyTracker, timing: Timing | None, environ: Mapping[str, str]
) -> HttpClient:
    """A client for the tracker; a context manager."""
    from codexreport.sources.http import HttpClient, Timing

    timing = timing or Timing(
        timeout=settings.timeout.total_seconds(), deadline=settings.deadline.total_seconds()
    )
    return HttpClient(settings.access, timing, environ=environ)


def _pages(
    http: HttpClient, url: str, settings: AnyTracker, source: str, place: Place
) -> list[bytes]:
    pages: list[bytes] = []
    asked: set[str] = set()
    while url:
        if len(pages) == settings.max_pages:
            raise SourceError(
                f"Source {source}: there are more than max_pages = {settings.max_pages} pages.",
                advice="Ask for fewer issues, or raise max_pages in the source's settings.",
            )
        if url in asked:
            raise SourceError(f"Source {source}: {url} names itself as a later page.")
        asked.add(url)
        place.progress(f"{source}: issues", len(pages), 0)
        answer = http.fetch(url)
        page = parsed_page(url, answer.body)
        pages.append(answer.body.strip())
        if sum(map(len, pages)) > _MAX_BYTES:
            raise SourceError(
                f"Source {source}: its issues have more than {_MAX_BYTES} bytes.",
                advice="Ask for fewer issues in the source's settings.",
            )
        url = settings.following(url, answer, page)
    return pages


def parsed_page(url: str, body: bytes) -> Any:
    """A page, so that what is none is told apart from what a reader cannot understand."""
    try:
        return load_json(body.decode())
    except (UnicodeDecodeError, StrictError) as error:
        raise SourceError(
            f"{url} did not answer with JSON: {one_line(str(error))}.",
            advice="Check the url, and whether a login stands before it.",
        ) from error
