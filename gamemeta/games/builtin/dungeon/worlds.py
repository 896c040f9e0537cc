"""The worlds of the game `dungeon`: their arrays, and one of them as bytes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.builtin.dungeon.kernels import LANDMARKS, VIEW_CODES, SearchArrays, Ways
from gamemeta.games.builtin.dungeon.words import SENTENCES, THINGS
from gamemeta_levels.errors import LevelError
from gamemeta_levels.families.dungeon.rules import constants as r
from gamemeta_levels.families.dungeon.rules.world import World
from gamemeta_levels.family import UNREACHABLE
from gamemeta_levels.tiles import WALL

_COUNTS = {
    "size": 2,
    "key_at": 2,
    "lock": 3,
    "noted": 2 * LANDMARKS,
    "places": r.PLACE_SIZE,
    "hero": 2,
    "status": r.STATUS_SIZE,
    "happened": r.HAPPENED_SIZE,
}
"""Values of a world in each of its small arrays, int32, by name."""
_RULES_AT = 4 * sum(_COUNTS.values())
_MONSTERS_AT = _RULES_AT + r.HIDDEN_SIZE
_MAPS_AT = _MONSTERS_AT + 4 * r.MOST_MONSTERS * r.MONSTER_SIZE
_LONGEST = 1 << 24
"""No clock, limit or haste counts further."""


class Worlds:
    """N worlds side by side, as the kernels of the rules and of the game read and write them.

    Args:
        n: how many.
        pad: tiles of wall around each board.

    `world`, `ways` and `search` are the fields of `World`, `Ways` and `SearchArrays` that kernels take.
    """

    def __init__(self, n: int, pad: int) -> None:
        self.n, self.pad = n, pad
        self.state = {name: np.zeros((n, k), np.int32) for name, k in _COUNTS.items()}
        self.state["status"][:, r.ENDED] = r.OUT_OF_TIME  # nothing runs before the first reset
        self.state["status"][:, r.STEPS] = self.state["status"][:, r.LIMIT] = 1
        self.rules = np.zeros((n, r.HIDDEN_SIZE), np.uint8)
        self.monsters = np.full((n, r.MOST_MONSTERS, r.MONSTER_SIZE), -1, np.int32)
        self.board = np.full((n, 2 * pad + 1, 2 * pad + 1), WALL, np.uint8)
        self.to_exit = np.full((n, 1, 1), UNREACHABLE, np.uint16)
        self.to_key = np.full((n, 1, 1), UNREACHABLE, np.uint16)
        self._search = _search_arrays(1, 1)
        self._bind()

    @property
    def status(self) -> NDArray[np.int32]:
        """State of each hero, int32 [n, 8]; the columns are those of `World.status`."""
        return self.state["status"]

    def _bind(self) -> None:
        """Gather the arrays, whenever some are new, as kernels take them: as plain tuples."""
        s = self.state
        world = World(
            self.board, s["places"], self.rules, s["hero"], s["status"], self.monsters, s["happened"]
        )
        ways = Ways(s["size"], self.to_exit, self.to_key, s["key_at"], s["lock"], s["noted"])
        self.world, self.ways, self.search = tuple(world), tuple(ways), tuple(self._search)

    def make_room(self, height: int, width: int) -> None:
        """Grow the boards and maps; what runs in them stays."""
        old = self.to_exit.shape[1:]
        if old[0] >= height and old[1] >= width:
            return
        height, width = max(height, old[0]), max(width, old[1])
        self.board = _grown(self.board, height + 2 * self.pad, width + 2 * self.pad, WALL)
        self.to_exit = _grown(self.to_exit, height, width, UNREACHABLE)
        self.to_key = _grown(self.to_key, height, width, UNREACHABLE)
        self._search = _search_arrays(height, width)
        self._bind()

    def tiles(self, i: int) -> NDArray[np.uint8]:
        """A copy of world i as it looks now, monsters included, without its padding."""
        tiles = self._inner(i).copy()
        for row, column, _, _, kind in self._present(i):
            tiles[row, column] = r.FIRST_MONSTER + kind
        return tiles

    def save(self, i: int) -> bytes:
        """World i as bytes; equal worlds give equal bytes."""
        height, width = self.state["size"][i]
        monsters = np.full_like(self.monsters[i], -1)
        monsters[: len(self._present(i))] = self._present(i)
        parts = [array[i].astype("<i4") for array in self.state.values()]
        parts += [self.rules[i], monsters.astype("<i4"), self._inner(i)]
        parts += [array[i, :height, :width].astype("<u2") for array in (self.to_exit, self.to_key)]
        return b"".join(part.tobytes() for part in parts)

    def load(self, i: int, data: bytes) -> None:
        """Raises LevelError where the bytes are not a saved world; world i is then as it was."""
        saved = _Saved.read(data)
        saved.check()
        height, width = saved.board.shape
        self.make_room(height, width)
        for name, array in saved.state.items():
            self.state[name][i] = array
        self.rules[i], self.monsters[i] = saved.rules, saved.monsters
        self.board[i] = WALL
        self._inner(i)[:] = saved.board
        self.to_exit[i, :height, :width], self.to_key[i, :height, :width] = saved.maps

    def _inner(self, i: int) -> NDArray[np.uint8]:
        height, width = self.state["size"][i]
        return self.board[i, self.pad : self.pad + height, self.pad : self.pad + width]

    def _present(self, i: int) -> NDArray[np.int32]:
        """The monsters of world i."""
        return self.monsters[i, : np.count_nonzero(np.cumprod(self.monsters[i, :, r.MONSTER_KIND] >= 0))]


@dataclass
class _Saved:
    """The parts of a saved world."""

    state: dict[str, NDArray[np.int32]]
    rules: NDArray[np.uint8]
    monsters: NDArray[np.int32]
    board: NDArray[np.uint8]
    maps: NDArray[np.uint16]

    @classmethod
    def read(cls, data: bytes) -> "_Saved":
        if len(data) < _MAPS_AT:
            raise LevelError(f"a saved dungeon has at least {_MAPS_AT} bytes; got {len(data)}.")
        head = np.frombuffer(data, "<i4", _RULES_AT // 4).astype(np.int32)
        ends = np.cumsum(list(_COUNTS.values()))[:-1]
        state = dict(zip(_COUNTS, np.split(head, ends), strict=True))
        height, width = (int(k) for k in state["size"])
        area = height * width
        if not (1 <= height <= 255 and 1 <= width <= 255) or len(data) != _MAPS_AT + 5 * area:
            raise LevelError("these bytes are not a saved dungeon: their length does not fit.")
        monsters = np.frombuffer(data, "<i4", r.MOST_MONSTERS * r.MONSTER_SIZE, _MONSTERS_AT)
        return cls(
            state=state,
            rules=np.frombuffer(data, np.uint8, r.HIDDEN_SIZE, _RULES_AT),
            monsters=monsters.astype(np.int32).reshape(r.MOST_MONSTERS, r.MONSTER_SIZE),
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
        return bool((places >= 0).all() and (places < self.state["size"]).all())

    def _places_fit(self) -> bool:
        key, lock = self.state["key_at"], self.state["lock"]
        fixed = np.concatenate([self.state["places"], self.state["hero"]]).reshape(-1, 2)
        locked = self._inside(lock[None, :2]) and 0 <= lock[2] < r.COLOURS
        known = [place for place in (key, *self.state["noted"].reshape(-1, 2)) if (place != -1).any()]
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
        present = self.monsters[self.monsters[:, r.MONSTER_KIND] >= 0]
        first = self.monsters[: len(present)]
        paces = np.abs(present[:, 2:4]).sum(1) == 1
        kinds = (first[:, r.MONSTER_KIND] >= 0) & (first[:, r.MONSTER_KIND] < r.MONSTER_KINDS)
        small = (np.abs(present[:, 2:4]) <= 1).all()
        return bool(self._inside(present[:, :2]) and kinds.all() and paces.all() and small)

    def _status_fits(self) -> bool:
        status = self.state["status"]
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
        thing, outcome, met = (int(k) for k in self.state["happened"])
        fits = thing in THINGS and outcome in SENTENCES if outcome != r.NOTHING else thing == 0
        return fits and 0 <= met < 1 << r.MONSTER_KINDS


def _search_arrays(height: int, width: int) -> SearchArrays:
    return SearchArrays(np.empty((height, width), np.uint8), np.empty(height * width + 1, np.int32))


def _grown(old: NDArray[Any], height: int, width: int, blank: int) -> NDArray[Any]:
    new = np.full((len(old), height, width), blank, old.dtype)
    new[:, : old.shape[1], : old.shape[2]] = old
    return new
