"""Signals: noted everywhere, obeyed at once only where work may be left."""

import signal
import sys
import threading
import time

import numba
import pytest
from llvmlite.binding import ExecutionEngine

from gamemeta.interrupts import SIGNALS, AlarmRang, Interrupted, Interrupts, never_lose
from gamemeta_cli.ending import _interrupt


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


@pytest.fixture
def met(monkeypatch):
    """Compile a function of one number with numba; a signal comes while machine code calls Python."""

    def meeting(signum):
        usual, calls = ExecutionEngine._find_module_ptr, []

        def find(engine, pointer):
            if not calls:
                calls.append(pointer)
                signal.raise_signal(signum)
            return usual(engine, pointer)

        monkeypatch.setattr(ExecutionEngine, "_find_module_ptr", find)
        compiled = numba.njit(lambda x: x + 1)
        assert compiled(1) == 2
        assert calls  # else nothing was met
        time.sleep(5)

    return meeting


def test_a_signal_that_comes_while_a_kernel_is_compiled_waits_for_its_end(met):
    with Interrupts() as interrupts:
        with pytest.raises(Interrupted), interrupts.leaving():
            met(signal.SIGINT)
        with interrupts.leaving(after=2):
            pass  # it counts once


def test_a_command_that_is_stopped_while_a_kernel_is_compiled_hears_of_it_after(met):
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        with pytest.raises(Interrupted) as stop:
            met(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert stop.value.signum == signal.SIGTERM


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no alarms")
def test_an_alarm_rings_again_after_a_kernel_is_compiled(met):
    with Interrupts() as interrupts, pytest.raises(AlarmRang), interrupts.alarm(60):
        met(signal.SIGALRM)


class Falling:
    """Its destructor is met by what is raised there."""

    def __init__(self, error):
        self.error = error

    def __del__(self):
        raise self.error


def test_a_signal_that_a_destructor_swallowed_comes_again(monkeypatch, capsys):
    monkeypatch.setattr(sys, "unraisablehook", lambda what: print("as before:", what.exc_value))
    never_lose()
    with Interrupts() as interrupts:
        with pytest.raises(Interrupted), interrupts.leaving():
            Falling(Interrupted(signal.SIGINT))
            time.sleep(5)
        with pytest.raises(AlarmRang), interrupts.alarm(60):
            Falling(AlarmRang())
            time.sleep(5)
    Falling(ValueError("another"))
    assert capsys.readouterr().out == "as before: another\n"
