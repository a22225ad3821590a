"""What files say, and whether that is all right: find, read, measure, judge."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from codexreport.errors import ParameterError, SourceError
from codexreport.facts import About, Facts
from codexreport.files import sha256
from codexreport.measure import Measure, Origin, State, worst
from codexreport.project.load import Project
from codexreport.readers.base import Reader
from codexreport.readers.document import Document
from codexreport.readers.freshness import Demands, doubt
from codexreport.readers.limits import Limits
from codexreport.readers.opening import open_document
from codexreport.readers.registry import detect, reader
from codexreport.readers.settings import FileSettings
from codexreport.slo.alert_rules import AlertRules
from codexreport.slo.objective import Objective
from codexreport.sources.base import Progress, silent
from codexreport.sources.paths import find, shown
from codexreport.supply_chain.vex import Vex, VexStatement, apply_vex
from codexreport.supply_chain.vulnerabilities import Scan
from codexreport.text import one_line
from codexreport.window import zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One file to check.

    Attributes:
        path: Where it is.
        name: How it is called.
        source: The project's source it belongs to; empty for a file given by hand.
        format: The format it is said to have; empty: its shape tells.
        demands: What makes it evidence.
        limits: What it may cost.
        timezone: Zone of times written without one; empty: such times say nothing.
    """

    path: Path
    name: str
    source: str = ""
    format: str = ""
    demands: Demands = field(default_factory=Demands)
    limits: Limits = field(default_factory=Limits)
    timezone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What one file said.

    Attributes:
        name: The file.
        format: What it is; empty where that is not known.
        state: What it says: its worst measure, or `unknown`.
        summary: What was found, in a few words; empty where nothing was understood.
        reason: Why it is not simply passed, a sentence; empty where it is.
        measures: Every figure.
        facts: What was understood.
        origin: The bytes; None where they could not be read.
    """

    name: str
    format: str
    state: State
    summary: str = ""
    reason: str = ""
    measures: tuple[Measure, ...] = ()
    facts: Facts | None = None
    origin: Origin | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "file": self.name,
            "format": self.format,
            "state": self.state.value,
            "summary": self.summary,
            "reason": self.reason,
            "origin": self.origin.to_dict() if self.origin else None,
            "measures": [measure.to_dict() for measure in self.measures],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One file, read: facts, or the problem that kept them from us."""

    errand: Errand
    format: str
    origin: Origin | None
    facts: Facts | None = None
    problem: str = ""


def check(
    errands: Sequence[Errand],
    now: datetime,
    *,
    objectives: Sequence[Objective] = (),
    progress: Progress = silent,
) -> list[Checked]:
    """Read every file, then judge each in the light of the others.

    A file that cannot be read is `unknown`, and spoils no other. VEX statements close the findings
    of the scans beside them; alerting rules are compared with the project's objectives.

    Raises:
        ParameterError: An errand names a format that there is not.
    """
    read = []
    for number, errand in enumerate(errands):
        progress(errand.name, number, len(errands))
        read.append(_read(errand, now))
    statements = [
        statement
        for one in read
        if isinstance(one.facts, Vex) and not doubt(one.facts, one.errand.demands, now)
        for statement in one.facts.statements
    ]
    return [_judged(one, now, statements, objectives) for one in read]


def check_file(errand: Errand, now: datetime) -> Checked:
    """Read and judge one file by itself, as `check` does."""
    return check([errand], now)[0]


def _read(errand: Errand, now: datetime) -> _Read:
    named = reader(errand.format) if errand.format else None
    origin: Origin | None = None
    found: Reader | None = named
    try:
        document = open_document(
            errand.path,
            errand.name,
            limits=errand.limits,
            zone=zone(errand.timezone) if errand.timezone else None,
        )
        origin = _origin(errand, document, now)
        found = named or detect(document)
        facts = _parse(found, document)
    except SourceError as error:
        problem = _without_name(error.message, one_line(errand.name))
        format_ = found.format if found else ""
        return _Read(errand=errand, format=format_, origin=origin, problem=problem)
    return _Read(errand=errand, format=found.format, origin=origin, facts=facts)


