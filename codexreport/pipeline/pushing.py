"""Action items into the tracker: planned, made once each, and noted where they came from."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from codexreport import __version__
from codexreport.authoring.csv_cells import with_cell
from codexreport.display.escape import markdown
from codexreport.errors import ParameterError, SourceError
from codexreport.evidence.keep import Kind, Record, keep
from codexreport.files import sha256, write_atomic
from codexreport.incidents.actions import ActionItem, Actions, ActionState
from codexreport.pipeline.check import Checked, check_project
from codexreport.pipeline.happenings import ACTIONS
from codexreport.project.mistakes import did_you_mean
from codexreport.project.model import Project
from codexreport.project.workspace import PHASE, Workspace
from codexreport.sources.base import Progress, silent
from codexreport.sources.issues import IssueTracker, JiraPlace, NewIssue
from codexreport.sources.trackers import TRACKERS, AnyTracker
from codexreport.text import one_line

if TYPE_CHECKING:
    from codexreport.sources.http import Timing

STEP = "actions push"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An action item that no tracker has.

    Attributes:
        item: As its file says.
        file: The file, seen from the project's folder.
        issue: What it becomes.
    """

    item: ActionItem
    file: str
    issue: NewIssue


class Came(StrEnum):
    """What became of one."""

    MADE = "made"
    FOUND = "found"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What became of one.

    Attributes:
        planned: The action item.
        came: Made, found again, or neither.
        url: Where the issue is; empty where there is none.
        noted: Whether its file names the issue now.
        reason: Why it failed, a sentence; empty where it did not.
    """

    planned: Planned
    came: Came
    url: str = ""
    noted: bool = False
    reason: str = ""


def tracker_of(project: Project, name: str) -> tuple[str, AnyTracker]:
    """The source that issues are made in, and its settings.

    Args:
        project: Its `[actions]` and its sources.
        name: The source's name; empty: as the project says, else the only tracker.

    Raises:
        ParameterError: There is none, there are several, or the source is no tracker.
    """
    trackers = {
        one.name: one.settings
        for one in project.sources.values()
        if isinstance(one.settings, AnyTracker)
    }
    wanted = name or project.actions.tracker
    if wanted in trackers:
        return wanted, trackers[wanted]
    if not wanted and len(trackers) == 1:
        return next(iter(trackers.items()))
    if wanted:
        hint = did_you_mean(wanted, sorted(trackers)) if trackers else "; there is none"
        raise ParameterError(f"The source {wanted!r} is no tracker that can be asked{hint}.")
    said = "several trackers" if trackers else "no tracker"
    raise ParameterError(
        f"{project.name} has {said} among its sources.",
        advice="Add a source of type github-issues, gitlab-issues or jira-issues without a path, "
        "and name it: --to NAME, or tracker under [actions].",
    )


def promises(
    project: Project, workspace: Workspace, now: datetime, progress: Progress
) -> list[Checked]:
    """What the project's lists and trackers of action items say; no other source is asked.

    Raises:
        EvidenceError: What was pulled cannot be kept.
    """
    lists = {name: one for name, one in project.sources.items() if one.type in ACTIONS}
    only = replace(project, sources=lists)
    return check_project(only, workspace, now, progress=progress)[1]


def answered(results: Iterable[Checked], tracker: str, *, needed: bool) -> bool:
    """Whether the tracker could be read just now.

    Raises:
        SourceError: It could not, why, and what to do; only where that is `needed`.
    """
    failed = next((one for one in results if one.source == tracker and one.facts is None), None)
    if failed is not None and needed:
        raise SourceError(
            f"Nothing is made in {tracker}, which could not be read: {failed.reason}",
            advice=failed.advice or "Run the command again once it answers.",
        )
    return failed is None


def plan(project: Project, settings: AnyTracker, results: Sequence[Checked]) -> tuple[Planned, ...]:
    """The open action items of files that name no issue, in the order of the files.

    An id that stands twice is passed over: nobody knows which of the two is meant.
    """
    asked = getattr(settings, "labels", ())
    labels = tuple(dict.fromkeys([*asked, *project.actions.labels]))
    promised = [
        (result, item)
        for result in results
        if isinstance(result.facts, Actions) and result.format not in TRACKERS
        for item in result.facts.items
    ]
    times = Counter((result.source, item.id) for result, item in promised)
    return tuple(
        Planned(item=item, file=result.name, issue=_issue(project, result, item, labels))
        for result, item in promised
        if item.state is ActionState.OPEN and not item.url and times[result.source, item.id] == 1
    )


def _issue(
    project: Project, result: Checked, item: ActionItem, labels: tuple[str, ...]
) -> NewIssue:
    told = [("Incident", item.incident), ("Owner", item.owner), ("Action", item.id)]
    return NewIssue(
        marker=marker(project.name, result.source, item.id),
        title=one_line(item.title) or item.id,
        lines=tuple(f"{name}: {_word(value)}" for name, value in told if value),
        labels=labels,
        due=item.due,
        incident=one_line(item.incident),
    )


def marker(project: str, source: str, id_: str) -> str:
    """The word that tells an action item's issue from all others; the title may change."""
    return f"codexreport-action-{sha256(chr(10).join([project, source, id_]).encode())[:16]}"


