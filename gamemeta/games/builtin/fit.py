"""Level arrays that somebody made or changed by hand are refused before a compiled game reads them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import LevelError
from gamemeta.games.builtin.fit_kernels import FITS, first_unfit, first_unfit_arena
from gamemeta.games.checks import check_levels
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.tiles import GLYPHS

MOST_TILE = len(GLYPHS) - 1
KINDS = {"tiles": "u1", "size": "i4", "spawn": "i4", "goal": "i4", "distance": "u2", "chance": "u8"}
DIMENSIONS = {"tiles": 3, "distance": 3, "chance": 1}


def check_fit(n: int, levels: LevelArrays, mask: NDArray[np.bool_], most_tile: int = MOST_TILE) -> None:
    """As `check_levels`, and the levels where the mask holds fit compiled code.

    Args:
        n: number of games.
        levels: of which level i goes into game i.
        mask: bool [n], the games that begin.
        most_tile: the largest tile code that the rules know.
    Raises:
        LevelError: wrong numbers, shapes or types of arrays, a size beyond them, a spawn or goal outside of
            the level, or a tile that has no meaning.
    """
    check_levels(n, levels, mask)
    for name, kind in KINDS.items():
        array = getattr(levels, name)
        if array.dtype.str[1:] != kind or array.ndim != DIMENSIONS.get(name, 2):
            raise LevelError(_mistake(f"`{name}` is {array.dtype} of {array.ndim} dimensions"))
    _refuse(
        first_unfit(
            mask,
            levels.tiles,
            levels.size,
            levels.spawn,
            levels.goal,
            levels.distance,
            levels.content_hash,
            levels.chance,
            most_tile,
        )
    )


def check_arenas(levels: LevelArrays, mask: NDArray[np.bool_]) -> None:
    """Raises LevelError where the levels that begin are no arenas that `check_fit` would let through."""
    spots, others = levels.more["spots"], levels.more["others"]
    if spots.ndim != 3 or others.ndim != 2 or spots.dtype.kind + others.dtype.kind != "ii":
        raise LevelError(_mistake("`spots` or `others` are of another kind"))
    _refuse(first_unfit_arena(mask, levels.tiles, levels.size, spots, others))


def check_like(levels: LevelArrays, name: str, shape: tuple[int, ...], kind: Any) -> None:
    """Raises LevelError unless an array of `more` has this shape and type."""
    array = levels.more[name]
    if array.shape != shape or array.dtype != kind:
        raise LevelError(_mistake(f"`{name}` is {array.dtype} of shape {array.shape}"))


def _refuse(unfit: int) -> None:
    if unfit != FITS:
        which = f"level {unfit} has a size, place or tile that cannot be" if unfit >= 0 else "lengths differ"
        raise LevelError(_mistake(which))


def _mistake(what: str) -> str:
    return f"these level arrays fit no game: {what}. Let `pack` or `fill` of a family make them."
