"""Constants of the dungeon's rules: codes of things, rewards, and the columns of a world's arrays.

`gamemeta_levels.families.dungeon.rules.kernels` plays by them. The game and the planner share both, so that
a plan has the same return in the game as in the planner.
"""

from gamemeta_levels.tiles import (
    DOOR,
    DOOR_2,
    DOOR_3,
    KEY,
    KEY_2,
    KEY_3,
    MONSTER_1,
    POTION_1,
    SCROLL_1,
)

KEYS = (KEY, KEY_2, KEY_3)
"""Tile of the key of each colour."""
DOORS = (DOOR, DOOR_2, DOOR_3)
"""Tile of the closed door of each colour."""
FIRST_POTION, POTION_COLOURS = POTION_1, 4
FIRST_SCROLL, SCROLL_COLOURS = SCROLL_1, 3
FIRST_MONSTER, MONSTER_KINDS = MONSTER_1, 3
COLOURS = 3
"""Colours of keys and of doors."""
MOST_MONSTERS = 12
"""Most monsters of a level."""

# Hidden rules: uint8 [17], the names in the order in which `Level` keeps them.
HIDDEN = {"harmless": 3, "keys": 3, "moves": 4, "potions": 4, "scrolls": 3}
"""Hidden rules by name, and how many values each has: whether a kind of monster is harmless; the door colour
that a key colour opens; the direction of an action; the effect of a potion colour, of a scroll colour."""
HARMLESS, KEY_OPENS, MOVE_OF, EFFECT_OF_POTION, EFFECT_OF_SCROLL = 0, 3, 6, 10, 14
"""Column at which each begins in the row of hidden rules."""
HIDDEN_SIZE = 17
HEAL, HURT, HASTE, FORTUNE = range(4)
"""Effects of potions."""
ONWARD, HOMEWARD, REVEAL = range(3)
"""Effects of scrolls."""

# Health, time and rewards.
FULL_HEALTH = 3
HASTE_STEPS = 10
"""Steps for which a potion of haste stops the clock; several potions add up."""
STEPS_PER_TILE = 0.25
"""Limit of the clock for each tile of the level's area, unless a game says otherwise."""
STEPS_PER_CLOCK = 2
"""An episode ends after this many times the clock's limit in steps."""
EXIT_REWARD = 1.0
CLOCK_PRICE = 0.9
"""What is taken off the exit's reward when the clock has run to its limit; it is never more."""
GOLD_REWARD = 0.05
CHEST_REWARD = 0.25
HEAL_REWARD = 0.1
HURT_REWARD = -0.15
FORTUNE_REWARD = 0.25
TRAP_REWARD = -0.1
MONSTER_REWARD = -0.1
DEATH_REWARD = -0.2

# Columns of a world's arrays.
HEALTH, IN_HAND, HASTE_LEFT, COMPASS, CLOCK, STEPS, LIMIT, ENDED = range(8)
"""Columns of `status`: health 0..3; 0 or 1 + colour of the key in hand; steps of haste left; whether the
compass is on; clock, steps and limit; how the episode ended."""
STATUS_SIZE = 8
RUNNING, ESCAPED, DIED, OUT_OF_TIME = range(4)
"""How an episode ended."""
SPAWN_AT, EXIT_AT, FRONT_AT = 0, 2, 4
"""Columns of `places`: row and column of the spawn, the exit, and the floor before the exit's door."""
PLACE_SIZE = 6
MONSTER_ROW, MONSTER_COLUMN, MONSTER_DOWN, MONSTER_RIGHT, MONSTER_KIND = range(5)
"""Columns of `monsters`: where a monster is, rows and columns that it moves a step, kind (-1: none)."""
MONSTER_SIZE = 5
THING, OUTCOME, MET = range(3)
"""Columns of `happened`: the tile used or bumped into (0: none), what came of it, and a bit for each kind of
monster touched."""
HAPPENED_SIZE = 3
(
    NOTHING,
    GOT_GOLD,
    GOT_CHEST,
    GOT_KEY,
    OPENED,
    DID_NOT_FIT,
    TRAPPED,
    HEALED,
    WAS_HEALTHY,
    WAS_HURT,
    HASTENED,
    GOT_FORTUNE,
    WENT_ONWARD,
    WENT_HOME,
    SAW_THE_WAY,
    LEFT,
) = range(16)
"""What came of the thing in `happened`; `LEFT` is reaching the exit."""
