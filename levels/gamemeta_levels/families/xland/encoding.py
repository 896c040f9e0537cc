"""Rulesets as XLand-MiniGrid (Nikulin et al. 2023) writes them, and as compiled code reads them.

There, a goal is five bytes: its kind and up to two tiles; a rule is seven: its kind, one or two tiles that it
takes, and the tile that it makes. A tile is two bytes, shape and colour, and bytes that are left over are 0.
Here a tile is one code, shape * COLOURS + colour; a goal is (kind, a, b), a rule (kind, a, b, product).
"""

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError

EMPTY, FLOOR, WALL, BALL, SQUARE, PYRAMID, GOAL, KEY, LOCKED, CLOSED, OPEN, HEX, STAR = range(13)
"""Shapes of tiles."""
SHAPES, COLOURS = 13, 12
BLACK, GREY = 7, 6
OBJECTS = (BALL, SQUARE, PYRAMID, KEY, STAR, HEX)
"""Shapes that can be picked up."""
INPUTS = (*OBJECTS, GOAL)
"""Shapes that goals and rules are about."""
PAINTS = (1, 2, 3, 4, 5, 6, 9, 10, 11, 8)
"""Colours of these: all but none and black."""
FLOOR_TILE = FLOOR * COLOURS + BLACK
WALL_TILE = WALL * COLOURS + GREY

NOTHING, HOLD = 0, 1
GOAL_NEAR, GOAL_TOUCH = 3, 4
GOAL_TOUCH_SIDES, GOAL_NEAR_SIDES = 7, 11
"""Kinds of goals: hold a tile; stand near one; two tiles touch; the first of four kinds, up, right, down and
left, of the last two on one side."""
RULE_NEAR, RULE_TOUCH, RULE_TOUCH_SIDES, RULE_NEAR_SIDES = 2, 3, 4, 8
"""Kinds of rules, likewise."""
GOAL_BYTES, RULE_BYTES = 5, 7

GOALS_OF_TWO = (GOAL_TOUCH, *range(GOAL_TOUCH_SIDES, GOAL_TOUCH_SIDES + 4))
GOALS_OF_ONE = (HOLD, GOAL_NEAR, *range(GOAL_NEAR_SIDES, GOAL_NEAR_SIDES + 4))
RULES_OF_TWO = (RULE_TOUCH, *range(RULE_TOUCH_SIDES, RULE_TOUCH_SIDES + 4))
RULES_OF_ONE = (HOLD, RULE_NEAR, *range(RULE_NEAR_SIDES, RULE_NEAR_SIDES + 4))

Bytes = NDArray[np.uint8]


def read_goals(rows: Bytes) -> Bytes:
    """Goals uint8 [N, 3] from their bytes [N, 5].

    Raises:
        LevelError: another shape or type, a kind that is not known, or a tile that no goal is about.
    """
    _check(rows, GOAL_BYTES, "a goal")
    two = np.isin(rows[:, 0], GOALS_OF_TWO)
    goals: Bytes = np.stack([rows[:, 0], _code(rows, 1), np.where(two, _code(rows, 3), 0)], 1)
    check_goals(goals)
    return goals


def read_rules(rows: Bytes) -> Bytes:
    """Rules uint8 [N, 4] from their bytes [N, 7]. Raises as `read_goals`; a rule may make floor as well."""
    _check(rows, RULE_BYTES, "a rule")
    two = np.isin(rows[:, 0], RULES_OF_TWO)
    second, made = np.where(two, _code(rows, 3), 0), np.where(two, _code(rows, 5), _code(rows, 3))
    rules: Bytes = np.stack([rows[:, 0], _code(rows, 1), second, made], 1).astype(np.uint8)
    check_rules(rules)
    return rules


def check_goals(goals: Bytes) -> None:
    """Raises LevelError unless goals [N, 3] are of known kinds, or none, and their tiles things."""
    _check_kinds(goals[:, 0], (*GOALS_OF_ONE, *GOALS_OF_TWO), "goal")
    _check_inputs(goals[:, 1], goals[:, 0] != NOTHING, "goal")
    _check_inputs(goals[:, 2], np.isin(goals[:, 0], GOALS_OF_TWO), "goal")


