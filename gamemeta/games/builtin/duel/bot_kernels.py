# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled scripted players of the game `duel`: what a style does in a step."""

from gamemeta.games.builtin.duel.rules import (
    AHEAD,
    AIMS,
    ALONG,
    AMMUNITION_LEFT,
    BLOCKED,
    COVER_RANGE,
    DOWN,
    FACING,
    FAR_WAY,
    FARTHEST_SHOT,
    FARTHEST_TRAP,
    FLIGHT,
    FLYING,
    FROM_COLUMN,
    FROM_ROW,
    GEAR,
    IN_COVER,
    LEFT,
    NEAREST_SHOT,
    NEAREST_TRAP,
    RANGE,
    RIGHT,
    SHOOT,
    STAY,
    TO_LEFT,
    TO_RIGHT,
    TRAP,
    TRAPS_LEFT,
    UP,
)
from gamemeta_levels.kernel import lean_kernel, uniform

SLIPS = 100
"""Number of the first draw from an episode's chance that decides whether a player does what it means to."""


@lean_kernel
def down_of(move):
    """Rows that a move leads down."""
    return (move == DOWN) - (move == UP)


@lean_kernel
def right_of(move):
    """Columns that a move leads to the right."""
    return (move == RIGHT) - (move == LEFT)


@lean_kernel
def move_of(down, right):
    """The move that leads by one tile in this direction."""
    if down:
        return DOWN if down > 0 else UP
    return RIGHT if right > 0 else LEFT


@lean_kernel
def lane_of(row, column, along, other_row, other_column):
    """How far ahead and how far to the left of this place and direction the other place lies."""
    down, right = down_of(along), right_of(along)
    rows, columns = other_row - row, other_column - column
    return rows * down + columns * right, columns * down - rows * right


@lean_kernel
def hits(board, pad, row, column, along, aim, other_row, other_column):
    """Whether a shot fired from here hits who stands there: in its lane, near enough, no wall between."""
    ahead, left = lane_of(row, column, along, other_row, other_column)
    if ahead < 1 or ahead > RANGE or left != (aim == TO_LEFT) - (aim == TO_RIGHT):
        return False
    if ahead > COVER_RANGE and board[other_row + pad, other_column + pad] == IN_COVER:
        return False
    down, right = down_of(along), right_of(along)
    row, column = row + pad - left * right, column + pad + left * down
    for k in range(1, ahead):
        if board[row + k * down, column + k * right] == BLOCKED:
            return False
    return True


@lean_kernel
def aims_at(board, pad, at, gear, shooter):
    """Whether this player, with what it has, would hit the other where it stands by a shot ahead."""
    me, other, own = 2 * shooter, 2 - 2 * shooter, GEAR * shooter
    if gear[own + AMMUNITION_LEFT] == 0:
        return False
    return hits(board, pad, at[me], at[me + 1], gear[own + FACING], AHEAD, at[other], at[other + 1])


@lean_kernel
def shot_at(at, flight, player):
    """Whether a shot is under way that may hit this player, by one aim or another."""
    its, me = FLIGHT * (1 - player), 2 * player
    if flight[its + FLYING] == 0:
        return False
    ahead, left = lane_of(
        flight[its + FROM_ROW], flight[its + FROM_COLUMN], flight[its + ALONG], at[me], at[me + 1]
    )
    return 1 <= ahead <= RANGE and abs(left) <= 1


@lean_kernel
def favourite(likings, board, pad, row, column, down, right):
    """Ahead, left or right: what is liked most, of what no wall bars.

    `row` and `column` are whose sides a wall may bar, seen along (down, right); of equal likings the first
    counts.
    """
    best = AHEAD
    for side in range(TO_LEFT, AIMS):
        sign = 1 if side == TO_LEFT else -1
        free = board[row + pad - sign * right, column + pad + sign * down] != BLOCKED
        if free and likings[side] > likings[best]:
            best = side
    return best


@lean_kernel
def escape(others, board, pad, at, flight, player):
    """The move of a player of this style that is shot at: it stays, or goes to its left or right as it looks
    to where the shot comes from."""
    me = 2 * player
    along = flight[FLIGHT * (1 - player) + ALONG]
    down, right = -down_of(along), -right_of(along)
    side = favourite(others[AIMS : 2 * AIMS], board, pad, at[me], at[me + 1], down, right)
    if side == AHEAD:
        return STAY
    sign = 1 if side == TO_LEFT else -1
    return move_of(-sign * right, sign * down)


@lean_kernel
def decide(others, chance, step, at, gear, traps, flight, board, ways, pad, player, choice):
    """Write what a player of this style does now into `choice`: action and aim."""
    choice[0], choice[1] = STAY, AHEAD
    if uniform(chance, SLIPS + step) * 1000.0 >= others[8]:
        return
    me, other, own = 2 * player, 2 - 2 * player, GEAR * player
    rows, columns = at[other] - at[me], at[other + 1] - at[me + 1]
    away = abs(rows) + abs(columns)
    if shot_at(at, flight, player):
        choice[0] = escape(others, board, pad, at, flight, player)
        return
    eager = NEAREST_SHOT + others[6] * (FARTHEST_SHOT - NEAREST_SHOT) // 1000
    if away <= eager and aims_at(board, pad, at, gear, player):
        along = gear[own + FACING]
        choice[0] = SHOOT
        choice[1] = favourite(
            others[:AIMS], board, pad, at[other], at[other + 1], down_of(along), right_of(along)
        )
        return
    if gear[own + TRAPS_LEFT] and away <= NEAREST_TRAP + others[7] * (FARTHEST_TRAP - NEAREST_TRAP) // 1000:
        choice[0] = TRAP
        return
    trap, way = traps[other : other + 2], ways[at[me] + pad, at[me + 1] + pad]
    if gear[own + AMMUNITION_LEFT] == 0 and way < FAR_WAY:
        choice[0] = to_pick_up(board, pad, ways, at, trap, player)
    else:
        choice[0] = approach(board, pad, at, trap, player)


@lean_kernel
def goes(board, pad, at, trap, player, move):
    """Whether this move leads anywhere, and not onto the other's trap."""
    row, column = at[2 * player] + down_of(move), at[2 * player + 1] + right_of(move)
    return board[row + pad, column + pad] != BLOCKED and not (row == trap[0] and column == trap[1])


@lean_kernel
def to_pick_up(board, pad, ways, at, trap, player):
    """The first move that leads one step nearer to a pick-up; without one it is to stay."""
    row, column = at[2 * player] + pad, at[2 * player + 1] + pad
    for move in range(4):
        shorter = ways[row + down_of(move), column + right_of(move)] < ways[row, column]
        if shorter and goes(board, pad, at, trap, player, move):
            return move
    return STAY


@lean_kernel
def approach(board, pad, at, trap, player):
    """A move towards the other: along the longer way first, and around what bars it by its open side."""
    me, other = 2 * player, 2 - 2 * player
    rows, columns = at[other] - at[me], at[other + 1] - at[me + 1]
    if abs(rows) >= abs(columns):
        along, aside = move_of(rows, 0), move_of(0, columns if columns else 1)
    else:
        along, aside = move_of(0, columns), move_of(rows if rows else 1, 0)
    for move in (along, aside, move_of(-down_of(aside), -right_of(aside))):
        if goes(board, pad, at, trap, player, move):
            return move
    return STAY
