"""Whether the files that a manifest of evidence lists are still what it says they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from codexreport.facts import About
from codexreport.files import sha256_file
from codexreport.integration.figures import none_of
from codexreport.integration.manifest import Entry, EvidenceManifest
from codexreport.measure import Measure, State
from codexreport.pipeline.check import Checked
from codexreport.project.workspace import Workspace
from codexreport.readers.registry import kind_of
from codexreport.text import one_line

_SHOWN = 80


def manifest_measures(
    root: Path, workspace: Workspace, files: Sequence[Checked], now: datetime
) -> Iterator[Measure]:
    """What became of the files of every manifest among `files`; of one not read nothing is known.

    Args:
        root: The project's folder, which the names of manifests are seen from.
        workspace: What the kit's own manifests are seen from.
        files: What each of the project's files says.
        now: The moment of the judgement, aware.
    """
    for one in files:
        if one.facts is None and kind_of(one.format) == EvidenceManifest.kind:
            yield Measure(
                name="integration.manifest.altered",
                subject=one.source or one.name,
                value=None,
                unit="files",
                state=State.UNKNOWN,
                reason=one.reason,
            )
        if isinstance(one.facts, EvidenceManifest) and one.origin:
            about = About(subject=one.source or one.name, now=now, origins=(one.origin,))
            base = workspace.recorded if one.facts.of_workspace else (root / one.name).parent
            yield _altered(about, one.facts, base, one.unfit)


def _altered(about: About, manifest: EvidenceManifest, base: Path, unfit: str) -> Measure:
    changed, unread = [], []
    for entry in manifest.entries:
        if entry.flaw():
            unread.append(entry.path)
            continue
        try:
            if told := _changed(entry, base):
                changed.append(told)
        except OSError:
            unread.append(entry.path)
    doubts = [f"Not checked: {', '.join(one_line(one, _SHOWN) for one in unread[:5])}."]
    return none_of(
        about,
        "manifest.altered",
        changed,
        of=len(manifest.entries),
        unit="files",
        what="Not as the manifest says",
        doubts=[*([unfit] if unfit else []), *(doubts if unread else [])],
    )


def _changed(entry: Entry, base: Path) -> str:
    """How a file differs from its entry; empty where it does not.

    Raises:
        OSError: It cannot be read.
    """
    name, path = one_line(entry.path, _SHOWN), base / entry.path
    if not path.resolve().is_relative_to(base.resolve()):
        return f"{name} leads out of the folder"
    if not path.is_file():
        return f"{name} is not there"
    return "" if sha256_file(path) == entry.sha256 else f"{name} was changed"
