"""Running a notebook that people write in: the right one, about what it is about, never a stub."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode

from codexreport.authoring.cells import OURS, Cell
from codexreport.authoring.conflicts import conflict_line
from codexreport.authoring.linting import syntax_problem
from codexreport.authoring.templates import PARAMETERS, values_of
from codexreport.errors import AuthoringError, ExecutionError, ParameterError
from codexreport.execution.notebooks import find_notebook
from codexreport.execution.parameters import Parameters
from codexreport.pipeline.authoring import (
    FOLDERS,
    POSTMORTEM,
    RETRO,
    Authored,
    find_authored,
    find_retro,
    open_authored,
)
from codexreport.pipeline.open import choose_window, moment_of
from codexreport.project.model import Project
from codexreport.render.site import window_of
from codexreport.render.stage import machine_report
from codexreport.text import one_line
from codexreport.window import Window, instant, zone

_INDISPENSABLE = (PARAMETERS, "cr-load", "cr-data")
"""The cells of the kit's without which there is no report."""

_SUBJECT = ("incident", "week", "start", "end")
"""The parameters that say what a notebook is about."""


def notebook_to_run(name: str, project: Project, given: Mapping[str, object]) -> Path:
    """The notebook that `name` means; for a postmortem or a retro the one that was begun about it.

    Args:
        name: A notebook's name, or the path of its file.
        project: Its folder is searched.
        given: The parameters asked for.

    Raises:
        ParameterError: There is none, or what is asked for is not what its prose is about.
        AuthoringError: It cannot be read, or a merge conflict in it is not settled.
    """
    found = _begun(name, project, given) or find_notebook(name, project.root)
    if any(found.resolve().parent == project.root / folder for folder in FOLDERS.values()):
        _check(found, project, given)
    return found


def _begun(name: str, project: Project, given: Mapping[str, object]) -> Path | None:
    """The notebook that somebody has begun; None where nobody has, or nothing says which."""
    asked = {key: str(given.get(key, "")) for key in (*_SUBJECT, "now")}
    if name == POSTMORTEM and asked["incident"]:
        return find_authored(project.root, POSTMORTEM, asked["incident"])
    if name == RETRO:
        moment = moment_of(asked["now"], project)
        span = {key: asked[key] for key in ("week", "start", "end")}
        window = choose_window(project, moment, **span)
        begun = find_retro(project.root, window)
        if begun is None and not any(span.values()):
            raise ParameterError(
                f"There is no notebook {FOLDERS[RETRO]}/{window.label}.ipynb.",
                advice=f"Make one: codexreport new retro --period {window.label}",
            )
        return begun
    return None


def _check(path: Path, project: Project, given: Mapping[str, object]) -> None:
    """Refuse what cannot be run, and parameters that put its prose beside other figures."""
    authored = open_authored(path, project.root)
    notebook = authored.notebook
    _require_kit(authored)
    for cell in notebook.cells:
        _require_sound(cell, path)
    own = values_of(notebook)
    if own.get("incident") == "":
        raise AuthoringError(
            f"{path.name} does not say which incident its prose is about.",
            advice="Write the incident's id in its parameters cell; nothing was published.",
        )
    for name in _SUBJECT:
        asked = given.get(name)
        if asked and name in own and not _same(name, str(asked), own[name], project.timezone):
            said = own[name] or "nothing"
            raise ParameterError(
                f"{path.name} is written with {name} {one_line(said)}, not {one_line(str(asked))}.",
                advice="Leave the parameter out, or run the notebook that is written about it.",
            )


def _same(name: str, asked: str, own: str, zone_name: str) -> bool:
    """Whether both say the same; a moment can be written in more than one way."""
    if name in {"start", "end"} and own:
        there = zone(zone_name)
        return instant(asked, there).timestamp() == instant(own, there).timestamp()
    return asked == own


def _begun_about(kind: str, project: Project, window: Window) -> Path | None:
    """The notebook somebody has begun about what a report's window says."""
    if kind != RETRO:
        return find_authored(project.root, kind, window.label)
    return find_retro(project.root, window)


def _require_kit(authored: Authored) -> None:
    """Refuse where a cell is gone without which the others compute nothing, or no report is made.

    A cell that only shows something may be gone: the page says so.
    """
    there = {cell.id for cell in authored.notebook.cells}
    for id_ in _INDISPENSABLE:
        if id_ in authored.template.kit and id_ not in there:
            raise AuthoringError(
                f"{authored.path.name}: the kit's cell {id_} is missing.",
                advice=f"codexreport upgrade {authored.path} brings it back; "
                "nothing was published.",
            )


def _require_sound(cell: Cell, path: Path) -> None:
    """Refuse a cell by its id: once it runs, only the kit's cells would be heard of."""
    if conflict_line(cell.source):
        raise AuthoringError(
            f"{path.name}: a merge conflict is not settled in the cell {cell.id}.",
            advice="Keep one of the two sides, or both, and remove the lines with the marks; "
            "nothing was published.",
        )
    restore = f"Restore the cell with codexreport upgrade {path}; nothing was published."
    if problem := syntax_problem(cell):
        raise AuthoringError(
            f"{path.name}: the cell {cell.id} is not valid Python: {problem}.",
            advice=restore if cell.is_kit else "Mend the cell; nothing was published.",
        )
    if cell.id == PARAMETERS:
        try:
            Parameters.parse(cell.source, path.name)
        except ExecutionError as error:
            raise AuthoringError(error.message, advice=restore) from error


def refuse_unwritten(
    executed: NotebookNode,
    project: Project,
    *,
    name: str,
    path: Path | None = None,
    asked: str = "",
) -> None:
    """Refuse to publish a template's page over that of the notebook somebody has begun.

    Args:
        executed: What was run.
        project: Its folder is where that one is kept.
        name: What its file is called.
        path: The file that was run; None where it was executed elsewhere, then it is told from
            a template by what was written into it when it was begun.
        asked: The incident that was asked for; empty where none was.

    Raises:
        ParameterError: Names the notebook to run, or the file that says no window.
    """
    report = machine_report(executed) or {}
    kind = report.get("report")
    if not isinstance(kind, str) or kind not in FOLDERS:
        return
    window = window_of(report, name)
    begun = _begun_about(kind, project, window)
    written = bool(executed.metadata.get(OURS, {}).get("created"))
    if begun is None or (written if path is None else begun.resolve() == path.resolve()):
        return
    label, shown = window.label, begun.relative_to(project.root).as_posix()
    said = f"Somebody writes about {label} in"
    if kind == POSTMORTEM and path is not None and not asked:
        said = f"No --incident was given; the latest is {label}, whose notebook is"
    raise ParameterError(
        f"{said} {shown}; the template's page does not replace the page of that.",
        advice=f"Run that: codexreport run {shown}",
    )
