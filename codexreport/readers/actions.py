"""Action items that a team writes down itself, in CSV.

A header with at least `id`, `title`, `owner`, `due` and `state`; `closed`, `incident` and `url`
may follow, and others are passed over. `state` is `open`, `closed` or `dropped`, or a word that
trackers use for them; where it is empty, the item is open. `due` is the last day.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from codexreport.incidents.actions import ActionItem, Actions, ActionState
from codexreport.keys import nearest
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import day_of, moment_of
from codexreport.readers.notation.plain_keys import require_columns
from codexreport.text import one_line

_COLUMNS = frozenset({"id", "title", "owner", "due", "state"})
_STATES = {
    **dict.fromkeys(("", "open", "new", "todo", "to do", "planned", "backlog"), ActionState.OPEN),
    **dict.fromkeys(("doing", "started", "in progress", "in review"), ActionState.OPEN),
    **dict.fromkeys(("blocked", "waiting", "reopened"), ActionState.OPEN),
    **dict.fromkeys(("closed", "done", "resolved", "completed"), ActionState.CLOSED),
    **dict.fromkeys(("dropped", "cancelled", "canceled", "wontfix"), ActionState.DROPPED),
}


class ActionsReader:
    """The project's own plain form."""

    format: ClassVar[str] = "actions"
    title: ClassVar[str] = "Action items, plain CSV"
    made_by: ClassVar[str] = "by hand: id,title,owner,due,state,closed,incident,url"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.CSV})

    def recognises(self, document: Document) -> bool:
        """Whether it has the columns."""
        return set(document.columns) >= _COLUMNS

    def parse(self, document: Document) -> Actions:
        """Understand the file.

        Raises:
            SourceError: A column is missing, or a state, day or time is none.
        """
        require_columns(document, _COLUMNS)
        return Actions(items=tuple(dict.fromkeys(_items(document))))


def _items(document: Document) -> Iterator[ActionItem]:
    for line, row in document.rows():
        cells = {key: value.strip() for key, value in row.items()}
        if not cells["id"]:
            raise document.error("id is missing", line=line)
        yield ActionItem(
            id=cells["id"],
            title=cells["title"],
            state=_state(document, cells["state"], line),
            owner=cells["owner"],
            due=day_of(document, cells["due"], "due", line=line),
            closed_at=moment_of(document, cells.get("closed"), "closed", line=line),
            incident=cells.get("incident", ""),
            url=cells.get("url", ""),
        )


def _state(document: Document, written: str, line: int) -> ActionState:
    """What a word for a state means; a misspelt one is refused, lest it count as open for ever."""
    found = _STATES.get(written.lower())
    if found is None:
        known = list(filter(None, _STATES))
        hint = nearest(written.lower(), known) or f"; known: {', '.join(known)}"
        raise document.error(f"state {one_line(written)!r} is none{hint}", line=line)
    return found
