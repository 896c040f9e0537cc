"""The time of a training: what it has taken, what is left, and what its evaluations may take."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LEAST_S = 5.0
"""Training may take so long however short `--minutes` is, and so may judging the agent."""
JUDGING_SHARE = 0.1
"""Judging the agent at the end takes at most this share of the minutes; without them, of the time so far."""
JUDGING_S = 60.0
"""Without minutes, judging may always take so long; with them, no more is kept free for it."""
VALIDATING_SHARE = 0.25
"""All validations together take at most this share of the time so far ..."""
VALIDATING_S = 5.0
"""... or so long, if that is more."""
WINDOW_S, WINDOW_SHARE = 60.0, 0.25
"""The speed is that of the last minute, or of the last quarter of the time if that is longer."""


class Timing:
    """Clock of a training.

    Args:
        steps: steps of the whole training.
        step: those that were made before.
        minutes: that the command may take, all in all; None for as long as it takes.
        began: when the command began, on `clock`; now if None.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        steps: int,
        step: int = 0,
        minutes: float | None = None,
        began: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock, now = clock, clock()
        self._began = now if began is None else began
        self._steps, self._step = steps, step
        self._total_s = None if minutes is None else 60 * minutes
        self._training_began = self._iteration_began = now
        self.iteration_s: float | None = None
        """What the newest iteration took; None before the first has ended."""
        self._first_rate = 0.0
        self._points: deque[tuple[float, int]] = deque()
        self._validating_s, self._needed_s, self._judging_s = 0.0, 0.0, JUDGING_S

    @property
    def elapsed_s(self) -> float:
        """Seconds since the command began."""
        return self._clock() - self._began

    def begin_iteration(self) -> None:
        """The next iteration begins now."""
        self._iteration_began = self._clock()

    def end_iteration(self, step: int) -> float:
        """The iteration has ended at this step; returns its own steps a second."""
        now = self._clock()
        self.iteration_s = max(now - self._iteration_began, 1e-9)
        rate, self._step = (step - self._step) / self.iteration_s, step
        self._first_rate = self._first_rate or rate
        self._points.append((now, step))
        window_s = max(WINDOW_S, WINDOW_SHARE * (now - self._training_began))
        while len(self._points) > 2 and self._points[1][0] <= now - window_s:
            self._points.popleft()
        return rate

    @property
    def rate(self) -> float:
        """Steps a second of late, with all that is waited for; 0 before the first iteration.

        The first iteration, in which kernels may be compiled, counts only until the second has ended.
        """
        if len(self._points) < 2:
            return self._first_rate
        (since, first), (until, last) = self._points[0], self._points[-1]
        return (last - first) / max(until - since, 1e-9)

    @property
    def left_s(self) -> float | None:
        """Seconds until the training ends, by its steps or by its minutes; None where nobody knows yet."""
        by_steps = (self._steps - self._step) / self.rate if self.rate else None
        if self._total_s is None:
            return by_steps
        by_time = max(self._total_s - self.elapsed_s, 0.0)
        return by_time if by_steps is None else min(by_steps, by_time)

    @property
    def share(self) -> float:
        """Share of the training that is done, 0 to 1, by its steps or by its minutes."""
        by_steps = self._step / max(1, self._steps)
        return max(by_steps, self.share_of_minutes)

    @property
    def share_of_minutes(self) -> float:
        """Share of its minutes that has passed; 0 where the training may take as long as it takes."""
        return min(self.elapsed_s / self._total_s, 1.0) if self._total_s else 0.0

    @property
    def late(self) -> bool:
        """Whether the next iteration would end nearer to the time after its end than before it."""
        if self._total_s is None or self.iteration_s is None:
            return False
        kept = min(JUDGING_SHARE * self._total_s, self._judging_s)
        return self.elapsed_s + self.iteration_s / 2 > self._total_s - kept

    @property
    def iteration_left_s(self) -> float | None:
        """Seconds after which an iteration is given up; None: never."""
        if self._total_s is None:
            return None
        end = max(self._began + self._total_s, self._training_began + LEAST_S)
        return max(end - self._clock(), 0.0)

    def judging_until(self) -> float:
        """When judging the agent must end, on the clock, if it begins now."""
        now = self._clock()
        if self._total_s is None:
            return now + max(JUDGING_S, JUDGING_SHARE * (now - self._training_began))
        return max(self._began + self._total_s, now + LEAST_S)

    @property
    def may_validate(self) -> bool:
        """Whether there is time for a validation; one that came to nothing is tried again with twice its
        time."""
        return self._allowed_s() > self._needed_s

    @contextmanager
    def validating(self, judging: float) -> Iterator[float]:
        """A block for a validation; gives when it must end, on the clock.

        Args:
            judging: how many times as long judging the agent takes.
        """
        began = self._clock()
        until = began + self._allowed_s()
        try:
            yield until
        finally:
            took = self._clock() - began
            self._validating_s += took
            self._judging_s = max(judging * took, 1.0)

    def validated_nothing(self) -> None:
        """The last validation was cut off before there was anything to see."""
        self._needed_s = max(2 * self._needed_s, 2 * VALIDATING_S)

    def _allowed_s(self) -> float:
        now = self._clock()
        allowed = max(VALIDATING_S, VALIDATING_SHARE * (now - self._training_began)) - self._validating_s
        if self._total_s is None:
            return allowed
        return min(allowed, self._began + (1 - JUDGING_SHARE) * self._total_s - now)
