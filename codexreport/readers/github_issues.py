"""Action items from GitHub's issues, as its REST API lists them.

Format: GitHub's REST API reference, "List repository issues". The last day is the milestone's,
or that of a line `Due: 2026-10-20`; the earlier counts. The list holds pull requests as well,
which are passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from codexreport.incidents.actions import ActionItem, Actions, ActionState
from codexreport.readers.issue_terms import due_of, earliest, incident_of, label_names
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import day_of, moment_of
from codexreport.readers.pages import first_of, full_page, rows_of

_PAGES = frozenset({30, 100})
"""The default and the largest number of issues on a page."""
_UNDONE = frozenset({"not_planned", "duplicate"})


class GitHubIssuesReader:
    """A list of issues, or of pages of them."""

    format: ClassVar[str] = "github-issues"
    title: ClassVar[str] = "GitHub issues as action items"
    made_by: ClassVar[str] = (
        "gh api --paginate --slurp"
        ' "repos/OWNER/NAME/issues?state=all&labels=postmortem&per_page=100" > issues.json'
    )
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether its first entry is an issue of a repository."""
        first = first_of(document.json)
        return {"number", "state", "html_url"} <= first.keys() and (
            "repository_url" in first or "comments_url" in first
        )

    def parse(self, document: Document) -> Actions:
        """Understand the list.

        Raises:
            SourceError: It is not what the API answers with.
        """
        found = (
            _item(document, row, where)
            for where, row in rows_of(document)
            if row.get("pull_request") is None
        )
        return Actions(
            items=tuple(dict.fromkeys(found)), incomplete=full_page(document, _PAGES, "issues")
        )


def _item(document: Document, row: Mapping[str, Any], where: str) -> ActionItem:
    body = fields.text(document, row, "body", where, default="")
    return ActionItem(
        id=f"#{fields.integer(document, row, 'number', where)}",
        title=fields.text(document, row, "title", where),
        state=_state(document, row, where),
        owner=_owner(document, row, where),
        due=_due(document, row, where, body),
        closed_at=moment_of(document, row.get("closed_at"), fields.place(where, "closed_at")),
        incident=incident_of(label_names(document, row, where), body),
        url=fields.text(document, row, "html_url", where, default=""),
    )


def _state(document: Document, row: Mapping[str, Any], where: str) -> ActionState:
    if fields.text(document, row, "state", where) != "closed":
        return ActionState.OPEN
    why = fields.text(document, row, "state_reason", where, default="")
    return ActionState.DROPPED if why in _UNDONE else ActionState.CLOSED


def _owner(document: Document, row: Mapping[str, Any], where: str) -> str:
    here = fields.place(where, "assignees")
    people: list[dict[str, Any]] = fields.objects(document, row, "assignees", where, default=[])
    return ", ".join(
        fields.text(document, one, "login", fields.place(here, n)) for n, one in enumerate(people)
    )


def _due(document: Document, row: Mapping[str, Any], where: str, body: str) -> date | None:
    milestone: Mapping[str, Any] = fields.mapping_at(document, row, "milestone", where, default={})
    due_on = day_of(document, milestone.get("due_on"), f"{where}.milestone.due_on")
    return earliest(due_on, due_of(body))
