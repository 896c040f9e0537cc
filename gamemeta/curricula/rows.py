"""Rows of levels moved between struct of arrays: copied, joined, saved."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError
from gamemeta_levels.family import LevelArrays, LevelFamily

MORE = "more."


def named(levels: LevelArrays) -> Iterator[tuple[str, NDArray[Any]]]:
    """Every array of the struct with its name; a family's own are called `more.<name>`."""
    for name, array in vars(levels).items():
        if name != "more":
            yield name, array
    for name, array in levels.more.items():
        yield f"{MORE}{name}", array


def copy_rows(into: LevelArrays, rows: NDArray[np.int64], source: LevelArrays, taken: NDArray[Any]) -> None:
    """Write the taken rows of one struct into rows of another that has equal shapes."""
    arrays = dict(named(source))
    for name, array in named(into):
        array[rows] = arrays[name][taken]


def put_level(into: LevelArrays, row: int, level: LevelArrays) -> None:
    """Write a single packed level into a row made for levels as large or larger.

    What lies outside the level stays as it was where the row held a level of the same size, else it is 0;
    `chance` stays, for it belongs to an episode.

    Raises:
        LevelError: the level is larger than the room.
    """
    resized = (into.size[row] != level.size[0]).any()
    arrays = dict(named(level))
    rooms = {name: array[row : row + 1] for name, array in named(into) if name != "chance"}
    for name, room in rooms.items():
        source = arrays[name]
        if any(have < need for have, need in zip(room.shape, source.shape, strict=True)):
            raise LevelError(f"{name}: a level with {source.shape[1:]} does not fit into {room.shape[1:]}.")
    for name, room in rooms.items():
        if resized:
            room[...] = 0
        room[tuple(slice(side) for side in arrays[name].shape)] = arrays[name]


def joined(parts: Sequence[LevelArrays]) -> LevelArrays:
    """Levels of equal shapes one after the other."""
    by_name = [dict(named(part)) for part in parts]
    return as_levels({name: np.concatenate([arrays[name] for arrays in by_name]) for name in by_name[0]})


def as_levels(arrays: Mapping[str, NDArray[Any]]) -> LevelArrays:
    """A struct out of what `named` gives."""
    plain = {name: array for name, array in arrays.items() if not name.startswith(MORE)}
    more = {k.removeprefix(MORE): v for k, v in arrays.items() if k.startswith(MORE)}
    return LevelArrays(**plain, more=more)


def saved(levels: LevelArrays, prefix: str) -> dict[str, NDArray[Any]]:
    """Copies of all arrays, by prefixed name, for a checkpoint."""
    return {f"{prefix}{name}": array.copy() for name, array in named(levels)}


def load_rows(
    family: LevelFamily, into: LevelArrays, state: Mapping[str, NDArray[Any]], prefix: str, count: int
) -> None:
    """Take back what `saved` gave, into the first `count` rows.

    Kernels trust these arrays, and files may be damaged: every level is packed anew.

    Raises:
        KeyError: an array is missing.
        ValueError: an array has another shape or type than the room.
        LevelError: a level is malformed or has no solution.
    """
    for name, array in named(into):
        source = state[f"{prefix}{name}"]
        if source.shape != (count, *array.shape[1:]) or source.dtype != array.dtype:
            raise ValueError(f"{prefix}{name} is {source.dtype} {source.shape}, which does not fit")
        array[:count] = source
    for row in range(count):
        put_level(into, row, family.pack([family.unpack(into, row)]))
