"""What families check alike: whose level it is, and whether rows and seeds fit."""

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError, cut
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.level import Level, check_number
from gamemeta_levels.tiles import GLYPHS, NAMES

MILLION = 1_000_000
"""Hidden shares are whole millionths: people can write and read them, and they are kept exactly."""


def check_tiles(level: Level, allowed: tuple[int, ...], what: str) -> None:
    """Raises LevelError for a tile that has no meaning in a level of this kind."""
    for row, column in np.argwhere(~np.isin(level.tiles, allowed)):
        code = level.tiles[row, column]
        raise LevelError(
            f"row {row + 1}, column {column + 1}: {GLYPHS[code]!r} ({NAMES[code]}) has no meaning in "
            f"{what}. Use {' '.join(GLYPHS[c] for c in allowed)}."
        )


def check_once(level: Level, codes: tuple[int, ...], what: str) -> None:
    """Raises LevelError unless the level has exactly one of each of these tiles."""
    for code in codes:
        places = level.find(code)
        if len(places) != 1:
            second = f", the second at row {places[1][0] + 1}, column {places[1][1] + 1}" if places else ""
            raise LevelError(
                f"{what} has exactly one {NAMES[code]} {GLYPHS[code]!r}; this one has {len(places)}{second}."
            )


def check_hidden(level: Level, names: tuple[str, ...], what: str) -> None:
    """Raises LevelError unless the level has exactly these hidden numbers, and no entities."""
    if level.entities or set(level.hidden) != set(names):
        has = cut(", ".join([*level.hidden, *(["entities"] if level.entities else [])]) or "nothing", 200)
        raise LevelError(
            f"beside its tiles {what} has {' and '.join(names) or 'nothing'}; this level has {has}."
        )


def check_rows(
    arrays: LevelArrays,
    rows: NDArray[np.int64],
    seeds: NDArray[np.int64],
    height: int,
    width: int,
    *,
    room: bool = False,
) -> None:
    """Kernels do not check bounds.

    Args:
        arrays, rows, seeds: as `LevelFamily.fill` takes them.
        height, width: of the levels, tiles; the largest where `room` is True.
        room: whether levels may be smaller than the arrays.
    Raises:
        LevelError: rows that the arrays lack, levels that they were not made for, or a negative seed.
    """
    if len(rows) != len(seeds):
        raise LevelError(f"{len(rows)} rows need as many seeds; got {len(seeds)}.")
    first, last = 0, -1
    if len(rows):
        first, last = min(0, int(rows.min())), int(rows.max())
        if seeds.min() < 0:
            raise LevelError(f"level seeds start at 0; got {int(seeds.min())}.")
    have = arrays.tiles.shape[1:]
    fits = (height <= have[0] and width <= have[1]) if room else have == (height, width)
    if first < 0 or last >= len(arrays) or not fits:
        raise LevelError(
            f"rows {first} to {last} of levels of {'up to ' * room}{height} x {width} tiles do not fit "
            f"into arrays {arrays.tiles.shape}. Make them with `arrays` of the same family."
        )


def check_seed(seed: int) -> None:
    """Raises LevelError unless the seed is a whole number in 0 to 2**63 - 1."""
    check_number("a level seed", seed, 0)
