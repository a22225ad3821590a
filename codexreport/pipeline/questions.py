"""What can be decided: the project's decisions and gates, and those that come with the kit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from codexreport.errors import ParameterError, Problem, ProjectError
from codexreport.project.gate_schema import CriterionTable, GateFile
from codexreport.project.gates import parse_gate, shipped_names, shipped_text
from codexreport.project.mistakes import did_you_mean
from codexreport.project.model import Project
from codexreport.project.phases import looked_in
from codexreport.project.readiness_schema import DecisionTable
from codexreport.project.releases import phase_of, placed
from codexreport.project.schema import GateTable
from codexreport.project.workspace import FILE_NAME
from codexreport.readiness.gate import Gate
from codexreport.text import listed
from codexreport.window import format_duration

PHASE = "{phase}"
"""Stands in a criterion's subject for its phase."""
SHIPPED = {
    "integration": DecisionTable(
        title="Integration",
        gates=(
            "integration-1-scope",
            "integration-2-contracts",
            "integration-3-execution",
            "integration-4-sign-off",
        ),
    ),
    "operations": DecisionTable(
        title="Operations", gates=("operations-readiness", "operations-quality")
    ),
}
"""Decisions that come with the kit; a project's own of the same name goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be decided.

    Attributes:
        name: As `codexreport gate NAME` takes it.
        title: What people call it.
        files: The gates that are decided together, as their authors wrote them, with the release
            in its place.
    """

    name: str
    title: str
    files: tuple[GateFile, ...]

    @property
    def shown(self) -> str:
        """Its title, and whether it is a gate or a decision: both may have the same name."""
        names = [one.name for one in self.files]
        if names == [self.name]:
            return f"{self.title} (the gate {self.name})"
        return f"{self.title} (the decision {self.name}, of the gates {listed(names)})"


def question(project: Project, name: str) -> Question:
    """What `name` asks: a decision of the project's, or a gate of its own or a shipped one.

    Raises:
        ParameterError: There is none of that name, or it asks for a release and none is named.
        ProjectError: A gate's file is refused.
    """
    own = {file.name: file for file in _own_gates(project)}
    if table := project.decisions.get(name) or (SHIPPED.get(name) if name not in own else None):
        files = tuple(_in_project(project, _gate_file(own, one)) for one in table.gates)
        return Question(name=name, title=table.title or name, files=files)
    if name not in own and name not in shipped_names():
        known = [*project.decisions, *own, *SHIPPED, *shipped_names()]
        raise ParameterError(
            f"There is no gate {name!r}.", advice=did_you_mean(name, known).removeprefix("; ")
        )
    file = _in_project(project, _gate_file(own, name))
    return Question(name=name, title=file.title, files=(file,))


def names_of(project: Project) -> list[dict[str, str]]:
    """Every decision and gate that can be asked for: its name, kind, title and where it is from."""
    own = {file.name: file for file in _own_gates(project)}
    rows = [
        _named(name, "decision", table.title, "codexreport.toml")
        for name, table in sorted(project.decisions.items())
    ]
    rows += [_named(one.name, "gate", one.title, "the project") for one in own.values()]
    rows += [
        _named(name, "decision", table.title, "the kit")
        for name, table in SHIPPED.items()
        if name not in project.decisions and name not in own
    ]
    return rows + [
        _named(name, "gate", _gate_file(own, name).title, "the kit")
        for name in shipped_names()
        if name not in own
    ]


def _named(name: str, kind: str, title: str, origin: str) -> dict[str, str]:
    return {"name": name, "kind": kind, "title": title or name, "from": origin}


def roles_of(project: Project | None, name: str) -> tuple[str, ...]:
    """Who has to sign off `name`: a decision's or a gate's roles; none where neither is known."""
    if project is None:
        known = name in shipped_names()
        return parse_gate(shipped_text(name), f"{name}.toml").roles if known else ()
    files = _signed_off(project, name)
    if not files:
        return project.gates.get(name, GateTable()).roles
    roles = (role for file in files for role in gate_of(project, file).roles)
    return tuple(dict.fromkeys(roles))


def approvers_of(project: Project | None, name: str) -> tuple[str, ...]:
    """Who may sign off `name`: its roles, and those whose approval is one of its criteria."""
    files = _signed_off(project, name) if project else ()
    asked = (one.approval for file in files for one in file.criteria if one.approval)
    return tuple(dict.fromkeys([*roles_of(project, name), *asked]))


def _signed_off(project: Project, name: str) -> tuple[GateFile, ...]:
    """What a sign-off of `name` is about: the gate, also where a decision is called so too."""
    try:
        files = question(project, name).files
    except ParameterError:
        return ()
    return tuple(one for one in files if one.name == name) or files


def approved_in(project: Project, name: str) -> str:
    """The phase in which sign-offs of a gate are looked for.

    Raises:
        ParameterError: There is no such gate, or it is a decision, whose gates are signed off.
    """
    known = sorted({*(one["name"] for one in names_of(project)), *project.gates})
    if name not in known:
        hint = did_you_mean(name, known).removeprefix("; ")
        raise ParameterError(f"There is no gate {name!r}.", advice=hint)
    if name not in {one["name"] for one in names_of(project)}:
        return looked_in(project, "", "")  # only the project file speaks of it, as of a report
    files = question(project, name).files
    phases = {file.name: one.phase for file in files for one in file.criteria if one.approval}
    if all(file.name != name for file in files):
        raise ParameterError(
            f"{name} is a decision, and its gates are signed off one by one.",
            advice=f"Name one that asks for approvals: {', '.join(phases) or 'there is none'}.",
        )
    return phases.get(name, looked_in(project, "", ""))


def gate_of(project: Project, file: GateFile) -> Gate:
    """A gate as it is judged in this project."""
    table = project.gates.get(file.name, GateTable())
    gate = file.gate(project.owner)
    criteria = tuple(
        replace(
            one,
            subject=subject_of(file, written),
            exempt=table.not_applicable.get(one.id, one.exempt),
            owner=table.owners.get(one.id, one.owner),
        )
        for one, written in zip(gate.criteria, file.criteria, strict=True)
    )
    return replace(
        gate,
        criteria=criteria,
        required=gate.required if table.required is None else table.required,
        roles=table.roles or gate.roles,
    )


def subject_of(file: GateFile, one: CriterionTable) -> str:
    """What exactly a criterion asks about: two that differ in anything ask two things.

    The same step may be asked for in two phases, or with two greatest ages, and the same role by
    two gates.
    """
    subject = one.asked[1]
    if one.approval:
        return f"{subject} for {file.name}"
    if one.record:
        subject = f"{subject} in {one.phase}"
    return f"{subject}, at most {format_duration(one.max_age)} old" if one.max_age else subject


def _in_project(project: Project, file: GateFile) -> GateFile:
    """A gate's file with the project's phase and the release in their places."""
    phase = project.gates.get(file.name, GateTable()).phase
    criteria = tuple(_placed(project, one, phase) for one in file.criteria)
    return file.model_copy(update={"criteria": criteria})


def _placed(project: Project, one: CriterionTable, phase: str) -> CriterionTable:
    release = project.release
    if phase:
        where = phase_of(phase, release)
    else:
        written = one.phase if "phase" in one.model_fields_set else ""
        where = looked_in(project, one.record, written, default=project.phase or one.phase)
    return one.model_copy(
        update={
            "file": placed(one.file, release),
            "section": placed(one.section, release),
            "phase": where,
            "subject": one.subject.replace(PHASE, where),
        }
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
