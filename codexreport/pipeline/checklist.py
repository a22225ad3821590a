"""Checklists as measures: is a file there and fresh, is a section filled, is a record green."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path

from codexreport.errors import EvidenceError
from codexreport.evidence import keep, log
from codexreport.files import sha256
from codexreport.measure import Measure, Origin, State
from codexreport.text import one_line
from codexreport.window import format_duration

_HEADING = re.compile(r"(?P<level>#{1,6})\s+(?P<title>.*?)\s*#*\s*$")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_UNFILLED = re.compile(r"\b(?:todo|tbd|tba|fixme)\b|<[^<>\s][^<>]*>|\.\.\.|…", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
MAX_BYTES = 5_000_000


def file_measure(root: Path, name: str, max_age: timedelta | None, now: datetime) -> Measure:
    """Whether the file `name` below `root` is there, holds something, and is fresh enough.

    Its age is that of its last change on this disk; a fresh checkout makes every file young.
    """
    return _of_file("checklist.file", root, name, "", max_age, now)


def section_measure(root: Path, asked: str, max_age: timedelta | None, now: datetime) -> Measure:
    """Whether a section of a Markdown file, `docs/runbook.md#Escalation`, holds more than a plan.

    A section is filled when there is text under its heading that is no comment, and no
    placeholder such as `TODO`, `TBD`, `...` or `<name>` is left in it.
    """
    name, _, title = asked.partition("#")
    return _of_file("checklist.section", root, name, title, max_age, now)


def record_measure(
    workspace: Path, phase: str, step: str, max_age: timedelta | None, now: datetime
) -> Measure:
    """What the last recorded run of `step` said, if it is fresh enough to count."""
    try:
        contents = log.read(keep.phase_folder(workspace, phase))
    except EvidenceError as error:
        return _told("evidence.record", step, State.UNKNOWN, one_line(error.message) + ".")
    records = [one for one in contents.records if one.get("step") == step]
    if not records:
        reason = f"{step} was never recorded in the evidence of {phase}."
        return _told("evidence.record", step, State.UNKNOWN, reason)
    last = records[-1]
    at = _moment(last.get("time"))
    if at is None or at > now + timedelta(minutes=5):
        reason = f"The last record of {step} has no time that could be right."
        return _told("evidence.record", step, State.UNKNOWN, reason)
    if max_age is not None and now - at > max_age:
        reason = f"{step} was last run {_age(now - at)} ago, more than {format_duration(max_age)}."
        return _told("evidence.record", step, State.UNKNOWN, reason)
    state = _STATES.get(str(last.get("state")), State.UNKNOWN)
    reason = f"Record {last.get('seq')} of {phase}: {one_line(str(last.get('summary', '')))}."
    return _told("evidence.record", step, state, reason)


_STATES: Mapping[str, State] = {
    "pass": State.PASS,
    "warning": State.WARNING,
    "fail": State.FAIL,
}


def _of_file(
    measure: str, root: Path, name: str, title: str, max_age: timedelta | None, now: datetime
) -> Measure:
    subject = f"{name}#{title}" if title else name
    path = root / name
    if Path(name).is_absolute() or not path.resolve().is_relative_to(root.resolve()):
        reason = f"{name} leads out of the project's folder."
        return _told(measure, subject, State.UNKNOWN, reason)
    try:
        if not path.is_file():
            return _told(measure, subject, State.FAIL, f"There is no {name}.")
        changed = datetime.fromtimestamp(path.stat().st_mtime, timezone.utc)
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = f"{name} cannot be read: {error.strerror or error}."
        return _told(measure, subject, State.UNKNOWN, reason)
    state, reason = _of_content(name, title, content)
    if max_age is not None and now - changed > max_age and state is State.PASS:
        state = State.FAIL
        reason = f"{name} was last changed {_age(now - changed)} ago; {format_duration(max_age)}"
        reason += " is the most."
    origin = Origin(
        source="checklist",
        uri=name,
        query=title,
        retrieved=now,
        sha256=sha256(content),
        size=len(content),
    )
    return _told(measure, subject, state, reason, origin)


def _of_content(name: str, title: str, content: bytes) -> tuple[State, str]:
    if len(content) > MAX_BYTES:
        return State.UNKNOWN, f"{name} has more than {MAX_BYTES} bytes."
    if not content.strip():
        return State.FAIL, f"{name} is empty."
    if not title:
        return State.PASS, f"{name} is there."
    try:
        section = section_of(content.decode("utf-8-sig"), title)
    except UnicodeDecodeError:
        return State.UNKNOWN, f"{name} is not UTF-8 text."
    missing = _missing(section)
    where = f"The section {title!r} of {name}"
    return (State.FAIL, f"{where} {missing}.") if missing else (State.PASS, f"{where} is filled.")


def _missing(section: str | None) -> str:
    """What a section lacks, a predicate; empty where it lacks nothing."""
    if not section:
        return "is not there" if section is None else "is empty"
    left = _UNFILLED.search(section)
    return f"still says {left[0]!r}" if left else ""


def section_of(text: str, title: str) -> str | None:
    """What stands under a heading of a Markdown text, without comments; None: no such heading.

    Headings are compared without regard to case and outside of code; subsections belong to it.
    """
    lines: list[str] | None = None
    level, fenced = 0, False
    for line in _COMMENT.sub("", text).splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        heading = None if fenced else _HEADING.match(line)
        if heading and lines is not None and len(heading["level"]) <= level:
            break
        if lines is not None:
            if not heading:
                lines.append(line)
        elif heading and heading["title"].casefold() == title.strip().casefold():
            lines, level = [], len(heading["level"])
    return None if lines is None else "\n".join(lines).strip()


def _told(
    measure: str, subject: str, state: State, reason: str, origin: Origin | None = None
) -> Measure:
    return Measure(
        name=measure,
        subject=subject,
        value=int(state is State.PASS),
        unit="1",
        state=state,
        reason=reason,
        origins=(origin,) if origin else (),
    )


def _moment(written: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(written))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _age(length: timedelta) -> str:
    """A length of time as people say it: days, else hours, else minutes."""
    for unit in (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)):
        if length >= unit:
            return format_duration(length // unit * unit)
    return format_duration(length)
