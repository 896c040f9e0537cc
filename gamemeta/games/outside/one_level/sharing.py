"""Worlds that the games of one kind share: opened once, used again, and closed with the last game."""

import itertools
import threading
import weakref
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from gamemeta.games.outside.one_level.apart import APART
from gamemeta.games.outside.one_level.world import Stepped
from gamemeta.games.outside.one_level.worlds import Place, Worlds
from gamemeta_levels.level import Level

_numbers = itertools.count()
_lock = threading.RLock()  # a game may be deleted, and leave, while another begins


@dataclass
class _Open:
    """Worlds of one kind, and how many games play in them, one call at a time."""

    worlds: Worlds
    games: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)


_OPEN: dict[Hashable, _Open] = {}


class SharedWorlds:
    """The worlds of one game by lane, out of those that all games of its kind share.

    They are left to the other games when this object is closed or deleted, and the last game closes them.

    Args:
        kind: what games that share their worlds have in common.
        make: makes the worlds, for the first of these games.
    """

    def __init__(self, kind: Hashable, make: Callable[[], Worlds]) -> None:
        number = next(_numbers)
        key: Hashable = (kind, number) if APART.get() else kind
        with _lock:
            if key not in _OPEN:
                _OPEN[key] = _Open(make())
            shared = _OPEN[key]
            shared.games += 1
        self._worlds, self._lock, self._number = shared.worlds, shared.lock, number
        self._leave = weakref.finalize(self, _left, key, shared, number)

    def close(self) -> None:
        """Leave the worlds to others; this object is not used any more."""
        self._leave()

    def reset(self, begun: Mapping[int, tuple[Level, int]]) -> dict[int, Any]:
        """Start an episode in each of these worlds, on this level with this chance; the observations."""
        with self._lock:
            shown = self._worlds.reset({self._place(i): one for i, one in begun.items()})
            return {i: obs for (_, i), obs in shown.items()}

    def step(self, actions: Mapping[int, NDArray[Any]]) -> dict[int, Stepped]:
        """Play one step in each of these worlds."""
        with self._lock:
            stepped = self._worlds.step({self._place(i): action for i, action in actions.items()})
            return {i: one for (_, i), one in stepped.items()}

    def text(self, i: int) -> str:
        """World i as it stands, for people."""
        with self._lock:
            return self._worlds.text(self._place(i))

    def picture(self, i: int) -> NDArray[Any] | None:
        """World i as it draws itself; None where it does not."""
        with self._lock:
            return self._worlds.picture(self._place(i))

    def save(self, i: int) -> bytes | None:
        """Everything about world i, or None where it cannot be saved."""
        with self._lock:
            return self._worlds.save(self._place(i))

    def load(self, i: int, level: Level, data: bytes) -> None:
        """Take world i back to what `save` saw on this level."""
        with self._lock:
            self._worlds.load(self._place(i), level, data)

    def rest(self, lanes: Iterable[int]) -> None:
        """Take note that the episodes in these lanes are over."""
        with self._lock:
            self._worlds.rest(map(self._place, lanes))

    def lost(self) -> list[int]:
        """Lanes whose world was taken away in mid-episode."""
        with self._lock:
            return self._worlds.lost(self._number)

    def room(self, n: int) -> int:
        """How many of n worlds can be open at a time."""
        with self._lock:
            return self._worlds.room(n)

    def _place(self, i: int) -> Place:
        return self._number, i


def _left(key: Hashable, shared: _Open, number: int) -> None:
    """Take note that a game has left; the last one closes the worlds."""
    with _lock:
        shared.games -= 1
        last = shared.games == 0
        if last and _OPEN.get(key) is shared:
            del _OPEN[key]
    with shared.lock:
        if last:
            shared.worlds.close()
        else:
            shared.worlds.leave(number)
