"""From measures to a decision: each gate judged, all of them decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from codexreport.errors import CodexReportError, ParameterError
from codexreport.evidence.keep import phase_folder
from codexreport.evidence.signing_off import approvals_of
from codexreport.files import sha256, write_atomic
from codexreport.measure import Measure, State
from codexreport.pipeline.baselines import Earlier, baselines, line_of, read_earlier
from codexreport.pipeline.bundled import step_measure
from codexreport.pipeline.checklist import file_measure, section_measure
from codexreport.pipeline.conditions import condition_measure
from codexreport.pipeline.measures import Measured
from codexreport.pipeline.questions import Question, gate_of, subject_of
from codexreport.pipeline.ways_out import unmeasured
from codexreport.project.gate_schema import CriterionTable, GateFile
from codexreport.project.model import Project
from codexreport.project.releases import phase_of, phases_like
from codexreport.project.schema import GateTable
from codexreport.project.workspace import Workspace
from codexreport.readiness.decision import Decision, decide
from codexreport.readiness.gate import Gate
from codexreport.readiness.judged import encoded, judged
from codexreport.readiness.score import GateResult, evaluate_gate
from codexreport.text import one_line
from codexreport.window import recorded_moment

_LONG_AGO = datetime.fromtimestamp(0, timezone.utc)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was decided.

    Attributes:
        decision: The decision.
        measures: Everything that was measured, the gates' checklists and approvals included.
        judged: What an approval of each gate is about, by the gate's name.
    """

    decision: Decision
    measures: tuple[Measure, ...]
    judged: Mapping[str, dict[str, Any]]


def answer(
    project: Project,
    workspace: Workspace,
    asked: Question,
    measured: Measured,
) -> Answer:
    """Judge and decide, at the moment of what was measured.

    Args:
        project: Its waivers, exemptions and owners count.
        workspace: Where evidence and earlier judgements are.
        asked: What is decided.
        measured: Everything that is known.

    Raises:
        EvidenceError: What was judged before cannot be read.
    """
    return _Judge(project, workspace, asked, measured).answer()


def judged_now(
    project: Project, workspace: Workspace, asked: Question, measured: Measured
) -> set[str]:
    """Hex SHA-256 of what an approval has to be about, gate by gate.

    Args:
        project: As for `answer`, as are the others.
        workspace: Where evidence and earlier judgements are.
        asked: What is decided.
        measured: Everything that is known.
    """
    found = answer(project, workspace, asked, measured).judged
    return {sha256(encoded(one)) for one in found.values()}


