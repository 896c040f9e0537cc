"""Rulesets of `xland` in words."""

from gamemeta_levels.families.xland import encoding as e
from gamemeta_levels.families.xland.rulesets import Ruleset

COLOUR_NAMES = (
    *("", "red", "green", "blue", "purple", "yellow"),
    *("grey", "black", "orange", "white", "brown", "pink"),
)
SHAPE_NAMES = (
    *("nothing", "floor", "wall", "ball", "square", "pyramid", "goal tile"),
    *("key", "locked door", "door", "open door", "hex", "star"),
)
SIDE_NAMES = ("above", "right of", "below", "left of")
"""Where the second tile of a goal or rule is, seen from the first, or a tile, seen from the agent."""


def tile_name(tile: int) -> str:
    """A tile in words: "red ball"."""
    shape, colour = divmod(tile, e.COLOURS)
    if shape in (e.EMPTY, e.FLOOR, e.WALL):
        return SHAPE_NAMES[shape]
    return f"{COLOUR_NAMES[colour]} {SHAPE_NAMES[shape]}"


def with_article(tile: int) -> str:
    """A tile with its article: "an orange key"."""
    name = tile_name(tile)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def goal_words(goal: tuple[int, int, int]) -> str:
    """What has to be done, in words."""
    kind, a, b = goal
    if kind == e.NOTHING:
        return "nothing is to be done"
    if kind == e.HOLD:
        return f"pick up {with_article(a)}"
    if kind == e.GOAL_TOUCH:
        return f"put {with_article(a)} and {with_article(b)} side by side"
    if kind == e.GOAL_NEAR:
        return f"walk up to {with_article(a)}"
    if kind >= e.GOAL_NEAR_SIDES:
        return f"stand so that {with_article(a)} is {_to_the(kind - e.GOAL_NEAR_SIDES)} you"
    return f"put {with_article(b)} {SIDE_NAMES[kind - e.GOAL_TOUCH_SIDES]} {with_article(a)}"


def rule_words(rule: tuple[int, int, int, int]) -> str:
    """What becomes of what, and when, in words."""
    kind, a, b, product = rule
    made = "it vanishes" if product == e.FLOOR_TILE else f"it becomes {with_article(product)}"
    both = "both vanish" if product == e.FLOOR_TILE else f"they become {with_article(product)}"
    if kind == e.HOLD:
        return f"{with_article(a)} is picked up: {made}"
    if kind == e.RULE_NEAR:
        return f"you walk up to {with_article(a)}: {made}"
    if kind == e.RULE_TOUCH:
        return f"{with_article(a)} and {with_article(b)} are put side by side: {both}"
    if kind >= e.RULE_NEAR_SIDES:
        return f"{with_article(a)} is {_to_the(kind - e.RULE_NEAR_SIDES)} you: {made}"
    return f"{with_article(b)} is {SIDE_NAMES[kind - e.RULE_TOUCH_SIDES]} {with_article(a)}: {both}"


def rules_of(ruleset: Ruleset) -> list[str]:
    """Goal, rules and the things that lie about at first, a sentence each."""
    things = ", ".join(tile_name(tile) for tile in ruleset.things) or "nothing"
    return [
        f"goal: {goal_words(ruleset.goal)}",
        *(f"rule: {rule_words(rule)}" for rule in ruleset.rules),
        f"things: {things}",
    ]


def _to_the(side: int) -> str:
    return SIDE_NAMES[side]
