"""Flaws of a level that can be seen without playing it."""

from collections.abc import Callable, Iterator

from gamemeta_levels.errors import UnsolvableLevel
from gamemeta_levels.family import LevelFamily, pack_level
from gamemeta_levels.inspection.finding import Finding, Place, at, at_all
from gamemeta_levels.inspection.ways import (
    around,
    dead_ends,
    filled,
    in_sight,
    keys_of_doors,
    reached,
    regions,
    ruled,
)
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import DOOR, DOOR_2, DOOR_3, FLOOR, GLYPHS, GOAL, HAZARD, NAMES, SPAWN, WALL

LONG_DEAD_END = 20
"""Tiles from which on a dead end counts as long."""
DOORS = (DOOR, DOOR_2, DOOR_3)
PLAIN = (FLOOR, SPAWN, GOAL, *DOORS)
"""What lies on a tile without being a thing that one may want."""
KNOWN_GOAL = ("arena",)
"""Families in whose levels one knows from the start where the goal is."""


def flaws(family: LevelFamily, level: Level) -> list[Finding]:
    """What is wrong with a level, and what may not be meant, the worst first.

    Raises:
        LevelError: the level is malformed, or not of this family.
    """
    try:
        pack_level(family, level)
    except UnsolvableLevel as error:
        unsolvable = [Finding(kind="unsolvable", words=f"cannot be solved: {error}")]
    else:
        unsolvable = []
    if not level.find(SPAWN):
        return unsolvable
    checks: tuple[Callable[[Level], Iterator[Finding]], ...] = (
        _unfair_traps,
        _needless_keys,
        _unreachable,
        _goal_in_sight,
        _long_dead_ends,
    )
    whole = ruled(level)
    return unsolvable + [finding for check in checks for finding in check(whole)]


def _unfair_traps(level: Level) -> Iterator[Finding]:
    """Hazards on every way to the goal."""
    starts, goals = level.find(SPAWN), level.find(GOAL)
    if not goals or not (level.tiles == HAZARD).any() or not _reaches(level, starts, goals):
        return
    if _reaches(level, starts, goals, closed=(HAZARD,)):
        return
    traps = level.find(HAZARD)
    must = [trap for trap in traps if not _reaches(_walled(level, trap), starts, goals)]
    if must:
        words = f"unfair trap at {at_all(must)}: every way to the goal crosses it"
    else:
        words = f"unfair traps at {at_all(traps)}: every way to the goal crosses one of them"
    yield Finding(kind="unfair_trap", words=f"{words}. Open a way around.", places=tuple(must or traps))


def _needless_keys(level: Level) -> Iterator[Finding]:
    """Doors that one can walk around, or that lead nowhere: what opens them is not needed for them."""
    for door, key in keys_of_doors(level).items():
        for place in level.find(door):
            sides = [side for side in around(place, level.tiles.shape) if level.tiles[side] != WALL]
            passable = level.tiles != WALL
            passable[place] = False
            if len(sides) > 1 and not all(filled(passable, sides[:1])[side] for side in sides):
                continue
            why = "one can walk around it" if len(sides) > 1 else "nothing lies behind it"
            yield Finding(
                kind="key_not_needed",
                words=f"solved without the key: the door {GLYPHS[door]!r} at {at(place)} opens by "
                f"{NAMES[key]} {GLYPHS[key]!r}, and {why}.",
                places=(place, *level.find(key)),
            )


def _unreachable(level: Level) -> Iterator[Finding]:
    """Things and floor that no way leads to; the goal is not among them."""
    apart = (level.tiles != WALL) & ~reached(level, level.find(SPAWN))
    for region in regions(apart):
        codes = {place: int(level.tiles[place]) for place in region}
        for place, code in codes.items():
            if code not in PLAIN:
                words = f"unreachable: {NAMES[code]} {GLYPHS[code]!r} at {at(place)}: no way leads there."
                yield Finding(kind="unreachable_thing", words=words, places=(place,))
        if not set(codes.values()) & {GOAL}:
            many = f"{len(region)} tiles" if len(region) > 1 else "1 tile"
            words = f"unreachable: {many} around {at(region[0])}: no way leads there."
            yield Finding(kind="unreachable_floor", words=words, places=tuple(region))


def _goal_in_sight(level: Level) -> Iterator[Finding]:
    """A goal in a straight line of sight from where one starts; doors count as glass."""
    opaque = level.tiles == WALL
    if level.family in KNOWN_GOAL or not opaque.any():
        return
    for spawn in level.find(SPAWN):
        for goal in level.find(GOAL):
            if in_sight(opaque, spawn, goal):
                words = f"the goal at {at(goal)} is seen from the spawn at {at(spawn)}."
                yield Finding(kind="goal_in_sight", words=words, places=(goal,), problem=False)


def _long_dead_ends(level: Level) -> Iterator[Finding]:
    """Long ways at whose ends there is nothing."""
    for end, alley in dead_ends(level.tiles != WALL).items():
        empty = all(level.tiles[place] == FLOOR for place in alley)
        if empty and len(alley) >= LONG_DEAD_END:
            words = f"a dead end of {len(alley)} tiles with nothing in it, at {at(end)}."
            yield Finding(kind="dead_end", words=words, places=tuple(alley), problem=False)


def _reaches(level: Level, starts: list[Place], goals: list[Place], closed: tuple[int, ...] = ()) -> bool:
    seen = reached(level, starts, closed)
    return any(seen[goal] for goal in goals)


def _walled(level: Level, place: Place) -> Level:
    tiles = level.tiles.copy()
    tiles[place] = WALL
    return Level(family=level.family, tiles=tiles, hidden=level.hidden)
