"""Looking over notebooks that people write in: each file, and the record that it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from codexreport.authoring.remarks import Remark
from codexreport.authoring.templates import values_of
from codexreport.errors import CodexReportError
from codexreport.measure import State
from codexreport.pipeline.authoring import (
    POSTMORTEM,
    Authored,
    name_of,
    open_authored,
    period_of,
    project_of,
)
from codexreport.pipeline.happenings import Happenings, happenings
from codexreport.pipeline.incident_remarks import postmortem_remarks
from codexreport.pipeline.open import moment_of, open_project, workspace_of
from codexreport.pipeline.retro_period import retro_period
from codexreport.project.model import Project
from codexreport.window import instant, zone


def lint_files(
    paths: Sequence[Path], *, now: str = "", alone: bool = False, offline: bool = False
) -> dict[Path, tuple[Remark, ...]]:
    """What is to be mended in each notebook; one that cannot be read spoils no other.

    Args:
        paths: The notebooks; each belongs to the nearest project from its folder upwards.
        now: The moment of the judgement, ISO 8601; empty for the project's `as_of`, else the
            clock.
        alone: Look at the files alone, and ask no source.
        offline: Ask no source, use what the last pull kept.

    Raises:
        ParameterError: `now` is no time.
    """
    if now:
        instant(now, zone("UTC"))  # of the command, and of no file

    @cache
    def found(root: Path) -> Happenings:
        project = open_project(root)
        moment = moment_of(now, project)
        return happenings(project, workspace_of(project.root), moment, offline=offline)

    def remarks(path: Path) -> Iterator[Remark]:
        root = project_of(path)
        authored, project = open_authored(path, root), open_project(root)
        yield from authored.remarks(project, moment_of(now, project))
        if not alone:
            yield from _of_record(authored, found(root), project)

    return {path: tuple(_readable(remarks(path))) for path in paths}


def _readable(remarks: Iterator[Remark]) -> Iterator[Remark]:
    """The remarks, and what cut them short."""
    try:
        yield from remarks
    except CodexReportError as error:
        said = " ".join(filter(None, (error.message, error.advice)))
        yield Remark(rule="unreadable", state=State.ERROR, message=said)


def _of_record(authored: Authored, found: Happenings, project: Project) -> Iterator[Remark]:
    """What is to be mended in what a notebook is about: all that its page says, but the cost."""
    if authored.template.kind == POSTMORTEM:
        named = values_of(authored.notebook).get("incident")
        yield from postmortem_remarks(project, found.incident(named or authored.label), found)
        return
    window = period_of(authored.path, project.timezone)
    if window is None:
        said = "Which period the retro is about is not known; write its week as a parameter."
        yield Remark(rule="period-unknown", state=State.UNKNOWN, message=said)
        return
    yield from retro_period(project, window, found, name_of(authored.path, window)).remarks()
