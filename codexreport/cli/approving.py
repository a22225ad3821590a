"""`sign-off` and `sign-offs`: who approves a gate, and what of that counts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codexreport.cli.common import (
    UNKNOWN_EXIT_CODE,
    JsonOption,
    ProjectOption,
    ReleaseOption,
    exit_code,
    locate,
    print_json,
    print_table,
    progress_bar,
)
from codexreport.project.workspace import FILE_NAME, Workspace
from codexreport.text import one_line

if TYPE_CHECKING:
    from codexreport.evidence.approvals import Verdict
    from codexreport.project.model import Project

KEY_VARIABLE = "CODEXREPORT_SIGNING_KEY"

GateArgument = Annotated[str, typer.Argument(metavar="GATE", help="Which gate, such as launch.")]
PhaseOption = Annotated[
    str,
    typer.Option(
        "--phase",
        metavar="PHASE",
        help="Whose evidence it is about. Default: where the gate looks for approvals.",
    ),
]
SignersOption = Annotated[
    Path | None,
    typer.Option(
        "--allowed-signers",
        metavar="FILE",
        help="SSH keys of those who may sign off; with it, only what is signed counts.",
    ),
]


def sign_off(
    gate: GateArgument,
    name: Annotated[str, typer.Option("--as", metavar="NAME", help="Who signs off.")],
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="In which role.")],
    reject: Annotated[bool, typer.Option("--reject", help="Reject instead of approve.")] = False,
    comment: Annotated[str, typer.Option("--comment", metavar="TEXT", help="Why.")] = "",
    of: Annotated[
        list[Path] | None,
        typer.Option(
            "--of",
            metavar="PATH",
            help="A file it is about; may be repeated. Default: all that runs and recorded "
            "commands of the phase made.",
        ),
    ] = None,
    phase: PhaseOption = "",
    key: Annotated[
        Path | None,
        typer.Option(
            "--sign",
            metavar="KEY",
            envvar=KEY_VARIABLE,
            help="An SSH key to sign with, by ssh-keygen.",
        ),
    ] = None,
    project: ProjectOption = None,
    release: ReleaseOption = "",
    *,
    as_json: JsonOption = False,
) -> int:
    """Approve or reject a gate, for the files as they are now.

    A role that the gate does not ask for is refused before anything is kept.

    Exit codes: 0 kept, and it counts; 2 refused; 3 kept, and it does not count.
    """
    from codexreport.evidence.keep import phases
    from codexreport.evidence.sign_off import Word
    from codexreport.evidence.signing_off import Order, approvals_of, judgement_of, sign_off
    from codexreport.pipeline.questions import approvers_of

    root, workspace = locate(project)
    opened = _opened(root, release)
    asked, looked_in = _asked(opened, gate), _phase_of(opened, gate)
    asked["roles"] = approvers_of(opened, gate)
    _check_role(role, asked["roles"], gate)
    phase = phase or looked_in
    before = phases(workspace.root)
    record = sign_off(
        workspace.root,
        Order(
            gate=gate,
            phase=phase,
            name=name,
            role=role,
            word=Word.REJECT if reject else Word.APPROVE,
            comment=comment,
            of=of or (),
        ),
        moment=datetime.now(timezone.utc),
        environ=os.environ,
        key=key,
        also_secret=_project_text(root),
    )
    seen = judgement_of(workspace.root, phase, gate)
    known = approvals_of(workspace.root, phase, gate, **asked, judged=[seen] if seen else ())
    its = next(one for one in known.verdicts if one.sign_off.record == record["seq"])
    if as_json:
        print_json({"phase": phase, **record, "counts": its.counts, "flaw": its.flaw})
    else:
        typer.echo(record["summary"] if its.counts else f"It does not count: {its.flaw}")
        if phase not in before:
            others = f"; there is of {', '.join(before)}" if before else ""
            typer.echo(f"There was no evidence of {phase} before{others}.")
        typer.echo(f"Kept: codexreport show {record['seq']} --phase {phase}")
    return 0 if its.counts else UNKNOWN_EXIT_CODE


def sign_offs(
    gate: GateArgument,
    phase: PhaseOption = "",
    allowed_signers: SignersOption = None,
    project: ProjectOption = None,
    release: ReleaseOption = "",
    *,
    as_json: JsonOption = False,
) -> int:
    """List who signed off a gate, and which of it counts.

    Exit codes: 0 every required role approves, 1 one rejects, 3 one is missing.
    """
    from codexreport.evidence.signing_off import approvals_of

    root, workspace = locate(project)
    opened = _opened(root, release)
    asked = _asked(opened, gate, allowed_signers)
    phase = phase or _phase_of(opened, gate)
    clock = datetime.now(timezone.utc)
    judged = _judged(opened, workspace, phase, gate)
    approvals = approvals_of(workspace.root, phase, gate, **asked, now=clock, judged=judged)
    if as_json:
        print_json({"phase": phase, "gate": gate, **approvals.to_dict()})
        return exit_code(approvals.state)
    rows = [[one.role, one.state.value, one.reason] for one in approvals.roles]
    title = f"The gate {gate} in {phase}: {approvals.state.value}"
    print_table(title, ["role", "state", "why"], rows)
    if not rows:
        typer.echo(f'No role is asked for. Add to {FILE_NAME}: [gates.{gate}] roles = ["..."]')
    if approvals.verdicts:
        typer.echo()
        columns = ["record", "time", "name", "role", "decision", "files", "signature", "counts"]
        print_table("", columns, list(_rows(approvals.verdicts)))
    return exit_code(approvals.state)


def _opened(root: Path, release: str) -> Project | None:
    """The project in a folder; None where there is none, and evidence alone."""
    from codexreport.pipeline.open import open_project

    there = (root / FILE_NAME).exists()
    return open_project(root, release=release) if there else None


def _judged(project: Project | None, workspace: Workspace, phase: str, gate: str) -> set[str]:
    """What is judged now, where a judgement of the gate was ever there to be approved."""
    from codexreport.evidence.signing_off import judgement_of
    from codexreport.pipeline.decide import judged_now
    from codexreport.pipeline.measures import measure_all
    from codexreport.pipeline.open import moment_of
    from codexreport.pipeline.questions import names_of, question

    if project is None or not judgement_of(workspace.root, phase, gate):
        return set()
    if gate not in {one["name"] for one in names_of(project)}:
        return set()
    with progress_bar(quiet=False) as progress:
        measured = measure_all(project, workspace, moment_of("", project), progress=progress)
    asked = question(project, gate)
    own = [file for file in asked.files if file.name == gate]
    return judged_now(project, workspace, replace(asked, files=tuple(own)), measured)


def _phase_of(project: Project | None, gate: str) -> str:
    from codexreport.pipeline.questions import approved_in
    from codexreport.project.phases import OPERATIONS

    return approved_in(project, gate) if project else OPERATIONS


def _asked(
    project: Project | None, gate: str, allowed_signers: Path | None = None
) -> dict[str, Any]:
    """What is asked of a gate's sign-offs, by its file and the project's, for `approvals_of`."""
    from codexreport.evidence.signing import check_list
    from codexreport.pipeline.questions import roles_of
    from codexreport.project.schema import GateTable

    table = project.gates.get(gate, GateTable()) if project else GateTable()
    named = project.root / table.allowed_signers if project and table.allowed_signers else None
    signers = allowed_signers or named
    if signers:
        check_list(signers)  # before anything is kept
    roles = roles_of(project, gate)
    return {"roles": roles, "authors": table.authors, "allowed_signers": signers}


def _check_role(role: str, roles: Sequence[str], gate: str) -> None:
    """Refuse what nobody asked for: what is kept cannot be taken away again."""
    from codexreport.errors import ParameterError
    from codexreport.project.mistakes import did_you_mean

    if not roles or role in roles:
        return
    raise ParameterError(
        f"{gate} asks for no approval by {one_line(role)!r}{did_you_mean(role, roles)}",
        advice=f"It asks for {', '.join(roles)}. To ask for another, add it to roles under "
        f"[gates.{gate}] in {FILE_NAME}.",
    )


def flaws_of(root: Path, workspace: Workspace, phase: str, gates: Iterable[str]) -> dict[int, str]:
    """Why sign-offs in a log do not count, by their record: as far as its own evidence tells.

    Whether they are about what would be judged now takes measuring, and is left to `sign-offs`.
    """
    from codexreport.errors import CodexReportError
    from codexreport.evidence.signing_off import approvals_of
    from codexreport.pipeline.questions import approvers_of

    flaws: dict[int, str] = {}
    for gate in gates:
        with suppress(CodexReportError):
            opened = _opened(root, "")
            asked = {**_asked(opened, gate), "roles": approvers_of(opened, gate)}
            known = approvals_of(workspace.root, phase, gate, **asked)
            flaws |= {one.sign_off.record: one.flaw for one in known.verdicts if one.flaw}
    return flaws


def _project_text(root: Path) -> str:
    """The project file, for the names of secrets in it; empty where there is none."""
    path = root / FILE_NAME
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _rows(verdicts: Sequence[Verdict]) -> Iterator[list[Any]]:
    for verdict in verdicts:
        one = verdict.sign_off
        yield [
            one.record,
            one.time,
            one.name,
            one.role,
            one.word.value,
            len(one.subjects),
            one.signature.value,
            f"no: {verdict.flaw}" if verdict.flaw else "yes",
        ]
