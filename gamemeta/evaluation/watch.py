"""Progress of an evaluation, and its end when time is up."""

import threading
import time
from collections.abc import Callable

SHOW_S = 0.25
"""Seconds between two reports of progress."""


class OutOfTime(Exception):
    """The time was up before a single block of levels was played."""


class Watch:
    """Follows an evaluation: tells how far it is, and ends it when its time is up.

    An evaluation with a watch is cut off after whole blocks of levels, in their order, and Ctrl-C ends it in
    the same way, unless `cut` is False: then such an end leaves no result.

    Args:
        until: when it must end, on `clock`; None for never.
        show: takes the number of levels played so far, and of all; called in the thread
            that made this object.
        clock: seconds that never go back.
        cut: whether an early end leaves the results of the levels that were played.
    """

    def __init__(
        self,
        until: float | None = None,
        show: Callable[[int, int], None] = lambda played, levels: None,
        clock: Callable[[], float] = time.monotonic,
        cut: bool = True,
    ) -> None:
        self.cut = cut
        self._until, self._show, self._clock = until, show, clock
        self._owner, self._lock = threading.get_ident(), threading.Lock()
        self._levels, self._each, self._ended = 1, 1, 0.0
        self._shown_at = -SHOW_S
        self._stopped = False

    def begin(self, levels: int, episodes: int) -> None:
        """So many levels are to be played, with so many episodes on each, of all players together."""
        self._levels, self._each, self._ended = levels, episodes, 0.0
        self.show()

    def stepped(self, ended: float) -> None:
        """After every step of games, in any thread: so many episodes have ended with it, a seat's
        being a part of one.

        Raises:
            OutOfTime: the time is up.
        """
        if ended:
            with self._lock:
                self._ended += ended
        if self.over:
            raise OutOfTime
        if threading.get_ident() == self._owner:
            self.show()

    def show(self) -> None:
        """Report the progress, if it was not reported just now."""
        now = self._clock()
        if now - self._shown_at >= SHOW_S:
            self._shown_at = now
            self._show(min(int(self._ended / self._each), self._levels), self._levels)

    def stop(self) -> None:
        """Let all threads end with their next step."""
        self._stopped = True

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self._stopped or (self._until is not None and self._clock() > self._until)