class _Judge:
    """Judges a question's gates twice: without the approvals, and with those of just that."""

    def __init__(
        self, project: Project, workspace: Workspace, asked: Question, measured: Measured
    ) -> None:
        self._project = project
        self._workspace = workspace
        self._asked = asked
        self._measured = measured
        self._now = measured.now
        self._waivers = [one for one in project.waivers if one.release in ("", project.release)]
        earlier = earlier_of(project, workspace, asked.name)
        self._baselines = baselines(
            earlier, project.readiness.baseline, project.release, project.timezone
        )

    def answer(self) -> Answer:
        known = (*self._measured.measures, *self._unmeasured(), *self._checklists())
        content = {
            one.gate.name: judged(one, project=self._project.name, release=self._project.release)
            for one in self._results(known)
        }
        known = (*known, *self._approvals({sha256(encoded(one)) for one in content.values()}))
        decision = decide(self._results(known), self._waivers, now=self._now)
        return Answer(decision=decision, measures=known, judged=content)

    def _results(self, known: Sequence[Measure]) -> list[GateResult]:
        return [
            evaluate_gate(
                self._gate(file),
                known,
                now=self._now,
                baselines=self._baselines,
                waivers=self._waivers,
            )
            for file in self._asked.files
        ]

    def _gate(self, file: GateFile) -> Gate:
        """A gate in which every criterion has the day that the project gives conditions."""
        gate, length = gate_of(self._project, file), self._project.readiness.due
        if length is None:
            return gate
        due = self._now + length
        criteria = tuple(replace(one, due=one.due or due) for one in gate.criteria)
        return replace(gate, criteria=criteria)

    def _unmeasured(self) -> Iterator[Measure]:
        asked = (one.measure for _, one in self._criteria() if one.measure)
        return unmeasured(self._project, asked, self._measured.measures, self._now)

    def _checklists(self) -> Iterator[Measure]:
        """What the gates' checklists ask for, each thing once."""
        seen: set[tuple[str, str]] = set()
        for file, one in self._criteria():
            asked = (one.asked[0], subject_of(file, one))
            if asked not in seen and (found := self._checked(one)):
                seen.add(asked)
                yield replace(found, subject=asked[1])

    def _checked(self, one: CriterionTable) -> Measure | None:
        """What a criterion asks for, where it is no measure and no approval."""
        root, recorded, now = self._project.root, self._workspace.recorded, self._now
        if one.file:
            return file_measure(root, one.file, one.max_age, now)
        if one.section:
            return section_measure(root, one.section, one.max_age, now)
        if one.record:
            row = one.in_a_row or 1
            return step_measure(recorded, one.phase, one.record, one.max_age, now, row)
        if one.never:
            series, window = self._measured.collection, self._measured.window
            return condition_measure(self._project, series, window, one)
        return None

    def _criteria(self) -> Iterator[tuple[GateFile, CriterionTable]]:
        return ((file, one) for file in self._asked.files for one in file.criteria)

    def _approvals(self, digests: set[str]) -> Iterator[Measure]:
        for file, one in self._criteria():
            if one.approval:
                found = self._approval(gate_of(self._project, file), one, digests)
                yield replace(found, subject=subject_of(file, one))

    def _approval(self, gate: Gate, one: CriterionTable, digests: set[str]) -> Measure:
        """Whether a role has approved what the gates say, as they say it now."""
        table = self._project.gates.get(gate.name, GateTable())
        signers = self._project.root / table.allowed_signers if table.allowed_signers else None
        state, reason, detail = State.UNKNOWN, "", ""
        try:
            approvals = approvals_of(
                self._workspace.recorded,
                one.phase,
                gate.name,
                roles=tuple(dict.fromkeys([*gate.roles, one.approval])),
                authors=table.authors,
                allowed_signers=signers,
                judged=digests,
                now=self._now,
            )
        except CodexReportError as error:
            reason = one_line(error.message) + "."
        else:
            said = next(role for role in approvals.roles if role.role == one.approval)
            state, reason, detail = said.state, said.reason, said.detail
        return Measure(
            name="evidence.approval",
            subject=one.approval,
            value=int(state is State.PASS),
            unit="1",
            state=state,
            reason=reason,
            formula=detail,
        )


def keep_judgement(
    project: Project,
    workspace: Workspace,
    asked: Question,
    given: Answer,
    now: datetime,
) -> Path:
    """Note what was judged, for later ones to compare with; the file it stands in.

    Raises:
        EvidenceError: It cannot be written; what was kept before still is.
    """
    path = history_path(project, workspace, asked.name)
    line = line_of(
        given.measures,
        time=now.isoformat(),
        release=project.release,
        verdict=given.decision.verdict.value,
    )
    before = path.read_bytes() if path.exists() else b""
    write_atomic(path, before + line.encode())
    return path


def earlier_of(project: Project, workspace: Workspace, name: str) -> list[Earlier]:
    """Every judgement of a question that was kept, oldest first: those of other releases too.

    Raises:
        EvidenceError: One cannot be read, or is not what was written.
    """
    own, phase = history_path(project, workspace, name), project.readiness.phase
    folder = own.parent.parent.parent
    paths = folder.glob(f"{phases_like(phase)}/{own.parent.name}/{own.name}")
    kept = [
        one
        for path in sorted(paths)
        for one in read_earlier(path)
        if _is_of(one, phase, path.parent.parent.name)
    ]
    return sorted(kept, key=lambda one: recorded_moment(one.time) or _LONG_AGO)


def _is_of(kept: Earlier, phase: str, folder: str) -> bool:
    """Whether a judgement was kept in the phase of its release; others are of other phases."""
    try:
        return phase_of(phase, kept.release) == folder
    except ParameterError:  # it names no release, and the phase asks for one
        return False


def history_path(project: Project, workspace: Workspace, name: str) -> Path:
    """Where the judgements of a question are kept, one line each."""
    phase = phase_of(project.readiness.phase, project.release)
    return phase_folder(workspace.root, phase) / "decisions" / f"{name}.jsonl"
