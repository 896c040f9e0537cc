"""Maps of Tiled (https://www.mapeditor.org): TMX, which is XML, and TMJ, the same in JSON."""

from gamemeta_levels.formats import editor_tiles
from gamemeta_levels.formats.drawing import HIDDEN, NOTE
from gamemeta_levels.formats.format import LevelFormat
from gamemeta_levels.formats.tiled.read import read, read_drawing
from gamemeta_levels.formats.tiled.write import tmj, tmx

RULE = f"{NOTE}{HIDDEN}{{}}"
TMX = LevelFormat(
    suffix=".tmx",
    about="a map of Tiled",
    read=read,
    write=tmx,
    drawing=read_drawing,
    neighbours=editor_tiles.neighbours,
    rule=RULE,
)
TMJ = LevelFormat(
    suffix=".tmj",
    about="a map of Tiled in JSON",
    read=read,
    write=tmj,
    drawing=read_drawing,
    neighbours=editor_tiles.neighbours,
    rule=RULE,
)
