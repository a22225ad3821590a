"""Going through a protocol's steps: which are done by evidence, and which are missing."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from typing import Any

from codexreport import __version__
from codexreport.errors import ParameterError
from codexreport.evidence.announcements import Status
from codexreport.evidence.keep import Kind, Record, keep
from codexreport.measure import State, worst
from codexreport.pipeline.bundled import step_measure
from codexreport.pipeline.checklist import Gap, LookedFor, file_measure, section_measure
from codexreport.pipeline.decide import answer
from codexreport.pipeline.measures import Measured
from codexreport.pipeline.questions import PHASE, question
from codexreport.project.mistakes import did_you_mean
from codexreport.project.model import Project
from codexreport.project.phases import looked_in
from codexreport.project.protocol_schema import ProtocolTable, StepTable
from codexreport.project.releases import placed
from codexreport.project.workspace import Workspace
from codexreport.readiness.decision import Verdict
from codexreport.steps import PROTOCOL
from codexreport.wording import count

_STATES = {
    Verdict.GO: State.PASS,
    Verdict.CONDITIONAL_GO: State.WARNING,
    Verdict.NO_GO: State.FAIL,
    Verdict.UNDECIDED: State.UNKNOWN,
}


class Word(StrEnum):
    """What a step has come to.

    Missing is a file or section that is not there, and unfinished one that is not filled; unknown
    is what nothing tells of.
    """

    DONE = "done"
    FAILED = "failed"
    MISSING = "missing"
    UNFINISHED = "unfinished"
    TOO_OLD = "too old"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step, looked at.

    Attributes:
        table: As its author wrote it.
        state: What the evidence says.
        reason: Why, a sentence.
        word: What it has come to.
        absent: It is known that nothing of it is there: no file, or no record in a whole log.
        do: What to do, with the phase in its place.
    """

    table: StepTable
    state: State
    reason: str
    word: Word
    absent: bool
    do: str

    @property
    def skippable(self) -> bool:
        """Whether `--skip-missing` leaves it out: what is there is looked at, good or bad."""
        return self.table.optional and self.absent

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "step": self.table.id,
            "title": self.table.title,
            "stage": self.table.stage,
            "word": self.word.value,
            "state": self.state.value,
            "optional": self.table.optional,
            "reason": self.reason,
            "do": self.do,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a protocol is.

    Attributes:
        name: As `codexreport protocol status NAME` takes it.
        table: As its author wrote it.
        phase: Whose evidence it is, with the release in its place.
        steps: In their order.
    """

    name: str
    table: ProtocolTable
    phase: str
    steps: tuple[Step, ...]

    @property
    def state(self) -> State:
        """The worst of the steps that were not skipped; unknown where all were."""
        return worst(one.state for one in self.steps if one.word is not Word.SKIPPED)

    @property
    def open(self) -> tuple[Step, ...]:
        """The steps that are still to be done."""
        return tuple(one for one in self.steps if one.word not in {Word.DONE, Word.SKIPPED})

    @property
    def summary(self) -> str:
        """How many steps have come to what."""
        words = [one.word for one in self.steps]
        parts = [f"{words.count(word)} {word.value}" for word in Word if word in words]
        return f"{count(len(self.steps), 'steps')}: {', '.join(parts)}"

    def handoff(self) -> list[dict[str, Any]]:
        """The handoff checklist: each item, and whether it is met."""
        return [
            {"item": one.table.handoff, "met": one.word is Word.DONE, "step": one.table.id}
            for one in self.steps
            if one.table.handoff
        ]

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "protocol": self.name,
            "title": self.table.title,
            "state": self.state.value,
            "summary": self.summary,
            "steps": [one.to_dict() for one in self.steps],
            "handoff": self.handoff(),
        }


def protocol_names(project: Project) -> list[str]:
    """Every protocol that there is: the project's own, and those of the kit."""
    return sorted({*project.protocols, *_shipped()})


def protocol_named(project: Project, name: str) -> ProtocolTable:
    """The protocol called `name`; the project's own goes before one of the kit.

    Raises:
        ParameterError: There is none.
    """
    known = protocol_names(project)
    if name not in known:
        advice = did_you_mean(name, known).removeprefix("; ")
        raise ParameterError(f"There is no protocol {name!r}.", advice=advice)
    return project.protocols.get(name) or _shipped_table(name)


