"""From a project to a decision: everything measured, each gate judged, all of them decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from codexreport.errors import CodexReportError, ParameterError, Problem, ProjectError
from codexreport.evidence.keep import phase_folder
from codexreport.evidence.signing_off import approvals_of
from codexreport.files import write_atomic
from codexreport.measure import Measure, State
from codexreport.pipeline.baselines import baselines, line_of, read_earlier
from codexreport.pipeline.checklist import file_measure, record_measure, section_measure
from codexreport.project.gate_schema import CriterionTable, GateFile
from codexreport.project.gates import parse_gate, shipped_names, shipped_text
from codexreport.project.load import Project
from codexreport.project.mistakes import did_you_mean
from codexreport.project.schema import GateTable
from codexreport.project.workspace import FILE_NAME, Workspace
from codexreport.readiness.decision import Decision, decide
from codexreport.readiness.gate import Gate
from codexreport.readiness.judging import Baselines
from codexreport.readiness.score import evaluate_gate
from codexreport.text import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be decided.

    Attributes:
        name: As `codexreport gate NAME` takes it.
        title: What people call it.
        files: The gates that are decided together, as their authors wrote them.
    """

    name: str
    title: str
    files: tuple[GateFile, ...]


def question(project: Project, name: str) -> Question:
    """What `name` asks: a decision of the project's, or a gate of its own or a shipped one.

    Raises:
        ParameterError: There is none of that name.
        ProjectError: A gate's file is refused.
    """
    own = {file.name: file for file in _own_gates(project)}
    if table := project.decisions.get(name):
        files = tuple(_gate_file(own, one) for one in table.gates)
        return Question(name=name, title=table.title or name, files=files)
    if name not in own and name not in shipped_names():
        known = [*project.decisions, *own, *shipped_names()]
        raise ParameterError(
            f"There is no gate {name!r}.", advice=did_you_mean(name, known).removeprefix("; ")
        )
    file = _gate_file(own, name)
    return Question(name=name, title=file.title, files=(file,))


def answer(
    project: Project,
    workspace: Workspace,
    asked: Question,
    measures: Sequence[Measure],
    now: datetime,
) -> tuple[Decision, tuple[Measure, ...]]:
    """Judge and decide.

    Args:
        project: Its waivers, exemptions and owners count.
        workspace: Where evidence and earlier judgements are.
        asked: What is decided.
        measures: Everything that was measured.
        now: The moment of the decision, aware.

    Returns:
        The decision, and all measures, those of the gates' checklists included.

    Raises:
        EvidenceError: What was judged before cannot be read.
    """
    known = (*measures, *_checklists(project, workspace, asked, now))
    compared = _baselines(project, workspace, asked.name)
    results = [
        evaluate_gate(
            gate_of(project, file), known, now=now, baselines=compared, waivers=project.waivers
        )
        for file in asked.files
    ]
    return decide(results, project.waivers, now=now), known


def keep_judgement(
    project: Project,
    workspace: Workspace,
    asked: Question,
    decision: Decision,
    known: Sequence[Measure],
    now: datetime,
    *,
    release: str = "",
) -> None:
    """Note what was judged, for later ones to compare with.

    Raises:
        EvidenceError: It cannot be written; what was kept before still is.
    """
    path = history_path(project, workspace, asked.name)
    line = line_of(known, time=now.isoformat(), release=release, verdict=decision.verdict.value)
    before = path.read_bytes() if path.exists() else b""
    write_atomic(path, before + line.encode())


def roles_of(project: Project | None, name: str) -> tuple[str, ...]:
    """Who has to sign off `name`: a decision's or a gate's roles; none where neither is known."""
    if project is None:
        known = name in shipped_names()
        return parse_gate(shipped_text(name), f"{name}.toml").roles if known else ()
    try:
        files = question(project, name).files
    except ParameterError:
        return project.gates.get(name, GateTable()).roles
    roles = (role for file in files for role in gate_of(project, file).roles)
    return tuple(dict.fromkeys(roles))


def names_of(project: Project) -> list[dict[str, str]]:
    """Every decision and gate that can be asked for: its name, title and where it is from."""
    own = {file.name: file for file in _own_gates(project)}
    rows = [
        {"name": name, "title": table.title or name, "from": "codexreport.toml"}
        for name, table in sorted(project.decisions.items())
    ]
    rows += [{"name": one.name, "title": one.title, "from": "the project"} for one in own.values()]
    return rows + [
        {"name": name, "title": _gate_file(own, name).title, "from": "the kit"}
        for name in shipped_names()
        if name not in own
    ]


