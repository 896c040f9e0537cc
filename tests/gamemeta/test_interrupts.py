"""Signals: noted everywhere, obeyed at once only where work may be left."""

import signal
import threading
import time

import pytest

from gamemeta.interrupts import SIGNALS, AlarmRang, Interrupted, Interrupts


@pytest.mark.parametrize("signum", SIGNALS)
def test_a_signal_is_noted_and_handlers_come_back(signum):
    before = signal.getsignal(signum)
    with Interrupts() as interrupts:
        signal.raise_signal(signum)
        assert interrupts.asked == signum
    assert signal.getsignal(signum) is before


def test_work_is_left_by_the_first_signal_or_by_a_second():
    with Interrupts() as interrupts:
        with pytest.raises(Interrupted), interrupts.leaving():
            signal.raise_signal(signal.SIGINT)
        with interrupts.leaving(after=2):
            pass
        with pytest.raises(Interrupted), interrupts.leaving(after=2):
            signal.raise_signal(signal.SIGINT)
        for _ in range(5):
            signal.raise_signal(signal.SIGINT)  # who hammers loses nothing


def test_work_does_not_begin_after_a_signal():
    with Interrupts() as interrupts:
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(Interrupted) as stop, interrupts.leaving():
            pytest.fail("it began")
    assert stop.value.signum == signal.SIGTERM


def test_an_ignored_signal_stays_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupts() as interrupts:
            signal.raise_signal(signal.SIGINT)
            assert not interrupts.asked
    finally:
        signal.signal(signal.SIGINT, before)


def test_asking_works_in_any_thread():
    found = []

    def ask():
        with Interrupts() as interrupts:
            interrupts.ask(signal.SIGTERM)
            found.append(interrupts.asked)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [signal.SIGTERM]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no alarms")
def test_an_alarm_ends_a_block_that_sleeps_and_no_other():
    with Interrupts() as interrupts:
        began = time.monotonic()
        with pytest.raises(AlarmRang), interrupts.alarm(0.05):
            time.sleep(5)
        assert time.monotonic() - began < 2
        with interrupts.alarm(0.05), interrupts.alarm(None):
            pass
        time.sleep(0.1)
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
