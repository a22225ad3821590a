"""What `codexreport.toml` says of steady operations: action items, update logs, steady state."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from codexreport.incidents.severity import Severity
from codexreport.keys import Length
from codexreport.project.table import Name, Table


def _markdown_file(text: str) -> str:
    if not text.endswith(".md") or text.startswith("/") or ".." in text.split("/"):
        raise ValueError("must be a Markdown file below the project's folder, such as docs/log.md")
    return text


MarkdownFile = Annotated[str, AfterValidator(_markdown_file)]
"""A Markdown file below the project's folder."""


class ActionsTable(Table):
    """`[actions]`: where `codexreport actions push` makes issues."""

    tracker: Name | Literal[""] = ""
    """The source that is a tracker; empty: the only one there is."""
    labels: tuple[Annotated[str, Field(min_length=1, max_length=50)], ...] = ()
    """Labels that a new issue gets beside those that the source asks for."""
    jira_project: Annotated[str, Field(pattern=r"^(?:[A-Z][A-Z0-9_]+)?$")] = ""
    """Jira only: key of the project that issues are made in, such as `PAY`."""
    jira_issue_type: Annotated[str, Field(min_length=1)] = "Task"
    """Jira only: what kind of issue they are."""


class UpdatesTable(Table):
    """`[updates]`: the logs of updates, and how often they have to be written in."""

    dependency_log: MarkdownFile = "docs/Dependency_Update_Log.md"
    """The log of dependencies."""
    security_log: MarkdownFile = "docs/Security_Update_Log.md"
    """The log of security updates."""
    cadence: Length = timedelta(days=31)
    """The longest time between two entries of the log of dependencies."""
    security_cadence: Length = timedelta(days=31)
    """The same of the log of security updates."""


class SteadyStateTable(Table):
    """`[steady_state]`: what operations are steady by, beside `slo.steady_weeks`."""

    postmortem_severity: Severity = Severity.HIGH
    """An incident this severe, or worse, has to have a postmortem; one without a severity has."""
    postmortem_within: Length = timedelta(days=14)
    """How long after its end an incident may be without."""
    lookback: Length = timedelta(days=28)
    """How far back closed action items count."""