def check_rules(rules: Bytes) -> None:
    """Raises LevelError unless rules [N, 4] are of known kinds, or none, and their tiles things."""
    _check_kinds(rules[:, 0], (*RULES_OF_ONE, *RULES_OF_TWO), "rule")
    there = rules[:, 0] != NOTHING
    _check_inputs(rules[:, 1], there, "rule")
    _check_inputs(rules[:, 2], np.isin(rules[:, 0], RULES_OF_TWO), "rule")
    _check_inputs(rules[:, 3], there & (rules[:, 3] != FLOOR_TILE), "rule")


def check_things(codes: Bytes) -> None:
    """Raises LevelError unless all of these tiles [N] may lie about."""
    _check_inputs(codes, np.ones(len(codes), np.bool_), "ruleset")


def write_goals(goals: Bytes) -> Bytes:
    """The bytes [N, 5] of goals [N, 3]."""
    rows = np.zeros((len(goals), GOAL_BYTES), np.uint8)
    rows[:, 0] = goals[:, 0]
    rows[:, 1], rows[:, 2] = np.divmod(goals[:, 1], COLOURS)
    rows[:, 3], rows[:, 4] = np.divmod(goals[:, 2], COLOURS)
    return rows


def write_rules(rules: Bytes) -> Bytes:
    """The bytes [N, 7] of rules [N, 4]."""
    rows = np.zeros((len(rules), RULE_BYTES), np.uint8)
    two = np.isin(rules[:, 0], RULES_OF_TWO)
    rows[:, 0] = rules[:, 0]
    rows[:, 1], rows[:, 2] = np.divmod(rules[:, 1], COLOURS)
    rows[:, 3], rows[:, 4] = np.divmod(np.where(two, rules[:, 2], rules[:, 3]), COLOURS)
    rows[:, 5], rows[:, 6] = np.divmod(np.where(two, rules[:, 3], 0), COLOURS)
    return rows


def _code(rows: Bytes, at: int) -> Bytes:
    """Codes [N] of the tiles that begin at this byte; shapes and colours out of range are refused."""
    shape, colour = rows[:, at], rows[:, at + 1]
    wrong = (shape >= SHAPES) | (colour >= COLOURS)
    if wrong.any():
        i = int(wrong.argmax())
        raise LevelError(
            f"row {i}: there is no tile of shape {shape[i]} and colour {colour[i]}; shapes are 0 to "
            f"{SHAPES - 1}, colours 0 to {COLOURS - 1}."
        )
    return (shape * np.uint8(COLOURS) + colour).astype(np.uint8)


def _check(rows: Bytes, count: int, what: str) -> None:
    if rows.ndim != 2 or rows.shape[1] != count or rows.dtype != np.uint8:
        raise LevelError(
            f"{what} is {count} bytes; got {rows.dtype} of shape {rows.shape}. Give uint8 [N, {count}]."
        )


def _check_kinds(kinds: Bytes, known: tuple[int, ...], what: str) -> None:
    wrong = ~np.isin(kinds, (NOTHING, *known))
    if wrong.any():
        i = int(wrong.argmax())
        raise LevelError(
            f"row {i}: {kinds[i]} is no kind of {what} here. Kinds are {', '.join(map(str, sorted(known)))}."
        )


def _check_inputs(codes: Bytes, there: NDArray[np.bool_], what: str) -> None:
    """Only things have a part in rulesets: walls and doors stay what they are. What is not there is 0."""
    shape, colour = np.divmod(codes, COLOURS)
    wrong = np.where(there, ~(np.isin(shape, INPUTS) & np.isin(colour, PAINTS)), False)
    if wrong.any():
        i = int(wrong.argmax())
        raise LevelError(f"row {i}: no {what} has a tile of shape {shape[i]} and colour {colour[i]}.")
