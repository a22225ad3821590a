"""Where notebooks and the sample project are, in a source tree and in an installed wheel."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from codexreport.errors import ParameterError

_PACKAGE = Path(__file__).parents[1]
_SHIPPED = _PACKAGE / "_shipped"


def sample_project() -> Path:
    """The sample project that ships with the kit; may be read-only."""
    installed = _SHIPPED / "sample"
    return installed if installed.is_dir() else _PACKAGE.parent / "data" / "sample"


def find_notebook(name: str, project_root: Path) -> Path:
    """The notebook called `name`: the project's own, else the one that ships with the kit.

    Raises:
        ParameterError: There is none; lists those there are.
    """
    notebooks = _notebooks(project_root)
    if name not in notebooks:
        raise ParameterError(
            f"There is no notebook {name!r}.", advice=f"There are: {', '.join(notebooks)}."
        )
    return notebooks[name]


def notebook_names(project_root: Path) -> list[str]:
    """The names `find_notebook` knows, sorted."""
    return list(_notebooks(project_root))


def _notebooks(project_root: Path) -> Mapping[str, Path]:
    installed = _SHIPPED / "notebooks"
    shipped = installed if installed.is_dir() else _PACKAGE.parent / "notebooks"
    found = {
        path.stem: path
        for folder in (shipped, project_root / "notebooks")
        for path in folder.glob("*.ipynb")
    }
    return dict(sorted(found.items()))
