"""Verifying evidence: a bundle without unpacking it, an unpacked one, or a workspace's phases.

Nothing that is stored is believed where it can be made again: what follows from the log is made
from it once more and compared byte for byte.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from codexreport import __version__
from codexreport.errors import EvidenceError
from codexreport.evidence import log
from codexreport.evidence.bundle_contents import (
    DESCRIPTION,
    SCHEMA,
    Contents,
    Expected,
    of_bundle,
    of_phase,
)
from codexreport.evidence.chain import chain_of
from codexreport.evidence.file_checks import compared, list_problems, measured
from codexreport.evidence.findings import Finding, Meaning, Verified, broken
from codexreport.evidence.keep import DERIVED, phase_folder, phases
from codexreport.evidence.log_checks import log_findings
from codexreport.evidence.members import (
    InFolder,
    InZip,
    MemberError,
    Members,
    UnreadableError,
    content,
)
from codexreport.evidence.sign_off_checks import sign_off_findings
from codexreport.evidence.zip_reading import NotZipError, ZipError, members_of
from codexreport.strict import StrictError, load_json

TOOL = f"codexreport {__version__}"


class UnknownSchemaError(EvidenceError):
    """Evidence is of a version that is not known here."""

    exit_code = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """What comes from outside the evidence and can vouch for it.

    Attributes:
        head: The published SHA-256 of the log's last line; empty if none is known.
        allowed_signers: The list that signatures are verified by.
    """

    head: str = ""
    allowed_signers: Path | None = None


def verify(path: Path, anchors: Anchors) -> list[Verified]:
    """Verify what is at `path`.

    Args:
        path: A bundle, a folder into which one was unpacked, a workspace, or the folder of a
            phase in one.
        anchors: What can vouch for it.

    Returns:
        A result for each phase, sorted by phase.

    Raises:
        UnreadableError: It is there and cannot be read.
        EvidenceError: There is nothing to verify, or `anchors` cannot be used.
    """
    try:
        if not path.is_dir():
            with path.open("rb") as stream:
                return [verify_stream(stream, anchors)]
        return _verify_folder(path.resolve(), anchors)
    except FileNotFoundError as error:
        raise EvidenceError(f"{path} is not there.", advice="Name a bundle or a folder.") from error
    except OSError as error:
        raise UnreadableError(f"{path} could not be read: {error.strerror or error}.") from error


def verify_stream(stream: BinaryIO, anchors: Anchors) -> Verified:
    """Verify a bundle's ZIP file.

    Raises:
        EvidenceError: `anchors` cannot be used.
    """
    try:
        members = members_of(stream)
    except NotZipError as error:
        return _ended(Finding(Meaning.UNKNOWN, error.message))
    except ZipError as error:
        return _ended(Finding(Meaning.BROKEN, error.message))
    return _verify_bundle(InZip(stream, members), anchors)


def _verify_folder(root: Path, anchors: Anchors) -> list[Verified]:
    if (root / DESCRIPTION).is_file():
        return [_verify_bundle(InFolder(root), anchors)]
    if root.parent.name == "evidence" and (root / log.FILE_NAME).exists():
        return [_verify_phase(root.parent.parent, root.name, anchors)]
    found = phases(root)
    if not found:
        raise EvidenceError(
            f"{root} is no evidence.",
            advice="Name a bundle, a project's folder, or its evidence/PHASE.",
        )
    if anchors.head and len(found) > 1:
        raise EvidenceError(
            f"{root} has several logs, and --head is of one.",
            advice=f"Name one of them, such as {root / 'evidence' / found[0]}.",
        )
    return [_verify_phase(root, phase, anchors) for phase in found]


def _verify_bundle(members: Members, anchors: Anchors) -> Verified:
    """All of it has to be as the log says, and nothing may be beside it."""
    found, findings = measured(members, members.names())
    findings += broken(list_problems(members, found))
    try:
        phase, tool = _described(content(members, DESCRIPTION))
        log_content = content(members, f"evidence/{phase}/{log.FILE_NAME}")
    except MemberError as error:
        return _ended(*findings, *broken([error.message]))
    except UnknownSchemaError as error:
        return _ended(*findings, Finding(Meaning.UNKNOWN, error.message))
    subject = _Subject(
        phase=phase,
        log=log_content,
        contents=partial(of_bundle, phase, log_content, tool),
        members=members,
        found=found,
        same_tool=tool == TOOL,
    )
    return _checked(subject, anchors, findings)


def _verify_phase(workspace: Path, phase: str, anchors: Anchors) -> Verified:
    """The evidence where it is kept; files that the log does not name may be beside it."""
    folder = phase_folder(workspace, phase)
    members = InFolder(workspace)
    with (folder / log.FILE_NAME).open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_SH)  # nobody adds to it meanwhile
        log_content = stream.read()
        names = [f"evidence/{phase}/{name}" for name in (log.FILE_NAME, *DERIVED)]
        found, findings = measured(members, names)
    records = log.parse(log_content).records
    subject = _Subject(
        phase=phase,
        log=log_content,
        contents=partial(of_phase, phase, log_content),
        members=members,
        found=found,
        same_tool=not records or records[-1].get("tool") == TOOL,
    )
    return _checked(subject, anchors, findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """What is verified.

    Attributes:
        phase: Whose evidence it is.
        log: The bytes of its log.
        contents: Makes what follows from the log.
        members: The files.
        found: Those that were looked at already.
        same_tool: Whether this version of the kit wrote what follows from the log.
    """

    phase: str
    log: bytes
    contents: Callable[[], Contents]
    members: Members
    found: dict[str, Expected]
    same_tool: bool


def _checked(subject: _Subject, anchors: Anchors, before: list[Finding]) -> Verified:
    """Hold log, files and sign-offs against each other."""
    chain = chain_of(subject.log)
    findings = [*before, *log_findings(chain, anchors.head)]
    try:
        contents = subject.contents()
    except (EvidenceError, ValueError, RecursionError) as error:
        if not any(one.meaning is Meaning.UNKNOWN for one in findings):
            why = error.message if isinstance(error, EvidenceError) else str(error)
            findings += broken([f"The manifest cannot be made from run.log: {why}"])
        return _ended(*findings, phase=subject.phase, head=chain.contents.head)
    expected = contents.expected()
    rest, problems = measured(subject.members, [n for n in expected if n not in subject.found])
    found = {**subject.found, **rest}
    findings += problems
    findings += broken(_extra(expected, found))
    findings += compared(contents, found, same_tool=subject.same_tool)
    findings += sign_off_findings(
        subject.phase,
        chain.contents,
        subject.members,
        {name: one.sha256 for name, one in found.items()},
        anchors.allowed_signers,
    )
    return _ended(*findings, phase=subject.phase, head=chain.contents.head, files=len(found))


def _ended(
    *findings: Finding, phase: str = "", head: log.Head | None = None, files: int = 0
) -> Verified:
    return Verified(phase=phase, head=head, files=files, findings=tuple(dict.fromkeys(findings)))


def _extra(expected: dict[str, Expected], found: dict[str, Expected]) -> Iterator[str]:
    for name in found:
        if name not in expected:
            yield f"{name!r} is in it, and no record of the log names it."


def _described(raw: bytes) -> tuple[str, str]:
    """Phase and tool of a bundle, as its description has them.

    Raises:
        UnknownSchemaError: It is of a version that is not known here.
        MemberError: It is no description.
    """
    try:
        told: Any = load_json(raw.decode())
        schema, phase, tool = told["schema"], told["phase"], told["tool"]
        phase_folder(Path(), phase)
    except (StrictError, ValueError, LookupError, TypeError, EvidenceError) as error:
        raise MemberError(f"{DESCRIPTION!r} in it does not describe a bundle.") from error
    if schema != SCHEMA or isinstance(schema, bool):
        raise UnknownSchemaError(
            f"The bundle has schema {schema!r}, which this version of codexreport does not know."
        )
    return phase, str(tool)
