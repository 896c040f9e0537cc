"""Signals that ask a program to end: Ctrl-C, SIGTERM and SIGHUP, and Ctrl-Break on Windows."""

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
SIGNALS = tuple(getattr(signal, name) for name in NAMES if hasattr(signal, name))
"""Those of this system."""
BROKEN_PIPE = 13
"""Number of SIGPIPE, which Windows does not have."""
NEVER = 2**62
"""More signals than come."""
CALLBACKS = frozenset({"_raw_object_cache_notify", "_raw_object_cache_getbuffer"})
"""Functions of llvmlite that machine code calls while numba compiles: what is raised in them is printed and
lost, and with it the kernel."""
AGAIN_S = 0.01
"""After so many seconds a signal comes again that came where nothing may be raised."""


class Interrupted(KeyboardInterrupt):
    """A signal has asked the program to end.

    Args:
        signum: its number.
    """

    def __init__(self, signum: int = signal.SIGINT) -> None:
        super().__init__(signum)
        self.signum = int(signum)


class AlarmRang(Exception):
    """The time of `Interrupts.alarm` is up."""


class Interrupts:
    """Takes note of these signals while it is entered, and leaves work where it may be left, nowhere else.

    A signal that is ignored already (by nohup, say) stays ignored. Outside the main thread no signal is
    heard of; `ask` still works.
    """

    def __init__(self) -> None:
        self.asked = 0
        """Number of the first signal; 0 before it."""
        self._count, self._leave_after = 0, NEVER
        self._before: dict[int, Any] = {}

    def __enter__(self) -> "Interrupts":
        if threading.current_thread() is threading.main_thread():
            for signum in SIGNALS:
                if signal.getsignal(signum) not in (signal.SIG_IGN, None):
                    self._before[signum] = signal.signal(signum, self._heard)
        return self

    def __exit__(self, *_: object) -> None:
        for signum, handler in self._before.items():
            signal.signal(signum, handler)

    def _heard(self, signum: int, frame: FrameType | None) -> None:
        if in_callback(frame):
            come_again(signum)
        else:
            self.ask(signum)

    def ask(self, signum: int = signal.SIGINT) -> None:
        """Ask for the end, as a signal does.

        Raises:
            Interrupted: the work that goes on may be left at once.
        """
        self.asked = self.asked or int(signum)
        self._count += 1
        if self._count >= self._leave_after:
            raise Interrupted(self.asked)

    @contextmanager
    def leaving(self, after: int = 1) -> Iterator[None]:
        """A block that is left by `Interrupted` as soon as so many signals have come, before it or in it."""
        if self._count >= after:
            raise Interrupted(self.asked)
        self._leave_after = after
        try:
            yield
        finally:
            self._leave_after = NEVER

    @contextmanager
    def alarm(self, seconds: float | None) -> Iterator[None]:
        """A block that is left by `AlarmRang` after so many seconds; None: never.

        Where there is no alarm (Windows, another thread, a game with one of its own) the block just ends.
        """
        if seconds is None or not self._before or not hasattr(signal, "setitimer"):
            yield
            return
        if signal.getsignal(signal.SIGALRM) is not signal.SIG_DFL:
            yield
            return
        signal.signal(signal.SIGALRM, _ring)
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-6))
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)


@contextmanager
def held_back() -> Iterator[None]:
    """A block in which Ctrl-C and SIGHUP wait for its end; processes that it starts never hear of them.

    Those are ended by the process that started them. On Windows nothing is held back.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGHUP))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def in_callback(frame: FrameType | None) -> bool:
    """Whether this frame runs below one of `CALLBACKS`."""
    while frame is not None:
        if frame.f_code.co_name in CALLBACKS:
            return True
        frame = frame.f_back
    return False


def come_again(signum: int) -> None:
    """Let the handler of a signal be called again in a moment."""
    timer = threading.Timer(AGAIN_S, _send, (signum,))
    timer.daemon = True
    timer.start()


def _send(signum: int) -> None:
    """Send a signal to the main thread, which it wakes where the system can do that."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signum)
    else:
        _thread.interrupt_main(signal.Signals(signum))


def never_lose() -> None:
    """Let a signal come again whose exception was raised where Python drops all of them: in a destructor."""
    usual = sys.unraisablehook

    def dropped(what: Any) -> None:
        if isinstance(what.exc_value, Interrupted):
            come_again(what.exc_value.signum)
        elif isinstance(what.exc_value, AlarmRang):
            _ring_again()
        else:
            usual(what)

    sys.unraisablehook = dropped


def _ring(signum: int, frame: FrameType | None) -> None:
    if in_callback(frame):
        _ring_again()
    else:
        raise AlarmRang


def _ring_again() -> None:
    if signal.getsignal(signal.SIGALRM) is _ring:
        signal.setitimer(signal.ITIMER_REAL, AGAIN_S)
