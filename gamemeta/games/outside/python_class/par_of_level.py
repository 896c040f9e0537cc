"""Par that a plain class sets for each level: `self.par = ...` in `reset`."""

import inspect
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, Protocol

from gamemeta.games.blame import at, defined_at, naming_their_code, number
from gamemeta_levels.level import Level


class _World(Protocol):
    plain: Any

    def reset(self, level: Level, chance: int) -> Any: ...


def may_set_par(plain: type) -> bool:
    """Whether a method besides the constructor names `par`: it may be another one in each level."""
    methods = inspect.getmembers(plain, inspect.isfunction)
    return any("par" in method.__code__.co_names for name, method in methods if name != "__init__")


class ParOfLevel:
    """Par of levels, as an object of the class has it once it is reset on them; NaN where it has none.

    Args:
        name: of the game, for messages.
        make: makes a world.
    """

    def __init__(self, name: str, make: Callable[[], _World]) -> None:
        self._name, self._make, self._lock = name, make, Lock()
        self._world: _World | None = None
        self._known: dict[int, float] = {}

    def __call__(self, levels: Iterable[Level]) -> list[float]:
        """Par of each of these levels.

        Raises:
            GameCheckError: the class sets a par that is no number, or raises something.
        """
        with self._lock:
            return [self._of(level) for level in levels]

    def _of(self, level: Level) -> float:
        if level.content_hash not in self._known:
            with naming_their_code():
                self._world = self._world or self._make()
                self._world.reset(level, 0)
                par = getattr(self._world.plain, "par", None)
            place = at(defined_at(type(self._world.plain), "reset"))
            what = f"game {self._name!r}: `par` after `reset`{place}"
            self._known[level.content_hash] = float("nan") if par is None else number(par, what)
        return self._known[level.content_hash]
