"""The evidence itself as measures: is it whole, is it as recorded, and is the newest bundled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from codexreport.errors import EvidenceError
from codexreport.evidence import log
from codexreport.evidence.bundle import FOLDER
from codexreport.evidence.bundle_contents import Contents, of_phase
from codexreport.evidence.chain import Chain, chain_of
from codexreport.evidence.file_checks import compared, measured
from codexreport.evidence.findings import Finding, Meaning
from codexreport.evidence.keep import Kind, kind_of, phase_folder, phases
from codexreport.evidence.log_checks import log_findings
from codexreport.evidence.members import InFolder
from codexreport.evidence.verify import TOOL
from codexreport.facts import About
from codexreport.files import sha256, sha256_file
from codexreport.measure import Measure, Origin, State
from codexreport.readers.freshness import CLOCK_SKEW
from codexreport.text import listed, one_line
from codexreport.window import recorded_moment
from codexreport.wording import count

_COUNTED = (State.PASS, State.WARNING, State.FAIL)


def evidence_measures(workspace: Path, now: datetime) -> Iterator[Measure]:
    """What each phase that has a log says of itself; a phase without one says nothing.

    Args:
        workspace: The folder that `evidence` is in.
        now: The moment of the judgement, aware.
    """
    for phase in phases(workspace):
        try:
            with log.unchanging(phase_folder(workspace, phase)) as content:
                found = tuple(_of_phase(workspace, phase, content, now))
        except EvidenceError as error:
            yield About(subject=phase, now=now).measure(
                "evidence.log", None, "records", State.UNKNOWN, one_line(error.message) + "."
            )
        else:
            yield from found


def _of_phase(workspace: Path, phase: str, content: bytes, now: datetime) -> Iterator[Measure]:
    name = f"evidence/{phase}/{log.FILE_NAME}"
    origin = Origin(
        source="evidence",
        uri=name,
        query="",
        retrieved=now,
        sha256=sha256(content),
        size=len(content),
    )
    about = About(subject=phase, now=now, origins=(origin,))
    chain = chain_of(content)
    yield _log(about, chain)
    yield from _files(about, workspace, chain, content)
    yield from _records(about, chain)
    yield _bundle(about, workspace, chain)


def _log(about: About, chain: Chain) -> Measure:
    """How many records there are, and whether the chain of the log holds."""
    records = len(chain.contents.records)
    state, reason = _worst(tuple(log_findings(chain, head="")))
    if state is State.PASS and not records:
        state, reason = State.UNKNOWN, "The log has no record."
    if state is State.PASS:
        reason = f"Each line names the one before it; there are {count(records, 'records')}."
    return about.measure("evidence.log", records, "records", state, reason)


def _files(about: About, workspace: Path, chain: Chain, content: bytes) -> Iterator[Measure]:
    """Whether the manifest, and the files that were made, are what the log says."""
    names = ("evidence.manifest", "1"), ("evidence.artifacts.changed", "files")
    try:
        contents = of_phase(about.subject, content)
    except (EvidenceError, ValueError, RecursionError) as error:
        why = error.message if isinstance(error, EvidenceError) else str(error)
        reason = f"What was made cannot be told from the log: {one_line(why)}."
        yield from (about.measure(one, None, unit, State.UNKNOWN, reason) for one, unit in names)
        return
    derived = _compared(workspace, contents, chain, list(contents.derived))
    state, reason = _worst(derived)
    reason = reason or "Manifest, hash list and summary are what follows from the log."
    yield about.measure("evidence.manifest", int(state is State.PASS), "1", state, reason)
    wrong = _compared(workspace, contents, chain, list(contents.artifacts))
    reason = f"Files as they were recorded: {len(contents.artifacts)}."
    if wrong:
        reason = f"Not as recorded: {listed([one.text.rstrip('.') for one in wrong], '; ')}."
    state = State.FAIL if wrong else State.PASS
    yield about.measure(
        "evidence.artifacts.changed",
        len(wrong),
        "files",
        state,
        reason,
        sample_size=len(contents.artifacts),
    )


def _compared(
    workspace: Path, contents: Contents, chain: Chain, names: list[str]
) -> tuple[Finding, ...]:
    """What is wrong with some files; one finding for each."""
    records = chain.contents.records
    same_tool = not records or records[-1].get("tool") == TOOL
    found, missing = measured(InFolder(workspace), names)
    return (*missing, *compared(contents, found, same_tool=same_tool))


def _worst(findings: tuple[Finding, ...]) -> tuple[State, str]:
    """The worst that was found and its sentence; a note is no harm."""
    for meaning, state in ((Meaning.BROKEN, State.FAIL), (Meaning.UNKNOWN, State.UNKNOWN)):
        if text := next((one.text for one in findings if one.meaning is meaning), ""):
            return state, text
    return State.PASS, ""


def _records(about: About, chain: Chain) -> Iterator[Measure]:
    """How many records there are by state; only shown, for a later run may have mended it."""
    states = Counter(str(one.get("state")) for one in chain.contents.records)
    counted = {state.value: states.pop(state.value, 0) for state in _COUNTED}
    for state, number in {**counted, "unknown": states.total()}.items():
        yield about.measure(f"evidence.records.{state}", number, "records")


def _bundle(about: About, workspace: Path, chain: Chain) -> Measure:
    """How long ago the newest bundle was made, and whether it holds all that is recorded.

    A bundle that was carried away is judged by its record alone; one that is still in its place
    has to be the one that was made.
    """
    name, unit = "evidence.bundle", "seconds"
    records = chain.contents.records
    made = [one for one in records if kind_of(one) == Kind.BUNDLE.value]
    if not made:
        return about.measure(name, None, unit, State.UNKNOWN, "No bundle was made.")
    last = made[-1]
    at = recorded_moment(last.get("time"))
    if at is None or at > about.now + CLOCK_SKEW:
        reason = "The last bundle has no time that could be right."
        return about.measure(name, None, unit, State.UNKNOWN, reason)
    if chain.problems:
        return about.measure(name, None, unit, State.UNKNOWN, chain.problems[0])
    state, reason = _of_bundle(workspace, chain, last)
    return about.measure(name, max(round((about.now - at).total_seconds()), 0), unit, state, reason)


def _of_bundle(workspace: Path, chain: Chain, record: dict[str, Any]) -> tuple[State, str]:
    try:
        told = record["bundle"]
        path = workspace / FOLDER / Path(told["file"]).name
        digest, head, seq = told["sha256"], told["head"]["sha256"], int(told["head"]["seq"])
    except (KeyError, TypeError, ValueError):
        return State.UNKNOWN, "The record of the last bundle does not say what is in it."
    if not 0 < seq <= len(chain.hashes) or chain.hashes[seq - 1] != head:
        return State.FAIL, "The last bundle is of a log that this one does not go on from."
    try:
        if path.is_file() and sha256_file(path) != digest:
            return State.FAIL, f"{path.name} is not the bundle that was recorded."
    except OSError as error:
        return State.UNKNOWN, f"{path.name} cannot be read: {error.strerror or error}."
    later = [one for one in chain.contents.records if one["seq"] > seq]
    since = sum(kind_of(one) != Kind.BUNDLE.value for one in later)
    if since:
        return State.WARNING, f"{count(since, 'records')} came after the last bundle."
    return State.PASS, f"Everything up to record {seq} is in the last bundle."
