"""Checks of the input of N games side by side: levels to begin on, actions to play."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import LevelError, SpecError
from gamemeta_levels.family import LevelArrays


def check_levels(n: int, levels: LevelArrays, mask: NDArray[np.bool_]) -> None:
    """Raises LevelError where there are not as many levels, and flags [n], as games."""
    if len(levels) != n or mask.shape != (n,):
        raise LevelError(
            f"{n} games need {n} levels and a mask of {n}; got {len(levels)} levels and a mask of shape "
            f"{mask.shape}."
        )


def check_actions(actions: NDArray[Any], n: int, games: str, *, seats: int = 1, heads: int = 1) -> None:
    """Raises SpecError for actions that are not integers [n, seats, heads]; `games` says what is played."""
    wanted = (n, seats, heads)
    if actions.shape != wanted or actions.dtype.kind not in "iu":
        raise SpecError(
            f"actions are {actions.dtype} of shape {actions.shape}; {n} {games} need integers of shape "
            f"{wanted}."
        )
