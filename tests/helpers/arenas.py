"""What the tests of the games on arenas share: matches on drawn maps, and steps found the plain way."""

from collections import deque

import numpy as np

from gamemeta.games.game import StepBuffers
from gamemeta_levels.families.arena.family import Arena
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import MOVES
from tests.helpers.oracles import drawn


def begun(game, levels, chance=0):
    """Buffers, with labels, after a match was begun on each of these levels."""
    out = StepBuffers.empty(game, labels=True)
    levels.chance = np.random.default_rng(chance).integers(0, 2**63, len(levels), np.int64).astype(np.uint64)
    game.reset(levels, np.ones(game.n, bool), out)
    return out


def with_style(text, style, skill=1000):
    """One level: this map, and others with this style."""
    tiles = drawn(text, "arena").tiles
    level = Level(family="arena", tiles=tiles, hidden={"style": tuple(style), "skill": (skill,)})
    return Arena().pack([level])


def places(game, i, name="at"):
    """Rows and columns of the players, or of what the game knows by this name."""
    return [tuple(map(int, place)) for place in game._worlds.state[name][i].reshape(-1, 2)]


def beside(place, move):
    """The tile that a move leads to; any but the first four leads nowhere."""
    return (place[0] + MOVES[move][0], place[1] + MOVES[move][1]) if move < len(MOVES) else place


def steps_from(starts, leads):
    """Steps to every tile that can be reached; `leads(tile, near)` tells whether one leads to the other."""
    steps, queue = dict.fromkeys(starts, 0), deque(starts)
    while queue:
        here = queue.popleft()
        for near in (beside(here, move) for move in range(len(MOVES))):
            if near not in steps and leads(here, near):
                steps[near] = steps[here] + 1
                queue.append(near)
    return steps
