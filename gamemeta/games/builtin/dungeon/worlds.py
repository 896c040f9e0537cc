"""The worlds of the game `dungeon`: their arrays, and one of them as bytes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.builtin.dungeon.kernels import LANDMARKS, VIEW_CODES
from gamemeta.games.builtin.dungeon.words import SENTENCES, THINGS
from gamemeta_levels.errors import LevelError
from gamemeta_levels.families.dungeon.rules import constants as r
from gamemeta_levels.family import UNREACHABLE
from gamemeta_levels.tiles import WALL

_NUMBERS = {
    "size": 2,
    "key_at": 2,
    "lock": 3,
    "noted": 2 * LANDMARKS,
    "places": r.PLACE_NUMBERS,
    "hero": 2,
    "status": r.STATUS_NUMBERS,
    "happened": r.HAPPENED_NUMBERS,
}
"""Small arrays int32 by name, and how many numbers a world has in each."""
_RULES_AT = 4 * sum(_NUMBERS.values())
_MONSTERS_AT = _RULES_AT + r.HIDDEN_NUMBERS
_MAPS_AT = _MONSTERS_AT + 4 * r.MOST_MONSTERS * r.MONSTER_NUMBERS
_LONGEST = 1 << 24
"""No clock, limit or haste counts further."""


class Worlds:
    """N worlds side by side, as the kernels of the rules and of the game read and write them.

    Args:
        n: how many.
        pad: tiles of wall around each board.
    """

    def __init__(self, n: int, pad: int) -> None:
        self.n, self.pad = n, pad
        self.numbers = {name: np.zeros((n, k), np.int32) for name, k in _NUMBERS.items()}
        self.numbers["status"][:, r.ENDED] = r.OUT_OF_TIME  # nothing runs before the first reset
        self.numbers["status"][:, r.STEPS] = self.numbers["status"][:, r.LIMIT] = 1
        self.rules = np.zeros((n, r.HIDDEN_NUMBERS), np.uint8)
        self.monsters = np.full((n, r.MOST_MONSTERS, r.MONSTER_NUMBERS), -1, np.int32)
        self.board = np.full((n, 2 * pad + 1, 2 * pad + 1), WALL, np.uint8)
        self.to_exit = np.full((n, 1, 1), UNREACHABLE, np.uint16)
        self.to_key = np.full((n, 1, 1), UNREACHABLE, np.uint16)
        self.room = _room(1, 1)

    @property
    def status(self) -> NDArray[np.int32]:
        """What each hero has and suffers, int32 [n, numbers]."""
        return self.numbers["status"]

    def world(self) -> tuple[NDArray[Any], ...]:
        """The arrays of the rules, in the order of their kernels."""
        x = self.numbers
        return self.board, x["places"], self.rules, x["hero"], x["status"], self.monsters, x["happened"]

    def maps(self) -> tuple[NDArray[Any], ...]:
        """What the game keeps besides: size, to_exit, to_key, key_at, lock."""
        x = self.numbers
        return x["size"], self.to_exit, self.to_key, x["key_at"], x["lock"]

    def make_room(self, height: int, width: int) -> None:
        """Grow the boards and maps; what runs in them stays."""
        old = self.to_exit.shape[1:]
        if old[0] >= height and old[1] >= width:
            return
        height, width = max(height, old[0]), max(width, old[1])
        self.board = _grown(self.board, height + 2 * self.pad, width + 2 * self.pad, WALL)
        self.to_exit = _grown(self.to_exit, height, width, UNREACHABLE)
        self.to_key = _grown(self.to_key, height, width, UNREACHABLE)
        self.room = _room(height, width)

    def tiles(self, i: int) -> NDArray[np.uint8]:
        """A copy of world i as it looks now, monsters included, without its padding."""
        tiles = self._inner(i).copy()
        for row, column, _, _, kind in self._present(i):
            tiles[row, column] = r.FIRST_MONSTER + kind
        return tiles

    def save(self, i: int) -> bytes:
        """World i as bytes; equal worlds give equal bytes."""
        height, width = self.numbers["size"][i]
        monsters = np.full_like(self.monsters[i], -1)
        monsters[: len(self._present(i))] = self._present(i)
        parts = [array[i].astype("<i4") for array in self.numbers.values()]
        parts += [self.rules[i], monsters.astype("<i4"), self._inner(i)]
        parts += [array[i, :height, :width].astype("<u2") for array in (self.to_exit, self.to_key)]
        return b"".join(part.tobytes() for part in parts)

    def load(self, i: int, data: bytes) -> None:
        """Raises LevelError where the bytes are not a saved world; world i is then as it was."""
        saved = _Saved.read(data)
        saved.check()
        height, width = saved.board.shape
        self.make_room(height, width)
        for name, array in saved.numbers.items():
            self.numbers[name][i] = array
        self.rules[i], self.monsters[i] = saved.rules, saved.monsters
        self.board[i] = WALL
        self._inner(i)[:] = saved.board
        self.to_exit[i, :height, :width], self.to_key[i, :height, :width] = saved.maps

    def _inner(self, i: int) -> NDArray[np.uint8]:
        height, width = self.numbers["size"][i]
        return self.board[i, self.pad : self.pad + height, self.pad : self.pad + width]

    def _present(self, i: int) -> NDArray[np.int32]:
        """The monsters of world i."""
        return self.monsters[i, : np.count_nonzero(np.cumprod(self.monsters[i, :, 4] >= 0))]


@dataclass
class _Saved:
    """The parts of a saved world."""

    numbers: dict[str, NDArray[np.int32]]
    rules: NDArray[np.uint8]
    monsters: NDArray[np.int32]
    board: NDArray[np.uint8]
    maps: NDArray[np.uint16]

    @classmethod
    def read(cls, data: bytes) -> "_Saved":
        if len(data) < _MAPS_AT:
            raise LevelError(f"a saved dungeon has at least {_MAPS_AT} bytes; got {len(data)}.")
        head = np.frombuffer(data, "<i4", _RULES_AT // 4).astype(np.int32)
        ends = np.cumsum(list(_NUMBERS.values()))[:-1]
        numbers = dict(zip(_NUMBERS, np.split(head, ends), strict=True))
        height, width = (int(k) for k in numbers["size"])
        area = height * width
        if not (1 <= height <= 255 and 1 <= width <= 255) or len(data) != _MAPS_AT + 5 * area:
            raise LevelError("these bytes are not a saved dungeon: their length does not fit.")
        monsters = np.frombuffer(data, "<i4", r.MOST_MONSTERS * r.MONSTER_NUMBERS, _MONSTERS_AT)
        return cls(
            numbers=numbers,
            rules=np.frombuffer(data, np.uint8, r.HIDDEN_NUMBERS, _RULES_AT),
            monsters=monsters.astype(np.int32).reshape(r.MOST_MONSTERS, r.MONSTER_NUMBERS),
            board=np.frombuffer(data, np.uint8, area, _MAPS_AT).reshape(height, width),
            maps=np.frombuffer(data, "<u2", 2 * area, _MAPS_AT + area).reshape(2, height, width),
        )

    def check(self) -> None:
        """Raises LevelError naming the part that no play can have led to."""
        for part, fits in (
            ("a place", self._places_fit()),
            ("a tile", self._tiles_fit()),
            ("a rule", self._rules_fit()),
            ("a monster", self._monsters_fit()),
            ("the status", self._status_fits()),
            ("what happened", self._happened_fits()),
        ):
            if not fits:
                raise LevelError(f"these bytes are not a saved dungeon: {part} cannot be so.")

    def _inside(self, places: NDArray[np.int32]) -> bool:
        """Whether rows and columns [K, 2] lie in the level."""
        return bool((places >= 0).all() and (places < self.numbers["size"]).all())

    def _places_fit(self) -> bool:
        key, lock = self.numbers["key_at"], self.numbers["lock"]
        fixed = np.concatenate([self.numbers["places"], self.numbers["hero"]]).reshape(-1, 2)
        locked = self._inside(lock[None, :2]) and 0 <= lock[2] < r.COLOURS
        known = [place for place in (key, *self.numbers["noted"].reshape(-1, 2)) if (place != -1).any()]
        return bool(self._inside(fixed) and locked and all(self._inside(place[None]) for place in known))

    def _tiles_fit(self) -> bool:
        kind = self.board.astype(np.int64) - r.FIRST_MONSTER
        return not ((self.board >= VIEW_CODES) | ((kind >= 0) & (kind < r.MONSTER_KINDS))).any()

    def _rules_fit(self) -> bool:
        parts = np.split(self.rules, np.cumsum(list(r.HIDDEN.values()))[:-1])
        rules = dict(zip(r.HIDDEN, parts, strict=True))
        harmless = rules.pop("harmless")
        return bool((harmless <= 1).all()) and all(sorted(x) == list(range(len(x))) for x in rules.values())

    def _monsters_fit(self) -> bool:
        present = self.monsters[self.monsters[:, 4] >= 0]
        first = self.monsters[: len(present)]
        paces = np.abs(present[:, 2:4]).sum(1) == 1
        kinds = (first[:, 4] >= 0) & (first[:, 4] < r.MONSTER_KINDS)
        small = (np.abs(present[:, 2:4]) <= 1).all()
        return bool(self._inside(present[:, :2]) and kinds.all() and paces.all() and small)

    def _status_fits(self) -> bool:
        status = self.numbers["status"]
        health, hand, haste, compass, clock, steps, limit, ended = (int(k) for k in status)
        in_range = (
            0 <= health <= r.FULL_HEALTH
            and 0 <= hand <= r.COLOURS
            and 0 <= haste <= _LONGEST
            and compass in (0, 1)
            and r.RUNNING <= ended <= r.OUT_OF_TIME
            and (health == 0) == (ended == r.DIED)
        )
        times = 0 <= clock <= steps <= r.STEPS_PER_CLOCK * limit and 1 <= limit <= _LONGEST
        return in_range and times

    def _happened_fits(self) -> bool:
        thing, outcome, met = (int(k) for k in self.numbers["happened"])
        fits = thing in THINGS and outcome in SENTENCES if outcome != r.NOTHING else thing == 0
        return fits and 0 <= met < 1 << r.MONSTER_KINDS


def _room(height: int, width: int) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """What a search for ways in one world needs: which tiles are passable, and which wait."""
    return np.empty((height, width), np.uint8), np.empty(height * width, np.int32)


def _grown(old: NDArray[Any], height: int, width: int, blank: int) -> NDArray[Any]:
    new = np.full((len(old), height, width), blank, old.dtype)
    new[:, : old.shape[1], : old.shape[2]] = old
    return new
