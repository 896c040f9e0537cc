"""Checks of drawn dungeons, and the hidden rules of one that was drawn without."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.checks import check_hidden, check_once, check_tiles
from gamemeta_levels.errors import LevelError, shortened
from gamemeta_levels.families.dungeon.maps import level_kernels as kernels
from gamemeta_levels.families.dungeon.maps.map_kernels import is_free
from gamemeta_levels.families.dungeon.rules.constants import (
    DOORS,
    FIRST_MONSTER,
    HIDDEN,
    HIDDEN_SIZE,
    KEYS,
    MONSTER_KINDS,
    MOST_MONSTERS,
)
from gamemeta_levels.hash_kernels import hash_of_tiles
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import DUNGEON_TILES, GLYPHS, GOAL, MOVES, NAMES, SPAWN, WALL

NAME = "dungeon"
MONSTERS = range(FIRST_MONSTER, FIRST_MONSTER + MONSTER_KINDS)


def with_rules(level: Level, shuffled_moves: bool = False) -> Level:
    """The level with hidden rules; for a level without any they are drawn from its tiles' hash.

    Drawings in ASCII hold no rules. The same drawing always gets the same ones; JSON can give others.
    """
    if level.hidden:
        return level
    stream = np.array([hash_of_tiles(level.tiles, level.height, level.width)], np.uint64)
    rules = np.empty(HIDDEN_SIZE, np.int64)
    kernels.draw_rules(rules, shuffled_moves, stream)
    return replace(level, hidden=hidden_of(rules))


def hidden_of(rules: NDArray[np.integer[Any]]) -> Mapping[str, tuple[int, ...]]:
    """Hidden rules by name, from a row of 17 values."""
    hidden, start = {}, 0
    for name, count in HIDDEN.items():
        hidden[name] = tuple(int(n) for n in rules[start : start + count])
        start += count
    return hidden


def hidden_row(level: Level) -> NDArray[np.uint8]:
    """The hidden rules of a level that has them, as a row of 17 values."""
    return np.array([n for name in HIDDEN for n in level.hidden[name]], np.uint8)


def check(level: Level) -> None:
    """Raises LevelError, with row and column, unless the level is a dungeon that the rules can play."""
    check_tiles(level, DUNGEON_TILES, "a dungeon")
    if level.hidden or level.entities:
        check_hidden(level, tuple(HIDDEN), "a dungeon")
        _check_rules(level.hidden)
    check_once(level, (SPAWN, GOAL, *KEYS), "a dungeon")
    monsters = int(np.count_nonzero(np.isin(level.tiles, MONSTERS)))
    if monsters > MOST_MONSTERS:
        raise LevelError(f"a dungeon has at most {MOST_MONSTERS} monsters; this one has {monsters}.")
    _check_niche(level)


def _check_rules(hidden: Mapping[str, tuple[int, ...]]) -> None:
    for name, count in HIDDEN.items():
        values = hidden[name]
        shown = shortened(list(values))
        if name == "harmless":
            if len(values) != count or not set(values) <= {0, 1}:
                raise LevelError(f"hidden `harmless` says 0 or 1 for each of {count} kinds; found {shown}.")
        elif sorted(values) != list(range(count)):
            raise LevelError(
                f"hidden `{name}` holds each of 0 to {count - 1} once, in any order; found {shown}."
            )


def _check_niche(level: Level) -> None:
    """The exit lies behind a door, and the door between the exit and a tile of floor, in a straight line."""
    ((row, column),) = level.find(GOAL)
    beside = [(down, right) for down, right in MOVES if _tile(level, row + down, column + right) != WALL]
    shapes = f"Draw it as '.{GLYPHS[DOORS[0]]}{GLYPHS[GOAL]}' in a row or a column, with '#' all around."
    if len(beside) != 1:
        raise LevelError(
            f"the exit at {_at(row, column)} has {len(beside)} ways in; it needs one, by a door. {shapes}"
        )
    ((down, right),) = beside
    door = row + down, column + right
    if _tile(level, *door) not in DOORS:
        raise LevelError(f"{_at(*door)}: there must be a door here, before the exit. {shapes}")
    front = door[0] + down, door[1] + right
    if not is_free(_tile(level, *front)):
        raise LevelError(f"{_at(*front)}: there must be floor '.' here, before the exit's door. {shapes}")
    for side in ((door[0] + right, door[1] + down), (door[0] - right, door[1] - down)):
        if _tile(level, *side) != WALL:
            raise LevelError(f"{_at(*side)}: there must be wall '#' here, beside the exit's door. {shapes}")


def _tile(level: Level, row: int, column: int) -> int:
    inside = 0 <= row < level.height and 0 <= column < level.width
    return int(level.tiles[row, column]) if inside else WALL


def _at(row: int, column: int) -> str:
    return f"row {row + 1}, column {column + 1}"


def unsolvable_message(level: Level) -> str:
    """Why there is no way, for the designer of the level."""
    hidden = with_rules(level).hidden
    ((row, column),) = level.find(GOAL)
    door = next(
        _tile(level, row + d, column + e) for d, e in MOVES if _tile(level, row + d, column + e) in DOORS
    )
    key = KEYS[hidden["keys"].index(DOORS.index(door))]
    ((key_row, key_column),) = level.find(key)
    return (
        f"no way leads from the spawn to the {NAMES[key]} {GLYPHS[key]!r} at {_at(key_row, key_column)}, "
        f"which opens the exit's door, and on to the exit at {_at(row, column)}, without a trap, "
        "another key or another door. Open a way of floor '.'."
    )
