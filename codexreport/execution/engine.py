"""Our papermill engine: the same execution, with progress by cell and a prompt, clean shutdown.

Imported only when a notebook is about to run, because papermill is heavy.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager

OnCell = Callable[[str, int, int], None]


class _ThisPython(KernelSpecManager):  # type: ignore[misc]
    """Whatever kernel a notebook names, it runs in the interpreter that codexreport runs in.

    A `python3` kernel spec of another environment would not find the package.
    """

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
        )


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    def __init__(self, *args: Any, on_cell: OnCell, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._on_cell = on_cell

    def execute_cell(self, cell: NotebookNode, cell_index: int, **kwargs: Any) -> NotebookNode:
        self._on_cell(f"cell {cell.get('id', cell_index)}", cell_index, len(self.nb.cells))
        return super().execute_cell(cell, cell_index, **kwargs)


class ReportEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine with our client and kernel."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        on_cell: OnCell,
        execution_timeout: int | None = None,
        start_timeout: int = 60,
        **_unused: Any,
    ) -> NotebookNode:
        """Run every cell; called by papermill."""
        manager = AsyncKernelManager(
            kernel_name=kernel_name,
            kernel_spec_manager=_ThisPython(),
            transport="ipc",  # no race for ports when many notebooks run at once
        )
        client = _Client(
            nb_man,
            km=manager,
            on_cell=on_cell,
            timeout=execution_timeout,
            startup_timeout=start_timeout,
            shutdown_kernel="immediate",  # a graceful one stalls for seconds now and then
        )
        return client.execute()
