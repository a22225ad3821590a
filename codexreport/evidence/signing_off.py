"""Signing off a gate, and reading what was signed off, in a workspace."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from codexreport import __version__
from codexreport.errors import EvidenceError
from codexreport.evidence import artifacts, chain, manifest, secret_values, signing, statements
from codexreport.evidence.approvals import Approvals, Demands, changed, evaluate
from codexreport.evidence.keep import Kind, Record, keep, kind_of, phase_folder, phases, timestamp
from codexreport.evidence.log import LogContents
from codexreport.evidence.lookalikes import has_letters
from codexreport.evidence.manifest import Artifact
from codexreport.evidence.secrets import SecretSearch, assert_no_secret
from codexreport.evidence.sign_off import FOLDER, Word, file_name, predicate_of, sign_offs_of
from codexreport.files import sha256, sha256_file, write_atomic
from codexreport.measure import State

TOOL = f"codexreport {__version__}"

_GATE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_LONGEST_NAME = 100
_LONGEST_COMMENT = 2000
_ABOUT = (Kind.SIGN_OFF.value, Kind.BUNDLE.value)
"""What records of these kinds made is about the evidence, and no part of what is signed off."""
_STATES = {Word.APPROVE: State.PASS, Word.REJECT: State.FAIL}
_DONE = {Word.APPROVE: "Approved", Word.REJECT: "Rejected"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be signed off.

    Attributes:
        gate: Which gate.
        phase: Whose evidence it is about, and is part of.
        name: Who signs off.
        role: In which role.
        word: Approve or reject.
        comment: Why.
        of: The files it is about; none: all that the phase's runs and commands made.
    """

    gate: str
    phase: str
    name: str
    role: str
    word: Word = Word.APPROVE
    comment: str = ""
    of: Sequence[Path] = ()


def sign_off(
    workspace: Path,
    order: Order,
    *,
    moment: datetime,
    environ: Mapping[str, str],
    key: Path | None = None,
    also_secret: str = "",
) -> dict[str, Any]:
    """Keep a person's word on a gate, bound to the bytes of what it is about.

    Args:
        workspace: Where the evidence is.
        order: What is to be signed off.
        moment: Now, by the clock.
        environ: The environment variables, of which secrets are looked for.
        key: An SSH key to sign with; None signs nothing.
        also_secret: Text whose `env:NAME` name further secret variables.

    Returns:
        The record as the log has it.

    Raises:
        EvidenceError: A file is not as it was recorded, nothing is there to sign off, or
            something could not be signed or kept.
    """
    _check(order)
    workspace = workspace.resolve()
    secrets = tuple(secret_values.of_environment(environ, also_secret))
    subjects, added = _subjects(workspace, order, SecretSearch(secrets))
    predicate = predicate_of(
        phase=order.phase,
        gate=order.gate,
        name=order.name,
        role=order.role,
        word=order.word,
        comment=order.comment,
        time=timestamp(moment),
    )
    content = statements.encoded(statements.statement(subjects, statements.SIGN_OFF, predicate))
    digest = sha256(content)
    path = phase_folder(workspace, order.phase) / FOLDER / file_name(order.gate, digest)
    assert_no_secret({path.name: content}, secrets)
    files = {path: content}
    if key:
        files[path.with_name(path.name + signing.SUFFIX)] = signing.sign(content, key)
    for one, its in files.items():
        write_atomic(one, its)
    made = [Artifact.of(one, its, workspace, {"gate": order.gate}) for one, its in files.items()]
    told = {one: predicate[one] for one in ("gate", "name", "role", "decision", "comment")}
    return keep(
        workspace,
        order.phase,
        Record(
            kind=Kind.SIGN_OFF,
            time=moment,
            step=f"sign-off {order.gate}",
            subject=order.role,
            state=_STATES[order.word].value,
            summary=f"{_DONE[order.word]} by {order.name}: {_number(subjects)}.",
            tool=TOOL,
            artifacts=[*made, *added],
            details={
                "sign_off": {**told, "statement_sha256": digest, "signed": key is not None},
            },
        ),
    )


def approvals_of(
    workspace: Path,
    phase: str,
    gate: str,
    *,
    roles: Sequence[str],
    authors: Collection[str] = (),
    allowed_signers: Path | None = None,
    judged: Collection[str] = (),
    now: datetime | None = None,
) -> Approvals:
    """What the sign-offs of a gate come to, held against the files as they are now.

    Where the phase has reports of the gate, every approval has to be about the newest; where it
    has judgements of the gate, about one that says what is judged now.

    Args:
        workspace: Where the evidence is.
        phase: Whose evidence.
        gate: Which gate.
        roles: Who has to sign off.
        authors: Whose work it is; their own approval does not count.
        allowed_signers: A list to verify signatures by; with it, only what is signed counts.
        judged: Hex SHA-256 of what is judged now, gate by gate; none: it is not known.
        now: The moment of the judgement, aware, after which no approval counts; None: any does.

    Raises:
        EvidenceError: The evidence, or the list, cannot be read.
    """
    contents = chain.whole(phase_folder(workspace, phase))
    listed = manifest.manifest_of(phase, contents)
    sign_offs = sign_offs_of(
        phase,
        contents.records,
        lambda path: _bytes(workspace / path),
        gate=gate,
        allowed_signers=allowed_signers,
    )
    approved = {path for one in sign_offs for path in one.subjects}
    known = approved & {entry["path"] for entry in listed["artifacts"]}
    return evaluate(
        sign_offs,
        Demands(
            roles=roles,
            current=_hashes(workspace, known),
            authors=authors,
            must_cover=decided(listed, gate),
            must_hold=judged if _is_judged(contents, gate) else (),
            signed_only=allowed_signers is not None,
            now=now,
        ),
    )


