"""The rules of `duel`, and the constants that kernels and words share.

Two players, each with a gun, a shot in it and a trap. In a step both choose at once. First each that walks
turns to that side and takes a step, unless a wall is there; where both want one tile, or each the other's,
none moves. Who comes upon the other's trap is caught. Then the shots of the step before land, new ones are
fired, and traps are laid.

A shot lands in the step after it was fired: who is shot at sees that, but not where to, and has one step
to be elsewhere. It flies ahead, `RANGE` tiles, until a wall stops it; or, by its aim, along the lane to
the left or right of that: it is meant for a player that steps aside. Who stands in cover is hit from
`COVER_RANGE` tiles or nearer alone. A pick-up holds a shot. Who hits or catches the other wins; both at
once, or the end of the time, is a draw, half a win for both. Who won is shown for one step before the
match ends.

A scripted player shoots, escapes and lays its trap as its style says. Sides that a wall bars do not count. It
saw where the other laid its trap, and walks around that unless it is shot at. Its skill is how often it does
in a step what it means to do, and not nothing.
"""

from gamemeta_levels.families.arena.parameters import MOST_SIDE

UP, DOWN, LEFT, RIGHT, STAY, SHOOT, TRAP = range(7)
ACTION_NAMES = ("up", "down", "left", "right", "stay", "shoot", "trap")
ACTIONS = len(ACTION_NAMES)
AHEAD, TO_LEFT, TO_RIGHT = range(3)
AIM_NAMES = ("ahead", "to the left", "to the right")
AIMS = len(AIM_NAMES)

SHOT_LIKING, ESCAPE_LIKING, EAGERNESS, TRAP_EAGERNESS = 0, AIMS, 6, 7
"""Columns of a style: how much a player likes each aim of a shot, and each side to escape to, of which the
largest counts; from how far it shoots, and from how far it lays its trap."""

PLAYERS = 2
RANGE, COVER_RANGE = 8, 2
"""Tiles that a shot flies, and from which a player in cover is hit."""
SHOTS, MOST_SHOTS = 1, 3
"""Shots in a gun in the beginning, and at most."""
NEAREST_SHOT, FARTHEST_SHOT = 2, 8
"""Distances from which the most patient and the most eager scripted player shoots, tiles."""
NEAREST_TRAP, FARTHEST_TRAP = 1, 5
"""Distances of the other, in steps, at which scripted players lay their trap."""

RUNNING, DECIDED, OVER = range(3)
"""Phases of a match: open, decided and shown, over."""
OPEN_END, FIRST_WON, SECOND_WON, DRAW = range(4)
"""Results of a match."""

STEP, LIMIT, STATE, END = range(4)
CLOCK = 4
"""Columns of the clock, and their number."""
AMMUNITION_LEFT, TRAPS_LEFT, FACING = range(3)
GEAR = 3
"""Columns of a player in `gear`, and their number; it looks along the move `FACING`."""
NOWHERE = -1
"""Row and column of a trap that was not laid."""
LAST_ACTION, LAST_AIM, LANDED = range(3)
DID = 3
"""Columns of a player in `did`, and their number: its last action and aim, and its shot that landed in this
step, as `LANDED_CODES`."""
NOTHING_YET = ACTIONS
"""The last action before there was one."""
FLYING, FROM_ROW, FROM_COLUMN, ALONG = range(4)
FLIGHT = 4
"""Columns of a player in `flight`, and their number: 1 + the aim of its shot under way, 0 without one; where
it was fired from, and the move that it flies along."""
LANDED_CODES = AIMS + 1
"""Codes of the other's shot that landed in this step: 0 none, 1 + its aim."""

CLOCK_RANGE = (0, 0, RUNNING, OPEN_END), (1000, 1000, OVER, DRAW)
GEAR_RANGE = (0,) * (GEAR * PLAYERS), (MOST_SHOTS, 1, RIGHT) * PLAYERS
DID_RANGE = (0,) * (DID * PLAYERS), (NOTHING_YET, AIMS - 1, AIMS) * PLAYERS
FLIGHT_RANGE = (0,) * (FLIGHT * PLAYERS), (AIMS, MOST_SIDE, MOST_SIDE, RIGHT) * PLAYERS
"""Least and largest value of each column of these arrays."""

OPEN, BLOCKED, IN_COVER, PICK_UP, TRAP_SEEN, OTHER = range(6)
VIEW_CODES = 6
"""Codes of a tile of the view; the trap seen is that of the seat."""
STATUS_CODES, STATUS = 4, 5
"""Codes and size of the status: shots, trap and side that the seat looks to, then the other's side and
shots."""
I_AIM, IT_AIMS, IT_SHOT = 1, 2, 4
IN_LINE_CODES = 8
"""The sum of: a shot ahead would hit the other where it stands; its shot would hit; its shot is under way."""
CLOCK_CODES = 32
"""Codes of the step of a match, which counts up to 31."""
FAR_WAY = 255
"""Steps of a way that does not exist."""
