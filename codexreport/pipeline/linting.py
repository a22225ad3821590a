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
    open_authored,
    project_of,
    retro_id,
)
from codexreport.pipeline.happenings import Happenings, happenings
from codexreport.pipeline.incident_remarks import action_remarks, incident_remarks
from codexreport.pipeline.open import moment_of, open_project, workspace_of
from codexreport.slo.objective import Objective
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
            yield from _of_record(authored, found(root), project.objectives)

    return {path: tuple(_readable(remarks(path))) for path in paths}


def _readable(remarks: Iterator[Remark]) -> Iterator[Remark]:
    """The remarks, and what cut them short."""
    try:
        yield from remarks
    except CodexReportError as error:
        said = " ".join(filter(None, (error.message, error.advice)))
        yield Remark(rule="unreadable", state=State.ERROR, message=said)


def _of_record(
    authored: Authored, found: Happenings, objectives: Sequence[Objective]
) -> Iterator[Remark]:
    """What is to be mended in the record that a notebook is about."""
    if authored.template.kind == POSTMORTEM:
        named = values_of(authored.notebook).get("incident")
        account = found.incident(named or authored.label)
        id_ = account.incident.id
        yield from incident_remarks(account, found, objectives)
    else:
        id_ = retro_id(authored.label)
    items = [one for one in found.actions if one.incident == id_]
    yield from action_remarks(items, found, id_)
