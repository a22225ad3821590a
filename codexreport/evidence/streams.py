"""Running a command with its output shown as it comes, and passed on to be kept."""

from __future__ import annotations

import os
import select
import selectors
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from codexreport.evidence.signals import Held, has_terminal

NOT_FOUND = 127
NOT_EXECUTABLE = 126
SIGNALLED = 128
"""Exit codes as a shell gives them; a signal's number is added to the last."""

_PYTHON_IGNORES = (signal.SIGPIPE, signal.SIGXFSZ)
_CHUNK = 64 * 1024
_LINGER_S = 1.0
_MOST_IN_A_PIPE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended.

    Attributes:
        exit_code: As a shell gives it.
        ended_by: Name of the signal that ended it; empty if none did.
        refusal: Why it could not be started; empty if it was.
        left_running: Whether something it started still held its output open.
    """

    exit_code: int
    ended_by: str = ""
    refusal: str = ""
    left_running: bool = False


def run_shown(
    command: Sequence[str],
    held: Held,
    *,
    keep: Callable[[bytes], None],
    stdout: int,
    stderr: int,
) -> Ended:
    """Run a command in the current folder and wait for its end.

    Args:
        command: Program and arguments; no shell is between.
        held: The signals to hand on to it.
        keep: Given the output of both streams, in the order in which it came.
        stdout: Descriptor that its standard output is shown on.
        stderr: Descriptor that its standard error is shown on.
    """
    terminal = has_terminal()
    try:
        running = _Running.start(command, own_group=not terminal)
    except FileNotFoundError:
        return Ended(exit_code=NOT_FOUND, refusal="there is no such command")
    except OSError as error:
        return Ended(exit_code=NOT_EXECUTABLE, refusal=(error.strerror or str(error)).lower())
    left_running = _copy(running, held, keep, {running.stdout: stdout, running.stderr: stderr})
    code = os.waitstatus_to_exitcode(running.status or 0)
    if code >= 0:
        return Ended(exit_code=code, left_running=left_running)
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    return Ended(exit_code=SIGNALLED - code, ended_by=name, left_running=left_running)


@dataclass(slots=True)
class _Running:
    """A process and the reading ends of its output."""

    pid: int
    stdout: int
    stderr: int
    own_group: bool
    status: int | None = None

    @classmethod
    def start(cls, command: Sequence[str], *, own_group: bool) -> _Running:
        (out, its_out), (err, its_err) = os.pipe(), os.pipe()
        group: dict[str, Any] = {"setpgroup": 0} if own_group else {}
        try:
            pid = os.posix_spawnp(
                command[0],
                list(command),
                os.environ,
                file_actions=[(os.POSIX_SPAWN_DUP2, its_out, 1), (os.POSIX_SPAWN_DUP2, its_err, 2)],
                setsigdef=_PYTHON_IGNORES,
                **group,
            )
        except OSError:
            os.close(out)
            os.close(err)
            raise
        finally:
            os.close(its_out)
            os.close(its_err)
        return cls(pid, out, err, own_group)

    def wait(self) -> None:
        _, self.status = os.waitpid(self.pid, 0)

    def signal(self, number: int) -> None:
        if self.status is None:
            with suppress(ProcessLookupError):
                (os.killpg if self.own_group else os.kill)(self.pid, number)


def _copy(
    running: _Running, held: Held, keep: Callable[[bytes], None], shown: dict[int, int]
) -> bool:
    """Copy until both streams end, or the command has and its streams stay silent.

    Args:
        running: The command.
        held: The signals to hand on to it.
        keep: Given what came.
        shown: Where each stream is shown, by its descriptor; closed in the end.

    Returns:
        Whether a stream was still open then.
    """
    patience, left = None, _MOST_IN_A_PIPE
    reading = set(shown)
    with _end_of(running) as ended, selectors.DefaultSelector() as streams:
        for descriptor in (held.descriptor, ended, *shown):
            streams.register(descriptor, selectors.EVENT_READ)
        while (reading or patience is None) and left > 0:
            ready = [key.fd for key, _ in streams.select(patience)]
            if not ready:
                break
            for descriptor in ready:
                if descriptor == held.descriptor:
                    for number in held.to_hand_on(terminal=not running.own_group):
                        running.signal(number)
                elif descriptor == ended:
                    streams.unregister(ended)
                    patience = _LINGER_S
                else:
                    chunk = os.read(descriptor, _CHUNK)
                    keep(chunk)
                    left -= len(chunk) if patience else 0
                    if not chunk or not _show(shown[descriptor], chunk):
                        streams.unregister(descriptor)
                        os.close(descriptor)  # and whoever writes on is told so
                        reading.remove(descriptor)
    for descriptor in reading:
        os.close(descriptor)
    return bool(reading)


@contextmanager
def _end_of(running: _Running) -> Iterator[int]:
    """A descriptor that can be read once the process has ended; leaving waits for that."""
    ended, tell = os.pipe()

    def wait() -> None:
        running.wait()
        os.close(tell)

    waiter = threading.Thread(target=wait, daemon=True)
    waiter.start()
    try:
        yield ended
    finally:
        waiter.join()
        os.close(ended)


def _show(descriptor: int, chunk: bytes) -> bool:
    """Write everything, unless nobody reads it any more."""
    rest = memoryview(chunk)
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:  # whoever shares the terminal made it so
            select.select([], [descriptor], [])
        except OSError:
            return False
    return True
