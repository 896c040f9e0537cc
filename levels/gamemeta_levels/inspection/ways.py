"""Ways through a level, whatever its family: what can be reached, what can be seen, where ways end."""

from collections.abc import Collection, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.families.dungeon.drawn import NAME as DUNGEON
from gamemeta_levels.families.dungeon.drawn import with_rules
from gamemeta_levels.families.dungeon.rules.constants import DOORS, KEYS
from gamemeta_levels.inspection.finding import Place
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import MOVES, WALL

Mask = NDArray[np.bool_]


def ruled(level: Level) -> Level:
    """The level with its hidden rules, which follow from the drawing where a file has none."""
    return with_rules(level) if level.family == DUNGEON else level


def keys_of_doors(level: Level) -> dict[int, int]:
    """The key that opens each kind of door, by tile code, under the hidden rules of the level."""
    if "keys" not in level.hidden:
        return dict(zip(DOORS, KEYS, strict=True))
    return {DOORS[door]: KEYS[key] for key, door in enumerate(level.hidden["keys"])}


def reached(level: Level, starts: Collection[Place], closed: Collection[int] = ()) -> Mask:
    """The tiles [H, W] that can be walked to; a door opens where its key can be reached.

    Args:
        level: any level of tiles.
        starts: where the walk begins.
        closed: tile codes that count as wall.
    """
    keys = keys_of_doors(level)
    shut = {door for door in keys if (level.tiles == door).any()}
    while True:
        seen = filled(~np.isin(level.tiles, [WALL, *closed, *shut]), starts)
        keys_seen = {int(code) for code in np.unique(level.tiles[seen])}
        opened = {door for door in shut if keys[door] in keys_seen}
        if not opened:
            return seen
        shut -= opened


def filled(passable: Mask, starts: Collection[Place]) -> Mask:
    """The tiles [H, W] joined to the starts by passable tiles; starts count whatever they are."""
    seen = np.zeros(passable.shape, np.bool_)
    waiting = list(starts)
    for place in waiting:
        seen[place] = True
    while waiting:
        for place in around(waiting.pop(), passable.shape):
            if passable[place] and not seen[place]:
                seen[place] = True
                waiting.append(place)
    return seen


def around(place: Place, shape: tuple[int, ...]) -> Iterator[Place]:
    """The tiles above, below, left and right that lie inside."""
    for down, right in MOVES:
        row, column = place[0] + down, place[1] + right
        if 0 <= row < shape[0] and 0 <= column < shape[1]:
            yield row, column


def regions(wanted: Mask) -> list[list[Place]]:
    """The joined parts of these tiles, in reading order, each a list of its tiles."""
    left, parts = wanted.copy(), []
    for row, column in np.argwhere(wanted):
        if left[row, column]:
            part = filled(left, [(int(row), int(column))])
            left &= ~part
            parts.append([(int(r), int(c)) for r, c in np.argwhere(part)])
    return parts


def in_sight(opaque: Mask, eye: Place, target: Place) -> bool:
    """Whether a straight line leads from one tile to another, past no opaque tile and between no two."""
    steps = max(abs(target[0] - eye[0]), abs(target[1] - eye[1]))
    row, column = eye
    for k in range(1, steps + 1):
        next_row = eye[0] + round((target[0] - eye[0]) * k / steps)
        next_column = eye[1] + round((target[1] - eye[1]) * k / steps)
        if (
            next_row != row
            and next_column != column
            and opaque[next_row, column]
            and opaque[row, next_column]
        ):
            return False
        row, column = next_row, next_column
        if (row, column) != target and opaque[row, column]:
            return False
    return True


def dead_ends(passable: Mask) -> Mapping[Place, list[Place]]:
    """The blind alley of each tile with a single way out: its tiles, from that tile to the next junction."""
    ways = np.zeros(passable.shape, np.int64)
    padded = np.pad(passable, 1)
    for down, right in MOVES:
        ways += padded[1 + down : padded.shape[0] - 1 + down, 1 + right : padded.shape[1] - 1 + right]
    alleys = {}
    for row, column in np.argwhere(passable & (ways == 1)):
        alley, place = [(int(row), int(column))], (int(row), int(column))
        before: Place | None = None
        while True:
            onward = [p for p in around(place, passable.shape) if passable[p] and p != before]
            if len(onward) != 1 or ways[onward[0]] > 2 or onward[0] in alley[:1]:
                break
            before, place = place, onward[0]
            alley.append(place)
        alleys[alley[0]] = alley
    return alleys
