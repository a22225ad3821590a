"""Running a notebook that people write in: the right one, about what it is about, never a stub."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode

from codexreport.authoring.conflicts import conflict_line
from codexreport.authoring.templates import values_of
from codexreport.errors import AuthoringError, ParameterError
from codexreport.execution.notebooks import find_notebook
from codexreport.pipeline.authoring import FOLDERS, POSTMORTEM, RETRO, find_authored, open_authored
from codexreport.pipeline.open import choose_window, moment_of
from codexreport.project.model import Project
from codexreport.render.stage import machine_report
from codexreport.text import one_line

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
        return find_authored(project.root, RETRO, choose_window(project, moment, **span).label)
    return None


def _check(path: Path, project: Project, given: Mapping[str, object]) -> None:
    """Refuse a conflict, and parameters that would put its prose beside other figures."""
    notebook = open_authored(path, project.root).notebook
    for cell in notebook.cells:
        if conflict_line(cell.source):
            raise AuthoringError(
                f"{path.name}: a merge conflict is not settled in the cell {cell.id}.",
                advice="Keep one of the two sides, or both, and remove the lines with the marks; "
                "nothing was published.",
            )
    own = values_of(notebook)
    for name in _SUBJECT:
        asked = given.get(name)
        if asked and name in own and str(asked) != own[name]:
            said = own[name] or "nothing"
            raise ParameterError(
                f"{path.name} is written with {name} {one_line(said)}, not {one_line(str(asked))}.",
                advice="Leave the parameter out, or run the notebook that is written about it.",
            )


def refuse_unwritten(executed: NotebookNode, path: Path, project: Project) -> None:
    """Refuse to publish a template's page over that of the notebook somebody has begun.

    Raises:
        ParameterError: Names the notebook to run.
    """
    report = machine_report(executed) or {}
    kind = report.get("report")
    if not isinstance(kind, str) or kind not in FOLDERS:
        return
    begun = find_authored(project.root, kind, report["window"]["label"])
    if begun is not None and begun.resolve() != path.resolve():
        raise ParameterError(
            f"{begun.name} was begun about it; its page is not overwritten by the template's.",
            advice=f"Run that: codexreport run {begun.relative_to(project.root).as_posix()}",
        )
