"""Folding the scans that were checked into the age ledger, and judging the ages in it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from codexreport import __version__
from codexreport.errors import EvidenceError
from codexreport.evidence.keep import Kind, Record, keep, phase_folder
from codexreport.evidence.manifest import Artifact
from codexreport.facts import About
from codexreport.files import write_atomic
from codexreport.measure import Origin, worst
from codexreport.pipeline.check import Checked, reason_of
from codexreport.pipeline.unread import SCANS, unread
from codexreport.project.workspace import PHASE, Workspace
from codexreport.steps import CHECK
from codexreport.supply_chain.ages import measure_ages, overdue
from codexreport.supply_chain.ledger import Ledger, update
from codexreport.supply_chain.ledger_text import FILE_NAME, parse_ledger, write_ledger
from codexreport.supply_chain.severity import Severity
from codexreport.supply_chain.vulnerabilities import Scan
from codexreport.wording import count

FORMAT = "vulnerability-ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One scan, at its time; what makes it no evidence is one of its gaps."""

    scan: Scan
    target: str
    at: datetime
    input: str


def keep_ages(
    workspace: Workspace,
    results: Iterable[Checked],
    now: datetime,
    sla_days: Mapping[Severity, int],
) -> Checked:
    """Fold every scan that was understood into the ledger, record that, and judge the ledger.

    A scan that is no evidence, being stale or of another commit, closes nothing.

    Args:
        workspace: Where the evidence is.
        results: What was checked; what is no scan is passed over.
        now: The moment of the judgement, and of scans that do not say when they ran.
        sla_days: Days that each severity may be open.

    Returns:
        What the ledger says now, as one more file that was checked.

    Raises:
        EvidenceError: The ledger is not as it was written, or cannot be written.
    """
    results = tuple(results)
    looks = sorted(_looks(results, workspace, now), key=lambda one: (one.at, one.target))
    path = phase_folder(workspace.root, PHASE) / FILE_NAME
    said: list[Checked] = []

    def fold() -> Record:
        ledger = _folded(kept_ledger(path)[0], looks)
        content = write_ledger(ledger).encode()
        inputs = sorted({one.input for one in looks})
        artifact = Artifact.of(path, content, workspace.root, {"inputs": inputs})
        said.append(_judged(ledger, artifact, now, sla_days, unread(results, SCANS)))
        write_atomic(path, content)
        return _record(said[0], artifact, now)

    keep(workspace.root, PHASE, fold)
    return said[0]


def _looks(results: Iterable[Checked], workspace: Workspace, now: datetime) -> Iterator[_Look]:
    for one in results:
        if isinstance(one.facts, Scan) and one.origin is not None:
            scan = one.facts
            if one.unfit:
                scan = replace(scan, gaps=(*scan.gaps, one.unfit))
            yield _Look(
                scan=scan,
                target=one.source or _name_of(one.name, workspace.root),
                at=min(scan.observed or now, now),  # nothing was seen in the future
                input=one.origin.sha256,
            )


def _name_of(name: str, root: Path) -> str:
    """A file's name that does not depend on where the command was typed."""
    return Path(os.path.relpath(os.path.realpath(name), os.path.realpath(root))).as_posix()


def _folded(ledger: Ledger, looks: list[_Look]) -> Ledger:
    """`ledger` after all looks, oldest first.

    Files of one scanner and target are one look: what one of them does not name may be in
    another, so that they close together, and only where each of them is complete.
    """
    groups: dict[tuple[str, str], list[_Look]] = {}
    for look in looks:
        partial = replace(look.scan, gaps=(*look.scan.gaps, "It is a part."))
        ledger = update(ledger, partial, look.at, target=look.target)
        groups.setdefault((look.scan.tool, look.target), []).append(look)
    for (_, target), group in groups.items():
        ledger = update(ledger, _joined([one.scan for one in group]), group[-1].at, target=target)
    return ledger


def _joined(scans: list[Scan]) -> Scan:
    return replace(
        scans[0],
        findings=tuple(finding for scan in scans for finding in scan.findings),
        gaps=tuple(doubt for scan in scans for doubt in scan.doubts),
        scanned=sum(scan.scanned or 0 for scan in scans),
    )


def kept_ledger(path: Path) -> tuple[Ledger, bytes]:
    """The ledger at `path` and the bytes it was read from; an empty one where there is none.

    Raises:
        EvidenceError: It cannot be read, or is not as it was written.
    """
    try:
        content = path.read_bytes()
        return parse_ledger(content.decode(), path.name), content
    except FileNotFoundError:
        return Ledger(), b""
    except OSError as error:
        raise EvidenceError(
            f"{path} cannot be read: {error.strerror or error}.",
            advice="Check the file's permissions.",
        ) from error
    except UnicodeDecodeError as error:
        raise EvidenceError(
            f"{path.name} is not UTF-8 at byte {error.start}.",
            advice="Only the tool writes this file: restore it as it was last committed.",
        ) from error


def _judged(
    ledger: Ledger,
    written: Artifact,
    now: datetime,
    sla_days: Mapping[Severity, int],
    missed: list[str],
) -> Checked:
    origin = Origin(
        source="",
        uri=written.path,
        query="",
        retrieved=now,
        sha256=written.sha256,
        size=written.size,
    )
    about = About(subject=FILE_NAME, now=now, origins=(origin,))
    measures = measure_ages(ledger, about, sla_days, unread=missed)
    state = worst(one.state for one in measures)
    late = len(overdue(ledger, now, sla_days))
    return Checked(
        name=FILE_NAME,
        format=FORMAT,
        state=state,
        summary=f"{count(len(ledger.opened), 'open findings')}, {late} overdue, "
        f"{len(ledger.entries) - len(ledger.opened)} closed",
        reason=reason_of(measures, state),
        measures=measures,
        origin=origin,
    )


def _record(ledger: Checked, artifact: Artifact, now: datetime) -> Record:
    return Record(
        kind=Kind.CHECK,
        time=datetime.now(timezone.utc),
        step=CHECK,
        subject=FILE_NAME,
        state=ledger.state.value,
        summary=f"{ledger.summary}.",
        tool=f"codexreport {__version__}",
        artifacts=(artifact,),
        details={"as_of": now.isoformat()},
    )
