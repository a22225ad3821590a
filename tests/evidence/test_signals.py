import os
import signal
import threading

import pytest

from codexreport.evidence.signals import held


def sent(numbers, *, terminal):
    """What is handed on after each of these signals."""
    with held() as signals:
        handed = []
        for number in numbers:
            os.kill(os.getpid(), number)
            handed.append(signals.to_hand_on(terminal=terminal))
        return handed


def test_every_signal_is_handed_on_where_nobody_else_does():
    numbers = [signal.SIGINT, signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
    assert sent(numbers, terminal=False) == [[number] for number in numbers]


def test_a_terminals_key_is_handed_on_only_when_it_is_repeated():
    numbers = [signal.SIGINT, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT]
    assert sent(numbers, terminal=True) == [[], [signal.SIGINT], [signal.SIGTERM], []]


def test_signals_do_what_they_did_afterwards():
    with held() as signals:
        os.kill(os.getpid(), signal.SIGINT)
        assert signals.to_hand_on(terminal=False) == [signal.SIGINT]
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)


def test_what_was_ignored_stays_so_for_the_command_as_well():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with held():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_another_thread_holds_nothing_and_is_not_in_the_way():
    def work():
        with held() as signals:
            found.append(signals.descriptor)

    found = []
    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    assert found
