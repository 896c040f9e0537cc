"""The time that all trainings of a command have together."""

import time

from gamemeta.errors import ConfigError

LEAST_MINUTES = 1e-3
"""Time of a training whose time is up, which stops after its first iterations."""


def check_hours(hours: float | None) -> None:
    """Raises ConfigError unless the hours are more than 0, or None for as long as it takes."""
    if hours is not None and not hours > 0:
        raise ConfigError(f"--hours {hours:g}: give more than 0.")


class Deadline:
    """The end of so many hours from now; None for none.

    Raises:
        ConfigError: as `check_hours`.
    """

    def __init__(self, hours: float | None) -> None:
        check_hours(hours)
        self._until = None if hours is None else time.monotonic() + 3600 * hours

    @property
    def minutes(self) -> float | None:
        """Minutes that are left for a training, a moment at least; None for as long as it takes."""
        return None if self._until is None else max((self._until - time.monotonic()) / 60, LEAST_MINUTES)
