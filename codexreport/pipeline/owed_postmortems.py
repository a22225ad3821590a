"""Which incidents need a postmortem, and what theirs still lacks."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from codexreport.addresses import is_http_url
from codexreport.authoring.remarks import UNWRITTEN, verdict
from codexreport.errors import CodexReportError, ParameterError
from codexreport.incidents.incident import Incident
from codexreport.incidents.severity import Severity
from codexreport.incidents.telling import Account
from codexreport.measure import State
from codexreport.pipeline.authoring import POSTMORTEM, find_authored, open_authored
from codexreport.project.model import Project
from codexreport.readers.notation.blanks import cell, is_blank

_ENOUGH = 1_000_000
"""Bytes of a file in which something must be written."""


def needs_postmortem(one: Account, project: Project, now: datetime) -> bool:
    """Whether it is severe, over, and long enough so. Of an unknown severity it is severe."""
    if one.incident.open or not is_severe(one, project):
        return False
    due = postmortem_due(one, project)
    return due is None or now > due


def is_severe(one: Account, project: Project) -> bool:
    """Whether an incident is of a severity that takes a postmortem once it is over."""
    return _rank(one.incident.severity) <= _rank(project.steady_state.postmortem_severity)


def postmortem_due(one: Account, project: Project) -> datetime | None:
    """When the postmortem of a severe incident is due; None where nothing says when it ended."""
    resolved = one.incident.resolved
    return resolved and resolved + project.steady_state.postmortem_within


def _rank(severity: Severity) -> int:
    """Worst first; what nobody classified counts as high."""
    known = Severity.HIGH if severity is Severity.UNKNOWN else severity
    return list(Severity).index(known)


def postmortem_of(incident: Incident, root: Path) -> str:
    """Where the postmortem of an incident is: an address, or a file; empty where nobody says.

    It is what the incident names; where that is nothing, the project's notebook about it.

    Args:
        incident: The incident.
        root: The project's folder.
    """
    if incident.postmortem:
        return incident.postmortem
    try:
        path = find_authored(root, POSTMORTEM, incident.id)
    except ParameterError:  # its id names no file
        return ""
    return path.relative_to(root).as_posix() if path else ""


def postmortem_lacks(incident: Incident, project: Project, now: datetime) -> str:
    """What a postmortem lacks, in a few words; empty where there is a finished one.

    It is where the incident says, an address or a file in the project's folder; where that says
    nothing, it is the project's notebook about the incident.
    """
    named = incident.postmortem
    if is_http_url(named):
        return ""
    try:
        if named:
            return _file_lacks(named, project, now)
        path = find_authored(project.root, POSTMORTEM, incident.id)
        return "nobody has begun it" if path is None else _notebook_lacks(path, project, now)
    except (CodexReportError, OSError, ValueError):  # the last: no path at all
        return "its file cannot be read"


def _file_lacks(named: str, project: Project, now: datetime) -> str:
    root = project.root.resolve()
    path = (root / named).resolve()
    if not path.is_relative_to(root):
        return "what it names is no address, and no file of the project"
    if not path.is_file():
        return "the file that it names is not there"
    if path.suffix == ".ipynb":
        return _notebook_lacks(path, project, now)
    with path.open("rb") as stream:
        text = stream.read(_ENOUGH).decode("utf-8", "replace")
    lines = (line.strip() for line in text.splitlines())
    written = any(cell(one) and not is_blank(one) for one in lines if not one.startswith("#"))
    return "" if written else "nothing is written in its file"


def _notebook_lacks(path: Path, project: Project, now: datetime) -> str:
    remarks = open_authored(path, project.root).remarks(project, now)
    unwritten = any(one.rule in UNWRITTEN for one in remarks)
    finished = not unwritten and verdict(remarks) in {State.PASS, State.WARNING}
    return "" if finished else "it is not finished"
