"""The rules of `forage`, and the constants that kernels and words share.

Loads of four colours lie about, one of each, and none can be lifted alone: two players must stand on its tile
and lift in the same step. Home is the middle of the arena.

A scripted partner goes on outings. It rests at home, sets out for a load, two tiles a step, tries a few times
to lift it, and comes home. A load that it could not lift falls apart. The day ends when it is back from its
last outing, or when the time is over. Without one the day ends when all is lifted.

Which load a scripted partner goes for, and how long it waits for help, is up to its style. Its skill is how
often it walks two tiles in a step, and not one.
"""

from gamemeta.games.builtin.arena.offset_kernels import OFFSET_CODES

LIFT = 4
ACTION_NAMES = ("up", "down", "left", "right", "lift")
ACTIONS = len(ACTION_NAMES)

LEAST_REST, RESTS = 6, 3
"""Steps of a rest at home: so many, or up to `RESTS` - 1 more."""
MOST_TRIES = 2
"""How often a partner may try to lift a load."""
MOST_PLAYERS = 4
COLOURS = 4
HANDS = 2
"""Players that a load needs."""
HOME_WAY = COLOURS
"""Number of the way home, behind those to the loads."""
WAYS = COLOURS + 1
NO_LOAD = -1

FIRST_LOAD_LIKING, DISTANCE_DISLIKE, PATIENCE, REST, SIDEWAYS = 0, COLOURS, 5, 6, 7
"""Columns of a style: how much a partner likes the load of each colour, and dislikes a long way from home,
how often it tries to lift, how long it rests, and whether it goes sideways first where two ways are equally
short."""
LIKING, FAR_AWAY, LONG_WAY = 2.0, 1.0, 8.0
"""Weights of a full liking, and of `LONG_WAY` tiles of way."""

RESTING, GOING, LIFTING, RETURNING, ALONE, OVER = range(6)
"""Activities of a scripted partner; `ALONE` where there is none, `OVER` when the day is over."""

STEP, LIMIT, STATE, COUNT, AIM, TRIED, LIFTED, LAST, GONE = range(9)
CLOCK = 9
"""Columns of the clock: steps, their limit, what the partner does and for how many steps more, the load that
it makes for, outings begun, loads lifted, outcome of the last load, bits of the loads gone."""

NOTHING, RAISED, BROKEN = 0, 1, 1 + COLOURS
"""Outcomes of the last load: none so far; or the first of four codes, one a colour."""
OUTCOME_CODES = 1 + 2 * COLOURS

CLOCK_RANGE = (
    (0, 0, RESTING, 0, NO_LOAD, 0, 0, NOTHING, 0),
    (1000, 1000, OVER, 1000, COLOURS - 1, COLOURS, COLOURS, OUTCOME_CODES - 1, (1 << COLOURS) - 1),
)
"""Least and largest value of each column of the clock."""

OPEN, BLOCKED, FIRST_LOAD, HOME, PLAYER_SEEN = 0, 1, 2, 6, 7
VIEW_CODES = 8
"""Codes of a tile of the view; loads have four, one a colour."""
GONE_OFFSET = OFFSET_CODES
PLACE_CODES = GONE_OFFSET + 1
"""Codes of a load's place: offsets, and one for a load that is gone."""
CLOCK_CODES = 64
FAR_WAY = 255
"""Steps of a way that does not exist."""