def _without_name(message: str, name: str) -> str:
    """An error's message as a sentence beside the file's name."""
    said = one_line(message.removeprefix(f"{name}:")) + "."
    if at := re.match(r"(\d+): ", said):
        return f"Line {at[1]}: {said[at.end() :]}"
    return f"It {said}" if re.match(r"(?:is|has|takes|cannot) ", said) else said


def _parse(format_: Reader, document: Document) -> Facts:
    if document.container not in format_.containers:
        raise document.error(f"is {document.container.value}, and no {format_.title}")
    return format_.parse(document)


def _origin(errand: Errand, document: Document, now: datetime) -> Origin:
    return Origin(
        source=errand.source,
        uri=errand.name,
        query="",
        retrieved=now,
        sha256=sha256(document.body),
        size=len(document.body),
    )


def _judged(
    read: _Read,
    now: datetime,
    statements: Sequence[VexStatement],
    objectives: Sequence[Objective],
) -> Checked:
    errand, facts, origin = read.errand, read.facts, read.origin
    if facts is None or origin is None:
        return Checked(
            name=errand.name,
            format=read.format,
            state=State.UNKNOWN,
            reason=read.problem,
            origin=origin,
        )
    facts = _in_context(facts, now, statements, objectives)
    about = About(subject=errand.source or errand.name, now=now, origins=(origin,))
    measures = facts.measures(about)
    unfit = doubt(facts, errand.demands, now)
    if unfit:
        measures = tuple(_unfit(one, unfit) for one in measures)
    state = State.UNKNOWN if unfit else worst(one.state for one in measures)
    return Checked(
        name=errand.name,
        format=read.format,
        state=state,
        summary=facts.summary(),
        reason=unfit or _reason(measures, state),
        measures=measures,
        facts=facts,
        origin=origin,
    )


def _in_context(
    facts: Facts,
    now: datetime,
    statements: Sequence[VexStatement],
    objectives: Sequence[Objective],
) -> Facts:
    """What a file says in the light of others."""
    if isinstance(facts, Scan):
        return apply_vex(facts, statements, now)
    if isinstance(facts, AlertRules):
        return replace(facts, objectives=tuple(objectives))
    return facts


def _unfit(measure: Measure, why: str) -> Measure:
    """A measure that cannot count as evidence; what is only shown still is."""
    if measure.state is State.NOT_APPLICABLE:
        return measure
    return replace(measure, state=State.UNKNOWN, reason=why)


def _reason(measures: Iterable[Measure], state: State) -> str:
    """The sentences of the measures that decided, each once."""
    if state is State.PASS:
        return ""
    said: list[str] = []
    for one in measures:
        new = one.reason and not any(one.reason in sentence for sentence in said)
        if one.state is state and new:
            said.append(one.reason)
    return " ".join(said) or "It holds nothing that could be judged."


def errands_of_paths(paths: Iterable[Path], **options: Any) -> list[Errand]:
    """One errand a file; a folder stands for every file below it that is not hidden."""
    return [
        Errand(path=path, name=path.as_posix(), **options)
        for given in paths
        for path in (_files_below(given) if given.is_dir() else [given])
    ]


def _files_below(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(names) if not name.startswith("."))


def errands_of_project(project: Project, environ: Mapping[str, str]) -> list[Errand]:
    """One errand for each file that the project's file sources name.

    A pattern that matches nothing is an errand too: what is missing is unknown, and said.

    Raises:
        ParameterError: A commit is to come from a variable that is not set.
    """
    return [
        Errand(
            path=path,
            name=shown(path, project.root),
            source=config.name,
            format=config.type,
            demands=Demands(max_age=settings.max_age, commit=_commit(settings.commit, environ)),
            limits=settings.limits,
            timezone=settings.timezone,
        )
        for config in project.sources.values()
        if isinstance(settings := config.settings, FileSettings)
        for path in _found(config.name, settings.path, project.root)
    ]


def _found(source: str, pattern: str, root: Path) -> list[Path]:
    try:
        return find(source, pattern, root)
    except SourceError:
        return [root / pattern]


def _commit(setting: str, environ: Mapping[str, str]) -> str:
    if not setting.startswith("env:"):
        return setting
    name = setting.removeprefix("env:")
    if not environ.get(name):
        raise ParameterError(
            f"The environment variable {name} is not set.",
            advice="Set it to the commit that the evidence must speak of.",
        )
    return environ[name]
