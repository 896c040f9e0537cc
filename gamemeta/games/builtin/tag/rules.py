"""The rules of `tag`, as numbers that kernels and words share.

Guards and one runner. The runner waits in its den, the middle of the arena, where no guard can come. From
step `OPENS` on it may leave, and it moves two tiles a step. It wins by reaching an exit; the guards win when
one of them stands on a tile that it enters, or comes upon it, or when the time is over. Who won, and which
exit the runner had made for, is shown for one step before the match ends.

What its style means to a scripted runner, number by number: 0..3, how much it likes the exit of each colour;
4, how much it dislikes a long way; 5, how much it dislikes an exit with a guard near; 6, how long it waits;
7, which way it turns where two ways are equally short. Its skill is how often it takes two tiles in a step,
and not one.
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

RUNNING, DECIDED, OVER = range(3)
"""How far a match has come: open, decided and shown, over."""
NOBODY, GUARDS, RUNNER = range(3)
"""Who has won."""

LIKING, FAR_AWAY, DANGER = 2.0, 1.0, 0.6
"""How much a full liking, eight tiles of way, and a guard on the exit weigh for a runner that minds fully."""
LONG_WAY, NEAR_GUARD = 8.0, 4.0
"""Tiles of way that count fully; steps from which on a guard counts for nothing."""

STEP, LIMIT, STATE, WINNER, AIM, LEFT = range(6)
CLOCK = 6
"""What the clock of a match holds: steps, their limit, how far it has come, who won, the exit that the runner
makes for, whether it has left its den."""

OPEN, BLOCKED, FIRST_EXIT, DEN, GUARD_SEEN, RUNNER_SEEN = 0, 1, 2, 6, 7, 8
VIEW_CODES = 9
"""What a tile of the view shows; exits have four codes, one a colour."""
CLOCK_CODES, OUTCOME_CODES = 32, COLOURS + 2
"""Outcome: 0 open, 1 + colour of the exit made for, 5 where that is not known."""
FAR_WAY = 255
"""Steps of a way that does not exist."""
