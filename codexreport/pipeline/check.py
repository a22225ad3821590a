"""What files say, and whether that is all right: understand, measure, judge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from codexreport.errors import SourceError
from codexreport.facts import About, Facts
from codexreport.measure import Measure, Origin, State, worst
from codexreport.pipeline.exhibits import Exhibit, Terms, exhibits_of_paths, terms_of
from codexreport.pipeline.gather import gather, last_pull
from codexreport.project.model import Project
from codexreport.project.workspace import Workspace
from codexreport.readers.base import Reader
from codexreport.readers.freshness import doubt
from codexreport.readers.notation.document import Document
from codexreport.readers.registry import detect, reader
from codexreport.slo.alert_rules import AlertRules
from codexreport.slo.objective import Objective
from codexreport.sources.base import Place, Progress, silent
from codexreport.sources.snapshots import SnapshotStore
from codexreport.supply_chain.vex import Vex, VexStatement, apply_vex
from codexreport.supply_chain.vulnerabilities import Scan
from codexreport.text import one_line
from codexreport.window import zone


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
        facts: What was understood, in the light of the other files.
        origin: The bytes; None where they could not be read.
        source: The project's source it belongs to; empty for a file given by hand.
        unfit: Why it cannot count as evidence, a sentence; empty where it can.
        advice: What to do where it could not be read, a sentence; empty where nothing is known.
    """

    name: str
    format: str
    state: State
    summary: str = ""
    reason: str = ""
    measures: tuple[Measure, ...] = ()
    facts: Facts | None = None
    origin: Origin | None = None
    source: str = ""
    unfit: str = ""
    advice: str = ""

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

    name: str
    terms: Terms
    format: str
    origin: Origin | None
    facts: Facts | None = None
    problem: str = ""
    advice: str = ""


def check(
    exhibits: Iterable[Exhibit], now: datetime, *, objectives: Sequence[Objective] = ()
) -> list[Checked]:
    """Read every file, then judge each in the light of the others.

    A file that cannot be read is `unknown`, and spoils no other. VEX statements close the findings
    of the scans beside them; alerting rules are compared with the project's objectives.

    Raises:
        ParameterError: A format is named that there is not.
    """
    read = [_read(one) for one in exhibits]  # their bytes are let go of, one by one
    statements = [
        statement
        for one in read
        if isinstance(one.facts, Vex) and not doubt(one.facts, one.terms.demands, now)
        for statement in one.facts.statements
    ]
    return [_judged(one, now, statements, objectives) for one in read]


def check_project(
    project: Project,
    workspace: Workspace,
    now: datetime | None,
    *,
    offline: bool = False,
    progress: Progress = silent,
) -> tuple[datetime, list[Checked]]:
    """Pull, keep and check the project's own files and issues.

    Args:
        project: Its sources of files and issues are checked; its objectives are what alerting
            rules are compared with.
        workspace: Where snapshots are kept.
        now: The moment of the judgement; None: that of the last pull where nothing is pulled,
            else the clock's.
        offline: Ask no source, judge what the last pull kept.
        progress: Called source by source.

    Returns:
        The moment, and what each file says.

    Raises:
        EvidenceError: What was pulled cannot be kept.
        ParameterError: A commit is to come from a variable that is not set.
    """
    store = SnapshotStore(workspace.snapshots)
    kept_at = last_pull(project, store) if offline and now is None else None
    now = now or kept_at or datetime.now(timezone.utc)
    place = Place(root=project.root, cache=workspace.rollups, now=now, progress=progress)
    terms = terms_of(project)
    exhibits = (
        Exhibit(piece=piece, terms=terms[config.name])
        for config, piece in gather(project, store, place, offline=offline)
    )
    return now, check(exhibits, now, objectives=project.objectives)


def check_file(path: Path, now: datetime) -> Checked:
    """Read and judge one file by itself, by its shape and the plain defaults."""
    (exhibit,) = exhibits_of_paths([path], Terms(), now)
    return check([exhibit], now)[0]


def _read(exhibit: Exhibit) -> _Read:
    piece, terms = exhibit.piece, exhibit.terms
    found: Reader | None = reader(terms.format) if terms.format else None
    origin: Origin | None = None
    facts: Facts | None = None
    problem = advice = ""
    try:
        if isinstance(piece.content, SourceError):
            raise piece.content
        (origin,) = piece.content.origins
        document = Document(
            piece.name,
            piece.content.body,
            limits=terms.limits,
            zone=zone(terms.timezone) if terms.timezone else None,
        )
        found = found or detect(document)
        facts = _parse(found, document)
    except SourceError as error:
        problem = _without_name(error.message, piece.name, terms.source)
        advice = error.advice
    return _Read(
        name=piece.name,
        terms=terms,
        format=found.format if found else "",
        origin=origin,
        facts=facts,
        problem=problem,
        advice=advice,
    )


def _without_name(message: str, name: str, source: str) -> str:
    """An error's message as a sentence beside the file's name."""
    for prefix in (f"{name}:", f"{one_line(name)}:", f"Source {source}: "):
        message = message.removeprefix(prefix)
    said = one_line(message) + "."
    if at := re.match(r"(\d+): ", said):
        return f"Line {at[1]}: {said[at.end() :]}"
    if re.match(r"(?:is|has|takes|cannot) ", said):
        return f"It {said}"
    return said[0].upper() + said[1:] if re.match(r"(?:there|no) ", said) else said


def _parse(format_: Reader, document: Document) -> Facts:
    if document.container not in format_.containers:
        raise document.error(f"is {document.container.value}, and no {format_.title}")
    return format_.parse(document)


def _judged(
    read: _Read,
    now: datetime,
    statements: Sequence[VexStatement],
    objectives: Sequence[Objective],
) -> Checked:
    facts, origin = read.facts, read.origin
    if facts is None or origin is None:
        return Checked(
            name=read.name,
            format=read.format,
            state=State.UNKNOWN,
            reason=read.problem,
            advice=read.advice,
            origin=origin,
            source=read.terms.source,
        )
    facts = _in_context(facts, now, statements, objectives)
    about = About(subject=read.terms.source or read.name, now=now, origins=(origin,))
    measures = facts.measures(about)
    state = worst(one.state for one in measures)
    checked = Checked(
        name=read.name,
        format=read.format,
        state=state,
        summary=facts.summary(),
        reason=reason_of(measures, state),
        measures=measures,
        facts=facts,
        origin=origin,
        source=read.terms.source,
    )
    why = doubt(facts, read.terms.demands, now)
    return unfit(checked, why) if why else checked


def unfit(checked: Checked, why: str) -> Checked:
    """The same file as no evidence: every figure of it is unknown, for whoever sets a bound.

    Args:
        checked: What it said.
        why: Why it cannot count, a sentence.
    """
    measures = tuple(replace(one, state=State.UNKNOWN, reason=why) for one in checked.measures)
    return replace(checked, state=State.UNKNOWN, reason=why, measures=measures, unfit=why)


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


def reason_of(measures: Iterable[Measure], state: State) -> str:
    """The sentences of the measures that decided, each once.

    Where none is judged that is why it is not known, and what is only shown says more.
    """
    if state is State.PASS:
        return ""
    found = tuple(measures)
    judged = any(one.state is state for one in found)
    said: list[str] = []
    for one in found:
        new = one.reason and not any(one.reason in sentence for sentence in said)
        if one.state is (state if judged else State.NOT_APPLICABLE) and new:
            said.append(one.reason)
    return " ".join(said) or "It holds nothing that could be judged."
