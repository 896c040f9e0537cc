"""The arrays of dungeons that are being played, as compiled rules take them."""

from typing import Any, NamedTuple

import numpy as np

from gamemeta_levels.families.dungeon.rules import constants as r
from gamemeta_levels.kernel import kernel


class Layout(NamedTuple):
    """N dungeons as they were drawn, in the arrays of `LevelArrays`."""

    tiles: Any
    """uint8 [N, H, W]: tiles, with monsters on the floor that they start from."""
    size: Any
    """int32 [N, 2]: height and width."""
    spawn: Any
    """int32 [N, 2]: row and column of the spawn."""
    goal: Any
    """int32 [N, 2]: row and column of the exit."""
    hidden: Any
    """uint8 [N, 17]: hidden rules, in the order of `constants.HIDDEN`."""


class World(NamedTuple):
    """N dungeons side by side as they are now. The columns have their names in `constants`.

    Rows and columns are those of the level; `pad` >= 1 is added to find a tile on the board.
    """

    board: Any
    """uint8 [N, H + 2 pad, W + 2 pad]: tiles without monsters; wall all around."""
    places: Any
    """int32 [N, 6]: spawn, exit, and the floor before the exit's door."""
    rules: Any
    """uint8 [N, 17]: hidden rules."""
    hero: Any
    """int32 [N, 2]: row and column of the hero."""
    status: Any
    """int32 [N, 8]: health, key in hand, haste, compass, clock, steps, limit and how the episode ended."""
    monsters: Any
    """int32 [N, M, 5]: row, column, rows and columns that it moves a step, kind; -1 where there is none."""
    happened: Any
    """int32 [N, 3]: thing, outcome and kinds of monsters touched in the last step."""


@kernel
def single_world(height: int, width: int) -> World:
    """Arrays of one world with a pad of 1."""
    return World(
        np.zeros((1, height + 2, width + 2), np.uint8),
        np.zeros((1, r.PLACE_SIZE), np.int32),
        np.zeros((1, r.HIDDEN_SIZE), np.uint8),
        np.zeros((1, 2), np.int32),
        np.zeros((1, r.STATUS_SIZE), np.int32),
        np.zeros((1, r.MOST_MONSTERS, r.MONSTER_SIZE), np.int32),
        np.zeros((1, r.HAPPENED_SIZE), np.int32),
    )
