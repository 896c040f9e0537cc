"""A ruleset that differs in one tile from another, wherever that tile stands in it."""

from gamemeta_levels.families.draws import Draws
from gamemeta_levels.families.xland.rulesets import THINGS, WITH_GOALS, Ruleset


def recoloured(ruleset: Ruleset, draws: Draws) -> Ruleset:
    """The ruleset with a tile that it does not have in place of one that it has, in goal, rules and things:
    what has to be done stays the same, and what it is done with does not."""
    parts = (*ruleset.goal[1:], *(tile for rule in ruleset.rules for tile in rule[1:]), *ruleset.things)
    used = sorted({tile for tile in parts if tile in WITH_GOALS})
    old = used[draws.below(len(used))]
    free = [tile for tile in (THINGS if old in THINGS else WITH_GOALS) if tile not in used]
    if old not in THINGS:
        free = [tile for tile in free if tile not in THINGS]
    if not free:
        return ruleset
    new = free[draws.below(len(free))]

    def instead(tile: int) -> int:
        return new if tile == old else tile

    kind, a, b = ruleset.goal
    return Ruleset(
        goal=(kind, instead(a), instead(b)),
        rules=tuple((rule[0], *map(instead, rule[1:])) for rule in ruleset.rules),  # type: ignore[misc]
        things=tuple(map(instead, ruleset.things)),
    )
