"""How the terminal draws a tile: two characters wide, so that it looks square."""

from dataclasses import dataclass, replace
from functools import cache

from rich.color import Color
from rich.color_triplet import ColorTriplet
from rich.console import Console
from rich.style import Style

from gamemeta_levels.tiles import (
    AMMUNITION,
    CHEST,
    COVER,
    DOOR,
    DOOR_2,
    DOOR_3,
    EXIT_1,
    EXIT_2,
    EXIT_3,
    EXIT_4,
    FLOOR,
    GOAL,
    GOLD,
    HAZARD,
    KEY,
    KEY_2,
    KEY_3,
    LOAD,
    MONSTER_1,
    MONSTER_2,
    MONSTER_3,
    PLAYER_1,
    PLAYER_2,
    PLAYER_3,
    POTION_1,
    POTION_2,
    POTION_3,
    POTION_4,
    SCROLL_1,
    SCROLL_2,
    SCROLL_3,
    SPAWN,
    WALL,
)

Colour = tuple[int, int, int]

INK, FAINT = (27, 24, 43), (129, 140, 163)
TEAL, AMBER, TRACK = (77, 198, 190), (247, 201, 72), (60, 58, 88)
BLUE = (126, 150, 214)
"""Of episodes of which nothing says whether they succeeded."""
NIGHT, NIGHT_SHARE, GLEAM_SHARE = (24, 22, 48), 0.62, 0.3
"""What the agent does not see is blended with this colour, by this share; the goal by less."""


@dataclass(frozen=True)
class Glyph:
    """Two characters in ink on a ground; `plain` is for terminals that know ASCII alone."""

    text: str
    plain: str
    ink: Colour
    ground: Colour
    night: float = NIGHT_SHARE


_SAND, _STONE, _WOOD = (222, 203, 167), (84, 91, 132), (92, 58, 42)
_BRONZE, _SILVER, _GOLD = (232, 150, 92), (226, 233, 242), (255, 214, 90)

TILES = {
    WALL: Glyph("██", "##", _STONE, (44, 46, 70)),
    FLOOR: Glyph("  ", "  ", _SAND, _SAND),
    SPAWN: Glyph("()", "()", (84, 104, 170), _SAND),
    GOAL: Glyph("◄►", "<>", (140, 84, 10), AMBER, GLEAM_SHARE),
    HAZARD: Glyph("▲▲", "^^", (206, 66, 72), _SAND),
    KEY: Glyph("o¬", "k-", (166, 78, 28), _SAND),
    KEY_2: Glyph("o¬", "l-", (96, 108, 136), _SAND),
    KEY_3: Glyph("o¬", "m-", (172, 120, 0), _SAND),
    DOOR: Glyph("[]", "D]", _BRONZE, _WOOD),
    DOOR_2: Glyph("[]", "E]", _SILVER, _WOOD),
    DOOR_3: Glyph("[]", "F]", _GOLD, _WOOD),
    GOLD: Glyph("$$", "$$", (172, 120, 0), _SAND),
    CHEST: Glyph("▄▄", "**", (150, 84, 20), _SAND),
    POTION_1: Glyph("▐▌", "a!", (214, 62, 70), _SAND),
    POTION_2: Glyph("▐▌", "b!", (58, 110, 214), _SAND),
    POTION_3: Glyph("▐▌", "c!", (50, 140, 62), _SAND),
    POTION_4: Glyph("▐▌", "d!", (148, 84, 204), _SAND),
    SCROLL_1: Glyph("==", "u?", INK, (255, 253, 246)),
    SCROLL_2: Glyph("==", "v?", INK, (250, 220, 92)),
    SCROLL_3: Glyph("==", "w?", INK, (158, 162, 176)),
    MONSTER_1: Glyph("vv", "x&", (250, 246, 233), (112, 78, 150)),
    MONSTER_2: Glyph("><", "y&", (240, 110, 98), (58, 48, 62)),
    MONSTER_3: Glyph("oo", "z&", INK, (112, 184, 88)),
    EXIT_1: Glyph("⌂⌂", "1>", INK, (214, 62, 70)),
    EXIT_2: Glyph("⌂⌂", "2>", INK, (88, 140, 234)),
    EXIT_3: Glyph("⌂⌂", "3>", INK, (80, 170, 92)),
    EXIT_4: Glyph("⌂⌂", "4>", INK, (168, 104, 224)),
    COVER: Glyph("♣♣", "%%", (58, 112, 62), _SAND),
    AMMUNITION: Glyph("¡¡", "!!", (150, 84, 20), _SAND),
    LOAD: Glyph("▣▣", "[]", (112, 70, 48), _SAND),
    PLAYER_1: Glyph("P@", "P@", INK, (214, 62, 70)),
    PLAYER_2: Glyph("Q@", "Q@", INK, (88, 140, 234)),
    PLAYER_3: Glyph("R@", "R@", INK, (168, 104, 224)),
}
PATH = Glyph("··", "..", (190, 98, 66), _SAND)
AGENT = Glyph("@@", "@@", INK, (38, 170, 165))
SOLVED = Glyph("^^", "@@", INK, AMBER)
"""The agent when the episode has ended well."""


HEAT, HEAT_SHARE, LEAST_HEAT = (226, 60, 168), 0.85, 1e-3
"""Where something is believed to be: a tile is blended with this colour, the likeliest one by this share."""
PERCENT = 0.005
"""The least chance that a plain tile shows."""


def glowing(glyph: Glyph, likely: float, most: float) -> Glyph:
    """A tile on which something is believed to be; plain ones show the chance in percent."""
    if likely < LEAST_HEAT:
        return glyph
    share = HEAT_SHARE * (likely / most) ** 0.5
    percent = f"{min(99, round(100 * likely)):>2}" if likely >= PERCENT else glyph.plain
    return replace(glyph, plain=percent, ground=_mixed(glyph.ground, HEAT, share))


def is_plain(console: Console) -> bool:
    """Whether kinds of things must differ in ASCII letters: for few letters, few colours, or none."""
    few = console.no_color or console.color_system in (None, "standard", "windows")
    return few or not console.encoding.lower().startswith("utf")


@cache
def style(glyph: Glyph, lit: bool) -> Style:
    """Colours of a glyph, as they are or in the dark."""
    share = 0.0 if lit else glyph.night
    return Style(color=colour(_dark(glyph.ink, share)), bgcolor=colour(_dark(glyph.ground, share)), bold=True)


@cache
def colour(rgb: Colour) -> Color:
    """A colour for rich."""
    return Color.from_triplet(ColorTriplet(*rgb))


def _dark(rgb: Colour, share: float) -> Colour:
    return _mixed(rgb, NIGHT, share)


def _mixed(rgb: Colour, other: Colour, share: float) -> Colour:
    mixed = [round(c * (1 - share) + n * share) for c, n in zip(rgb, other, strict=True)]
    return mixed[0], mixed[1], mixed[2]