def history_path(project: Project, workspace: Workspace, name: str) -> Path:
    """Where the judgements of a question are kept, one line each."""
    return phase_folder(workspace.root, project.readiness.phase) / "decisions" / f"{name}.jsonl"


def gate_of(project: Project, file: GateFile) -> Gate:
    """A gate as it is judged in this project."""
    table = project.gates.get(file.name, GateTable())
    gate = file.gate(project.owner)
    criteria = tuple(
        replace(
            one,
            exempt=table.not_applicable.get(one.id, one.exempt),
            owner=table.owners.get(one.id, one.owner),
        )
        for one in gate.criteria
    )
    return replace(
        gate,
        criteria=criteria,
        required=gate.required if table.required is None else table.required,
        roles=table.roles or gate.roles,
    )


def _own_gates(project: Project) -> Iterator[GateFile]:
    names: dict[str, str] = {}
    for pattern in project.readiness.gates:
        for path in _matching(project.root, pattern):
            shown = path.relative_to(project.root).as_posix()
            file = parse_gate(_text(path, shown), shown)
            if file.name in names:
                message = f"is called {file.name!r} as {names[file.name]} is"
                raise ProjectError([Problem(shown, 0, "name", message)])
            names[file.name] = shown
            yield file


def _matching(root: Path, pattern: str) -> list[Path]:
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        message = f"{pattern!r} leads out of the project's folder"
        raise ProjectError([Problem(FILE_NAME, 0, "readiness.gates", message)])
    return sorted(one for one in root.glob(pattern) if one.is_file())


def _text(path: Path, shown: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProjectError([Problem(shown, 0, "", "is not UTF-8 text")]) from error
    except OSError as error:
        raise ProjectError([Problem(shown, 0, "", f"cannot be read: {error.strerror}")]) from error


def _gate_file(own: dict[str, GateFile], name: str) -> GateFile:
    return own.get(name) or parse_gate(shipped_text(name), f"{name}.toml")


def _checklists(
    project: Project, workspace: Workspace, asked: Question, now: datetime
) -> Iterator[Measure]:
    """What the gates' checklists ask for, each thing once."""
    seen: set[tuple[str, str]] = set()
    for file in asked.files:
        for criterion in file.criteria:
            if criterion.asked not in seen and not criterion.not_applicable:
                seen.add(criterion.asked)
                yield from _checked(project, workspace, file, criterion, now)


def _checked(
    project: Project, workspace: Workspace, file: GateFile, one: CriterionTable, now: datetime
) -> Iterator[Measure]:
    if one.file:
        yield file_measure(project.root, one.file, one.max_age, now)
    elif one.section:
        yield section_measure(project.root, one.section, one.max_age, now)
    elif one.record:
        yield record_measure(workspace.root, one.phase, one.record, one.max_age, now)
    elif one.approval:
        yield _approval(project, workspace, gate_of(project, file), one)


def _approval(project: Project, workspace: Workspace, gate: Gate, one: CriterionTable) -> Measure:
    """Whether a role has approved what the gate is about, as it is now."""
    table = project.gates.get(gate.name, GateTable())
    roles = tuple(dict.fromkeys([*gate.roles, one.approval]))
    signers = project.root / table.allowed_signers if table.allowed_signers else None
    state, reason = State.UNKNOWN, ""
    try:
        approvals = approvals_of(
            workspace.root,
            one.phase,
            gate.name,
            roles=roles,
            authors=table.authors,
            allowed_signers=signers,
        )
    except CodexReportError as error:
        reason = one_line(error.message) + "."
    else:
        said = next(role for role in approvals.roles if role.role == one.approval)
        state, reason = said.state, said.reason
    return Measure(
        name="evidence.approval",
        subject=one.approval,
        value=int(state is State.PASS),
        unit="1",
        state=state,
        reason=reason,
    )


def _baselines(project: Project, workspace: Workspace, name: str) -> Baselines:
    earlier = read_earlier(history_path(project, workspace, name))
    return baselines(earlier, project.readiness.baseline)
