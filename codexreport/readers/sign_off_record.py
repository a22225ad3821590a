"""Sign-offs of an integration, in the project's own plain JSON.

    {
      "schema": 1,
      "scope": "Release 1.5 of the shop",
      "approvals": [
        {"role": "engineering lead", "decision": "approved",
         "timestamp": "2026-10-05T09:00Z", "comment": "as discussed"}
      ]
    }

A single decision may stand at the top instead, with `approver` for the role. A decision is
`approved` or `rejected`; any other is open.
"""

from __future__ import annotations

from typing import Any, ClassVar

from codexreport.integration.sign_off import Approval, SignOffRecord, Word
from codexreport.readers.notation import fields
from codexreport.readers.notation.blanks import blanks_in, filled
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import moment_of
from codexreport.readers.notation.plain_keys import refuse_others, refuse_schema

_ONE = frozenset({"approver", "role", "decision", "timestamp", "scope", "comment"})
_TOP = frozenset({"schema", "project", "gate", "commit", "approvals", "scope"})
_WORDS = {
    "approved": Word.APPROVED,
    "approve": Word.APPROVED,
    "rejected": Word.REJECTED,
    "reject": Word.REJECTED,
}


class SignOffRecordReader:
    """The project's own plain form."""

    format: ClassVar[str] = "sign-off-record"
    title: ClassVar[str] = "Sign-off of an integration, plain JSON"
    made_by: ClassVar[str] = "codexreport new integration"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether it lists approvals, or is one."""
        top = document.json
        if not isinstance(top, dict):
            return False
        one = {"approver", "decision", "timestamp"} <= top.keys()
        return isinstance(top.get("approvals"), list) or one

    def parse(self, document: Document) -> SignOffRecord:
        """Understand the file.

        Raises:
            SourceError: A key is missing, not known, or holds what it cannot.
        """
        top = fields.as_mapping(document, document.json, "")
        refuse_schema(document, top)
        listed = fields.objects(document, top, "approvals", "", default=None)
        refuse_others(document, top, _TOP if listed is not None else _TOP | _ONE, "")
        scope = fields.text(document, top, "scope", "", default="")
        rows = (
            [(top, "")]
            if listed is None
            else [
                (row, fields.place("approvals", n))
                for n, row in document.counted(enumerate(listed))
            ]
        )
        return SignOffRecord(
            approvals=tuple(_approval(document, row, where, scope) for row, where in rows),
            commit=fields.text(document, top, "commit", "", default=""),
            blanks=tuple(blanks_in(top)),
        )


def _approval(document: Document, row: dict[str, Any], where: str, scope: str) -> Approval:
    if where:
        refuse_others(document, row, _ONE, where)
    key = "role" if "role" in row else "approver"
    word = fields.text(document, row, "decision", where, default="")
    written = fields.text(document, row, "timestamp", where, default="")
    return Approval(
        role=fields.text(document, row, key, where, default=""),
        word=_WORDS.get(word.strip().lower(), Word.OPEN),
        scope=fields.text(document, row, "scope", where, default=scope),
        at=moment_of(document, filled(written), fields.place(where, "timestamp")),
    )
