"""Keys as they are pressed, in a pseudo-terminal."""

import os
import select
import signal
import subprocess
import sys
import time

import pytest

from gamemeta_cli.terminal import keyboard

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)

READ = """
import sys, time
from gamemeta_cli.terminal.keyboard import keyboard

with keyboard() as keys:
    print("ready", flush=True)
    time.sleep(float(sys.argv[1]))
    try:
        while (key := keys.key()) != "q":
            print(f"<{key}>", flush=True)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""


class Reader:
    """A process that prints the keys which are pressed in its terminal."""

    def __init__(self, busy_s=0.0):
        import pty

        self.ours, self.theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", READ, str(busy_s)],
            stdin=self.theirs,
            stdout=self.theirs,
            stderr=self.theirs,
        )
        self.wait_for("ready")

    def press(self, keys):
        os.write(self.ours, keys)

    def wait_for(self, words, patience_s=60.0):
        """What is printed, up to these words."""
        seen, end = "", time.monotonic() + patience_s
        while words not in seen:
            assert time.monotonic() < end, seen
            if select.select([self.ours], [], [], 0.2)[0]:
                seen += os.read(self.ours, 9999).decode()
        return seen


@pytest.fixture
def start():
    started = []

    def make(**options):
        started.append(Reader(**options))
        return started[-1]

    yield make
    for reader in started:
        reader.process.kill()
        reader.process.wait()
        os.close(reader.ours)
        os.close(reader.theirs)


@pytest.mark.parametrize(
    ("pressed", "name"),
    [
        (b"\x1b[A", "up"),
        (b"\x1bOB", "down"),
        (b"\x1b[C", "right"),
        (b"\x1b[D", "left"),
        (b"\x1b", "escape"),
        (b"\n", "enter"),
        (b" ", "space"),
        (b"W", "w"),
    ],
)
def test_a_key_has_its_name(start, pressed, name):
    reader = start()
    reader.press(pressed)
    reader.wait_for(f"<{name}>")


def test_keys_pressed_while_the_game_is_busy_come_in_order_and_are_not_printed(start):
    reader = start(busy_s=1.0)
    for key in (b"w", b"\x1b[A", b"k"):
        reader.press(key)
        time.sleep(0.05)
    assert reader.wait_for("<k>").split() == ["<w>", "<up>", "<k>"]


@pytest.mark.parametrize("interrupted", [False, True])
def test_the_terminal_is_as_before_when_reading_ends(start, interrupted):
    import termios

    reader = start()
    reader.press(b"w")
    reader.wait_for("<w>")
    during = termios.tcgetattr(reader.theirs)
    if interrupted:
        reader.process.send_signal(signal.SIGINT)
        reader.wait_for("interrupted")
    else:
        reader.press(b"q")
    assert reader.process.wait(30) == 0
    after = termios.tcgetattr(reader.theirs)
    assert not during[3] & (termios.ECHO | termios.ICANON)
    assert after[3] & termios.ECHO and after[3] & termios.ICANON


@pytest.mark.parametrize("moved", [False, True])
def test_keys_are_not_shown_while_something_is_drawn(monkeypatch, moved):
    import pty
    import termios

    ours, theirs = pty.openpty()

    def shows():
        return bool(termios.tcgetattr(theirs)[3] & termios.ECHO)

    with os.fdopen(ours), os.fdopen(theirs) as terminal, monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", terminal)
        patch.setattr(sys, "stdout", terminal)
        assert shows()
        with keyboard.without_echo():
            assert not shows()
            if moved:
                patch.setattr(keyboard, "_in_front", lambda: False)
        assert shows() is not moved, "in the background the terminal is the shell's"
