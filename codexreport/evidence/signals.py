"""Signals while a command runs: handed on to it, and not yet the end of the one who waits."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_ALL = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_OF_KEYS = (signal.SIGINT, signal.SIGQUIT)
_MANY = 1024


def has_terminal() -> bool:
    """Whether this process is in the foreground of a terminal, whose keys signal the command."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


@dataclass(frozen=True, slots=True)
class Held:
    """Signals that came and did nothing.

    Attributes:
        descriptor: Can be read once there is one.
    """

    descriptor: int
    _seen: Counter[int] = field(default_factory=Counter)

    def to_hand_on(self, *, terminal: bool) -> list[int]:
        """The signals since the last call that a command has to be sent.

        Args:
            terminal: Whether a terminal's keys reach the command without us. What looks like a
                key is then sent from the second time on: whoever repeats it wants an end.
        """
        numbers = list(os.read(self.descriptor, _MANY))
        first = [number for number in _OF_KEYS if terminal and not self._seen[number]]
        self._seen.update(numbers)
        return [number for number in numbers if number not in first]


@contextmanager
def held() -> Iterator[Held]:
    """Hold the signals that would end this process, for as long as the block runs.

    In any thread but the main one Python has no say in signals; they do what they did.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    main = threading.current_thread() is threading.main_thread()
    # What this process was told to ignore stays so, for the command as well.
    wanted = [one for one in _ALL if main and signal.getsignal(one) is not signal.SIG_IGN]
    before = [(one, signal.signal(one, lambda *_: None)) for one in wanted]
    woken = signal.set_wakeup_fd(writing, warn_on_full_buffer=False) if main else -1
    try:
        yield Held(reading)
    finally:
        if main:
            signal.set_wakeup_fd(woken)
        for one, handler in before:
            signal.signal(one, handler)
        os.close(reading)
        os.close(writing)
