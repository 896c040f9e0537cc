"""The rules of `duel`, as numbers that kernels and words share.

Two players, each with a gun, a shot in it and a trap. In a step both choose at once. First whoever walks
turns to that side and takes a step, unless a wall is there; where both want one tile, or each the other's,
none moves. Who comes upon the other's trap is caught. Then the shots of the step before land, new ones are
fired, and traps are laid.

A shot lands in the step after it was fired: who is shot at sees that, but not where to, and has one step
to be elsewhere. It flies ahead, `RANGE` tiles, until a wall stops it; or, by its aim, along the lane to
the left or right of that: it is meant for somebody who steps aside. Who stands in cover is hit from
`COVER_RANGE` tiles or nearer alone. A pick-up holds a shot. Who hits or catches the other wins; both at
once, or the end of the time, is a draw, half a win for both. Who won is shown for one step before the
match ends.

What its style means to a scripted player, number by number: 0..2, whether it shoots ahead, left or right,
the largest counts; 3..5, whether it stays, steps to its left or to its right when it is shot at; 6, how
near the other must be before it shoots; 7, how near before it lays its trap. Sides that a wall bars do not
count. It saw where the other laid its trap, and walks around that unless it is shot at. Its skill is how
often it does in a step what it means to do, and not nothing.
"""

UP, DOWN, LEFT, RIGHT, STAY, SHOOT, TRAP = range(7)
ACTION_NAMES = ("up", "down", "left", "right", "stay", "shoot", "trap")
ACTIONS = len(ACTION_NAMES)
AHEAD, TO_LEFT, TO_RIGHT = range(3)
AIM_NAMES = ("ahead", "to the left", "to the right")
AIMS = len(AIM_NAMES)

PLAYERS = 2
RANGE, COVER_RANGE = 8, 2
"""Tiles that a shot flies, and from which somebody in cover is hit."""
SHOTS, MOST_SHOTS = 1, 3
"""Shots in a gun in the beginning, and at most."""
NEAREST_SHOT, FARTHEST_SHOT = 2, 8
"""Distances from which the most patient and the most eager scripted player shoots, tiles."""
NEAREST_TRAP, FARTHEST_TRAP = 1, 5
"""Distances of the other, in steps, at which scripted players lay their trap."""

RUNNING, DECIDED, OVER = range(3)
"""How far a match has come: open, decided and shown, over."""
OPEN_END, FIRST_WON, SECOND_WON, DRAW = range(4)
"""How it ended."""

STEP, LIMIT, STATE, END = range(4)
CLOCK = 4
"""What the clock of a match holds."""
AMMUNITION_LEFT, TRAPS_LEFT, FACING = range(3)
GEAR = 3
"""What a player has, and the move that it looks along."""
NOWHERE = -1
"""Row and column of a trap that was not laid."""
LAST_ACTION, LAST_AIM, LANDED = range(3)
DID = 3
"""What a player did last, and which shot of its own landed in this step, as `LANDED_CODES`."""
NOTHING_YET = ACTIONS
"""The last action before there was one."""
FLYING, FROM_ROW, FROM_COLUMN, ALONG = range(4)
FLIGHT = 4
"""A shot under way: 1 + its aim, 0 without one; where it was fired from, and the move that it flies along."""
LANDED_CODES = AIMS + 1
"""Of the other's shot that landed in this step: 0 none, 1 + its aim."""

OPEN, BLOCKED, IN_COVER, PICK_UP, OWN_TRAP, OTHER = range(6)
VIEW_CODES = 6
"""What a tile of the view shows."""
STATUS_CODES, STATUS = 4, 5
"""Own shots, trap and side that one looks to, then the other's side and shots."""
I_AIM, IT_AIMS, IT_SHOT = 1, 2, 4
IN_LINE_CODES = 8
"""The sum of: a shot ahead would hit the other where it stands; its shot would hit; its shot is under way."""
CLOCK_CODES = 32
"""Steps of a match are told up to 31."""
FAR_WAY = 255
"""Steps of a way that does not exist."""
