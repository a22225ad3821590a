"""Checklists as measures: is a file there and fresh, is a section filled, is a record green."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path

from codexreport.bounds import parse_bound
from codexreport.errors import EvidenceError
from codexreport.evidence import chain, keep, log
from codexreport.files import sha256
from codexreport.measure import Measure, Origin, State
from codexreport.readers.freshness import CLOCK_SKEW
from codexreport.readers.notation.markdown_sections import lacks, section_of
from codexreport.sustained import Condition, Hold, Sample, sustained
from codexreport.text import listed, one_line
from codexreport.window import recorded_moment
from codexreport.wording import ages

MAX_BYTES = 5_000_000
_OF_RELEASE = re.compile(r"[a-z-]+-(?=[0-9])")


class Gap(StrEnum):
    """What is the matter with something that was looked for and does not count."""

    NONE = ""
    ABSENT = "absent"
    """It is known not to be there: no such file or section, or a whole log without the step."""
    UNFINISHED = "unfinished"
    """It is there, and not all that was asked for is in it."""
    TOO_OLD = "too old"
    """It would do, were it younger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedFor(Measure):
    """A measure of something that was looked for.

    Attributes:
        gap: Why it does not count, where that is known.
    """

    gap: Gap = Gap.NONE


def file_measure(root: Path, name: str, max_age: timedelta | None, now: datetime) -> LookedFor:
    """Whether the file `name` below `root` is there, holds something, and is fresh enough.

    Its age is that of its last change on this disk; a fresh checkout makes every file young.
    """
    return _of_file("checklist.file", root, name, "", max_age, now)


def section_measure(root: Path, asked: str, max_age: timedelta | None, now: datetime) -> LookedFor:
    """Whether a section of a Markdown file, `docs/runbook.md#Escalation`, holds more than a plan.

    A section is filled when there is text under its heading that is no comment, and no
    placeholder such as `TODO`, `TBD`, `...` or `<name>` is left in it.
    """
    name, _, title = asked.partition("#")
    return _of_file("checklist.section", root, name, title, max_age, now)


def record_measure(
    workspace: Path,
    phase: str,
    step: str,
    max_age: timedelta | None,
    now: datetime,
    in_a_row: int = 1,
) -> LookedFor:
    """What the last recorded run of `step` said, if it is fresh enough to count.

    A failure counts at any age: only another run takes it back.

    Args:
        workspace: The folder that `evidence` is in.
        phase: Whose evidence it is.
        step: What the run is called.
        max_age: How old the last run may be; None: any age.
        now: The moment of the judgement, aware.
        in_a_row: Runs that must have failed one after the other for a failure; with fewer, a
            failed last run is a warning. A run that came to nothing known is a gap: it neither
            is a failure nor ends a row of them.
    """
    try:
        contents = chain.whole(keep.phase_folder(workspace, phase))
    except EvidenceError as error:
        return _told("evidence.record", step, State.UNKNOWN, one_line(error.message) + ".")
    records = [one for one in contents.records if one.get("step") == step]
    if not records:
        reason = _never(workspace, phase, step)
        gap = Gap.NONE if contents.torn else Gap.ABSENT
        return _told("evidence.record", step, State.UNKNOWN, reason, gap=gap)
    if reason := _no_time(step, records[-1], now):
        return _told("evidence.record", step, State.UNKNOWN, reason)
    state, row = _of_last([_state_of(one) for one in records], in_a_row)
    old = _too_old(step, records[-1], max_age, now)
    if old:
        old += _newer(workspace, phase, step, records[-1])
    if old and state is not State.FAIL:
        return _told("evidence.record", step, State.UNKNOWN, old, gap=Gap.TOO_OLD)
    last = f"Record {records[-1].get('seq')} of {phase}"
    reason = f"{last}: {one_line(str(records[-1].get('summary', '')))}.{row} {old}".rstrip()
    return _told("evidence.record", step, state, reason)


def _others(workspace: Path, phase: str) -> list[str]:
    """The other phases where a record may have gone by mistake: those of other releases are none.

    `release-4-2-0` and `release-4-1-0` are phases of releases: alike up to the number.
    """
    stem = _OF_RELEASE.match(phase)
    return [
        one
        for one in keep.phases(workspace)
        if one != phase and not (stem and one.startswith(stem[0]))
    ]


def _never(workspace: Path, phase: str, step: str) -> str:
    """That a step was never recorded where it is looked for; and where it was instead."""
    elsewhere = [one for one in _others(workspace, phase) if step in _steps(workspace, one)]
    instead = f"; it was in that of {listed(elsewhere)}" if elsewhere else ""
    return f"{step} was never recorded in the evidence of {phase}{instead}."


def _newer(workspace: Path, phase: str, step: str, last: Mapping[str, object]) -> str:
    """Where a step was recorded since, a sentence; empty where it was not."""
    at = recorded_moment(last.get("time"))
    since = [
        one
        for one in _others(workspace, phase)
        if at and any(at < moment for moment in _moments(workspace, one, step))
    ]
    if not since:
        return ""
    return f" {listed(since)} has a newer record; this looks in {phase} (--phase {phase})."


def _moments(workspace: Path, phase: str, step: str) -> Iterator[datetime]:
    """When a step was recorded in a phase."""
    for record in _records(workspace, phase):
        if record.get("step") == step and (at := recorded_moment(record.get("time"))):
            yield at


