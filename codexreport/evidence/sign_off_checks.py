"""What the sign-offs in a log add: statements that still say what the log says, and signatures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from codexreport.errors import EvidenceError
from codexreport.evidence.approvals import changed
from codexreport.evidence.findings import Finding, Meaning
from codexreport.evidence.log import LogContents
from codexreport.evidence.members import MemberError, Members, content
from codexreport.evidence.sign_off import Signature, SignOff, sign_offs_of
from codexreport.wording import count


def sign_off_findings(
    phase: str,
    contents: LogContents,
    members: Members,
    current: Mapping[str, str],
    allowed_signers: Path | None,
) -> Iterator[Finding]:
    """Check every sign-off.

    Args:
        phase: Whose log it is.
        contents: Of that log.
        members: The files.
        current: Hex SHA-256 of every file, by path.
        allowed_signers: The list that signatures are verified by.

    Raises:
        EvidenceError: Signatures cannot be verified here.
    """

    def read(name: str) -> bytes | None:
        try:
            return content(members, name)
        except MemberError:
            return None

    try:
        sign_offs_of(phase, contents.records, read)
    except EvidenceError as error:
        yield Finding(Meaning.BROKEN, error.message)
        return
    known = sign_offs_of(phase, contents.records, read, allowed_signers=allowed_signers)
    for one in known:
        yield from _findings(one, current)


def _findings(one: SignOff, current: Mapping[str, str]) -> Iterator[Finding]:
    about = f"Sign-off {one.record} ({one.word.value} {one.gate}, {one.name} as {one.role})"
    if one.problem:
        yield Finding(Meaning.BROKEN, f"{about}: {one.problem}")
        return
    since = changed(one.subjects, current)
    if since:
        yield Finding(Meaning.NOTE, f"{about} is about files that are others now. {since}")
    if one.signature is Signature.UNCHECKED:
        yield Finding(Meaning.NOTE, f"{about} is signed; --allowed-signers FILE would check it.")
    if one.signature is Signature.VALID and one.subjects and not since:
        covered = count(len(one.subjects), "files")
        text = f"{about} is signed by {one.signed_by} and covers {covered}."
        yield Finding(Meaning.ANCHOR, text)
