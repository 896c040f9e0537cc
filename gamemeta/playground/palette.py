"""What a level of each family is drawn with: tiles, and hidden rules as menus."""

from collections.abc import Iterator, Mapping

from gamemeta.games.builtin.dungeon.words import MONSTERS, THINGS
from gamemeta.games.game import Game
from gamemeta.playground.frames import Plain
from gamemeta_levels.families.arena.family import ONCE as ONCE_IN_ARENA
from gamemeta_levels.families.arena.styles import STYLE_SIZE, THOUSAND
from gamemeta_levels.families.dungeon.rules import constants as r
from gamemeta_levels.families.dungeon.words import EFFECTS, SPELLS
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import GLYPHS, GOAL, MOVE_NAMES, NAMES, SPAWN, TILES_OF

ONCE = {
    "maze": {SPAWN: 1, GOAL: 1},
    "dungeon": dict.fromkeys((SPAWN, GOAL, *r.KEYS), 1),
    "arena": ONCE_IN_ARENA,
}
"""How often a level has what it must have, by tile code."""
Rule = tuple[str, int, str]
"""Name of a hidden number, its place among those of that name, and a label."""


def names_for(game: Game) -> dict[int, str]:
    """What every tile is called in a game, by code."""
    names = dict(enumerate(NAMES))
    if game.name == "dungeon":
        names |= THINGS | {r.FIRST_POTION + k: f"the {THINGS[r.FIRST_POTION + k]} potion" for k in range(4)}
        names |= {r.FIRST_MONSTER + k: f"the {kind}" for k, kind in enumerate(MONSTERS)}
    return names | dict(game.tile_words())


def tiles_of(level: Level) -> list[int]:
    """The tile codes that levels of this family may have; of another family those that this level has."""
    known = TILES_OF.get(level.family)
    return list(known) if known else sorted({int(code) for code in level.tiles.flat})


def once_in(family: str) -> Plain:
    """How many of a tile a level has, by glyph, where the family says it."""
    return {GLYPHS[code]: count for code, count in ONCE.get(family, {}).items()}


def menus_of(family: str, names: Mapping[int, str], shuffled_moves: bool = False) -> list[Plain]:
    """A menu for each hidden number of a family's levels; none where nothing but the map is hidden.

    A menu of the kind `order` exchanges its value with the menu of the same name that has it, `choice` and
    `number` stand alone. Things have these names; what actions do is a rule only where moves are shuffled.
    """
    if family == "dungeon":
        moves = _move_menus() if shuffled_moves else ()
        return [*_dungeon_menus(names), *moves]
    return list(_arena_menus()) if family == "arena" else []


def _dungeon_menus(names: Mapping[int, str]) -> Iterator[Plain]:
    doors = [names[code] for code in r.DOORS]
    for k, key in enumerate(r.KEYS):
        yield _menu("order", ("keys", k, f"{names[key]} opens"), doors)
    for k in range(r.POTION_COLOURS):
        yield _menu("order", ("potions", k, names[r.FIRST_POTION + k]), _by_number(EFFECTS))
    for k in range(r.SCROLL_COLOURS):
        yield _menu("order", ("scrolls", k, names[r.FIRST_SCROLL + k]), _by_number(SPELLS))
    for k in range(r.MONSTER_KINDS):
        yield _menu("choice", ("harmless", k, names[r.FIRST_MONSTER + k]), ["bites", "is harmless"])


def _move_menus() -> Iterator[Plain]:
    for k, way in enumerate(MOVE_NAMES):
        yield _menu("order", ("moves", k, f"the action {way} moves"), list(MOVE_NAMES))


def _arena_menus() -> Iterator[Plain]:
    """The style of the others, whose meaning each game decides, and their skill."""
    for k in range(STYLE_SIZE):
        yield _number(("style", k, f"habit {k + 1}"), THOUSAND - 1)
    yield _number(("skill", 0, "skill of the others"), THOUSAND)


def _menu(kind: str, rule: Rule, choices: list[str]) -> Plain:
    return {"kind": kind, "name": rule[0], "place": rule[1], "label": rule[2], "choices": choices}


def _number(rule: Rule, most: int) -> Plain:
    return {"kind": "number", "name": rule[0], "place": rule[1], "label": rule[2], "most": most}


def _by_number(words: dict[int, str]) -> list[str]:
    return [words[k] for k in sorted(words)]