def _steps(workspace: Path, phase: str) -> set[object]:
    """What was recorded in a phase."""
    return {one.get("step") for one in _records(workspace, phase)}


def _records(workspace: Path, phase: str) -> Sequence[Mapping[str, object]]:
    """What a phase's log holds; nothing where it cannot be read."""
    try:
        return log.read(keep.phase_folder(workspace, phase)).records
    except EvidenceError:
        return ()


def _no_time(step: str, last: Mapping[str, object], now: datetime) -> str:
    """Why a record's time cannot be compared with now, a sentence; empty where it can."""
    at = recorded_moment(last.get("time"))
    if at is None:
        return f"The last record of {step} has no time that could be right."
    if at > now + CLOCK_SKEW:
        made, judged = (f"{one.astimezone(timezone.utc):%Y-%m-%d %H:%M} UTC" for one in (at, now))
        return (
            f"The last record of {step} is of {made}, after the moment that is judged, {judged}. "
            "as_of in the project file or --now sets that moment; without them it is now."
        )
    return ""


def _too_old(
    step: str, last: Mapping[str, object], max_age: timedelta | None, now: datetime
) -> str:
    """Why a record is too old to count, a sentence; empty where it is not."""
    at = recorded_moment(last.get("time"))
    if at is not None and max_age is not None and now - at > max_age:
        age, most = ages(now - at, max_age)
        return f"{step} was last run {age} ago, longer than the {most} allowed."
    return ""


def _state_of(record: Mapping[str, object]) -> State:
    known = {State.PASS, State.WARNING, State.FAIL}
    return next((one for one in known if one.value == record.get("state")), State.UNKNOWN)


def _of_last(states: Sequence[State], in_a_row: int) -> tuple[State, str]:
    """The state of a row of runs, and a sentence where it takes several of them to fail."""
    values = {State.UNKNOWN: None, State.FAIL: 1}
    minute, first = timedelta(minutes=1), datetime.fromtimestamp(0, timezone.utc)
    answer = sustained(
        (Sample(at=first + n * minute, value=values.get(one, 0)) for n, one in enumerate(states)),
        Condition(bound=parse_bound("= 1"), unit="1", hold=Hold(in_a_row=in_a_row)),
        step=minute,
        since=first,
        as_of=first + len(states) * minute,
    )
    if State.UNKNOWN in {answer.now, states[-1]}:
        missing = f" Not known is whether the last {in_a_row} failed." if in_a_row > 1 else ""
        return State.UNKNOWN, missing
    if states[-1] is not State.FAIL or in_a_row == 1:
        return states[-1], ""
    if answer.now is State.FAIL:
        return State.FAIL, f" The last {in_a_row} failed."
    return State.WARNING, f" The last failed, and not yet {in_a_row} in a row."


def _of_file(
    measure: str, root: Path, name: str, title: str, max_age: timedelta | None, now: datetime
) -> LookedFor:
    subject = f"{name}#{title}" if title else name
    path = root / name
    if Path(name).is_absolute() or not path.resolve().is_relative_to(root.resolve()):
        reason = f"{name} leads out of the project's folder."
        return _told(measure, subject, State.UNKNOWN, reason)
    try:
        if not path.is_file():
            gap = Gap.UNFINISHED if path.exists() else Gap.ABSENT
            return _told(measure, subject, State.FAIL, f"There is no {name}.", gap=gap)
        changed = datetime.fromtimestamp(path.stat().st_mtime, timezone.utc)
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = f"{name} cannot be read: {error.strerror or error}."
        return _told(measure, subject, State.UNKNOWN, reason)
    state, reason, gap = _of_content(name, title, content)
    if max_age is not None and now - changed > max_age and state is State.PASS:
        state, gap = State.FAIL, Gap.TOO_OLD
        age, most = ages(now - changed, max_age)
        reason = f"{name} was last changed {age} ago, longer than the {most} allowed."
    origin = Origin(
        source="checklist",
        uri=name,
        query=title,
        retrieved=now,
        sha256=sha256(content),
        size=len(content),
    )
    return _told(measure, subject, state, reason, origin, gap=gap)


def _of_content(name: str, title: str, content: bytes) -> tuple[State, str, Gap]:
    if len(content) > MAX_BYTES:
        return State.UNKNOWN, f"{name} has more than {MAX_BYTES} bytes.", Gap.NONE
    if not content.strip():
        return State.FAIL, f"{name} is empty.", Gap.UNFINISHED
    if not title:
        return State.PASS, f"{name} is there.", Gap.NONE
    try:
        section = section_of(content.decode("utf-8-sig"), title)
    except UnicodeDecodeError:
        return State.UNKNOWN, f"{name} is not UTF-8 text.", Gap.NONE
    where = f"The section {title!r} of {name}"
    if missing := lacks(section):
        gap = Gap.ABSENT if section is None else Gap.UNFINISHED
        return State.FAIL, f"{where} {missing}.", gap
    return State.PASS, f"{where} is filled.", Gap.NONE


def _told(
    measure: str,
    subject: str,
    state: State,
    reason: str,
    origin: Origin | None = None,
    *,
    gap: Gap = Gap.NONE,
) -> LookedFor:
    return LookedFor(
        name=measure,
        subject=subject,
        value=int(state is State.PASS),
        unit="1",
        state=state,
        reason=reason,
        origins=(origin,) if origin else (),
        gap=gap,
    )
