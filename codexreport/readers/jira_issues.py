"""Action items from Jira's issues, as its REST API answers a search.

Format: Jira Cloud platform REST API v3, "Search for issues using JQL", and Jira Data Center REST
API, "Search". One answer, or a list of the answers that are its pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from codexreport.incidents.actions import ActionItem, Actions, ActionState
from codexreport.readers.issue_terms import due_of, earliest, incident_of, label_names
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import day_of, moment_of
from codexreport.readers.pages import first_of

_UNDONE = frozenset(
    {"won't do", "won't fix", "duplicate", "declined", "cannot reproduce", "rejected"}
)
_DONE = "done"

Pages = Sequence[tuple[str, Mapping[str, Any]]]
"""Each answer, and where it stands."""


class JiraIssuesReader:
    """`{"issues": [{"key": ..., "fields": {...}}]}`."""

    format: ClassVar[str] = "jira-issues"
    title: ClassVar[str] = "Jira issues as action items"
    made_by: ClassVar[str] = (
        'curl -u "$JIRA_USER:$JIRA_TOKEN" -G https://SITE.atlassian.net/rest/api/3/search/jql'
        ' --data-urlencode "jql=labels = postmortem"'
        ' -d fields="summary,status,duedate,assignee,resolution,resolutiondate,labels,issuelinks"'
        " > issues.json"
    )
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether it answers a search with issues, each with a key and fields."""
        top = document.json if isinstance(document.json, dict) else first_of(document.json)
        found = top.get("issues")
        if not isinstance(found, list):
            return False
        if not found:
            return "startAt" in top or "isLast" in top
        return isinstance(found[0], dict) and "key" in found[0] and "fields" in found[0]

    def parse(self, document: Document) -> Actions:
        """Understand the answer.

        Raises:
            SourceError: It is not what the API answers with, or the fields were not asked for.
        """
        pages = _pages(document)
        rows = (
            (fields.place(fields.place(where, "issues"), n), row)
            for where, page in pages
            for n, row in enumerate(fields.objects(document, page, "issues", where))
        )
        found = dict.fromkeys(_item(document, row, where) for where, row in document.counted(rows))
        return Actions(items=tuple(found), incomplete=_incomplete(document, pages, len(found)))


def _pages(document: Document) -> Pages:
    if not isinstance(document.json, list):
        return [("", fields.as_mapping(document, document.json, ""))]
    places = ((fields.place("", n), page) for n, page in enumerate(document.json))
    return [(where, fields.as_mapping(document, page, where)) for where, page in places]


def _incomplete(document: Document, pages: Pages, found: int) -> str:
    if not pages:
        return ""
    where, last = pages[-1]
    total = fields.count(document, last, "total", where, default=None)
    if total is not None and total != found:
        return f"It holds {found} of {total} issues."
    ended = fields.flag(document, last, "isLast", where, default=True)
    if not ended or last.get("nextPageToken") is not None:
        return "It is one page of several: there are more issues."
    return ""


def _item(document: Document, row: Mapping[str, Any], where: str) -> ActionItem:
    key = fields.text(document, row, "key", where)
    here = fields.place(where, "fields")
    told = fields.mapping_at(document, row, "fields", where)
    words = told.get("description")
    text = words if isinstance(words, str) else ""
    closed = fields.place(here, "resolutiondate")
    return ActionItem(
        id=key,
        title=fields.text(document, told, "summary", here),
        state=_state(document, told, here),
        owner=_owner(document, told, here),
        due=earliest(
            day_of(document, told.get("duedate"), fields.place(here, "duedate")), due_of(text)
        ),
        closed_at=moment_of(document, told.get("resolutiondate"), closed),
        incident=_linked(document, told, here)
        or incident_of(label_names(document, told, here), text),
        url=_url(document, row, where, key),
    )


def _state(document: Document, told: Mapping[str, Any], where: str) -> ActionState:
    """By the category of its status: a team names its statuses, Jira their categories."""
    status = fields.mapping_at(document, told, "status", where)
    place = fields.place(where, "status")
    category = fields.mapping_at(document, status, "statusCategory", place, default={})
    if fields.text(document, category, "key", f"{place}.statusCategory", default="") != _DONE:
        return ActionState.OPEN
    resolution = fields.mapping_at(document, told, "resolution", where, default={})
    why = fields.text(document, resolution, "name", f"{where}.resolution", default="")
    return ActionState.DROPPED if why.lower() in _UNDONE else ActionState.CLOSED


def _owner(document: Document, told: Mapping[str, Any], where: str) -> str:
    assignee = fields.mapping_at(document, told, "assignee", where, default={})
    place = fields.place(where, "assignee")
    name = fields.text(document, assignee, "displayName", place, default="")
    return name or fields.text(document, assignee, "name", place, default="")


def _linked(document: Document, told: Mapping[str, Any], where: str) -> str:
    """The issue of type incident that it is linked to."""
    here = fields.place(where, "issuelinks")
    links: list[dict[str, Any]] = fields.objects(document, told, "issuelinks", where, default=[])
    for number, link in enumerate(links):
        for end in ("inwardIssue", "outwardIssue"):
            spot = fields.place(fields.place(here, number), end)
            other = fields.mapping_at(document, link, end, spot, default={})
            its = fields.mapping_at(document, other, "fields", spot, default={})
            kind = fields.mapping_at(document, its, "issuetype", spot, default={})
            if "incident" in fields.text(document, kind, "name", spot, default="").lower():
                return fields.text(document, other, "key", spot)
    return ""


def _url(document: Document, row: Mapping[str, Any], where: str, key: str) -> str:
    site, api, _ = fields.text(document, row, "self", where, default="").partition("/rest/")
    return f"{site}/browse/{key}" if api else ""
