# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled draws of a layout: where doors, things and the agent are, as XLand-MiniGrid places them.

All arrays belong to the caller. A board has the form of `rule_kernels`; `pad` is what lies around it.
"""

from gamemeta_levels.families.xland import encoding as e
from gamemeta_levels.families.xland.rule_kernels import COLUMN, DIRECTION, HELD, ROW, SIDES
from gamemeta_levels.kernel import below, lean_kernel
from gamemeta_levels.tiles import FLOOR

DOOR_COLOURS = 6
"""Doors are red, green, blue, purple, yellow or grey: colours 1 to 6."""


@lean_kernel
def draw_layout(stream, tiles, side, doors, things, pad, cells, board, agent):
    """Draw a layout onto a board, and put the agent into it; returns False where there is no room for all.

    Args:
        stream: uint64 [1], random numbers.
        tiles: uint8 [H, W], walls and floor of the grid.
        side: of the grid, tiles.
        doors: int32 [D, 4], as `rooms.doors_of`; rows of 0 are no doors.
        things: uint8 [M] tile codes, 0 for none: each lies on a floor tile of its own.
        cells: int32 of at least as many as there are floor tiles; scratch.
        board: uint8 [H + 2 pad, W + 2 pad].
        agent: int32 [4].
    """
    board[:, :] = 0
    for row in range(side):
        for column in range(side):
            floor = tiles[row, column] == FLOOR
            board[row + pad, column + pad] = e.FLOOR_TILE if floor else e.WALL_TILE
    for k in range(doors.shape[0]):
        if doors[k, 2] == 0:
            break
        row, column = doors[k, 0] + below(stream, doors[k, 2]), doors[k, 1] + below(stream, doors[k, 3])
        board[row + pad, column + pad] = e.CLOSED * e.COLOURS + 1 + below(stream, DOOR_COLOURS)
    free = 0
    for row in range(side):
        for column in range(side):
            if board[row + pad, column + pad] == e.FLOOR_TILE:
                cells[free] = row * side + column
                free += 1
    for k in range(things.shape[0]):
        if things[k] != 0:
            if free == 0:
                return False
            cell = taken(stream, cells, free)
            free -= 1
            board[cell // side + pad, cell % side + pad] = things[k]
    if free == 0:
        return False
    cell = taken(stream, cells, free)
    agent[ROW], agent[COLUMN] = cell // side + pad, cell % side + pad
    agent[DIRECTION], agent[HELD] = below(stream, SIDES), 0
    return True


@lean_kernel
def taken(stream, cells, free):
    """One of the first `free` cells, by chance; the last of them comes into its place."""
    k = below(stream, free)
    cell = cells[k]
    cells[k] = cells[free - 1]
    return cell
