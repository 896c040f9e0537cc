# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled scripted players of the game `duel`: what a style does in a step."""

from gamemeta.games.builtin.duel import rules as r
from gamemeta_levels.families.arena.styles import SKILL, THOUSAND
from gamemeta_levels.kernel import lean_kernel, uniform

SLIPS = 100
"""Number of the first draw from an episode's chance that decides whether a player does what it means to."""


@lean_kernel
def down_of(move):
    """Rows that a move leads down."""
    return (move == r.DOWN) - (move == r.UP)


@lean_kernel
def right_of(move):
    """Columns that a move leads to the right."""
    return (move == r.RIGHT) - (move == r.LEFT)


@lean_kernel
def move_of(down, right):
    """The move that leads by one tile in this direction."""
    if down:
        return r.DOWN if down > 0 else r.UP
    return r.RIGHT if right > 0 else r.LEFT


@lean_kernel
def lane_of(row, column, along, other_row, other_column):
    """Tiles ahead and to the left, seen from this place in this direction, of the other place."""
    down, right = down_of(along), right_of(along)
    rows, columns = other_row - row, other_column - column
    return rows * down + columns * right, columns * down - rows * right


@lean_kernel
def hits(board, pad, row, column, along, aim, other_row, other_column):
    """Whether a shot fired from here hits who stands there: in its lane, near enough, no wall between."""
    ahead, left = lane_of(row, column, along, other_row, other_column)
    if ahead < 1 or ahead > r.RANGE or left != (aim == r.TO_LEFT) - (aim == r.TO_RIGHT):
        return False
    if ahead > r.COVER_RANGE and board[other_row + pad, other_column + pad] == r.IN_COVER:
        return False
    down, right = down_of(along), right_of(along)
    row, column = row + pad - left * right, column + pad + left * down
    for k in range(1, ahead):
        if board[row + k * down, column + k * right] == r.BLOCKED:
            return False
    return True


@lean_kernel
def aims_at(match, pad, shooter):
    """Whether this player, with what it has, would hit the other where it stands by a shot ahead."""
    at, gear = match.at, match.gear
    me, other, first = 2 * shooter, 2 - 2 * shooter, r.GEAR * shooter
    if gear[first + r.AMMUNITION_LEFT] == 0:
        return False
    along = gear[first + r.FACING]
    return hits(match.board, pad, at[me], at[me + 1], along, r.AHEAD, at[other], at[other + 1])


@lean_kernel
def shot_at(match, player):
    """Whether a shot is under way that may hit this player, by one aim or another."""
    at, flight = match.at, match.flight
    its, me = r.FLIGHT * (1 - player), 2 * player
    if flight[its + r.FLYING] == 0:
        return False
    ahead, left = lane_of(
        flight[its + r.FROM_ROW], flight[its + r.FROM_COLUMN], flight[its + r.ALONG], at[me], at[me + 1]
    )
    return 1 <= ahead <= r.RANGE and abs(left) <= 1


@lean_kernel
def favourite(likings, board, pad, row, column, down, right):
    """Ahead, left or right: what is liked most, of what no wall bars.

    `row` and `column` are whose sides a wall may bar, seen along (down, right); of equal likings the first
    counts.
    """
    best = r.AHEAD
    for side in range(r.TO_LEFT, r.AIMS):
        sign = 1 if side == r.TO_LEFT else -1
        free = board[row + pad - sign * right, column + pad + sign * down] != r.BLOCKED
        if free and likings[side] > likings[best]:
            best = side
    return best


@lean_kernel
def escape(match, pad, player):
    """The move of a player that is shot at: it stays, or goes to its left or right as it looks to where the
    shot comes from."""
    at, me = match.at, 2 * player
    along = match.flight[r.FLIGHT * (1 - player) + r.ALONG]
    down, right = -down_of(along), -right_of(along)
    likings = match.others[r.ESCAPE_LIKING : r.ESCAPE_LIKING + r.AIMS]
    side = favourite(likings, match.board, pad, at[me], at[me + 1], down, right)
    if side == r.AHEAD:
        return r.STAY
    sign = 1 if side == r.TO_LEFT else -1
    return move_of(-sign * right, sign * down)


@lean_kernel
def decide(match, pad, player):
    """Write into `match.did` what a scripted player does now: action and aim."""
    at, style, first = match.at, match.others, r.DID * player
    match.did[first + r.LAST_ACTION], match.did[first + r.LAST_AIM] = r.STAY, r.AHEAD
    if uniform(match.chance, SLIPS + match.clock[r.STEP]) * THOUSAND >= style[SKILL]:
        return
    me, other, gear = 2 * player, 2 - 2 * player, match.gear[r.GEAR * player : r.GEAR * player + r.GEAR]
    away = abs(at[other] - at[me]) + abs(at[other + 1] - at[me + 1])
    if shot_at(match, player):
        match.did[first + r.LAST_ACTION] = escape(match, pad, player)
        return
    shot_range = r.NEAREST_SHOT + style[r.EAGERNESS] * (r.FARTHEST_SHOT - r.NEAREST_SHOT) // THOUSAND
    if away <= shot_range and aims_at(match, pad, player):
        down, right = down_of(gear[r.FACING]), right_of(gear[r.FACING])
        likings = style[r.SHOT_LIKING : r.SHOT_LIKING + r.AIMS]
        match.did[first + r.LAST_ACTION] = r.SHOOT
        match.did[first + r.LAST_AIM] = favourite(
            likings, match.board, pad, at[other], at[other + 1], down, right
        )
        return
    trap_range = r.NEAREST_TRAP + style[r.TRAP_EAGERNESS] * (r.FARTHEST_TRAP - r.NEAREST_TRAP) // THOUSAND
    if gear[r.TRAPS_LEFT] and away <= trap_range:
        match.did[first + r.LAST_ACTION] = r.TRAP
    elif gear[r.AMMUNITION_LEFT] == 0 and match.ways[0, at[me] + pad, at[me + 1] + pad] < r.FAR_WAY:
        match.did[first + r.LAST_ACTION] = to_pick_up(match, pad, player)
    else:
        match.did[first + r.LAST_ACTION] = approach(match, pad, player)


@lean_kernel
def goes(match, pad, player, move):
    """Whether this move leads anywhere, and not onto the other's trap."""
    row, column = match.at[2 * player] + down_of(move), match.at[2 * player + 1] + right_of(move)
    trap_row, trap_column = match.traps[2 - 2 * player], match.traps[3 - 2 * player]
    is_trap = row == trap_row and column == trap_column
    return match.board[row + pad, column + pad] != r.BLOCKED and not is_trap


@lean_kernel
def to_pick_up(match, pad, player):
    """The first move that leads one step nearer to a pick-up; without one it is to stay."""
    row, column = match.at[2 * player] + pad, match.at[2 * player + 1] + pad
    for move in range(4):
        steps = match.ways[0, row + down_of(move), column + right_of(move)]
        if steps < match.ways[0, row, column] and goes(match, pad, player, move):
            return move
    return r.STAY


@lean_kernel
def approach(match, pad, player):
    """A move towards the other: along the longer way first, and around what bars it by its open side."""
    at, me, other = match.at, 2 * player, 2 - 2 * player
    rows, columns = at[other] - at[me], at[other + 1] - at[me + 1]
    if abs(rows) >= abs(columns):
        along, aside = move_of(rows, 0), move_of(0, columns if columns else 1)
    else:
        along, aside = move_of(0, columns), move_of(rows if rows else 1, 0)
    for move in (along, aside, move_of(-down_of(aside), -right_of(aside))):
        if goes(match, pad, player, move):
            return move
    return r.STAY
