"""Results of contract tests of any tool, in the project's own plain JSON.

    {
      "schema": 1,
      "generated_at": "2026-10-05T09:00Z",
      "contracts": [
        {
          "name": "orders-v2",
          "provider": "orders",
          "consumer": "checkout",
          "state": "failed",
          "interactions": [{"description": "an order that exists", "state": "failed"}],
          "mitigation": {
            "reason": "checkout keeps to v1",
            "owner": "team-orders",
            "approver": "engineering lead",
            "due": "2026-10-31"
          }
        }
      ]
    }

A state is `passed`, `failed` or `pending`; any other is unknown. A contract without interactions
counts as one. A mitigation counts until the end of its day, and not if its owner approved it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from codexreport.integration.figures import unfilled
from codexreport.quality.contracts import ContractVerification, Interaction, Mitigation, Verdict
from codexreport.readers.notation import fields
from codexreport.readers.notation.blanks import blanks_in, filled
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.moments import day_of, moment_of
from codexreport.readers.notation.plain_keys import refuse_others, refuse_schema

_TOP = frozenset({"schema", "project", "environment", "generated_at", "commit", "contracts"})
_CONTRACT = frozenset({"name", "provider", "consumer", "state", "interactions", "mitigation"})
_INTERACTION = frozenset({"description", "state", "mitigation"})
_MITIGATION = frozenset({"reason", "owner", "approver", "due"})
_VERDICTS = {
    "passed": Verdict.VERIFIED,
    "pass": Verdict.VERIFIED,
    "verified": Verdict.VERIFIED,
    "failed": Verdict.FAILED,
    "fail": Verdict.FAILED,
    "error": Verdict.FAILED,
    "pending": Verdict.PENDING,
}
_WORST_FIRST = (Verdict.FAILED, Verdict.UNKNOWN, Verdict.PENDING, Verdict.VERIFIED)
_RANK = {verdict: rank for rank, verdict in enumerate(_WORST_FIRST)}


class ContractResultsReader:
    """The project's own plain form."""

    format: ClassVar[str] = "contract-results"
    title: ClassVar[str] = "Contract results of any tool, plain JSON"
    made_by: ClassVar[str] = "codexreport new integration"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """Whether it lists contracts."""
        top = document.json
        return isinstance(top, dict) and isinstance(top.get("contracts"), list)

    def parse(self, document: Document) -> ContractVerification:
        """Understand the file.

        Raises:
            SourceError: A key is missing, not known, or holds what it cannot.
        """
        top = fields.as_mapping(document, document.json, "")
        refuse_schema(document, top)
        refuse_others(document, top, _TOP, "")
        rows = fields.objects(document, top, "contracts", "")
        return ContractVerification(
            interactions=tuple(
                interaction
                for n, row in document.counted(enumerate(rows))
                for interaction in _contract(document, row, fields.place("contracts", n))
            ),
            observed=moment_of(document, filled(top.get("generated_at")), "generated_at"),
            commit=fields.text(document, top, "commit", "", default=""),
            doubts=unfilled([*blanks_in(top)]),
        )


def _contract(document: Document, row: dict[str, Any], where: str) -> Iterator[Interaction]:
    refuse_others(document, row, _CONTRACT, where)
    name = fields.text(document, row, "name", where)
    provider = fields.text(document, row, "provider", where)
    consumer = fields.text(document, row, "consumer", where)
    mitigation = _mitigation(document, row, where)
    listed = fields.objects(document, row, "interactions", where, default=None)
    seen: list[Verdict] = []
    for number, one in enumerate(listed or []):
        here = fields.place(fields.place(where, "interactions"), number)
        refuse_others(document, one, _INTERACTION, here)
        seen.append(_verdict(document, one, here))
        yield Interaction(
            description=f"{name}: {fields.text(document, one, 'description', here)}",
            consumer=consumer,
            verdict=seen[-1],
            mitigation=_mitigation(document, one, here) or mitigation,
        )
    whole = _verdict(document, row, where)
    if listed == [] and whole is Verdict.VERIFIED:
        whole = Verdict.UNKNOWN  # there was nothing that could be verified
    if not seen or _RANK[whole] < min(_RANK[one] for one in seen):
        yield Interaction(
            description=f"{name} of {provider}",
            consumer=consumer,
            verdict=whole,
            mitigation=mitigation,
        )


def _verdict(document: Document, row: dict[str, Any], where: str) -> Verdict:
    word = fields.text(document, row, "state", where, default="")
    return _VERDICTS.get(word.strip().lower(), Verdict.UNKNOWN)


def _mitigation(document: Document, row: dict[str, Any], where: str) -> Mitigation | None:
    told = fields.mapping_at(document, row, "mitigation", where, default=None)
    if told is None:
        return None
    here = fields.place(where, "mitigation")
    refuse_others(document, told, _MITIGATION, here)
    written = fields.text(document, told, "due", here, default="")
    return Mitigation(
        reason=fields.text(document, told, "reason", here, default=""),
        owner=fields.text(document, told, "owner", here, default=""),
        approver=fields.text(document, told, "approver", here, default=""),
        due=day_of(document, filled(written), fields.place(here, "due")),
    )
