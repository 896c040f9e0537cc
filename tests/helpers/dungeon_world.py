"""One world of the compiled rules, for tests: what a drawn dungeon does to those who walk in it."""

from dataclasses import replace
from textwrap import dedent

import numpy as np

from gamemeta_levels.families.dungeon.family import Dungeon
from gamemeta_levels.families.dungeon.planner.planner import layout_of
from gamemeta_levels.families.dungeon.rules.kernels import advance, begin
from gamemeta_levels.families.dungeon.rules.world import single_world
from gamemeta_levels.formats.ascii import parse
from gamemeta_levels.tiles import GLYPHS, MOVE_NAMES

RULES = {
    "harmless": (0, 0, 1),
    "keys": (0, 1, 2),
    "moves": (0, 1, 2, 3),
    "potions": (0, 1, 2, 3),
    "scrolls": (0, 1, 2),
}
"""Potions a heal, b hurt, c haste, d fortune; scrolls u onward, v homeward, w reveal; z is harmless."""


def dungeon(text, **hidden):
    """A drawn dungeon, which may be indented, with RULES but for those given."""
    return replace(parse(dedent(text), "dungeon"), hidden=RULES | hidden)


class World:
    """A level being played."""

    def __init__(self, level, limit=100):
        self.arrays = Dungeon().pack([level])
        self.world = single_world(*self.arrays.tiles.shape[1:])
        begin(0, 1, layout_of(self.arrays), np.array([limit], np.int32), self.world)

    def step(self, action):
        return advance(0, action, 1, self.world)

    def walk(self, words):
        """Play `right right up`; returns the rewards."""
        return [self.step(MOVE_NAMES.index(word)) for word in words.split()]

    @property
    def hero(self):
        return tuple(int(k) for k in self.world.hero[0])

    def status(self, column):
        return int(self.world.status[0, column])

    @property
    def happened(self):
        """Glyph of the thing used or bumped into, and what came of it."""
        thing, outcome, _ = self.world.happened[0]
        return (GLYPHS[thing] if thing else ""), int(outcome)

    def tile(self, row, column):
        return GLYPHS[self.world.board[0, row + 1, column + 1]]

    def state(self):
        """As `Twin.state`."""
        height, width = self.arrays.size[0]
        tiles = {(y, x): int(self.world.board[0, y + 1, x + 1]) for y in range(height) for x in range(width)}
        monsters = [tuple(int(k) for k in m) for m in self.world.monsters[0] if m[4] >= 0]
        return self.hero, tuple(int(k) for k in self.world.status[0]), monsters, tiles
