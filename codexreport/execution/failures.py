"""What a failed execution means: an error raised on purpose, or which cell broke and how."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from codexreport import errors
from codexreport.errors import CodexReportError, ExecutionError

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from papermill.exceptions import PapermillExecutionError

HIDDEN = "[hidden]"

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_LOOK_AROUND = "Open the notebook in JupyterLab and run it to that cell to look around."


class CellError(ExecutionError):
    """A cell failed in a way nobody foresaw.

    Attributes:
        notebook: The notebook as far as it was executed.
    """

    def __init__(self, message: str, *, notebook: NotebookNode | None, advice: str) -> None:
        super().__init__(message, advice=advice)
        self.notebook = notebook


def cell_failure(
    error: PapermillExecutionError,
    name: str,
    notebook: NotebookNode | None,
    secrets: Collection[str],
) -> CodexReportError:
    """The error a cell raised on purpose as what it was; any other with the cell it came from.

    Args:
        error: What papermill made of the cell's error output.
        name: What messages call the notebook.
        notebook: As far as it was executed.
        secrets: Values that the message may not show.
    """
    if (ours := _ours(error.traceback, secrets)) is not None:
        return ours
    where = _where(error.source, error.exec_count)
    text = _plain(f"{error.ename}: {error.evalue}" if error.evalue else error.ename, secrets)
    return CellError(f"{name}, {where}: {text}", notebook=notebook, advice=_LOOK_AROUND)


def kernel_failure(
    error: Exception, name: str, notebook: NotebookNode | None, index: int, timeout: int
) -> ExecutionError:
    """What to say of a kernel that did not start, did not answer, or died.

    Args:
        error: What papermill or its client raised.
        name: What messages call the notebook.
        notebook: As far as it was executed; None where not even the first cell began.
        index: Of the cell that was running.
        timeout: Seconds a cell was given.
    """
    if notebook is None:
        return ExecutionError(
            f"{name} could not be executed: {error}.",
            advice="codexreport doctor checks the installation.",
        )
    where = _where(notebook.cells[index].source, None)
    if isinstance(error, TimeoutError):
        return CellError(
            f"{name}, {where}: took longer than {timeout} seconds and was stopped.",
            notebook=notebook,
            advice=_LOOK_AROUND,
        )
    return CellError(
        f"{name}, {where}: the Python that ran it ended without a word.",
        notebook=notebook,
        advice="It may have run out of memory; try a shorter span, or a machine with more.",
    )


def _ours(traceback: list[str], secrets: Collection[str]) -> CodexReportError | None:
    """The error that `CodexReportError` shows in a notebook, read back; None for any other."""
    if not traceback:
        return None
    kind_name, _, message = traceback[0].partition(": ")
    kind = getattr(errors, kind_name, None)
    if not (isinstance(kind, type) and issubclass(kind, CodexReportError)):
        return None
    error = CodexReportError.__new__(kind)  # some kinds are made from more than their message
    advice = _plain("\n".join(traceback[1:]), secrets)
    CodexReportError.__init__(error, _plain(message, secrets), advice=advice)
    return error


def _where(source: str, count: int | None) -> str:
    lines = [line for line in source.strip().splitlines() if line.strip()]
    number = f"In [{count}]" if count else "the cell"
    return f"{number} `{lines[0].strip()}`" if lines else number


def _plain(text: str, secrets: Collection[str]) -> str:
    text = _ANSI.sub("", text)
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text
