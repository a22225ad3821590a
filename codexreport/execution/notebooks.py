"""Where notebooks and the sample project are, in a source tree and in an installed wheel."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from codexreport.errors import ExecutionError, ParameterError
from codexreport.execution.parameters import did_you_mean

if TYPE_CHECKING:
    from nbformat import NotebookNode

_PACKAGE = Path(__file__).parents[1]
_SHIPPED = _PACKAGE / "_shipped"
_FORMAT = 4
_FIRST_WITH_IDS = 5
"""The first minor version of the notebook format whose cells have ids."""


def sample_project() -> Path:
    """The sample project that ships with the kit; may be read-only."""
    installed = _SHIPPED / "sample"
    return installed if installed.is_dir() else _PACKAGE.parent / "data" / "sample"


def shipped_notebooks() -> Mapping[str, Path]:
    """The notebooks that ship with the kit, by name."""
    installed = _SHIPPED / "notebooks"
    return _notebooks_in(installed if installed.is_dir() else _PACKAGE.parent / "notebooks")


def find_notebook(name: str, project_root: Path) -> Path:
    """The notebook called `name`: the project's own, else the one that ships with the kit.

    Args:
        name: Such as `slo_weekly`; or the path of a notebook's file, seen from the project.
        project_root: The project's folder.

    Raises:
        ParameterError: There is none; lists those there are.
    """
    if name.endswith(".ipynb") and (file := project_root / name).is_file():
        return file
    notebooks = _known(project_root)
    if name not in notebooks:
        raise ParameterError(
            f"There is no notebook {name!r}{did_you_mean(name, notebooks) or '.'}",
            advice=f"There are: {', '.join(sorted(notebooks))}.",
        )
    return notebooks[name]


def notebook_names(project_root: Path) -> list[str]:
    """The names `find_notebook` knows, sorted."""
    return sorted(_known(project_root))


def read_notebook(path: Path) -> NotebookNode:
    """A notebook from its file, every cell with an id that is the same at every reading.

    Raises:
        ExecutionError: It cannot be read, or is not a notebook of format 4.
    """
    import nbformat

    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for, and for ever
            raise OSError("it is no file")  # noqa: TRY301 - told like what reading would raise
        document = json.loads(path.read_bytes())
        document["nbformat_minor"] = max(document["nbformat_minor"], _FIRST_WITH_IDS)
        for number, cell in enumerate(document["cells"], start=1):
            cell.setdefault("id", f"cell-{number}")
        notebook: NotebookNode = nbformat.v4.reads(json.dumps(document))
        nbformat.validate(notebook, version=_FORMAT)
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise _unreadable(path, error) from error
    except nbformat.ValidationError as error:
        raise _unreadable(path, error) from error
    return notebook


def _unreadable(path: Path, error: Exception) -> ExecutionError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return ExecutionError(
        f"{path} is not a notebook of format {_FORMAT} that can be read: {reason}.",
        advice="Open it in JupyterLab and save it, or restore it.",
    )


def _known(project_root: Path) -> dict[str, Path]:
    return {**shipped_notebooks(), **_notebooks_in(project_root / "notebooks")}


def _notebooks_in(folder: Path) -> dict[str, Path]:
    return {
        path.stem: path
        for path in sorted(folder.glob("*.ipynb"))
        if path.is_file() and not path.name.startswith(".")
    }
