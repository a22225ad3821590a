"""in-toto statements: what is said of which files, each file named by its SHA-256.

As in-toto's attestation framework has them, version 1. They stand by themselves: a signature, where
there is one, is a file beside the statement.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from codexreport.errors import EvidenceError
from codexreport.measure import State
from codexreport.strict import StrictError, load_json

TYPE = "https://in-toto.io/Statement/v1"
SIGN_OFF = "urn:codexreport:sign-off:v1"
DECISION = "urn:codexreport:decision:v1"
TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"

_RESULTS = {State.PASS: "PASSED", State.WARNING: "WARNED"}
_FAILED = "FAILED"
_LISTS = {"PASSED": "passedTests", "WARNED": "warnedTests", _FAILED: "failedTests"}
_DECIDED = (
    "report",
    "title",
    "project",
    "window",
    "as_of",
    "provisional",
    "state",
    "verdict",
    "headline",
    "decisions",
    "conditions",
    "blockers",
    "unknowns",
)
"""What of a report is its decision, as far as it has it."""
_HASH = re.compile(r"[0-9a-f]{64}")


def statement(
    subjects: Mapping[str, str], predicate_type: str, predicate: Mapping[str, Any]
) -> dict[str, Any]:
    """A statement about files.

    Args:
        subjects: Hex SHA-256 by path.
        predicate_type: What kind of thing is said.
        predicate: What is said.
    """
    return {
        "_type": TYPE,
        "subject": [_descriptor(path, subjects[path]) for path in sorted(subjects)],
        "predicateType": predicate_type,
        "predicate": dict(predicate),
    }


def encoded(statement: Mapping[str, Any]) -> bytes:
    """A statement's file: the same bytes for the same content, and readable."""
    text = json.dumps(statement, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace") + b"\n"


def parse(content: bytes, predicate_type: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Subjects and predicate of a statement, as `encoded` writes it and in no other form.

    Args:
        content: The statement's file.
        predicate_type: The kind it is to be of.

    Raises:
        EvidenceError: It is no such statement; the message goes on after the file's name.
    """
    try:
        document = load_json(content.decode())
        subjects = {one["name"]: one["digest"]["sha256"] for one in document["subject"]}
        told = statement(subjects, document["predicateType"], document["predicate"])
    except (StrictError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise EvidenceError("is not an in-toto statement.") from error
    if told["predicateType"] != predicate_type:
        raise EvidenceError(f"is not a statement of {predicate_type}.")
    if encoded(told) != content or not all(_is_hash(one) for one in subjects.values()):
        raise EvidenceError("is not written as codexreport writes a statement.")
    return subjects, told["predicate"]


def test_result(report: Mapping[str, Any], subjects: Mapping[str, str]) -> dict[str, Any]:
    """A report as in-toto's result of tests: each measure that says anything is one.

    There is no word for what is not known; it has not passed, so it is among the failed.

    Args:
        report: What `report.json` holds.
        subjects: Hex SHA-256 of the report's file, by path.
    """
    tests: dict[str, set[str]] = {one: set() for one in _LISTS}
    for measure in report.get("measures", ()):
        if measure["state"] != State.NOT_APPLICABLE.value:
            tests[_result(measure["state"])].add(_test_name(measure))
    # What stands for several measures is what its worst one is.
    tests["WARNED"] -= tests[_FAILED]
    tests["PASSED"] -= tests[_FAILED] | tests["WARNED"]
    predicate = {
        "result": _result(report["state"]),
        "configuration": list(_configuration(report)),
        **{_LISTS[result]: sorted(names) for result, names in tests.items()},
    }
    return statement(subjects, TEST_RESULT, predicate)


def decision(report: Mapping[str, Any], subjects: Mapping[str, str]) -> dict[str, Any]:
    """What a report comes to, without the figures behind it.

    Args:
        report: What `report.json` holds.
        subjects: Hex SHA-256 of the report's file, by path.
    """
    return statement(subjects, DECISION, {key: report[key] for key in _DECIDED if key in report})


def _result(state: str) -> str:
    return _RESULTS.get(State(state), _FAILED)


def _test_name(measure: Mapping[str, Any]) -> str:
    window = measure.get("window")
    parts = (measure["name"], measure["subject"], window["label"] if window else "")
    return " ".join(filter(None, parts))


def _configuration(report: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The files that said what to judge, and the data that was judged."""
    files = [(one["path"], one["sha256"]) for one in report.get("project_files", ())]
    data = [(one["uri"], one["sha256"]) for one in report.get("inputs", ())]
    return (_descriptor(name, digest) for name, digest in sorted({*files, *data}))


def _descriptor(name: str, digest: str) -> dict[str, Any]:
    return {"name": name, "digest": {"sha256": digest}}


def _is_hash(digest: object) -> bool:
    return isinstance(digest, str) and bool(_HASH.fullmatch(digest))
