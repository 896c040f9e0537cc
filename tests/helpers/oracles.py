"""Plain Python answers that compiled code is compared with."""

from collections import deque
from textwrap import dedent

from gamemeta_levels.formats.ascii import parse
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import GOAL, MOVES, SPAWN, WALL


def drawn(text, family="maze"):
    """The level in a drawing that may be indented."""
    return parse(dedent(text), family)


def open_tiles(level: Level) -> set[tuple[int, int]]:
    return {
        (row, column)
        for row in range(level.height)
        for column in range(level.width)
        if level.tiles[row, column] != WALL
    }


def neighbours(tile):
    return [(tile[0] + down, tile[1] + right) for down, right in MOVES]


def distances(level: Level, start: tuple[int, int]) -> dict[tuple[int, int], int]:
    """Steps from a tile to every tile that can be reached, by breadth-first search."""
    ways, found, queue = open_tiles(level), {start: 0}, deque([start])
    while queue:
        tile = queue.popleft()
        for near in neighbours(tile):
            if near in ways and near not in found:
                found[near] = found[tile] + 1
                queue.append(near)
    return found


def shortest_path(level: Level) -> int | None:
    """Steps from the spawn to the goal; None when there is no way."""
    (spawn,), (goal,) = level.find(SPAWN), level.find(GOAL)
    return distances(level, spawn).get(goal)


def loops(level: Level) -> int:
    """Independent loops of a connected level: edges - tiles + 1."""
    ways = open_tiles(level)
    edges = sum(near in ways for tile in ways for near in neighbours(tile)) // 2
    return edges - len(ways) + 1


def standing_walls(level: Level) -> int:
    """Walls between neighbouring cells that a perfect maze of this size leaves standing."""
    rows, columns = (level.height - 1) // 2, (level.width - 1) // 2
    return rows * (columns - 1) + (rows - 1) * columns - (rows * columns - 1)