def look(
    project: Project,
    workspace: Workspace,
    name: str,
    now: datetime,
    measure: Callable[[], Measured],
    *,
    skip_missing: bool = False,
) -> Progress:
    """How far a protocol is.

    Args:
        project: Whose protocol it is.
        workspace: Where the evidence is.
        name: The protocol's.
        now: The moment of the judgement, aware.
        measure: Measures everything; called only where a step asks for a gate.
        skip_missing: Whether optional steps may be missing.

    Raises:
        ParameterError: There is no such protocol, or no such gate.
        EvidenceError: What was judged before cannot be read.
    """
    table = protocol_named(project, name)
    looker = _Looker(project, workspace, table.phase, now, measure)
    steps = tuple(looker.step(one, skip_missing=skip_missing) for one in table.steps)
    phase = looked_in(project, "", table.phase)
    return Progress(name=name, table=table, phase=phase, steps=steps)


def keep_complete(workspace: Workspace, progress: Progress, clock: datetime) -> str:
    """Announce that a protocol is complete, and keep it with what each step had come to.

    Raises:
        EvidenceError: It cannot be written.
    """
    line = f"[PROTOCOL COMPLETE] - {progress.table.title}. {progress.summary}."
    record = Record(
        kind=Kind.ANNOUNCEMENT,
        time=clock,
        step=f"{PROTOCOL}{progress.name}",
        state=Status.COMPLETE.value,
        summary=line,
        tool=f"codexreport {__version__}",
        details={"steps": {one.table.id: one.word.value for one in progress.steps}},
    )
    keep(workspace.root, progress.phase, record)
    return line


class _Looker:
    """Looks at one step after the other; measures once, and only for gates."""

    def __init__(
        self,
        project: Project,
        workspace: Workspace,
        written: str,
        now: datetime,
        measure: Callable[[], Measured],
    ) -> None:
        self._project = project
        self._workspace = workspace
        self._written = written
        self._now = now
        self._measure = measure

    @cached_property
    def _measures(self) -> Measured:
        return self._measure()

    def step(self, table: StepTable, *, skip_missing: bool) -> Step:
        measure = self._found(table)
        found = Step(
            table=table,
            state=measure.state,
            reason=measure.reason,
            word=_word(measure),
            absent=measure.gap is Gap.ABSENT,
            do=table.do.replace(PHASE, self._phase_of(table)),
        )
        return replace(found, word=Word.SKIPPED) if skip_missing and found.skippable else found

    def _phase_of(self, table: StepTable) -> str:
        """Where its records are looked for."""
        return looked_in(self._project, table.record, table.phase or "", default=self._written)

    def _found(self, table: StepTable) -> LookedFor:
        root, release, now = self._project.root, self._project.release, self._now
        if table.gate:
            return self._decided(table.gate)
        if table.file:
            return file_measure(root, placed(table.file, release), table.max_age, now)
        if table.section:
            return section_measure(root, placed(table.section, release), table.max_age, now)
        phase, recorded = self._phase_of(table), self._workspace.recorded
        return step_measure(recorded, phase, table.record, table.max_age, now)

    def _decided(self, gate: str) -> LookedFor:
        asked = question(self._project, gate)
        decision = answer(self._project, self._workspace, asked, self._measures).decision
        return LookedFor(
            name="readiness.decision",
            subject=gate,
            value=None,
            unit="1",
            state=_STATES[decision.verdict],
            reason=f"{decision.verdict.value}. {decision.reason}",
        )


def _word(found: LookedFor) -> Word:
    if found.state in {State.PASS, State.WARNING}:
        return Word.DONE
    if found.gap is Gap.TOO_OLD:
        return Word.TOO_OLD
    if found.state is State.UNKNOWN:
        return Word.UNKNOWN
    return {Gap.ABSENT: Word.MISSING, Gap.UNFINISHED: Word.UNFINISHED}.get(found.gap, Word.FAILED)


def _shipped() -> list[str]:
    found = (one.name for one in files("codexreport.protocols").iterdir())
    return [name.removesuffix(".toml") for name in found if name.endswith(".toml")]


def _shipped_table(name: str) -> ProtocolTable:
    text = (files("codexreport.protocols") / f"{name}.toml").read_text(encoding="utf-8")
    return ProtocolTable.model_validate(tomllib.loads(text))
