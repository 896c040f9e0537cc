"""The grids of XLand-MiniGrid: one to nine rooms, their walls, and where their doors may be."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.tiles import FLOOR, WALL

KINDS_OF_ROOMS = (1, 2, 4, 6, 9)
LEAST_SIDE, MOST_SIDE = 9, 25
MOST_DOORS = 12
SIDES_OF_SIX = (13, 17, 19)
"""Sides for which the original has grids of six rooms."""
LEAST_SIDE_OF_NINE = 16

Tiles = NDArray[np.uint8]
Doors = NDArray[np.int32]


def sides_of(rooms: int) -> tuple[int, ...]:
    """Sides that a grid of so many rooms may have."""
    if rooms == 6:
        return SIDES_OF_SIX
    if rooms == 9:
        return tuple(range(LEAST_SIDE_OF_NINE, MOST_SIDE + 1, 3))
    return tuple(range(LEAST_SIDE, MOST_SIDE + 1, 2 if rooms == 4 else 1))


@cache
def walls_of(rooms: int, side: int) -> Tiles:
    """Tiles [side, side] of a grid without its doors: walls and floor."""
    tiles = np.full((side, side), FLOOR, np.uint8)
    tiles[[0, -1]] = tiles[:, [0, -1]] = WALL
    half, third = side // 2, side // 3
    if rooms in (2, 4):
        tiles[:, half] = WALL
    if rooms == 4:
        tiles[half] = WALL
    if rooms == 6:
        tiles[:, [half - 2, half + 2]] = WALL
        for row in (third, 2 * third):
            tiles[row, : half - 2] = tiles[row, half + 2 : 2 * half] = WALL
    if rooms == 9:
        tiles[:, [third, 2 * third]] = tiles[[third, 2 * third]] = WALL
    tiles.setflags(write=False)
    return tiles


@cache
def doors_of(rooms: int, side: int) -> Doors:
    """Doors int32 [D, 4] of a grid: the first place that each may be in, row and column, and how many places
    there are below it and to the right of it. One of the two is 1."""
    half, third = side // 2, side // 3
    if rooms == 2:
        doors = [(1, half, side - 2, 1)]
    elif rooms == 4:
        step = half - 1
        doors = [(half, 1, 1, step), (half, half + 1, 1, step), (1, half, step, 1), (half + 1, half, step, 1)]
    elif rooms == 6:
        rows = (half - third, half, half + third)
        doors = [(row, column, 1, 1) for column in (half - 2, half + 2) for row in rows]
    elif rooms == 9:
        doors = []
        for across in range(3):
            for along in range(3):
                top, left = along * third, across * third
                doors += [(top + 1, left + third, third - 1, 1)] if across < 2 else []
                doors += [(top + third, left + 1, 1, third - 1)] if along < 2 else []
    else:
        doors = []
    places = np.array(doors, np.int32).reshape(-1, 4)
    places.setflags(write=False)
    return places


def rooms_in(tiles: Tiles) -> int | None:
    """How many rooms these tiles [H, W] are the walls of; None where they are no such grid."""
    height, width = tiles.shape
    if height != width:
        return None
    for rooms in KINDS_OF_ROOMS:
        if height in sides_of(rooms) and np.array_equal(tiles, walls_of(rooms, height)):
            return rooms
    return None
