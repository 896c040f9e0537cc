"""The rules of `forage`, as numbers that kernels and words share.

Loads of four colours lie about, one of each, and none can be lifted alone: two players must stand on its tile
and lift in the same step. Home is the middle of the arena.

A scripted partner goes on outings. It rests at home, sets out for a load, two tiles a step, tries a few times
to lift it, and comes home. A load that it could not lift falls apart. The day ends when it is back from its
last outing, or when the time is over. Without one the day ends when all is lifted.

What its style means to a scripted partner, number by number: 0..3, how much it likes the load of each
colour; 4, how much it dislikes a long way from home; 5, how often it tries to lift; 6, how long it rests;
7, which way it turns where two ways are equally short. Its skill is how often it walks two tiles in a step,
and not one.
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

LIKING, FAR_AWAY, LONG_WAY = 2.0, 1.0, 8.0
"""How much a full liking, and `LONG_WAY` tiles of way, weigh for a partner that minds fully."""

RESTING, GOING, LIFTING, RETURNING, ALONE, OVER = range(6)
"""What a scripted partner does; `ALONE` where there is none, `OVER` when the day is."""

STEP, LIMIT, STATE, COUNT, AIM, TRIED, LIFTED, LAST, GONE = range(9)
CLOCK = 9
"""What the clock of a day holds: steps, their limit, what the partner does and for how many steps more, the
load that it makes for, outings begun, loads lifted, what came of the last load, bits of the loads gone."""

NOTHING, RAISED, BROKEN = 0, 1, 1 + COLOURS
"""What came of the last load: nothing so far; or the first of four codes, one a colour."""
OUTCOME_CODES = 1 + 2 * COLOURS

OPEN, BLOCKED, FIRST_LOAD, HOME, PLAYER_SEEN = 0, 1, 2, 6, 7
VIEW_CODES = 8
"""What a tile of the view shows; loads have four codes, one a colour."""
GONE_OFFSET = OFFSET_CODES
PLACE_CODES = GONE_OFFSET + 1
"""Places of loads are told as offsets, with one more code for what is gone."""
CLOCK_CODES = 64
FAR_WAY = 255
"""Steps of a way that does not exist."""
