"""How the program ends when it is asked to: by Ctrl-C, SIGTERM, SIGHUP, or by who reads what it prints."""

import atexit
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, TextIO

from gamemeta.interrupts import BROKEN_PIPE, SIGNALS, Interrupted, come_again, in_callback, never_lose

BEGAN = time.monotonic()
"""When the program began."""
SIGNALLED = 128
"""What is added to the number of a signal to make an exit code."""
PATIENCE_S = 2.0
"""How long the end may take before the process is left as it is."""
CODES = frozenset(SIGNALLED + signum for signum in (*SIGNALS, BROKEN_PIPE))


def listen() -> None:
    """Let all signals that ask for the end do what Ctrl-C does, unless they are ignored."""
    never_lose()
    for signum in SIGNALS:
        if signal.getsignal(signum) not in (signal.SIG_IGN, None):
            signal.signal(signum, _interrupt)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    if in_callback(frame):
        come_again(signum)
    else:
        raise Interrupted(signum)


@contextmanager
def one_line() -> Iterator[None]:
    """A command: asked to end, it says so in one line, and nothing where nobody reads it any more.

    Raises:
        SystemExit: with 128 and the number of the signal.
    """
    try:
        yield
    except KeyboardInterrupt as stop:
        with suppress(OSError):
            print("Stopped.", file=sys.stderr, flush=True)
        raise SystemExit(exit_code(stop)) from None
    except BrokenPipeError:
        mute(sys.stdout)
        raise SystemExit(SIGNALLED + BROKEN_PIPE) from None


def exit_code(stop: KeyboardInterrupt) -> int:
    """128 and the number of the signal that asked for the end."""
    return SIGNALLED + int(getattr(stop, "signum", signal.SIGINT))


def mute(stream: TextIO) -> None:
    """Send what is still written to this stream nowhere, for nobody reads it any more."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def leave(code: Any) -> None:
    """End the process at once if a signal asked for it: tidy up, but wait for no thread that still works."""
    if code not in CODES:
        return

    def now(*_: object) -> None:
        os._exit(code)

    for signum in SIGNALS:
        signal.signal(signum, now)
    patience = threading.Timer(PATIENCE_S, now)
    patience.daemon = True
    patience.start()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    now()
