"""A Python kernel of our own: this interpreter, in a private place, gone after use."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync

_LONGEST_SOCKET = 100
"""Bytes; the operating systems' limits on a socket's path are 104 and 108."""


class _ThisPython(KernelSpecManager):
    """Whatever kernel a notebook names, it runs in the interpreter that codexreport runs in.

    A `python3` kernel spec of another environment would not find the package. Settings and
    start-up files of the person who happens to run it are left out: they would change reports.
    """

    def __init__(self, private: Path, **settings: Any) -> None:
        super().__init__(**settings)
        self._private = private

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002
        return KernelSpec(
            argv=[
                *(sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"),
                "--HistoryManager.hist_file=:memory:",
            ],
            env={"IPYTHONDIR": str(self._private)},
            display_name="Python 3",
            language="python",
        )


@contextmanager
def started_kernel(cwd: Path) -> Iterator[AsyncKernelManager]:
    """A kernel that is starting up in `cwd`; ended, and its files removed, at the exit.

    It does not wait until the kernel answers, so that its start can be used for other work.
    """
    with tempfile.TemporaryDirectory(prefix="codexreport-") as name:
        private = Path(name)
        manager = AsyncKernelManager(
            connection_file=str(private / "kernel.json"),
            kernel_spec_manager=_ThisPython(private),
            transport=_transport(private),
        )
        run_sync(manager.start_kernel)(cwd=str(cwd))
        try:
            yield manager
        finally:
            run_sync(_end)(manager)


def _transport(private: Path) -> str:
    """Sockets in a private folder: no port to race for when many run at once, and none to hear."""
    longest = private / "kernel-ipc-10"
    return "ipc" if len(os.fsencode(longest)) <= _LONGEST_SOCKET else "tcp"


async def _end(manager: AsyncKernelManager) -> None:
    # A graceful shutdown waits for seconds now and then, and there is nothing to be graceful for.
    if manager.has_kernel and await manager.is_alive():
        await manager.shutdown_kernel(now=True)
    else:
        await manager.cleanup_resources()
