"""The game `dungeon` in words: its colours and kinds, and what happened in a step."""

from gamemeta.facts import Fact, Touched
from gamemeta_levels.families.dungeon.rules import constants as r
from gamemeta_levels.tiles import CHEST, GOAL, GOLD, HAZARD

METALS = ("bronze", "silver", "gold")
POTIONS = ("red", "blue", "green", "violet")
SCROLLS = ("white", "yellow", "grey")
MONSTERS = ("bat", "spider", "slime")

_RULES = (
    (r.KEY_OPENS, [f"{metal} key" for metal in METALS], [f"{metal} door" for metal in METALS]),
    (r.EFFECT_OF_POTION, [f"{colour} potion" for colour in POTIONS], ["heals", "hurts", "haste", "fortune"]),
    (r.EFFECT_OF_SCROLL, [f"{colour} scroll" for colour in SCROLLS], ["onward", "homeward", "compass"]),
    (r.HARMLESS, MONSTERS, ["bites", "harmless"]),
)
_SHOWN = Touched(thing="touched", state="status", place="place", held=1)
FACTS = {name: Fact(words=tuple(values), shown=_SHOWN) for _, names, values in _RULES for name in names}
"""Hidden rules by name, but for shuffled moves: what a key opens, what a potion or scroll does, who bites."""
COLUMN_OF_FACT = {name: first + k for first, names, _ in _RULES for k, name in enumerate(names)}
"""Of each, its column among the hidden rules."""

THINGS: dict[int, str] = {
    GOAL: "the exit",
    HAZARD: "a trap",
    GOLD: "gold",
    CHEST: "a chest",
    **{tile: f"the {metal} key" for tile, metal in zip(r.KEYS, METALS, strict=True)},
    **{tile: f"the {metal} door" for tile, metal in zip(r.DOORS, METALS, strict=True)},
    **{r.FIRST_POTION + k: colour for k, colour in enumerate(POTIONS)},
    **{r.FIRST_SCROLL + k: f"the {colour} scroll" for k, colour in enumerate(SCROLLS)},
}
"""Everything that a step can use or bump into."""

SENTENCES = {
    r.GOT_GOLD: "took {thing}",
    r.GOT_CHEST: "opened {thing}: treasure",
    r.GOT_KEY: "took {thing}",
    r.OPENED: "{key} opens {thing}",
    r.DID_NOT_FIT: "{key} does not fit {thing}",
    r.TRAPPED: "stepped into {thing}: hurt",
    r.HEALED: "drank {thing}: healed",
    r.WAS_HEALTHY: "drank {thing}: nothing to heal",
    r.WAS_HURT: "drank {thing}: hurt",
    r.HASTENED: "drank {thing}: the clock stands still",
    r.GOT_FORTUNE: "drank {thing}: fortune",
    r.WENT_ONWARD: "read {thing}: onward to the exit's door",
    r.WENT_HOME: "read {thing}: back to the start",
    r.SAW_THE_WAY: "read {thing}: the compass shows the exit",
    r.LEFT: "reached {thing}",
}
"""What came of a thing; `key` is the key in the hand."""


def events(
    happened: tuple[int, ...], hand: int, harmless: tuple[int, ...], put_down: int | None, ended: int
) -> tuple[str, ...]:
    """Events of a step, a sentence each.

    Args:
        happened: thing, outcome and kinds of monsters met, as the rules write them.
        hand: 0, or 1 + colour of the key in the hand.
        harmless: 0 or 1 for each kind of monster.
        put_down: tile of the key that was put down for another.
        ended: how the episode ended.
    """
    thing, outcome, met = happened
    sentences = []
    if outcome == r.DID_NOT_FIT and hand == 0:
        sentences.append(f"{THINGS[thing]} is locked")
    elif outcome != r.NOTHING:
        sentences.append(SENTENCES[outcome].format(thing=THINGS[thing], key=_key(hand)))
    if outcome == r.GOT_KEY and put_down is not None:
        sentences.append(f"put down {THINGS[put_down]}")
    for kind, name in enumerate(MONSTERS):
        if met >> kind & 1:
            sentences.append(f"the {name} is harmless" if harmless[kind] else f"the {name} bites")
    if ended == r.DIED:
        sentences.append("died")
    if ended == r.OUT_OF_TIME:
        sentences.append("out of time")
    return tuple(sentences)


def status(health: int, hand: int, haste: int, compass: int, clock: int, limit: int) -> str:
    """State of the hero, such as "health 2 of 3, clock 12 of 30, bronze key, haste 7"."""
    parts = [f"health {health} of {r.FULL_HEALTH}", f"clock {clock} of {limit}"]
    parts += [f"{METALS[hand - 1]} key"] if hand else []
    parts += [f"haste {haste}"] if haste else []
    parts += ["compass"] if compass else []
    return ", ".join(parts)


def _key(hand: int) -> str:
    return THINGS[r.KEYS[hand - 1]] if hand else "no key"
