"""Executing a notebook by papermill, so that the same inputs give the same bytes."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codexreport.execution.failures import cell_failure, kernel_failure
from codexreport.execution.kernel import started_kernel
from codexreport.execution.notebooks import read_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

ENGINE = "codexreport"
CELL_TIMEOUT_S = 3600

OnCell = Callable[[str, int, int], None]


@dataclass(slots=True)
class _Progress:
    """Passes each cell's begin on, and remembers how far the run has come."""

    on_cell: OnCell
    notebook: NotebookNode | None = None
    index: int = 0

    def __call__(self, notebook: NotebookNode, index: int) -> None:
        self.notebook, self.index = notebook, index
        self.on_cell(f"cell {notebook.cells[index].id}", index, len(notebook.cells))


def execute(
    notebook: Path,
    parameters: Mapping[str, object],
    *,
    cwd: Path,
    on_cell: OnCell = lambda _what, _done, _of: None,
    timeout: int = CELL_TIMEOUT_S,
    secrets: Collection[str] = (),
) -> NotebookNode:
    """Run a notebook and return it with its outputs, free of times and paths.

    Args:
        notebook: Its file.
        parameters: Checked values, see `Parameters.check`.
        cwd: Folder it runs in.
        on_cell: Called as each cell begins, with its name, its number and how many there are.
        timeout: Seconds one cell may take.
        secrets: Values that no message may show.

    Raises:
        CodexReportError: The very kind that a cell raised on purpose, with its message.
        CellError: Any other failure of a cell, with what was executed so far.
        ExecutionError: The notebook cannot be read, or no kernel could be started.
    """
    progress = _Progress(on_cell)
    try:
        with started_kernel(cwd) as kernel:  # starts while papermill, a slow import, is loaded
            executed = _by_papermill(
                read_notebook(notebook),
                dict(parameters),
                secrets,
                name=notebook.name,
                kernel=kernel,
                on_start=progress,
                execution_timeout=timeout,
            )
    except (OSError, RuntimeError) as error:
        raise kernel_failure(
            error, notebook.name, progress.notebook, progress.index, timeout
        ) from error
    return without_traces(executed)


def _by_papermill(
    notebook: NotebookNode,
    parameters: dict[str, object],
    secrets: Collection[str],
    *,
    name: str,
    on_start: _Progress,
    **engine_settings: Any,
) -> NotebookNode:
    import papermill
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

    from codexreport.execution.engine import ReportEngine

    papermill_engines.register(ENGINE, ReportEngine)
    try:
        executed: NotebookNode = papermill.execute_notebook(
            notebook,  # a path would be taken for a format string
            None,
            parameters=parameters,
            engine_name=ENGINE,
            progress_bar=False,
            on_start=on_start,
            **engine_settings,
        )
    except PapermillExecutionError as error:
        raise cell_failure(error, name, on_start.notebook, secrets) from None
    return executed


def without_traces(notebook: NotebookNode) -> NotebookNode:
    """A copy without what differs from run to run: times, paths, versions, random ids."""
    clean = copy.deepcopy(notebook)
    clean.metadata.pop("papermill", None)
    clean.metadata.get("language_info", {}).pop("version", None)
    for cell in clean.cells:
        for trace in ("papermill", "execution"):
            cell.metadata.pop(trace, None)
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell["id"] = "injected-parameters"
    return clean