def _word(value: str) -> str:
    """Data in a description is text: it neither calls people nor orders the tracker about."""
    line = one_line(value)
    plain = all(c.isalnum() or c in " ._-#:/" for c in line)
    return line if plain else markdown(line)


def push(
    project: Project,
    workspace: Workspace,
    settings: AnyTracker,
    planned: Iterable[Planned],
    *,
    progress: Progress = silent,
    timing: Timing | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Iterator[Pushed]:
    """Make an issue of each, or find the one that was made before; note it at once.

    What was made and could not be noted, because something broke in between, is found again.

    Args:
        project: Its folder has the files.
        workspace: Where evidence is kept.
        settings: The tracker.
        planned: What is made, in this order.
        progress: Called item by item.
        timing: How long to wait, and by which clock.
        environ: Where secrets are.

    Raises:
        SourceError: The tracker cannot be asked at all.
        EvidenceError: An issue was made, and that could not be kept.
    """
    table = project.actions
    jira = None
    if table.jira_project:
        jira = JiraPlace(project=table.jira_project, issue_type=table.jira_issue_type)
    with IssueTracker(settings, jira=jira, timing=timing, environ=environ) as tracker:
        for done, one in enumerate(planned):
            progress(f"{settings.type}: {one.item.id}", done, 0)
            try:
                issue = tracker.make(one.issue)
            except SourceError as error:
                yield Pushed(planned=one, came=Came.FAILED, reason=str(error))
                continue
            came = Came.MADE if issue.made else Came.FOUND
            keep(workspace.root, PHASE, _record(one, issue.url, came))
            noted = _note(project.root, one, issue.url)
            yield Pushed(planned=one, came=came, url=issue.url, noted=noted)


def _record(one: Planned, url: str, came: Came) -> Record:
    return Record(
        kind=Kind.CHANGE,
        time=datetime.now(timezone.utc),
        step=STEP,
        subject=one.item.id,
        state="pass",
        summary=f"Issue {came.value}: {url}.",
        tool=f"codexreport {__version__}",
        details={"url": url, "marker": one.issue.marker, "file": one.file},
    )


def _note(root: Path, one: Planned, url: str) -> bool:
    """Write the address into the file's own row, where its `url` is empty; all else stays."""
    path = root / one.file
    with suppress(OSError, UnicodeDecodeError):
        text = path.read_bytes().decode()
        header = text.split("\n", 1)[0]
        delimiter = max(",;\t|", key=header.count)
        changed = with_cell(text, delimiter, ("id", one.item.id), "url", url)
        if changed is not None:
            write_atomic(path, changed.encode())
            return True
    return False
