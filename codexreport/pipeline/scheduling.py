"""Retros in the calendar: the file to import, a page for each meeting's topics, the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from codexreport import __version__
from codexreport.authoring.ics import Entry, calendar
from codexreport.authoring.meetings import Meeting
from codexreport.authoring.pages import page
from codexreport.display.numbers import day
from codexreport.errors import AuthoringError
from codexreport.evidence.keep import Kind, Record, keep
from codexreport.evidence.manifest import Artifact, name_in
from codexreport.files import sha256, write_atomic
from codexreport.project.model import Project
from codexreport.project.workspace import PHASE, Workspace
from codexreport.wording import count

STEP = "schedule retros"
FOLDER = "retros"
"""Where the pages of retros are, seen from the project's folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """What scheduling came to.

    Attributes:
        meetings: What is planned.
        calendar: The file to import.
        written: Files that are new or changed, by their names in the workspace.
        record: Number of the record; None where nothing changed, so that there is none.
    """

    meetings: tuple[Meeting, ...]
    calendar: Path
    written: tuple[str, ...]
    record: int | None


def schedule_retros(
    project: Project,
    workspace: Workspace,
    meetings: Sequence[Meeting],
    output: Path,
    now: datetime,
) -> Scheduled:
    """Write the calendar and a page for each meeting, and keep a record of it.

    All is made before anything is written. What is there and need not change is left alone, and
    words that people wrote are kept.

    Args:
        project: Its name and zone are in the calendar.
        workspace: Where everything goes.
        meetings: What is planned, at least one.
        output: The calendar file.
        now: The stamp of what is new, aware.

    Raises:
        AuthoringError: A file that is there is not what was made here.
        EvidenceError: Something cannot be written.
    """
    key = sha256(project.name.encode())[:8]
    entries = [_entry(one, project, key) for one in meetings]
    planned = calendar(
        entries,
        name=f"Retros of {project.name}",
        zone_name=project.timezone,
        now=now,
        before=existing(output),
        file=output.name,
    )
    contents = {output: planned, **_pages(workspace, meetings, project.timezone)}
    changed = {path: content for path, content in contents.items() if existing(path) != content}
    names = {path: name_in(workspace.root, path) for path in contents}  # refuses before it writes
    for path, content in changed.items():
        write_atomic(path, content)
    written = tuple(names[path] for path in changed)
    record = None
    if written:
        kept = keep(workspace.root, PHASE, _record(meetings, output, planned, written, workspace))
        record = kept["seq"]
    return Scheduled(meetings=tuple(meetings), calendar=output, written=written, record=record)


def existing(path: Path) -> bytes | None:
    """The bytes of a file; None where there is none.

    Raises:
        AuthoringError: It is there and cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise AuthoringError(
            f"{path} cannot be read: {error.strerror or error}.",
            advice="Check the file's permissions, and that it is no folder.",
        ) from error


def when(meeting: Meeting, zone_name: str) -> str:
    """Such as `Mon 2 Nov 2026, 10:00 to 11:00 (Europe/Berlin)`."""
    hours = f"{meeting.start:%H:%M} to {meeting.end:%H:%M}"
    return f"{day(meeting.start)}, {hours} ({zone_name})"


def _entry(meeting: Meeting, project: Project, key: str) -> Entry:
    looked_at = _span(meeting)
    return Entry(
        key=f"retro-{meeting.label}-{key}",
        start=meeting.start,
        end=meeting.end,
        summary=f"Retro {meeting.label}: {project.name}",
        description=f"Looks back on {looked_at}. Topics: {FOLDER}/{meeting.label}.md",
    )


def _pages(
    workspace: Workspace, meetings: Sequence[Meeting], zone_name: str
) -> Mapping[Path, bytes]:
    pages = {}
    for one in meetings:
        path = workspace.root / FOLDER / f"{one.label}.md"
        notebook = f"`codexreport new retro --from {one.since} --to {one.start.date()}`"
        rows = [
            ("When", when(one, zone_name)),
            ("Looks back on", _span(one)),
            ("Its notebook", notebook),
        ]
        table = "\n".join(["| | |", "|---|---|", *(f"| {what} | {told} |" for what, told in rows)])
        pages[path] = page(
            "Retro_Placeholder.md",
            {"meeting": table},
            {"label": one.label},
            before=existing(path),
            file=f"{FOLDER}/{path.name}",
        )
    return pages


def _span(meeting: Meeting) -> str:
    last = meeting.start.date() - timedelta(days=1)
    return f"{meeting.since.isoformat()} to {last.isoformat()}"


def _record(
    meetings: Sequence[Meeting],
    output: Path,
    content: bytes,
    written: Sequence[str],
    workspace: Workspace,
) -> Record:
    first, last = meetings[0].start.date(), meetings[-1].start.date()
    planned = count(len(meetings), "retros")
    return Record(
        kind=Kind.CHANGE,
        time=datetime.now(timezone.utc),
        step=STEP,
        subject=meetings[0].label,
        state="pass",
        summary=f"{planned} from {first} to {last}; {count(len(written), 'files')} written.",
        tool=f"codexreport {__version__}",
        artifacts=(Artifact.of(output, content, workspace.root, {"made": STEP}),),
        details={"written": list(written), "meetings": [one.start.isoformat() for one in meetings]},
    )
