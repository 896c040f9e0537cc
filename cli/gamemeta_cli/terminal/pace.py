"""How fast a session is shown, and the keys that change it."""

import time
from collections.abc import Callable

from gamemeta_cli.terminal.keyboard import Keyboard

FASTER = 2.0
"""What the keys + and - change the speed by."""
LEAST_SPEED, MOST_SPEED = 0.05, 1000.0
BLINK_S = 0.5
"""How often a screen that stands still is drawn anew: its window may have changed."""


class Pace:
    """Waits between frames; space pauses, n or . goes one step, + and - change the speed, q ends.

    Args:
        keyboard: None where there is none: then frames follow each other, and nothing stops them.
        speed: times the usual speed.
    """

    def __init__(self, keyboard: Keyboard | None, speed: float) -> None:
        self._keyboard, self.speed = keyboard, speed
        self.paused = self.ended = False
        self._due_s: float | None = None

    @property
    def hint(self) -> str:
        """The keys, in a line; empty without a keyboard."""
        if self._keyboard is None:
            return ""
        space = "go on" if self.paused else "pause"
        return f"space: {space}  n: step  +-: {self.speed:.3g}x  q: quit"

    def wait(self, seconds: float, draw: Callable[[], None] = lambda: None) -> bool:
        """Wait for the next frame; returns whether to go on.

        Args:
            seconds: what it takes at speed 1; time that has passed since the last frame counts.
            draw: draws the frame again, as the keys or the window have changed.
        """
        now = time.monotonic()
        begun = now if self._due_s is None else max(self._due_s, now - seconds / self.speed)
        while not self.ended:
            due = begun + seconds / self.speed
            left = BLINK_S if self.paused else due - time.monotonic()
            if self._keyboard is None:
                time.sleep(max(0.0, left))
                key = None
            else:
                key = self._pressed(left)
            if key is None and not self.paused:
                break
            if key in ("n", "."):
                self.paused = True
                break
            self._take(key)
            if self.paused or key is not None:
                draw()
        self._due_s = time.monotonic() if self.paused else max(begun + seconds / self.speed, 0.0)
        return not self.ended

    def _pressed(self, seconds: float) -> str | None:
        assert self._keyboard is not None
        try:
            return self._keyboard.key_within(seconds)
        except EOFError:
            self._keyboard, self.paused = None, False
            return None

    def _take(self, key: str | None) -> None:
        if key == "space":
            self.paused = not self.paused
        elif key in ("+", "=", "-"):
            factor = 1 / FASTER if key == "-" else FASTER
            self.speed = min(max(self.speed * factor, LEAST_SPEED), MOST_SPEED)
        elif key in ("q", "escape"):
            self.ended = True
