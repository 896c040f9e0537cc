"""Levels to start from: by seed, a small change, or cleared of all that need not be there."""

import numpy as np

from gamemeta.games.setup import GameSetup
from gamemeta.playground.palette import ONCE
from gamemeta.playground.untrained import Player
from gamemeta.playing.session import family_of
from gamemeta_levels.errors import LevelError, shortened
from gamemeta_levels.families.dungeon.rules.constants import DOORS
from gamemeta_levels.family import generate, pack_level
from gamemeta_levels.level import Level
from gamemeta_levels.split import parse_address
from gamemeta_levels.tiles import FLOOR, GOAL, LOAD, WALL

EXAMPLE = "Give a seed such as 17, test:17 or far:3."
NEAR = 2
"""Tiles around the goal in which a dungeon's walls and doors are left, since its exit needs them."""


def level_of_word(agent: Player, word: str) -> Level:
    """The level that a seed names, within the ranges that the agent was trained on; a file is none.

    Raises:
        LevelError, UnknownName: it names no level.
    """
    address = parse_address(word)
    if address is None:
        raise LevelError(f"no level called {shortened(word)}. {EXAMPLE}")
    return generate(family_of(agent), address.seed, address.split)


def mutated(agent: Player, level: Level, seed: int) -> Level:
    """The level with a small change, still solvable.

    Raises:
        LevelError, UnsolvableLevel: it is malformed, or nothing can be changed.
    """
    family = GameSetup.of(agent).game().family()
    pack_level(family, level)
    return family.mutate(level, seed)


def cleared(level: Level) -> Level:
    """The level with floor inside its edge, but for what every level of its family must have."""
    tiles = level.tiles.copy()
    kept = np.isin(tiles, [*ONCE.get(level.family, {}), LOAD])
    kept[[0, -1], :] = kept[:, [0, -1]] = True
    if level.family == "dungeon":
        for row, column in level.find(GOAL):
            near = np.s_[max(row - NEAR, 0) : row + NEAR + 1, max(column - NEAR, 0) : column + NEAR + 1]
            kept[near] |= np.isin(tiles[near], [WALL, *DOORS])
    tiles[~kept] = FLOOR
    return Level(family=level.family, tiles=tiles, hidden=level.hidden)
