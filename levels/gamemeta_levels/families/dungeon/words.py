"""Dungeons in words: their hidden rules, and the values of the family's parameters that levels realise."""

from typing import Any

from numpy.typing import NDArray

from gamemeta_levels.families.dungeon.rules import constants as r
from gamemeta_levels.family import LevelArrays, inside_of
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import CHEST, GLYPHS, GOLD, HAZARD, MOVE_NAMES, NAMES

EFFECTS = {
    r.HEAL: "heals",
    r.HURT: "hurts",
    r.HASTE: "stops the clock for a while",
    r.FORTUNE: "is a fortune",
}
SPELLS = {
    r.ONWARD: "leads onward to the exit's door",
    r.HOMEWARD: "leads back to the spawn",
    r.REVEAL: "shows where the exit is",
}


def rules_of(level: Level) -> list[str]:
    """A line for each hidden rule of a dungeon that has them; of actions only where they are shuffled."""
    hidden = level.hidden
    keys = [f"{_thing(r.KEYS[k])} opens {_thing(r.DOORS[door])}" for k, door in enumerate(hidden["keys"])]
    potions = [f"{_thing(r.FIRST_POTION + k)} {EFFECTS[what]}" for k, what in enumerate(hidden["potions"])]
    scrolls = [f"{_thing(r.FIRST_SCROLL + k)} {SPELLS[what]}" for k, what in enumerate(hidden["scrolls"])]
    monsters = [
        f"{_thing(r.FIRST_MONSTER + k)} {'is harmless' if harmless else 'bites'}"
        for k, harmless in enumerate(hidden["harmless"])
    ]
    moves = enumerate(hidden["moves"])
    shuffled = [f"action {MOVE_NAMES[k]} moves {MOVE_NAMES[way]}" for k, way in moves if k != way]
    return [*keys, *potions, *scrolls, *monsters, *shuffled]


def realised(levels: LevelArrays) -> dict[str, NDArray[Any]]:
    """Sides, and how many things of each kind there are; of rooms nothing is known."""
    inside = inside_of(levels)

    def count(first: int, kinds: int = 1) -> NDArray[Any]:
        things: NDArray[Any] = (inside & (levels.tiles >= first) & (levels.tiles < first + kinds)).sum((1, 2))
        return things

    return {
        "height": levels.size[:, 0],
        "width": levels.size[:, 1],
        "gold": count(GOLD),
        "potions": count(r.FIRST_POTION, r.POTION_COLOURS),
        "scrolls": count(r.FIRST_SCROLL, r.SCROLL_COLOURS),
        "traps": count(HAZARD),
        "monsters": count(r.FIRST_MONSTER, r.MONSTER_KINDS),
        "vaults": count(CHEST),
    }


def _thing(code: int) -> str:
    """A tile as the drawing and its legend show it: `potion 2 (b)`."""
    return f"{NAMES[code]} ({GLYPHS[code]})"