def judgement_of(workspace: Path, phase: str, gate: str) -> str:
    """Hex SHA-256 of the newest that a gate said in a phase, for people to approve; else empty.

    Raises:
        EvidenceError: The evidence cannot be read.
    """
    contents = chain.whole(phase_folder(workspace, phase))
    listed = manifest.manifest_of(phase, contents)["artifacts"]
    newest = max(
        (entry for entry in listed if _of_gate(entry, gate)),
        key=lambda entry: int(entry["record"]),
        default=None,
    )
    return str(newest["sha256"]) if newest else ""


def _is_judged(contents: LogContents, gate: str) -> bool:
    """Whether a record ever held what a gate said, for people to approve."""
    return any(
        isinstance(entry, Mapping) and _of_gate(entry, gate)
        for record in contents.records
        for entry in record.get("artifacts", ())
    )


def _of_gate(entry: Mapping[str, Any], gate: str) -> bool:
    """Whether a file of a manifest is what a gate said, for people to approve."""
    origin = entry.get("origin")
    return isinstance(origin, Mapping) and origin.get("judged") == gate


def decided(listed: Mapping[str, Any], gate: str) -> tuple[str, ...]:
    """The newest report of a gate that a manifest lists; empty where there is none."""
    reports = [
        entry
        for entry in listed["artifacts"]
        if entry["origin"].get("report") == gate and entry["path"].endswith("/report.json")
    ]
    newest = max(reports, key=lambda entry: int(entry["record"]), default=None)
    return (newest["path"],) if newest else ()


def _check(order: Order) -> None:
    phase_folder(Path(), order.phase)
    if not _GATE.fullmatch(order.gate):
        raise EvidenceError(
            f"{order.gate!r} is not the name of a gate.",
            advice="Name it by letters, digits, dots, hyphens and underscores, such as launch.",
        )
    for what, text in {"name": order.name, "role": order.role}.items():
        plain = text.isprintable() and text == text.strip() and len(text) <= _LONGEST_NAME
        if not plain or not has_letters(text):
            raise EvidenceError(
                f"{text!r} is no {what} to sign off by.",
                advice=f"Write at most {_LONGEST_NAME} printable characters, such as sre-lead.",
            )
    if not order.comment.isprintable() or len(order.comment) > _LONGEST_COMMENT:
        raise EvidenceError(
            f"The comment is not one line of at most {_LONGEST_COMMENT} printable characters."
        )


def _subjects(
    workspace: Path, order: Order, search: SecretSearch
) -> tuple[dict[str, str], tuple[Artifact, ...]]:
    """Hashes by path of what is signed off, and which of it no record knows yet."""
    contents = chain.whole(phase_folder(workspace, order.phase))
    entries = manifest.manifest_of(order.phase, contents)["artifacts"]
    known = {entry["path"]: entry["sha256"] for entry in entries}
    if order.of:
        names = {manifest.name_in(workspace, path) for path in order.of}
        subjects = {name: known[name] for name in names if name in known}
    elif of_gate := [entry for entry in entries if _of_gate(entry, order.gate)]:
        names = set()
        newest = max(int(entry["record"]) for entry in of_gate)
        subjects = {
            entry["path"]: entry["sha256"]
            for entry in entries
            if int(entry["record"]) == newest and "judged" in entry["origin"]
        }
    else:
        names = set()
        kinds = {one.get("seq"): kind_of(one) for one in contents.records}
        its = (entry["path"] for entry in entries if kinds[entry["record"]] not in _ABOUT)
        subjects = {path: known[path] for path in its}
    if differs := changed(subjects, _hashes(workspace, subjects)):
        raise EvidenceError(
            f"These are not the files that were recorded. {differs}",
            advice="Run or record again what makes them, then sign off.",
        )
    found = artifacts.made(
        workspace, sorted(names - subjects.keys()), {}, search, {"gate": order.gate}
    )
    if found.problems:
        raise EvidenceError(found.problems[0], advice="Nothing was signed off.")
    subjects |= {one.path: one.sha256 for one in found.artifacts}
    if not subjects:
        raise EvidenceError(
            f"The evidence of {order.phase} holds nothing to sign off.",
            advice=_elsewhere(workspace) or "Record it first, or name files: --of PATH.",
        )
    return subjects, found.artifacts


def _elsewhere(workspace: Path) -> str:
    others = phases(workspace)
    return f"There is evidence of {', '.join(others)}: add --phase." if others else ""


def _hashes(workspace: Path, paths: Collection[str]) -> dict[str, str]:
    """Hex SHA-256 of the files there are."""
    hashes = {}
    for path in paths:
        try:
            hashes[path] = sha256_file(workspace / path)
        except (OSError, ValueError):  # a name with a NUL is a ValueError
            continue
    return hashes


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (OSError, ValueError):
        return None


def _number(subjects: Collection[str]) -> str:
    return f"{len(subjects)} file{'' if len(subjects) == 1 else 's'}"
