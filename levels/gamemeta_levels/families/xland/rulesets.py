"""Rulesets drawn as XLand-MiniGrid draws its task sets, with our own random numbers.

A goal is drawn first. Then, for every level of a tree, each tile that is wanted so far is among the things to
begin with, by some chance, or else the product of a rule whose inputs are wanted next. Tiles of the tree are
drawn without replacement. Last come things and rules that lead nowhere.
"""

from dataclasses import dataclass

from gamemeta_levels.families.draws import Draws
from gamemeta_levels.families.xland import encoding as e

Tiles = tuple[int, ...]

THINGS = tuple(shape * e.COLOURS + colour for shape in e.OBJECTS for colour in e.PAINTS)
"""Tiles that can be picked up."""
WITH_GOALS = (*THINGS, *(e.GOAL * e.COLOURS + colour for colour in e.PAINTS))
PRODUCTS = (*THINGS, e.FLOOR_TILE)
THOUSAND = 1000
NEAR_GOALS = (e.GOAL_NEAR, *range(e.GOAL_NEAR_SIDES, e.GOAL_NEAR_SIDES + 4))
TOUCH_GOALS = e.GOALS_OF_TWO
NEAR_RULES = e.RULES_OF_ONE
TOUCH_RULES = e.RULES_OF_TWO
MOST_RULES, MOST_THINGS = 18, 25
"""What rulesets of the largest task set have at most, and any other may have."""
KINDS = 11
"""Kinds of goals, and of rules, each as likely as the others."""


@dataclass(frozen=True)
class TaskSet:
    """What rulesets of one kind are drawn from.

    Args:
        depth: levels of the tree of rules.
        prune: chance, in thousandths, that a wanted tile is there from the beginning.
        most_rules: most rules that lead nowhere; their number is drawn evenly from 0 on.
        things: things that no rule of the tree needs.
    """

    depth: int
    prune: int
    most_rules: int
    things: int


TASK_SETS = {
    "trivial": TaskSet(0, 0, 0, 3),
    "small": TaskSet(1, 300, 2, 2),
    "medium": TaskSet(2, 100, 3, 2),
    "high": TaskSet(3, 100, 4, 1),
}
"""The task sets of XLand-MiniGrid, by name."""


@dataclass(frozen=True)
class Ruleset:
    """A goal (kind, a, b), rules (kind, a, b, product), and the tiles that lie about at first."""

    goal: tuple[int, int, int]
    rules: tuple[tuple[int, int, int, int], ...]
    things: Tiles


def draw_ruleset(task_set: TaskSet, draws: Draws) -> Ruleset:
    """A ruleset; the same draws give the same one."""
    goal = _goal(draws)
    used = [tile for tile in goal[1:] if tile]
    wanted, rules, things = list(used), [], []
    for _ in range(task_set.depth):
        inputs: list[int] = []
        while wanted:
            product = wanted.pop()
            if draws.below(THOUSAND) < task_set.prune:
                things.append(product)
                continue
            rule = _rule(product, used, draws)
            takes = [tile for tile in rule[1:3] if tile]
            used += takes
            inputs += takes
            rules.append(rule)
        wanted = inputs
    things += wanted
    free = _without(WITH_GOALS, used)
    things += [_one(free, draws) for _ in range(task_set.things)]
    for _ in range(draws.below(task_set.most_rules + 1)):
        rule = _rule(_one(_without(PRODUCTS, used), draws), [], draws)
        rules.append(rule)
        things += [tile for tile in rule[1:3] if tile]
    return Ruleset(goal, tuple(rules), tuple(things))


def _goal(draws: Draws) -> tuple[int, int, int]:
    kind = draws.below(KINDS)
    if kind == 0:
        return e.HOLD, _one(THINGS, draws), 0
    if kind <= len(NEAR_GOALS):
        return NEAR_GOALS[kind - 1], _one(WITH_GOALS, draws), 0
    return TOUCH_GOALS[kind - 1 - len(NEAR_GOALS)], _one(WITH_GOALS, draws), _one(THINGS, draws)


def _rule(product: int, used: list[int], draws: Draws) -> tuple[int, int, int, int]:
    """A rule with this product whose inputs are none of the tiles used; both may be the same tile."""
    kind, things = draws.below(KINDS), _without(THINGS, used)
    if kind < len(NEAR_RULES):
        return NEAR_RULES[kind], _one(things, draws), 0, product
    first = _one(_without(WITH_GOALS, used), draws)
    return TOUCH_RULES[kind - len(NEAR_RULES)], first, _one(things, draws), product


def _one(tiles: Tiles, draws: Draws) -> int:
    return tiles[draws.below(len(tiles))]


def _without(tiles: Tiles, used: list[int]) -> Tiles:
    return tuple(tile for tile in tiles if tile not in used)
