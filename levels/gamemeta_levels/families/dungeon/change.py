"""Mutation of dungeons: one change at a time that keeps a level solvable."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError
from gamemeta_levels.families.dungeon.drawn import hidden_of
from gamemeta_levels.families.dungeon.maps import level_kernels as kernels
from gamemeta_levels.families.dungeon.maps.map_kernels import is_free, may_hold
from gamemeta_levels.families.dungeon.maps.ways_kernels import CLEAN
from gamemeta_levels.families.dungeon.rules.constants import (
    DOORS,
    FIRST_MONSTER,
    FIRST_POTION,
    FIRST_SCROLL,
    HIDDEN,
    HIDDEN_SIZE,
    MONSTER_KINDS,
    POTION_COLOURS,
    SCROLL_COLOURS,
)
from gamemeta_levels.families.dungeon.rules.world import Layout, single_world
from gamemeta_levels.family import LevelArrays, LevelFamily
from gamemeta_levels.kernel import below
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import CHEST, FLOOR, GOAL, SPAWN, WALL

TRIES = 1000
"""Changes tried before a level counts as one that has none."""
_FIXED = (WALL, FLOOR, SPAWN, GOAL, CHEST, *DOORS)
_KINDS = (
    (FIRST_POTION, POTION_COLOURS),
    (FIRST_SCROLL, SCROLL_COLOURS),
    (FIRST_MONSTER, MONSTER_KINDS),
)
Tiles = NDArray[np.uint8]
Stream = NDArray[np.uint64]


def changed_level(family: LevelFamily, level: Level, seed: int) -> Level:
    """A solvable level that differs by one change.

    Args:
        family: packs the level, and says so when it is not solvable.
        level: a solvable level with its hidden rules.
        seed: decides the change.
    Raises:
        LevelError: no change was found.
    """
    stream = np.array([seed], np.uint64)
    before = escapes(family.pack([level]))
    for _ in range(TRIES):
        changed = _one_change(level, stream)
        if changed == level:
            continue
        try:
            after = family.pack([changed])
        except LevelError:
            continue
        if escapes(after) or not before:
            return changed
    raise LevelError("no change keeps this level solvable: there is no tile to dig and no thing to move.")


def escapes(arrays: LevelArrays) -> bool:
    """Whether the one level in `arrays` can be escaped under any rules by a way that steps on no thing."""
    _, height, width = arrays.tiles.shape
    distance = np.empty((height, width), np.uint16)
    safe: Any = kernels.is_safe(
        Layout(arrays.tiles, arrays.size, arrays.spawn, arrays.goal, arrays.more["hidden"]),
        CLEAN,
        distance,
        np.empty_like(distance),
        np.empty((height, width), np.uint8),
        np.empty(height * width, np.int32),
        np.empty((2, 2), np.int32),
        np.empty(2 * height * width, np.int32),
        single_world(height, width),
    )
    return bool(safe)


def _one_change(level: Level, stream: Stream) -> Level:
    choice = below(stream, 4)
    if choice == 0:
        return replace(level, hidden=_redraw_one(level, stream), seed=None)
    tiles = np.pad(level.tiles, 1)  # wall all around, so that every tile has neighbours
    if choice == 1:
        _dig_or_wall_up(tiles, stream)
    elif choice == 2:
        _move_thing(tiles, stream)
    else:
        _exchange(tiles, stream)
    return replace(level, tiles=tiles[1:-1, 1:-1], seed=None)


def _redraw_one(level: Level, stream: Stream) -> dict[str, tuple[int, ...]]:
    """Hidden rules, those of one name drawn anew; moves are drawn only where they are shuffled."""
    names = [name for name in HIDDEN if name != "moves" or level.hidden["moves"] != (0, 1, 2, 3)]
    name, rules = names[below(stream, len(names))], np.empty(HIDDEN_SIZE, np.int64)
    kernels.draw_rules(rules, True, stream)
    return {**level.hidden, name: hidden_of(rules)[name]}


def _dig_or_wall_up(tiles: Tiles, stream: Stream) -> None:
    inner = [(r, c) for r, c in np.argwhere(tiles[2:-2, 2:-2] <= FLOOR) + 2]
    if inner:
        row, column = inner[below(stream, len(inner))]
        tiles[row, column] = WALL if tiles[row, column] == FLOOR else FLOOR


def _move_thing(tiles: Tiles, stream: Stream) -> None:
    """A thing, a monster or the spawn goes to another tile of floor; where there is none it stays."""
    things = np.argwhere(~np.isin(tiles, [code for code in _FIXED if code != SPAWN]))
    row, column = things[below(stream, len(things))]
    thing = tiles[row, column]
    tiles[row, column] = FLOOR
    room = [place for place in np.argwhere(tiles == FLOOR) if is_free(thing) or may_hold(tiles, *place)]
    to = room[below(stream, len(room))] if room else (row, column)
    tiles[tuple(to)] = thing


def _exchange(tiles: Tiles, stream: Stream) -> None:
    """A potion, scroll or monster becomes another of its kind."""
    things = np.argwhere(tiles >= FIRST_POTION)
    things = things[tiles[tuple(things.T)] != CHEST]
    if len(things):
        row, column = things[below(stream, len(things))]
        for first, kinds in _KINDS:
            if first <= tiles[row, column] < first + kinds:
                tiles[row, column] = first + below(stream, kinds)
