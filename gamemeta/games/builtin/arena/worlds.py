"""The state of N games on arenas: small arrays and maps by name, and as bytes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError
from gamemeta_levels.families.arena.parameters import LEAST_SIDE, MOST_SIDE

Range = tuple[int | Sequence[int], int | Sequence[int]]
"""Least and largest value, of all columns of an array or of each."""
Values = Mapping[str, NDArray[np.int64]]
Layers = tuple[int, int, int]


class ArenaWorlds:
    """N worlds side by side; index i of every array is world i.

    Args:
        n: number of worlds.
        state: by name, the values of a world and the range that they lie in, both ends included.
        maps: by name, the number of layers, the largest code, and the code of what lies outside.
        pad: rows and columns of the outside around every map.
        fields: names of the arrays that kernels take, in order: `size`, `chance`, and those above.
        fits: whether saved values, with a height and width, can all be so at once.

    `queue`, int32, has room for a search over the largest map, so that steps need to make none. `arrays` are
    the fields as kernels take them.
    """

    def __init__(
        self,
        n: int,
        state: Mapping[str, tuple[int, Range]],
        maps: Mapping[str, Layers],
        pad: int,
        fields: Sequence[str],
        fits: Callable[[Values, tuple[int, int]], bool],
    ) -> None:
        self.n, self.pad, self._fits = n, pad, fits
        self._ranges, self._layers, self._fields = dict(state), dict(maps), tuple(fields)
        self.size = np.zeros((n, 2), np.int32)
        self.chance = np.zeros(n, np.uint64)
        self.state = {name: np.zeros((n, count), np.int64) for name, (count, _) in state.items()}
        self.maps = {name: self._outside(name, 0, 0) for name in maps}
        self.queue = np.zeros(0, np.int32)
        self.arrays = self._gathered()

    def make_room(self, height: int, width: int) -> None:
        """Grow the maps; what runs in them stays."""
        for name, old in self.maps.items():
            have = tuple(side - 2 * self.pad for side in old.shape[2:])
            if have[0] < height or have[1] < width:
                new = self._outside(name, max(height, have[0]), max(width, have[1]))
                new[:, :, : old.shape[2], : old.shape[3]] = old
                self.maps[name] = new
                self.queue = np.zeros(new[0, 0].size, np.int32)
        self.arrays = self._gathered()

    def inner(self, name: str, i: int) -> NDArray[np.uint8]:
        """A view [layers, H, W] of a map of world i without its padding."""
        height, width = self.size[i]
        return self.maps[name][i, :, self.pad : self.pad + height, self.pad : self.pad + width]

    def save(self, i: int) -> bytes:
        """World i as bytes; equal worlds give equal bytes."""
        parts = [self.size[i].astype("<i8"), self.chance[i : i + 1].astype("<u8")]
        parts += [array[i].astype("<i8") for array in self.state.values()]
        return b"".join(part.tobytes() for part in (*parts, *(self.inner(name, i) for name in self.maps)))

    def load(self, i: int, data: bytes) -> None:
        """Raises LevelError where the bytes are not a saved world; world i is then as it was."""
        counts = [array.shape[1] for array in self.state.values()]
        head = 3 + sum(counts)
        if len(data) < 8 * head:
            raise LevelError(f"a saved arena has at least {8 * head} bytes; got {len(data)}.")
        words = np.frombuffer(data, "<i8", head)
        height, width = (int(side) for side in words[:2])
        layers = [array.shape[1] for array in self.maps.values()]
        sides = all(LEAST_SIDE <= side <= MOST_SIDE for side in (height, width))
        if not sides or len(data) != 8 * head + sum(layers) * height * width:
            raise LevelError("these bytes are not a saved arena: their length does not fit.")
        values = dict(zip(self.state, np.split(words[3:], np.cumsum(counts)[:-1]), strict=True))
        tiles = np.frombuffer(data, np.uint8, offset=8 * head).reshape(-1, height, width)
        maps = dict(zip(self.maps, np.split(tiles, np.cumsum(layers)[:-1]), strict=True))
        self._check(values, maps)
        self.make_room(height, width)
        self.size[i], self.chance[i] = (height, width), words[2:3].astype(np.int64).view(np.uint64)[0]
        for name, array in values.items():
            self.state[name][i] = array
        for name, array in maps.items():
            self.maps[name][i] = self._layers[name][2]
            self.inner(name, i)[:] = array

    def _check(self, values: Mapping[str, NDArray[np.int64]], maps: Mapping[str, NDArray[np.uint8]]) -> None:
        for name, array in values.items():
            low, high = map(np.asarray, self._ranges[name][1])
            if ((array < low) | (array > high)).any():
                raise LevelError(f"these bytes are not a saved arena: {name} cannot be so.")
        for name, codes in maps.items():
            if (codes > self._layers[name][1]).any():
                raise LevelError(f"these bytes are not a saved arena: {name} cannot be so.")
            sides = codes.shape[1:]
            for part in ("at", "spots"):
                places = values[part].reshape(-1, 2)
                if ((places < 0) | (places >= sides)).any():
                    raise LevelError(f"these bytes are not a saved arena: {part} lies outside.")
        height, width = next(iter(maps.values())).shape[1:]
        if not self._fits(values, (height, width)):
            raise LevelError("these bytes are not a saved arena: its parts do not agree.")

    def _gathered(self) -> tuple[NDArray[Any], ...]:
        arrays: dict[str, NDArray[Any]] = {
            "size": self.size,
            "chance": self.chance,
            **self.state,
            **self.maps,
        }
        return tuple(arrays[name] for name in self._fields)

    def _outside(self, name: str, height: int, width: int) -> NDArray[np.uint8]:
        layers, _, blank = self._layers[name]
        return np.full((self.n, layers, height + 2 * self.pad, width + 2 * self.pad), blank, np.uint8)
