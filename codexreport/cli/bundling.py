"""`bundle` and `verify`: evidence in one file, and whether it holds together."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codexreport.cli.common import JsonOption, ProjectOption, ReleaseOption, locate, print_json
from codexreport.errors import EvidenceError, ParameterError

if TYPE_CHECKING:
    from codexreport.evidence.findings import Verified

_HASH = re.compile(r"[0-9a-fA-F]{64}")
_EXIT_CODES = {"broken": 1, "unknown": 3, "consistent": 0}
"""By verdict, the one that counts of several first."""


def bundle(
    phase: Annotated[
        str,
        typer.Option(
            "--phase",
            metavar="PHASE",
            help="Whose evidence. Default: as [project] says, else the only one's.",
        ),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Default: bundles/PHASE-evidence.zip in the project."),
    ] = None,
    project: ProjectOption = None,
    release: ReleaseOption = "",
    *,
    as_json: JsonOption = False,
) -> int:
    """Put the evidence of a phase into one ZIP file.

    The same log gives the same bytes. Publish the head that is printed: with it, anyone can tell
    that nothing was changed.

    The exit code is 3 where a file is gone or was changed since it was recorded.
    """
    from codexreport.evidence.bundle import bundle as make
    from codexreport.project.phases import phase_here

    root, workspace = locate(project)
    phase = phase or phase_here(root, release, default="") or _only_phase(workspace.root)
    made = make(workspace.root, phase, out, time=datetime.now(timezone.utc))
    if as_json:
        print_json(
            {
                "phase": phase,
                "bundle": str(made.path),
                "manifest": made.manifest and str(made.manifest),
                "size": made.size,
                "sha256": made.sha256,
                "files": made.members,
                "head": {"seq": made.head.seq, "sha256": made.head.sha256},
                "record": made.record["seq"],
            }
        )
        return 0
    typer.echo(f"Made {made.path}: {made.members} files, {made.size} bytes.")
    if made.manifest:
        typer.echo(f"Made {made.manifest}.")
    typer.echo(f"Head: {made.head.sha256}")
    typer.echo(f"Verify it with: codexreport verify {made.path} --head {made.head.sha256}")
    return 0


def verify(
    path: Annotated[
        Path, typer.Argument(metavar="BUNDLE|DIR", help="A bundle, a project, or evidence/PHASE.")
    ],
    allowed_signers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Whose signatures count, as ssh-keygen(1) has it."),
    ] = None,
    head: Annotated[
        str, typer.Option(metavar="SHA256", help="The head that was published for it.")
    ] = "",
    *,
    as_json: JsonOption = False,
) -> int:
    """Check that evidence is whole and agrees with itself.

    Without a head or a signature nothing vouches for it, and it says so: consistent, unanchored.

    Exit codes: 0 consistent, 1 broken, 2 usage, 3 unreadable or of an unknown version.
    """
    from codexreport.evidence.verify import Anchors
    from codexreport.evidence.verify import verify as check

    if head and not _HASH.fullmatch(head):
        raise ParameterError(
            "--head is not a SHA-256.", advice="Give the 64 digits that codexreport bundle printed."
        )
    if allowed_signers and not allowed_signers.is_file():
        raise ParameterError(f"There is no list of allowed signers {allowed_signers}.")
    results = check(path, Anchors(head=head.lower(), allowed_signers=allowed_signers))
    verdicts = {one.verdict.value for one in results}
    worst = next(one for one in _EXIT_CODES if one in verdicts)
    if as_json:
        print_json({"verdict": worst, "phases": [one.to_dict() for one in results]})
    else:
        for one in results:
            _tell(one)
    return _EXIT_CODES[worst]


def _tell(one: Verified) -> None:
    from codexreport.evidence.findings import Meaning

    about = f"{one.phase}: " if one.phase else ""
    typer.echo(_plain(f"{about}{one.sentence()}"))
    for note in one.texts(Meaning.NOTE):
        typer.echo(_plain(f"  {note}"))


def _plain(text: str) -> str:
    """What is verified never plays a terminal's escape codes."""
    return text if text.isprintable() else repr(text)[1:-1]


def _only_phase(root: Path) -> str:
    from codexreport.evidence.keep import phases

    found = phases(root)
    if not found:
        raise EvidenceError(
            "Nothing is kept yet.",
            advice="codexreport record and codexreport run keep what they do.",
        )
    if len(found) > 1:
        raise EvidenceError(
            f"Evidence is kept of several phases: {', '.join(found)}.",
            advice="Add --phase PHASE.",
        )
    return found[0]
