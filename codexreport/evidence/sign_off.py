"""A sign-off: one person's word on a gate, as a statement about files and a record of the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from codexreport.errors import EvidenceError
from codexreport.evidence import signing, statements
from codexreport.evidence.keep import Kind, kind_of
from codexreport.files import sha256

FOLDER = "sign-offs"
"""In a phase's folder."""

ReadFile = Callable[[str], bytes | None]
"""From a path as the log names it to the file's bytes; None where there is no such file."""

_NAME_DIGITS = 12


class Word(StrEnum):
    """What a person says of a gate."""

    APPROVE = "approve"
    REJECT = "reject"


class Signature(StrEnum):
    """What is known of a sign-off's signature."""

    NONE = "none"
    UNCHECKED = "unchecked"
    VALID = "valid"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """A person's word on a gate, in a role, about files.

    Attributes:
        record: Its number in the log.
        gate: The gate.
        name: Who gives it.
        role: In which role.
        word: Approve or reject.
        comment: Why, in their words.
        time: When, as the log says it.
        subjects: What it is about: hex SHA-256 by path.
        sha256: Of its statement.
        signature: What is known of its signature.
        signed_by: The key that signed, where the signature is valid.
        problem: Why it cannot be relied on, a sentence: its statement is gone or was changed, its
            signature is not valid; empty where there is no such reason.
    """

    record: int
    gate: str
    name: str
    role: str
    word: Word
    comment: str
    time: str
    subjects: Mapping[str, str]
    sha256: str
    signature: Signature = Signature.NONE
    signed_by: str = ""
    problem: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "record": self.record,
            "time": self.time,
            "name": self.name,
            "role": self.role,
            "decision": self.word.value,
            "comment": self.comment,
            "subjects": dict(self.subjects),
            "statement_sha256": self.sha256,
            "signature": self.signature.value,
            "signed_by": self.signed_by,
        }


def predicate_of(
    *, phase: str, gate: str, name: str, role: str, word: Word, comment: str, time: str
) -> dict[str, Any]:
    """What a sign-off's statement says of its subjects."""
    return {
        "phase": phase,
        "gate": gate,
        "name": name,
        "role": role,
        "decision": word.value,
        "comment": comment,
        "time": time,
    }


def file_name(gate: str, digest: str) -> str:
    """What a statement's file is called.

    Args:
        gate: The gate.
        digest: Hex SHA-256 of the statement.
    """
    return f"{gate}-{digest[:_NAME_DIGITS]}.json"


def sign_offs_of(
    phase: str,
    records: Sequence[Mapping[str, Any]],
    read: ReadFile,
    *,
    gate: str = "",
    allowed_signers: Path | None = None,
) -> tuple[SignOff, ...]:
    """The sign-offs that a log knows, oldest first.

    The log says that there was one; its statement says of what. One whose statement is gone or
    says something else is among them, with the problem.

    Args:
        phase: Whose log it is.
        records: Of that log.
        read: Gives the statements and signatures.
        gate: Only this gate's; empty: every gate's.
        allowed_signers: The list that signatures are verified by; None leaves them unchecked.

    Raises:
        EvidenceError: A record is not understood, or signatures cannot be verified here.
    """
    if allowed_signers:
        signing.check_list(allowed_signers)
    found = (_of_record(phase, one, read, allowed_signers) for one in _of_kind(records))
    return tuple(one for one in found if gate in ("", one.gate))


def _of_kind(records: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (one for one in records if kind_of(one) == Kind.SIGN_OFF.value)


def _of_record(
    phase: str, record: Mapping[str, Any], read: ReadFile, allowed_signers: Path | None
) -> SignOff:
    try:
        told = record["sign_off"]
        one = SignOff(
            record=int(record["seq"]),
            gate=str(told["gate"]),
            name=str(told["name"]),
            role=str(told["role"]),
            word=Word(told["decision"]),
            comment=str(told["comment"]),
            time=str(record["time"]),
            subjects={},
            sha256=str(told["statement_sha256"]),
            signature=Signature.UNCHECKED if told["signed"] else Signature.NONE,
        )
        moment = datetime.fromisoformat(one.time)
        path = next(a["path"] for a in record["artifacts"] if a["sha256"] == one.sha256)
    except (LookupError, TypeError, ValueError, StopIteration) as error:
        raise EvidenceError(
            f"Record {record.get('seq', '?')} of the log is a sign-off in an unknown form.",
            advice="Use the version of codexreport that wrote it, or a newer one.",
        ) from error
    content = read(path)
    if content is None:
        return replace(one, problem=f"Its statement {path} is gone.")
    one = _with_statement(phase, one, path, content)
    if one.problem or allowed_signers is None or one.signature is Signature.NONE:
        return one
    return _verified(one, content, read(path + signing.SUFFIX), allowed_signers, moment)


def _with_statement(phase: str, one: SignOff, path: str, content: bytes) -> SignOff:
    if sha256(content) != one.sha256:
        return replace(one, problem=f"Its statement {path} was changed.")
    try:
        subjects, said = statements.parse(content, statements.SIGN_OFF)
    except EvidenceError as error:
        return replace(one, problem=f"{path} {error.message}")
    told = predicate_of(
        phase=phase,
        gate=one.gate,
        name=one.name,
        role=one.role,
        word=one.word,
        comment=one.comment,
        time=one.time,
    )
    if said != told:
        differ = sorted(key for key in {*said, *told} if said.get(key) != told.get(key))
        return replace(one, problem=f"Its statement and the log differ in {', '.join(differ)}.")
    return replace(one, subjects=subjects)


def _verified(
    one: SignOff, content: bytes, signature: bytes | None, allowed_signers: Path, moment: datetime
) -> SignOff:
    if signature is None:
        return replace(one, signature=Signature.INVALID, problem="Its signature is gone.")
    result = signing.verify(
        content, signature, signer=one.name, allowed_signers=allowed_signers, moment=moment
    )
    valid = Signature.INVALID if result.problem else Signature.VALID
    return replace(one, signature=valid, signed_by=result.key, problem=result.problem)
