"""The rules of `tag`, and the constants that kernels and words share.

Guards and one runner. The runner waits in its den, the middle of the arena, where no guard can come. From
step `OPENS` on it may leave, and it moves two tiles a step. It wins by reaching an exit; the guards win when
one of them stands on a tile that it enters, or comes upon it, or when the time is over. Who won, and which
exit the runner had made for, is shown for one step before the match ends.

A scripted runner waits, likes and dislikes exits as its style says. Its skill is how often it takes two tiles
in a step, and not one.
"""

STAY = 4
ACTION_NAMES = ("up", "down", "left", "right", "stay")
ACTIONS = len(ACTION_NAMES)

OPENS = 6
"""Step after which the den is open."""
WAITS = 3
"""A scripted runner leaves in one of so many steps from then on."""
MOST_PLAYERS = 4
COLOURS = 4
NO_EXIT = -1

FIRST_EXIT_LIKING, DISTANCE_DISLIKE, GUARD_DISLIKE, WAIT, SIDEWAYS = 0, COLOURS, 5, 6, 7
"""Columns of a style: how much a runner likes the exit of each colour, dislikes a long way and an exit with a
guard near, how long it waits, and whether it goes sideways first where two ways are equally short."""

RUNNING, DECIDED, OVER = range(3)
"""Phases of a match: open, decided and shown, over."""
NOBODY, GUARDS, RUNNER = range(3)
"""Winners."""

LIKING, FAR_AWAY, DANGER = 2.0, 1.0, 0.6
"""Weights of a full liking, of `LONG_WAY` tiles of way, and of a guard on the exit."""
LONG_WAY, NEAR_GUARD = 8.0, 4.0
"""Tiles of way that count fully; steps from which on a guard counts for nothing."""

STEP, LIMIT, STATE, WINNER, AIM, LEFT = range(6)
CLOCK = 6
"""Columns of the clock: steps, their limit, the phase, who won, the exit that the runner makes for, whether
it has left its den."""

CLOCK_RANGE = (0, 0, RUNNING, NOBODY, NO_EXIT, 0), (1000, 1000, OVER, RUNNER, COLOURS - 1, 1)
"""Least and largest value of each column of the clock."""

OPEN, BLOCKED, FIRST_EXIT, DEN, GUARD_SEEN, RUNNER_SEEN = 0, 1, 2, 6, 7, 8
VIEW_CODES = 9
"""Codes of a tile of the view; exits have four, one a colour."""
CLOCK_CODES, OUTCOME_CODES = 32, COLOURS + 2
"""Outcome: 0 open, 1 + colour of the exit made for, 5 where that is not known."""
FAR_WAY = 255
"""Steps of a way that does not exist."""
