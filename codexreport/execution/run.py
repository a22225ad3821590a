"""Executing a notebook by papermill, so that the same inputs give the same bytes."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nbformat import NotebookNode

from codexreport import errors
from codexreport.errors import CodexReportError, ExecutionError

if TYPE_CHECKING:
    from papermill.exceptions import PapermillExecutionError

    from codexreport.execution.engine import OnCell

ENGINE = "codexreport"
CELL_TIMEOUT_S = 3600

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def execute(
    notebook: Path,
    parameters: Mapping[str, object],
    *,
    cwd: Path,
    on_cell: OnCell = lambda _what, _done, _of: None,
    timeout: int = CELL_TIMEOUT_S,
) -> NotebookNode:
    """Run a notebook and return it with its outputs, free of times and paths.

    Args:
        notebook: Its file.
        parameters: Checked values, see `Parameters.check`.
        cwd: Folder it runs in.
        on_cell: Called as each cell begins, with its name, its number and how many there are.
        timeout: Seconds one cell may take.

    Raises:
        CodexReportError: The very kind that a cell raised on purpose, with its message.
        ExecutionError: Any other failure, naming the cell.
    """
    import papermill
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

    from codexreport.execution.engine import ReportEngine

    papermill_engines.register(ENGINE, ReportEngine)
    try:
        executed = papermill.execute_notebook(
            notebook,
            None,
            parameters=dict(parameters),
            engine_name=ENGINE,
            cwd=cwd,
            progress_bar=False,
            on_cell=on_cell,
            execution_timeout=timeout,
        )
    except PapermillExecutionError as error:
        raise _translated(error, notebook) from None
    except (OSError, RuntimeError, TimeoutError) as error:
        raise ExecutionError(
            f"{notebook.name} could not be executed: {error}.",
            advice="codexreport doctor checks the installation.",
        ) from error
    return without_traces(executed)


def without_traces(notebook: NotebookNode) -> NotebookNode:
    """A copy without what differs from run to run: times, durations, paths, random cell ids."""
    clean = copy.deepcopy(notebook)
    clean.metadata.pop("papermill", None)
    for cell in clean.cells:
        for trace in ("papermill", "execution"):
            cell.metadata.pop(trace, None)
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell["id"] = "injected-parameters"
    return clean


def _translated(error: PapermillExecutionError, notebook: Path) -> CodexReportError:
    """The error a cell raised on purpose as what it was; any other with the cell it came from."""
    kind = getattr(errors, error.ename, None)
    message = _ANSI.sub("", str(error.evalue))
    if isinstance(kind, type) and issubclass(kind, CodexReportError):
        translated = CodexReportError.__new__(kind)
        CodexReportError.__init__(translated, message)
        return translated
    return ExecutionError(
        f"{notebook.name}, cell {error.cell_index}: {error.ename}: {message}",
        advice="Open the notebook in JupyterLab and run it to the cell to look around.",
    )
