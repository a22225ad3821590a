"""Our papermill engine: the same execution, in a kernel of ours, with progress by cell.

Imported only when a notebook is about to run, because papermill is heavy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager

OnStart = Callable[[NotebookNode, int], None]
"""Told of the notebook and the index of the cell that begins."""


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    def __init__(self, *args: Any, on_start: OnStart, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._on_start = on_start

    def execute_cell(self, cell: NotebookNode, cell_index: int, **kwargs: Any) -> NotebookNode:
        self._on_start(self.nb, cell_index)
        executed: NotebookNode = super().execute_cell(cell, cell_index, **kwargs)
        return executed


class ReportEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine with our client and kernel."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,  # noqa: ARG003
        *,
        kernel: AsyncKernelManager,
        on_start: OnStart,
        execution_timeout: int,
        start_timeout: int = 60,
        **_unused: Any,
    ) -> NotebookNode:
        """Run every cell; called by papermill."""
        client = _Client(
            nb_man,
            km=kernel,
            on_start=on_start,
            timeout=execution_timeout,
            startup_timeout=start_timeout,
            shutdown_kernel="immediate",
        )
        # Started by us and ended by the client, which knows its own channels.
        executed: NotebookNode = client.execute(cleanup_kc=True)
        return executed
