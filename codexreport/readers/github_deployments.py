"""Deployments as GitHub's REST API lists them, each with its statuses.

Format: GitHub's REST API reference, "List deployments" and "List deployment statuses". The list
alone does not say how any of them ended; each needs the list of its own statuses as `statuses`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any, ClassVar

from codexreport.readers.deployments import outcome_of
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import moment_of
from codexreport.readers.pages import first_of, rows_of
from codexreport.rollout.deployments import Deployment, Deployments, Outcome

_ENDED = {Outcome.SUCCEEDED, Outcome.FAILED}

Status = tuple[datetime, Outcome, str]
"""When it was said, what, and where its log is."""


class GitHubDeploymentsReader:
    """A list of deployments, or of pages of them."""

    format: ClassVar[str] = "github-deployments"
    title: ClassVar[str] = "GitHub deployments with their statuses"
    made_by: ClassVar[str] = (
        "for d in $(gh api repos/OWNER/NAME/deployments --jq '.[].id'); do"
        " gh api repos/OWNER/NAME/deployments/$d; gh api repos/OWNER/NAME/deployments/$d/statuses;"
        " done | jq -s '[range(0; length; 2) as $i | .[$i] + {statuses: .[$i + 1]}]'"
        " > deployments.json"
    )
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether its first entry is a deployment of a repository."""
        return {"id", "sha", "environment", "created_at"} <= first_of(document.json).keys()

    def parse(self, document: Document) -> Deployments:
        """Understand the list.

        Raises:
            SourceError: It is not what the API answers with.
        """
        return Deployments(
            deployments=tuple(
                dict.fromkeys(_deployment(document, row, where) for where, row in rows_of(document))
            )
        )


def _deployment(document: Document, row: Mapping[str, Any], where: str) -> Deployment:
    statuses = _statuses(document, row, where)
    last = max(statuses, key=itemgetter(0), default=(None, Outcome.UNKNOWN, ""))
    at, outcome, url = last
    if outcome is Outcome.INACTIVE:
        at, outcome = _before_inactive(statuses)
    started = moment_of(document, row.get("created_at"), fields.place(where, "created_at"))
    if started is None:
        raise document.error(f"{fields.place(where, 'created_at')} is missing")
    return Deployment(
        id=str(fields.integer(document, row, "id", where)),
        environment=fields.text(document, row, "environment", where),
        started=started,
        outcome=outcome,
        finished=at if outcome in {*_ENDED, Outcome.INACTIVE} else None,
        version=fields.text(document, row, "ref", where, default=""),
        commit=fields.text(document, row, "sha", where),
        url=url,
    )


def _before_inactive(statuses: list[Status]) -> tuple[datetime | None, Outcome]:
    """When one that is inactive now had ended, and how: a failure stays one."""
    ended = [one for one in statuses if one[1] in _ENDED]
    at, outcome, _ = max(ended, key=itemgetter(0), default=(None, Outcome.INACTIVE, ""))
    return at, outcome if outcome is Outcome.FAILED else Outcome.INACTIVE


def _statuses(document: Document, row: Mapping[str, Any], where: str) -> list[Status]:
    """As the server lists them, the newest first, which decides between two of one second."""
    here = fields.place(where, "statuses")
    rows: list[dict[str, Any]] = fields.objects(document, row, "statuses", where, default=[])
    return [_status(document, one, fields.place(here, n)) for n, one in enumerate(rows)]


def _status(document: Document, row: Mapping[str, Any], where: str) -> Status:
    at = moment_of(document, row.get("created_at"), fields.place(where, "created_at"))
    if at is None:
        raise document.error(f"{fields.place(where, 'created_at')} is missing")
    url = fields.text(document, row, "log_url", where, default="")
    return at, outcome_of(fields.text(document, row, "state", where)), url
