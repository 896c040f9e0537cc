"""How the terminal draws a tile: two characters wide, so that it looks square."""

from dataclasses import dataclass
from functools import cache

from rich.color import Color
from rich.color_triplet import ColorTriplet
from rich.style import Style

from gamemeta_levels.tiles import DOOR, FLOOR, GOAL, HAZARD, KEY, SPAWN, WALL

Colour = tuple[int, int, int]

INK, FAINT = (27, 24, 43), (129, 140, 163)
TEAL, GOLD, TRACK = (77, 198, 190), (247, 201, 72), (60, 58, 88)
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


_SAND, _STONE = (222, 203, 167), (84, 91, 132)

TILES = {
    WALL: Glyph("██", "##", _STONE, _STONE),
    FLOOR: Glyph("  ", "  ", _SAND, _SAND),
    SPAWN: Glyph("()", "()", (84, 104, 170), _SAND),
    GOAL: Glyph("◄►", "<>", (140, 84, 10), GOLD, GLEAM_SHARE),
    HAZARD: Glyph("▲▲", "^^", (206, 66, 72), _SAND),
    KEY: Glyph("o¬", "o-", (168, 100, 10), _SAND),
    DOOR: Glyph("[]", "[]", (235, 200, 150), (112, 70, 48)),
}
PATH = Glyph("••", "..", (190, 98, 66), _SAND)
AGENT = Glyph("••", "@@", INK, (38, 170, 165))
SOLVED = Glyph("^^", "@@", INK, GOLD)
"""The agent when the episode has ended well."""


@cache
def style(glyph: Glyph, lit: bool) -> Style:
    """Colours of a glyph, as they are or in the dark."""
    share = 0.0 if lit else glyph.night
    return Style(color=colour(_dark(glyph.ink, share)), bgcolor=colour(_dark(glyph.ground, share)), bold=True)


@cache
def colour(rgb: Colour) -> Color:
    return Color.from_triplet(ColorTriplet(*rgb))


def _dark(rgb: Colour, share: float) -> Colour:
    mixed = [round(c * (1 - share) + n * share) for c, n in zip(rgb, NIGHT, strict=True)]
    return mixed[0], mixed[1], mixed[2]
