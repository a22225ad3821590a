"""Retros in the calendar: the file to import, a page for each meeting's topics, the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from codexreport import __version__
from codexreport.authoring.ics import Entry, Standing, calendar, standings
from codexreport.authoring.meetings import Meeting
from codexreport.authoring.pages import page
from codexreport.display.numbers import day
from codexreport.errors import AuthoringError, ParameterError
from codexreport.evidence.keep import Kind, Record, keep
from codexreport.evidence.manifest import Artifact, name_in
from codexreport.files import sha256, write_atomic
from codexreport.pipeline.authoring import retro_id
from codexreport.project.model import Project
from codexreport.project.workspace import PHASE, Workspace
from codexreport.steps import RETROS
from codexreport.window import zone
from codexreport.wording import count

FOLDER = "retros"
"""Where the pages of retros are, seen from the project's folder."""

_KEY = "retro-"
"""How the key of a retro begins in the calendar; its label follows, and the project's own sum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """What scheduling came to.

    Attributes:
        meetings: What is planned.
        calendar: The file to import.
        written: Files that are new or changed, by their names in the workspace.
        record: Number of the record; None where nothing changed, so that there is none.
        moved: Meetings that were planned for another time, by label.
        cancelled: When those were planned that are planned no more since now, by label.
    """

    meetings: tuple[Meeting, ...]
    calendar: Path
    written: tuple[str, ...]
    record: int | None
    moved: Mapping[str, tuple[datetime, datetime]]
    cancelled: Mapping[str, datetime]


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
        ParameterError: The last is over.
        AuthoringError: A file that is there is not what was made here.
        EvidenceError: Something cannot be written.
    """
    _require_ahead(meetings[-1], now, project.timezone)
    key = sha256(project.name.encode())[:8]
    entries = [_entry(one, project, key) for one in meetings]
    before = existing(output)
    planned = calendar(
        entries,
        name=f"Retros of {project.name}",
        zone_name=project.timezone,
        now=now,
        before=before,
        file=output.name,
    )
    was, is_ = _by_label(before, output.name), _by_label(planned, output.name)
    contents = {
        output: planned,
        **_pages(workspace, meetings, project.timezone),
        **_cancelled_pages(workspace, is_, project.timezone),
    }
    changed = {path: content for path, content in contents.items() if existing(path) != content}
    names = {path: name_in(workspace.root, path) for path in contents}  # refuses before it writes
    for path, content in changed.items():
        write_atomic(path, content)
    written = tuple(names[path] for path in changed)
    record = None
    if written:
        kept = keep(workspace.root, PHASE, _record(meetings, output, planned, written, workspace))
        record = kept["seq"]
    return Scheduled(
        meetings=tuple(meetings),
        calendar=output,
        written=written,
        record=record,
        moved=_moved(was, is_),
        cancelled=_cancelled(was, is_),
    )


def _moved(
    was: Mapping[str, Standing], is_: Mapping[str, Standing]
) -> dict[str, tuple[datetime, datetime]]:
    """The meetings that take place at another time than was planned: when before, and when now."""
    return {
        label: (was[label].start, one.start)
        for label, one in is_.items()
        if not one.cancelled and label in was and was[label].start != one.start
    }


def _cancelled(was: Mapping[str, Standing], is_: Mapping[str, Standing]) -> dict[str, datetime]:
    """The meetings that were planned, and are no more."""
    return {
        label: one.start for label, one in is_.items() if one.cancelled and not was[label].cancelled
    }


def _require_ahead(last: Meeting, now: datetime, zone_name: str) -> None:
    """A series that has begun can be planned again; one that is over was meant otherwise."""
    if last.start.timestamp() < now.timestamp():
        at = f"{now.astimezone(zone(zone_name)):%Y-%m-%d %H:%M}"
        raise ParameterError(
            f"The last retro, {when(last.start, last.end, zone_name)}, is over: it is {at}.",
            advice="Name the day of the next one: --from DAY. Those that were stay as they are.",
        )


def _by_label(content: bytes | None, file: str) -> Mapping[str, Standing]:
    """How each meeting stands, by its label; one that takes place goes before a cancelled one."""
    found = standings(content, file)
    ranked = sorted(found, key=lambda key: not found[key].cancelled)
    return {key.removeprefix(_KEY).rpartition("-")[0]: found[key] for key in ranked}


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


def when(start: datetime, end: datetime, zone_name: str) -> str:
    """Such as `Mon 2 Nov 2026, 10:00 to 11:00 (Europe/Berlin)`."""
    start, end = (one.astimezone(zone(zone_name)) for one in (start, end))
    return f"{day(start)}, {start:%H:%M} to {end:%H:%M} ({zone_name})"


def _entry(meeting: Meeting, project: Project, key: str) -> Entry:
    looked_at = _span(meeting)
    return Entry(
        key=f"{_KEY}{meeting.label}-{key}",
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
        command = f"codexreport new retro --from {one.since} --to {one.start.date()}"
        path, content = _page(
            workspace,
            one.label,
            [
                ("When", when(one.start, one.end, zone_name)),
                ("Looks back on", _span(one)),
                ("Its notebook", f"`{command} --name {one.label}`"),
                ("Its action items", f"name `{retro_id(one.label)}` as their incident"),
            ],
        )
        pages[path] = content
    return pages


def _cancelled_pages(
    workspace: Workspace, found: Mapping[str, Standing], zone_name: str
) -> Mapping[Path, bytes]:
    """The pages of meetings that are planned no more say so; none is made for it."""
    return dict(
        _page(
            workspace,
            label,
            [("When", f"**cancelled**; it was planned for {when(one.start, one.end, zone_name)}")],
        )
        for label, one in found.items()
        if one.cancelled and existing(_path(workspace, label)) is not None
    )


def _page(workspace: Workspace, label: str, rows: Sequence[tuple[str, str]]) -> tuple[Path, bytes]:
    """A meeting's page, with what is generated on it renewed."""
    path = _path(workspace, label)
    table = "\n".join(["| | |", "|---|---|", *(f"| {what} | {told} |" for what, told in rows)])
    content = page(
        "Retro_Placeholder.md",
        {"meeting": table},
        {"label": label},
        before=existing(path),
        file=f"{FOLDER}/{path.name}",
    )
    return path, content


def _path(workspace: Workspace, label: str) -> Path:
    return workspace.root / FOLDER / f"{label}.md"


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
        step=RETROS,
        subject=meetings[0].label,
        state="pass",
        summary=f"{planned} from {first} to {last}; {count(len(written), 'files')} written.",
        tool=f"codexreport {__version__}",
        artifacts=(Artifact.of(output, content, workspace.root, {"made": RETROS}),),
        details={"written": list(written), "meetings": [one.start.isoformat() for one in meetings]},
    )
