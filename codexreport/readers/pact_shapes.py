"""The four shapes in which Pact's verifiers write what they found, each as interactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from codexreport.quality.contracts import Interaction, Verdict
from codexreport.readers.notation import fields
from codexreport.readers.notation.document import Document

Top = dict[str, Any]
Shape = Callable[[Document, Top], Iterator[Interaction]]

_VERIFIER_RESULTS = {"OK": Verdict.VERIFIED, "Error": Verdict.FAILED}
_JVM_RESULTS = {"OK": Verdict.VERIFIED, "failed": Verdict.FAILED}
_RUBY_STATUSES = {
    "passed": Verdict.VERIFIED,
    "failed": Verdict.FAILED,
    "pending": Verdict.PENDING,
}


def of_verifier(document: Document, top: Top) -> Iterator[Interaction]:
    """`pact_verifier_cli --json`: results by interaction, and errors listed apart from them."""
    errors, pending = _errors(document, top, "errors"), _errors(document, top, "pendingErrors")
    for n, one in enumerate(fields.objects(document, top, "interactionResults", "", [])):
        where = f"interactionResults[{n}]"
        description = fields.text(document, one, "description", where)
        word = fields.text(document, one, "result", where)
        verdict = _VERIFIER_RESULTS.get(word, Verdict.UNKNOWN)
        if verdict is Verdict.FAILED and not _take(errors, description):
            excused = _take(pending, description) or fields.flag(
                document, one, "pending", where, False
            )
            verdict = Verdict.PENDING if excused else Verdict.FAILED
        consumer = fields.text(document, one, "consumer", where, "")
        yield Interaction(description=description, consumer=consumer, verdict=verdict)
    for description in errors:
        yield Interaction(description=description, verdict=Verdict.FAILED)
    for description in pending:
        yield Interaction(description=description, verdict=Verdict.PENDING)


def _errors(document: Document, top: Top, key: str) -> list[str]:
    return [
        fields.text(document, one, "interaction", f"{key}[{n}]")
        for n, one in enumerate(fields.objects(document, top, key, "", []))
    ]


def _take(errors: list[str], description: str) -> bool:
    """Strike out the error of an interaction: it ends in the interaction's description."""
    found = next((one for one in errors if one.endswith(description)), None)
    if found is None:
        return False
    errors.remove(found)
    return True


def of_jvm(document: Document, top: Top) -> Iterator[Interaction]:
    """The JSON report of Pact-JVM: consumers with interactions, or a contract that is not read."""
    for n, run in enumerate(fields.objects(document, top, "execution", "")):
        where = f"execution[{n}]"
        named = fields.mapping_at(document, run, "consumer", where, {})
        consumer = fields.text(document, named, "name", fields.place(where, "consumer"), "")
        pending = fields.flag(document, run, "pending", where, False)
        for m, one in enumerate(fields.objects(document, run, "interactions", where, [])):
            here = f"{where}.interactions[{m}]"
            asked = fields.mapping_at(document, one, "interaction", here, {})
            verdict = _jvm_verdict(document, one, here)
            promised = not (
                pending or fields.flag(document, asked, "pending", f"{here}.interaction", False)
            )
            if verdict is Verdict.FAILED and not promised:
                verdict = Verdict.PENDING
            description = fields.text(document, asked, "description", f"{here}.interaction", "")
            yield Interaction(description=description, consumer=consumer, verdict=verdict)
        ended = fields.mapping_at(document, run, "result", where, {})
        if ended:
            state = fields.text(document, ended, "state", f"{where}.result")
            yield Interaction(description=state, consumer=consumer, verdict=Verdict.FAILED)


def _jvm_verdict(document: Document, one: Top, where: str) -> Verdict:
    verification = fields.mapping_at(document, one, "verification", where)
    word = fields.text(document, verification, "result", f"{where}.verification")
    return _JVM_RESULTS.get(word, Verdict.UNKNOWN)


def of_broker(document: Document, top: Top) -> Iterator[Interaction]:
    """The result that verifiers send to a Pact Broker: a list, or Ruby's object with `tests`."""
    results = top.get("testResults")
    pending = fields.flag(document, top, "wip", "", False)
    bad = Verdict.PENDING if pending else Verdict.FAILED
    if isinstance(results, dict):
        for n, one in enumerate(fields.objects(document, results, "tests", "testResults", [])):
            where = f"testResults.tests[{n}]"
            word = fields.text(document, one, "status", where)
            verdict = _RUBY_STATUSES.get(word, Verdict.UNKNOWN)
            yield Interaction(
                description=fields.text(document, one, "interactionDescription", where, ""),
                verdict=bad if verdict is Verdict.FAILED else verdict,
            )
        return
    for n, one in enumerate(fields.objects(document, top, "testResults", "", [])):
        where = f"testResults[{n}]"
        ok = fields.flag(document, one, "success", where)
        yield Interaction(
            description=fields.text(document, one, "interactionDescription", where, "")
            or fields.text(document, one, "interactionId", where, ""),
            verdict=Verdict.VERIFIED if ok else bad,
        )


def of_ruby(document: Document, top: Top) -> Iterator[Interaction]:
    """`pact-provider-verifier --format json`: one example for each thing that was compared."""
    for n, one in enumerate(fields.objects(document, top, "examples", "")):
        where = f"examples[{n}]"
        word = fields.text(document, one, "status", where)
        yield Interaction(
            description=fields.text(document, one, "full_description", where, ""),
            verdict=_RUBY_STATUSES.get(word, Verdict.UNKNOWN),
        )
    summary = fields.mapping_at(document, top, "summary", "")
    outside = fields.count(document, summary, "errors_outside_of_examples_count", "summary", 0)
    for _ in range(min(outside, 1)):
        yield Interaction(description="outside of the examples", verdict=Verdict.FAILED)
