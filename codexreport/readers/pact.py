"""Pact: what the verification of a provider against its consumers' contracts said.

Read are the results file of the verifier that pact-js, pact-python, pact-go and others share
(`pact_verifier_cli --json`), the JSON report of Pact-JVM, the JSON output of Pact's Ruby
verifier, and the result that verifiers publish to a Pact Broker.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from codexreport.quality.contracts import ContractVerification, Interaction, Verdict
from codexreport.readers import pact_shapes
from codexreport.readers.commits import the_one
from codexreport.readers.notation import fields
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.pact_shapes import Shape, Top

_FAILURES = ("failureCount", "failure_count")


class PactReader:
    """Pact verification results."""

    format: ClassVar[str] = "pact"
    title: ClassVar[str] = "Pact verification results"
    made_by: ClassVar[str] = "pact_verifier_cli --file pact.json --json results.json"
    containers: ClassVar[frozenset[Container]] = frozenset({Container.JSON})

    def recognises(self, document: Document) -> bool:
        """One of four shapes; see the module."""
        top = document.json
        return isinstance(top, dict) and _shape(top) is not None

    def parse(self, document: Document) -> ContractVerification:
        """Judge every interaction, and the verification as a whole."""
        top = fields.as_mapping(document, document.json, "")
        shape = _shape(top)
        if shape is None:
            raise document.error("is no Pact verification result")
        interactions = list(shape(document, top))
        overall = _overall(document, top)
        notes = []
        bad = Verdict.PENDING if top.get("wip") is True else Verdict.FAILED
        seen = {one.verdict for one in interactions}
        if overall is False and bad not in seen:
            whole = "the verification as a whole"
            interactions.append(Interaction(description=whole, verdict=bad))
        if overall and Verdict.FAILED in seen:
            notes.append("It calls itself successful although interactions failed.")
        return ContractVerification(
            interactions=tuple(interactions),
            provider=_provider(document, top),
            observed=_moment(document, top),
            commit=the_one([fields.text(document, top, "providerApplicationVersion", "", "")]),
            doubts=tuple(_doubts(document, top, len(interactions))),
            notes=tuple(notes),
        )


def _shape(top: Top) -> Shape | None:
    keys = top.keys()
    if isinstance(top.get("result"), bool) and keys & {"interactionResults", "pendingErrors"}:
        return pact_shapes.of_verifier
    if {"metaData", "provider", "execution"} <= keys:
        return pact_shapes.of_jvm
    if {"success", "providerApplicationVersion"} <= keys:
        return pact_shapes.of_broker
    summary = top.get("summary")
    if "examples" in keys and isinstance(summary, dict) and "pacts" in summary:
        return pact_shapes.of_ruby
    return None


def _overall(document: Document, top: Top) -> bool | None:
    """What is said of the whole; None where nothing is."""
    summary = _summary(document, top)
    if any(fields.count(document, summary, key, "summary", 0) for key in _FAILURES):
        return False
    if isinstance(top.get("result"), bool):
        return bool(top["result"])
    return fields.flag(document, top, "success", "", None)


def _provider(document: Document, top: Top) -> str:
    provider = fields.mapping_at(document, top, "provider", "", {})
    return fields.text(document, provider, "name", "provider", "") or fields.text(
        document, top, "providerName", "", ""
    )


def _moment(document: Document, top: Top) -> datetime | None:
    meta = fields.mapping_at(document, top, "metaData", "", {})
    written = fields.text(document, meta, "date", "metaData", "") or fields.text(
        document, top, "verificationDate", "", ""
    )
    return document.moment(written.partition("[")[0])  # Java adds the zone's name in brackets


def _doubts(document: Document, top: Top, seen: int) -> Iterator[str]:
    """A summary that counts more than is listed."""
    summary = _summary(document, top)
    for key in ("testCount", "example_count"):
        told = fields.count(document, summary, key, "summary", 0)
        if told > seen:
            yield f"Its summary counts {told} results and it holds {seen}: it is incomplete."


def _summary(document: Document, top: Top) -> Top:
    """The numbers of Ruby's verifier, whose two shapes hold them in two places."""
    results = top.get("testResults")
    holder = results if isinstance(results, dict) else top
    return fields.mapping_at(document, holder, "summary", "", {})
