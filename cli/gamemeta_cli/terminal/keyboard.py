"""One key at a time, as it is pressed, on Unix and on Windows."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from gamemeta.errors import ConfigError

ESCAPE_S = 0.05
"""A terminal sends the rest of an arrow key within this time."""
LOOK_S = 0.5
"""How often Unix is asked whether Ctrl-C was pressed, besides when it is."""
POLL_S = 0.01
"""How often Windows is asked for a key."""
_UNIX = {b"[A": "up", b"[B": "down", b"[C": "right", b"[D": "left"}
_UNIX |= {b"O" + code[1:]: name for code, name in _UNIX.items()}
_WINDOWS = {"H": "up", "P": "down", "M": "right", "K": "left"}
_NAMES = {"\r": "enter", "\n": "enter", " ": "space", "\x1b": "escape"}


class Keyboard:
    """Waits for keys: letters in lower case, or `up`, `down`, `left`, `right`, `enter`, `space`, `escape`."""

    def key(self) -> str:
        """The next key that is pressed.

        Raises:
            KeyboardInterrupt: Ctrl-C was pressed.
            EOFError: the terminal was closed.
        """
        return _windows_key() if sys.platform == "win32" else _unix_key(sys.stdin.fileno())

    def key_within(self, seconds: float) -> str | None:
        """The next key, or None if none is pressed in so many seconds. Raises: as `key`."""
        ready = _windows_ready if sys.platform == "win32" else _unix_ready
        return self.key() if ready(max(0.0, seconds)) else None


@contextmanager
def keyboard_if_any() -> Iterator[Keyboard | None]:
    """As `keyboard`, but None where input or output is no terminal, or the command runs in the background."""
    if not _in_front():
        yield None
        return
    with keyboard() as pressed:
        yield pressed


def _in_front() -> bool:
    try:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            return False
    except (ValueError, AttributeError):  # input is closed, or there is none
        return False
    if sys.platform == "win32":
        return True
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except OSError:  # a terminal that controls no jobs
        return True


@contextmanager
def keyboard() -> Iterator[Keyboard]:
    """The keyboard of the terminal, which is as it was when the block is left.

    Raises:
        ConfigError: input or output is no terminal.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError("a person needs a terminal to play in: do not redirect input or output.")
    if sys.platform == "win32":
        yield Keyboard()
        return
    import termios
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal)
        yield Keyboard()
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


@contextmanager
def without_echo() -> Iterator[None]:
    """Keys that are pressed meanwhile are not shown, so that what is drawn stays whole; Ctrl-C works."""
    if sys.platform == "win32" or not _in_front():
        yield
        return
    import termios

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    silent = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    termios.tcsetattr(terminal, termios.TCSADRAIN, silent)
    try:
        yield
    finally:
        if _in_front():  # in the background it is the shell's, and a change would stop the process
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _unix_ready(seconds: float) -> bool:
    import select

    return bool(select.select([sys.stdin.fileno()], [], [], seconds)[0])


def _windows_ready(seconds: float) -> bool:
    import msvcrt

    end = time.monotonic() + seconds
    while not msvcrt.kbhit():  # type: ignore[attr-defined, unused-ignore]
        if time.monotonic() >= end:
            return False
        time.sleep(min(POLL_S, seconds))
    return True


def _unix_key(terminal: int) -> str:
    import select

    while not _unix_ready(LOOK_S):  # Ctrl-C just before a read without end would wait for the next key
        pass
    first = os.read(terminal, 1)
    if not first:
        raise EOFError("the terminal was closed")
    if first == b"\x1b" and select.select([terminal], [], [], ESCAPE_S)[0]:
        return _UNIX.get(os.read(terminal, 2), "escape")
    return _named(first.decode("latin-1"))


def _windows_key() -> str:
    import msvcrt

    read = msvcrt.getwch  # type: ignore[attr-defined, unused-ignore]
    first = read()
    if first in ("\x00", "\xe0"):
        return _WINDOWS.get(read(), "escape")
    if first == "\x03":
        raise KeyboardInterrupt
    return _named(first)


def _named(character: str) -> str:
    return _NAMES.get(character, character.lower())
