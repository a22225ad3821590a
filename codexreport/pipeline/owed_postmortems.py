"""Which incidents need a postmortem, and what theirs still lacks."""

from __future__ import annotations

from datetime import datetime

from codexreport.errors import CodexReportError
from codexreport.incidents.incident import Incident
from codexreport.incidents.severity import Severity
from codexreport.incidents.telling import Account
from codexreport.measure import State, worst
from codexreport.pipeline.authoring import POSTMORTEM, find_authored, open_authored
from codexreport.project.model import Project


def needs_postmortem(one: Account, project: Project, now: datetime) -> bool:
    """Whether it is severe, over, and long enough so. Of an unknown severity it is severe."""
    incident, table = one.incident, project.steady_state
    if incident.open or _rank(incident.severity) > _rank(table.postmortem_severity):
        return False
    return incident.resolved is None or now - incident.resolved > table.postmortem_within


def _rank(severity: Severity) -> int:
    """Worst first; what nobody classified counts as high."""
    known = Severity.HIGH if severity is Severity.UNKNOWN else severity
    return list(Severity).index(known)


def postmortem_lacks(incident: Incident, project: Project, now: datetime) -> str:
    """What a postmortem lacks, in a few words; empty where there is a finished one."""
    if incident.postmortem:
        return ""
    try:
        path = find_authored(project.root, POSTMORTEM, incident.id)
        if path is None:
            return "nobody has begun it"
        remarks = open_authored(path, project.root).remarks(project, now)
    except CodexReportError:
        return "its file cannot be read"
    unfinished = worst([State.PASS, *(one.state for one in remarks)])
    return "" if unfinished in {State.PASS, State.WARNING} else "it is not finished"
