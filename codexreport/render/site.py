"""The index of all reports: a page for people, a file for machines, links between neighbours."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

from codexreport.display.numbers import moment, span
from codexreport.display.status import StateBadge
from codexreport.errors import ParameterError, RenderError
from codexreport.measure import State
from codexreport.render.page import html_page, theme
from codexreport.versions import counted
from codexreport.window import Window, zone

_SHOWN_FILES = {"index.pdf": "PDF", "index.docx": "Word", "report.json": "Data"}
_INDEX = "../../index.html"
_SPAN = "--"
"""What the label of a window without a name has between its start and its end."""

_COLUMNS = ("State", "Report", "What it says", "As of", "Files")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteEntry:
    """One report of the site.

    Attributes:
        kind: The notebook it comes from, such as `slo_weekly`.
        label: Its window, such as `2026-W40`.
        title: Plain text, as is everything here.
        project: Whose report it is.
        state: What it says as a whole.
        said: The word for that state where it has another one, such as `NO-GO`.
        headline: Its one sentence.
        as_of: The moment its figures are of, aware.
        zone: The zone in which its project shows moments.
        window: What a reader calls its window; for one without a name, from when to when.
        start: Where its window starts, aware; reports are ordered by it.
        provisional: Whether its figures may still change.
        folder: Relative to the site, with `/`.
        files: Names of what is in that folder.
    """

    kind: str
    label: str
    title: str
    project: str
    state: State
    said: str
    headline: str
    as_of: datetime
    zone: str
    window: str
    start: datetime
    provisional: bool
    folder: str
    files: tuple[str, ...]

    @classmethod
    def of(cls, report: Mapping[str, Any], folder: str, files: Sequence[str]) -> SiteEntry:
        """The entry of the report in `folder`.

        Args:
            report: What its `report.json` holds.
            folder: Relative to the site, with `/`.
            files: Names of the files in it.

        Raises:
            RenderError: A key is missing or of no use.
        """
        try:
            as_of = _moment(report["as_of"])
            window = report["window"]
            return cls(
                kind=str(report["report"]),
                label=str(window["label"]),
                title=str(report["title"]),
                project=str(report["project"]),
                state=State(report["state"]),
                said=str(report.get("verdict", "")),
                headline=str(report["headline"]),
                as_of=as_of,
                zone=_zone(window),
                window=_window_name(window),
                start=_moment(window["start"]) if "start" in window else as_of,
                provisional=bool(report["provisional"]),
                folder=folder,
                files=tuple(sorted(files)),
            )
        except (KeyError, TypeError, ValueError, ParameterError) as error:
            raise RenderError(
                f"{folder}/report.json does not describe a report: {error!r}.",
                advice="Run that report again, or remove its folder.",
            ) from error

    def link(self, name: str = "index.html") -> str:
        """The address of one of its files, relative to the site."""
        return quote(f"{self.folder}/{name}")

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "report": self.kind,
            "label": self.label,
            "title": self.title,
            "project": self.project,
            "state": self.state.value,
            "verdict": self.said,
            "headline": self.headline,
            "as_of": self.as_of.isoformat(),
            "provisional": self.provisional,
            "page": self.link(),
            "files": [self.link(name) for name in self.files],
        }


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Unreadable:
    """A folder of the site that should hold a report, and why it cannot be shown.

    Attributes:
        folder: Relative to the site, with `/`.
        reason: A sentence.
    """

    folder: str
    reason: str


def newest_first(entries: Sequence[SiteEntry]) -> list[SiteEntry]:
    """By start of window, the latest first; those of one window by kind, project and label."""
    by_label = sorted(entries, key=lambda entry: counted(entry.label), reverse=True)
    by_name = sorted(by_label, key=lambda entry: (entry.kind, entry.project))
    return sorted(by_name, key=lambda entry: entry.start.timestamp(), reverse=True)


def neighbours(
    entries: Sequence[SiteEntry], kind: str, label: str
) -> tuple[SiteEntry | None, SiteEntry | None]:
    """The reports of the same kind just before and just after the one of `label`."""
    of_kind = [entry for entry in reversed(newest_first(entries)) if entry.kind == kind]
    place = next((i for i, entry in enumerate(of_kind) if entry.label == label), None)
    if place is None:
        return None, None
    before = of_kind[place - 1] if place > 0 else None
    after = of_kind[place + 1] if place + 1 < len(of_kind) else None
    return before, after


def breadcrumbs(entries: Sequence[SiteEntry], kind: str, label: str) -> tuple[tuple[str, str], ...]:
    """Links of a report's page: the index, the one before, the one after.

    A page that is kept as evidence does not change when a newer report is made. So the newest one
    links to its own place in the index, above which the newer ones will stand.
    """
    before, after = neighbours(entries, kind, label)
    here = [one.folder for one in entries if (one.kind, one.label) == (kind, label) and not after]
    links = [("All reports", f"{_INDEX}#{quote(here[0])}" if here else _INDEX)]
    if before:
        links.append((f"← {before.window}", f"../../{before.link()}"))
    if after:
        links.append((f"{after.window} →", f"../../{after.link()}"))
    return tuple(links)


def index_json(entries: Sequence[SiteEntry], unreadable: Sequence[Unreadable] = ()) -> bytes:
    """All reports, newest first, and those that cannot be read, for machines."""
    document = {
        "schema": 1,
        "reports": [entry.to_dict() for entry in newest_first(entries)],
        "unreadable": [asdict(one) for one in sorted(unreadable)],
    }
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def index_page(entries: Sequence[SiteEntry], unreadable: Sequence[Unreadable] = ()) -> bytes:
    """All reports, newest first, for people; one can type to narrow them down.

    Above them stands what cannot be read: it might be a report that failed.
    """
    rows = [_unreadable_row(one) for one in sorted(unreadable)]
    rows += [_row(entry) for entry in newest_first(entries)]
    count = f"{len(entries)} report{'' if len(entries) == 1 else 's'}"
    if unreadable:
        count += f", {len(unreadable)} unreadable"
    body = f"{theme('filter.html')}\n{_table(rows)}" if rows else "<p>There is no report yet.</p>"
    script = theme("filter.js").strip() if rows else ""
    return html_page(body, title="Reports", subtitle=count, script=script).encode()


def _table(rows: Sequence[str]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in _COLUMNS)
    lines = "\n".join(rows)
    return (
        '<div class="cr"><table class="cr-table cr-index">'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{lines}\n</tbody></table></div>"
    )


def _row(entry: SiteEntry) -> str:
    text = html.escape
    files = " ".join(
        f'<a href="{text(entry.link(name))}">{shown}</a>'
        for name, shown in _SHOWN_FILES.items()
        if name in entry.files
    )
    as_of = entry.as_of.isoformat()
    said = entry.said.upper()
    return (
        f'<tr id="{text(entry.folder)}"><td>{StateBadge(entry.state, said).html()}</td>'
        f'<th scope="row"><a href="{text(entry.link())}">{text(entry.title)}</a>'
        f"<span>{text(entry.project)} · {text(entry.window)}</span></th>"
        f'<td class="cr-says" dir="auto">{text(entry.headline)}</td>'
        f'<td><time datetime="{as_of}">{text(moment(entry.as_of, entry.zone))}</time>'
        f"{' · provisional' if entry.provisional else ''}</td><td>{files}</td></tr>"
    )


def _unreadable_row(one: Unreadable) -> str:
    text = html.escape
    return (
        f"<tr><td>{StateBadge(State.ERROR).html()}</td>"
        f'<th scope="row">{text(one.folder)}<span>unreadable</span></th>'
        f'<td class="cr-says" dir="auto">{text(one.reason)}</td><td></td><td></td></tr>'
    )


def _window_name(window: Mapping[str, Any]) -> str:
    label = str(window["label"])
    if _SPAN not in label or "end" not in window:
        return label
    return span(_moment(window["start"]), _moment(window["end"]), str(window["zone"]))


def window_of(report: Mapping[str, Any], name: str) -> Window:
    """The window that a report is of.

    Args:
        report: What its `report.json` holds.
        name: The file that it is read from, for who has to mend it.

    Raises:
        ParameterError: It does not say one.
    """
    try:
        window = report["window"]
        start, end = _moment(window["start"]), _moment(window["end"])
        return replace(Window.between(start, end, _zone(window)), label=str(window["label"]))
    except (KeyError, TypeError, ValueError, OverflowError, ParameterError) as error:
        raise ParameterError(
            f"{name} does not say the window of its report: {error!r}.",
            advice="Run the notebook again; it holds label, start, end and zone of the window.",
        ) from error


def _zone(window: Mapping[str, Any]) -> str:
    """The project's zone; refused where there is none of that name."""
    return str(zone(str(window.get("zone", "UTC"))))


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
