"""Action items from GitLab's issues, as its REST API lists them.

Format: GitLab's REST API reference, "Issues API". The last day is the issue's own, its
milestone's, or that of a line `Due: 2026-10-20`; the earliest counts.
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

_PAGES = frozenset({20, 100})
"""The default and the largest number of issues on a page."""


class GitLabIssuesReader:
    """A list of issues, or of pages of them."""

    format: ClassVar[str] = "gitlab-issues"
    title: ClassVar[str] = "GitLab issues as action items"
    made_by: ClassVar[str] = (
        'glab api --paginate "projects/:id/issues?labels=postmortem&per_page=100" > issues.json'
    )
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether its first entry is an issue of a project."""
        return {"iid", "project_id", "state", "web_url"} <= first_of(document.json).keys()

    def parse(self, document: Document) -> Actions:
        """Understand the list.

        Raises:
            SourceError: It is not what the API answers with.
        """
        found = (_item(document, row, where) for where, row in rows_of(document))
        return Actions(
            items=tuple(dict.fromkeys(found)), incomplete=full_page(document, _PAGES, "issues")
        )


def _item(document: Document, row: Mapping[str, Any], where: str) -> ActionItem:
    text = fields.text(document, row, "description", where, default="")
    return ActionItem(
        id=_name(document, row, where),
        title=fields.text(document, row, "title", where),
        state=_state(document, row, where),
        owner=_owner(document, row, where),
        due=_due(document, row, where, text),
        closed_at=moment_of(document, row.get("closed_at"), fields.place(where, "closed_at")),
        incident=incident_of(label_names(document, row, where), text),
        url=fields.text(document, row, "web_url", where, default=""),
    )


def _name(document: Document, row: Mapping[str, Any], where: str) -> str:
    """`group/project#7`, since one list may hold the issues of many projects."""
    told: Mapping[str, Any] = fields.mapping_at(document, row, "references", where, default={})
    number = fields.integer(document, row, "iid", where)
    return fields.text(document, told, "full", f"{where}.references", default=f"#{number}")


def _state(document: Document, row: Mapping[str, Any], where: str) -> ActionState:
    if fields.text(document, row, "state", where) != "closed":
        return ActionState.OPEN
    moved = row.get("moved_to_id") is not None
    return ActionState.DROPPED if moved else ActionState.CLOSED


def _owner(document: Document, row: Mapping[str, Any], where: str) -> str:
    here = fields.place(where, "assignees")
    people: list[dict[str, Any]] = fields.objects(document, row, "assignees", where, default=[])
    return ", ".join(
        fields.text(document, one, "username", fields.place(here, n))
        for n, one in enumerate(people)
    )


def _due(document: Document, row: Mapping[str, Any], where: str, text: str) -> date | None:
    milestone: Mapping[str, Any] = fields.mapping_at(document, row, "milestone", where, default={})
    return earliest(
        day_of(document, row.get("due_date"), fields.place(where, "due_date")),
        day_of(document, milestone.get("due_date"), f"{where}.milestone.due_date"),
        due_of(text),
    )
