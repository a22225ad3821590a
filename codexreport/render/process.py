"""Running an engine: arguments as a list, a clean environment, a time limit, its last words."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from codexreport.errors import RenderError

_LAST_LINES = 12


def run(
    command: Sequence[str | Path],
    *,
    timeout_s: float,
    feed: bytes = b"",
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> bytes:
    """Run `command` to its end and give what it wrote to standard output.

    Args:
        command: Program and arguments; no shell reads them.
        timeout_s: Seconds after which it and everything it started is ended.
        feed: Its standard input.
        folder: Where it runs; None is the current folder.
        environment: All of its environment; None is none at all.

    Raises:
        RenderError: It could not be started, took too long, or failed; carries its last lines.
    """
    name = Path(command[0]).name
    try:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=dict(environment or {}),
            start_new_session=True,
        )
    except OSError as error:
        raise RenderError(
            f"{command[0]} could not be started: {error.strerror}.",
            advice="codexreport doctor shows which renderers work.",
        ) from error
    with process:
        try:
            output, complaints = process.communicate(feed, timeout=timeout_s)
        except subprocess.TimeoutExpired as error:
            raise RenderError(f"{name} took longer than {timeout_s:g} s and was ended.") from error
        finally:
            _end(process)
    if process.returncode != 0:
        said = _tail(complaints, output)
        raise RenderError(f"{name} failed with exit code {process.returncode}{said}")
    return output


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what is still running, children included; an engine may have started more engines."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _tail(*outputs: bytes) -> str:
    """The last lines of the first output that has any."""
    text = next((output for output in outputs if output.strip()), b"").decode(errors="replace")
    return ":\n" + "\n".join(text.splitlines()[-_LAST_LINES:]) if text else "."
