"""Rulesets of XLand-MiniGrid's benchmark files as levels.

Its files are pickles, which are never opened here. Where `xminigrid` is installed, write one as plain
arrays::

    benchmark = xminigrid.load_benchmark("small-1m")
    names = ("goals", "rules", "init_tiles")
    np.savez_compressed("small-1m.npz", **{name: getattr(benchmark, name) for name in names})
"""

from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError
from gamemeta_levels.families.xland import encoding as e
from gamemeta_levels.families.xland.family import XLand, XLandParameters, hidden_of
from gamemeta_levels.families.xland.rooms import walls_of
from gamemeta_levels.families.xland.rulesets import Ruleset
from gamemeta_levels.level import Level

NAMES = ("goals", "rules", "init_tiles")


def read_benchmark(
    path: Path | str, *, rooms: int = 1, side: int = 9, first: int = 0, count: int | None = None
) -> Iterator[Level]:
    """The rulesets of a benchmark file, one after another, as levels on a grid of ours.

    Args:
        path: an `.npz` with the arrays goals [N, 5], rules [N, R, 7] and init_tiles [N, M, 2], uint8.
        rooms, side: of the grid, as in `XLandParameters`.
        first: number of the first ruleset.
        count: how many; all that follow if None.
    Raises:
        ConfigError: there is no such grid.
        LevelError: the file cannot be read, or a ruleset in it cannot be played here.
    """
    parameters = XLandParameters(rooms=rooms, side=side)
    family, tiles = XLand(parameters), walls_of(rooms, side)
    goals, rules, things = (array[first:] for array in _arrays(Path(path)))
    for k in range(len(goals) if count is None else min(count, len(goals))):
        try:
            level = Level(
                family="xland", tiles=tiles, hidden=hidden_of(_ruleset(goals[k], rules[k], things[k]))
            )
            family.validate(level)
        except LevelError as error:
            raise LevelError(f"{path}, ruleset {first + k}: {error}") from None
        yield level


def _ruleset(goal: NDArray[np.uint8], rules: NDArray[np.uint8], things: NDArray[np.uint8]) -> Ruleset:
    kind, a, b = e.read_goals(goal[None])[0].tolist()
    codes = e.read_rules(rules)
    tiles = things[:, 0].astype(np.int64) * e.COLOURS + things[:, 1]
    return Ruleset(
        goal=(kind, a, b),
        rules=tuple((r[0], r[1], r[2], r[3]) for r in codes[codes[:, 0] != e.NOTHING].tolist()),
        things=tuple(tiles[things[:, 0] != e.EMPTY].tolist()),
    )


def _arrays(path: Path) -> list[NDArray[np.uint8]]:
    """The three arrays of a file. Raises LevelError where it is none, or they do not belong together."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = [file[name] for name in NAMES]
    except FileNotFoundError:
        raise LevelError(f"{path}: there is no such file.") from None
    except (OSError, ValueError, KeyError, BadZipFile, TypeError, AttributeError):
        raise LevelError(
            f"{path}: this is no benchmark as plain arrays, an .npz with {', '.join(NAMES)}. The files of "
            "XLand-MiniGrid are pickles, which are not opened: write one with np.savez_compressed where "
            "xminigrid is installed."
        ) from None
    goals, rules, things = arrays
    shapes = goals.ndim == 2 and rules.ndim == 3 and things.ndim == 3 and things.shape[2] == 2
    if not shapes or len({len(array) for array in arrays}) != 1 or things.dtype != np.uint8:
        shown = ", ".join(f"{n} {a.dtype} {a.shape}" for n, a in zip(NAMES, arrays, strict=True))
        raise LevelError(f"{path}: these arrays are no benchmark: {shown}.")
    return arrays
