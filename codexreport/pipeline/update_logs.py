"""The two logs of updates: written in, and asked whether they keep their cadence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path

from codexreport import __version__
from codexreport.authoring.table_rows import has_row, with_row
from codexreport.errors import AuthoringError, SourceError
from codexreport.evidence.keep import Kind, Record, keep_if
from codexreport.evidence.log import LogContents
from codexreport.files import sha256, write_atomic
from codexreport.measure import Measure, Origin, State
from codexreport.pipeline.scheduling import existing
from codexreport.project.model import Project
from codexreport.project.operations_schema import UpdatesTable
from codexreport.project.workspace import PHASE, Workspace
from codexreport.readers.notation.document import Document
from codexreport.readers.update_log import COLUMNS, UpdateLogReader
from codexreport.steps import LOG_UPDATE
from codexreport.supply_chain.updates import Update, UpdateLog, since_last
from codexreport.wording import count

_DAY_S = 86_400
_SAME = COLUMNS[:4]
"""An update is the same when these are; the reason may be told in other words."""


class Log(StrEnum):
    """Which log."""

    DEPENDENCY = "dependency"
    SECURITY = "security"


_TITLES = {Log.DEPENDENCY: "Dependency update log", Log.SECURITY: "Security update log"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """What became of an entry.

    Attributes:
        file: The log, seen from the project's folder.
        added: Whether it is new; else it stood there already.
        record: Number of the record; None where nothing was added.
        gap: Days since the entry before it; None where there was none.
        late: Whether those are more than the cadence.
        cadence: The longest time between two entries.
    """

    file: str
    added: bool
    record: int | None
    gap: int | None
    late: bool
    cadence: timedelta


def log_of(table: UpdatesTable, log: Log) -> tuple[str, timedelta]:
    """The file of a log, seen from the project's folder, and its cadence."""
    if log is Log.SECURITY:
        return table.security_log, table.security_cadence
    return table.dependency_log, table.cadence


def log_update(
    project: Project, workspace: Workspace, log: Log, update: Update, link: str
) -> Logged:
    """Write an entry into a log, and keep a record of it.

    Nobody else writes an entry meanwhile: the log is read and written while the evidence is held.

    Args:
        project: Its `[updates]` say which file it is.
        workspace: Where evidence is kept.
        log: Which log.
        update: What was updated; its `line` is passed over.
        link: Where more is to be read; may be empty.

    Raises:
        AuthoringError: The file is not what can be written in.
        EvidenceError: It cannot be written.
    """
    file, cadence = log_of(project.updates, log)
    path = project.root / file
    row = _row(update, link)
    before = _text(path, file)
    known = _entries(before, file)
    earlier = max((one.on for one in known if one.on <= update.on), default=None)
    gap = None if earlier is None else (update.on - earlier).days
    late = gap is not None and gap > cadence.days
    told = Logged(file=file, added=False, record=None, gap=gap, late=late, cadence=cadence)
    if has_row(before, row, _SAME):
        return told

    def write(_: LogContents) -> Record | None:
        text = _text(path, file)
        if has_row(text, row, _SAME):  # somebody else wrote it in the meantime
            return None
        content = with_row(text or f"# {_TITLES[log]}\n", row, COLUMNS, file).encode()
        write_atomic(path, content)
        return _record(log, file, update, sha256(content))

    kept = keep_if(workspace.root, PHASE, write)
    return told if kept is None else replace(told, added=True, record=kept["seq"])


def update_measures(project: Project, now: datetime) -> Iterator[Measure]:
    """How long ago each log was last written in, against its cadence.

    Args:
        project: Its `[updates]` name the files.
        now: The moment of the judgement, aware.
    """
    for log in Log:
        file, cadence = log_of(project.updates, log)
        yield _measure(log, project.root / file, file, cadence, now)


def _measure(log: Log, path: Path, file: str, cadence: timedelta, now: datetime) -> Measure:
    name = f"operations.updates.{log.value}"
    content: bytes | None = None
    try:
        content = existing(path)
        if content is None:
            return _unknown(name, file, f"There is no {file}.")
        entries = _parsed(content, file).entries
    except (AuthoringError, SourceError) as error:
        return _unknown(
            name, file, f"{error.message.removesuffix('.')}.", _origin(file, content, now)
        )
    days, late, reason = since_last(entries, now, cadence)
    state = State.UNKNOWN if late is None else State.FAIL if late else State.PASS
    if days is not None:
        old = f"{count(days, 'days')} old" if days else "of today"
        reason = reason or f"The newest entry is {old}."
    return Measure(
        name=name,
        subject=file,
        value=None if days is None else days * _DAY_S,
        unit="seconds",
        state=state,
        reason=reason,
        formula="days from the newest entry to now, in UTC",
        sample_size=len(entries),
        origins=_origin(file, content, now),
    )


def _unknown(name: str, file: str, reason: str, origins: tuple[Origin, ...] = ()) -> Measure:
    return Measure(
        name=name,
        subject=file,
        value=None,
        unit="seconds",
        state=State.UNKNOWN,
        reason=reason,
        origins=origins,
    )


def _origin(file: str, content: bytes | None, now: datetime) -> tuple[Origin, ...]:
    if content is None:
        return ()
    size, digest = len(content), sha256(content)
    return (Origin(source="", uri=file, query="", retrieved=now, sha256=digest, size=size),)


def _row(update: Update, link: str) -> dict[str, str]:
    return {
        "date": update.on.isoformat(),
        "package": update.package,
        "from": update.before,
        "to": update.after,
        "reason": update.reason,
        "link": link,
    }


def _text(path: Path, file: str) -> str:
    content = existing(path)
    try:
        return "" if content is None else content.decode()
    except UnicodeDecodeError as error:
        raise AuthoringError(
            f"{file} is not UTF-8 at byte {error.start}.", advice="Save it as UTF-8."
        ) from error


def _entries(text: str, file: str) -> tuple[Update, ...]:
    """The entries there are; a file without a table has none.

    Raises:
        AuthoringError: A row is not understood.
    """
    document = Document(file, text.encode())
    if not text.strip() or not UpdateLogReader().recognises(document):
        return ()
    try:
        return UpdateLogReader().parse(document).entries
    except SourceError as error:
        raise AuthoringError(
            error.message, advice="Mend the row first; nothing was changed."
        ) from error


def _parsed(content: bytes, file: str) -> UpdateLog:
    return UpdateLogReader().parse(Document(file, content))


def _record(log: Log, file: str, update: Update, digest: str) -> Record:
    versions = f"{update.before or 'nothing'} to {update.after or 'nothing'}"
    return Record(
        kind=Kind.CHANGE,
        time=datetime.now(timezone.utc),
        step=f"{LOG_UPDATE} {log.value}",
        subject=update.package,
        state="pass",
        summary=f"{update.package} from {versions} on {update.on.isoformat()}.",
        tool=f"codexreport {__version__}",
        details={"file": file, "sha256": digest},
    )
