"""Deployments that a pipeline records itself, in CSV or JSON.

CSV: a header with at least `id`, `environment`, `started` and `outcome`; `finished`, `committed`,
`version`, `commit` and `url` may follow, and others are passed over. JSON: `{"deployments": [...]}`
with the same keys in each, and `generated_at` beside the list. `committed` is when the first change
that it brought was committed. Outcomes are `success`, `failure`,
`rolled back` and `in progress`, or words that mean the same; another word is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import moment_of
from codexreport.readers.notation.plain_keys import refuse_others, require_columns
from codexreport.rollout.deployments import Deployment, Deployments, Outcome

_COLUMNS = frozenset({"id", "environment", "started", "outcome"})
_KEYS = _COLUMNS | {"finished", "committed", "version", "commit", "url"}
_TOP = frozenset({"deployments", "generated_at"})
_OUTCOMES = {
    **dict.fromkeys(("success", "succeeded", "successful"), Outcome.SUCCEEDED),
    **dict.fromkeys(("failure", "failed", "error"), Outcome.FAILED),
    **dict.fromkeys(("rolled back", "rollback", "reverted"), Outcome.ROLLED_BACK),
    **dict.fromkeys(("in progress", "pending", "queued", "running"), Outcome.IN_PROGRESS),
    "inactive": Outcome.INACTIVE,
}


def outcome_of(written: str) -> Outcome:
    """How a deployment ended, by the word that a pipeline uses."""
    word = written.strip().lower().replace("_", " ").replace("-", " ")
    return _OUTCOMES.get(word, Outcome.UNKNOWN)


class DeploymentsReader:
    """The project's own plain form."""

    format: ClassVar[str] = "deployments"
    title: ClassVar[str] = "Deployments, plain CSV or JSON"
    made_by: ClassVar[str] = (
        'echo "$ID,production,$STARTED,success,$FINISHED,$VERSION" >> deployments.csv'
    )
    containers: ClassVar[frozenset[Container]] = frozenset({Container.CSV, Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether it has the columns, or a list of deployments and no other."""
        if document.container is Container.CSV:
            return set(document.columns) >= _COLUMNS
        top = document.json
        return isinstance(top, dict) and "deployments" in top and top.keys() <= _TOP

    def parse(self, document: Document) -> Deployments:
        """Understand the file.

        Raises:
            SourceError: A key is missing or not known, or a time says not when.
        """
        if document.container is Container.CSV:
            return Deployments(deployments=tuple(_from_csv(document)))
        top = fields.as_mapping(document, document.json, "")
        refuse_others(document, top, _TOP, "")
        rows = fields.objects(document, top, "deployments", "")
        return Deployments(
            deployments=tuple(
                _from_json(document, row, fields.place("deployments", n))
                for n, row in document.counted(enumerate(rows))
            ),
            observed=moment_of(document, top.get("generated_at"), "generated_at"),
        )


def _from_csv(document: Document) -> Iterator[Deployment]:
    require_columns(document, _COLUMNS)
    for line, row in document.rows():
        yield _deployment(document, {key: row[key].strip() for key in row}, "", line)


def _from_json(document: Document, row: Mapping[str, Any], where: str) -> Deployment:
    refuse_others(document, row, _KEYS, where)
    return _deployment(document, row, where, 0)


def _deployment(document: Document, row: Mapping[str, Any], where: str, line: int) -> Deployment:
    missing = sorted(key for key in _COLUMNS if not row.get(key))
    if missing:
        raise document.error(f"{fields.place(where, missing[0])} is missing", line=line)
    started = moment_of(document, row["started"], fields.place(where, "started"), line=line)
    if started is None:
        raise document.error(f"{fields.place(where, 'started')} is missing", line=line)
    finished, committed = fields.place(where, "finished"), fields.place(where, "committed")
    return Deployment(
        id=fields.text(document, row, "id", where),
        environment=fields.text(document, row, "environment", where),
        started=started,
        outcome=outcome_of(fields.text(document, row, "outcome", where)),
        finished=moment_of(document, row.get("finished"), finished, line=line),
        committed=moment_of(document, row.get("committed"), committed, line=line),
        version=fields.text(document, row, "version", where, default=""),
        commit=fields.text(document, row, "commit", where, default=""),
        url=fields.text(document, row, "url", where, default=""),
    )
