"""A map of Tiled as a drawing."""

from dataclasses import dataclass, replace
from typing import Any

from gamemeta_levels.errors import LevelError, shortened
from gamemeta_levels.formats.drawing import Drawing, Layer, level_of, our_notes
from gamemeta_levels.formats.format import one_level
from gamemeta_levels.formats.limits import MOST_CELLS, MOST_SHEETS
from gamemeta_levels.formats.node import Node
from gamemeta_levels.formats.source import Source
from gamemeta_levels.formats.tile_words import code_of
from gamemeta_levels.formats.tiled.cells import decoded, unturned
from gamemeta_levels.formats.tiled.document import MAP, read_document
from gamemeta_levels.formats.tiled.objects import read_objects
from gamemeta_levels.formats.tiled.templates import Templates
from gamemeta_levels.formats.tiled.tilesets import Palette, properties_of, tilesets_of, words_of
from gamemeta_levels.level import MAX_SIDE, Entity, Level

GRIDS = ("orthogonal", "isometric")
MOST_GROUPS = 32
"""How deeply groups of layers are nested."""
WIDEST = 4096
"""Tiles on a side of a layer or a chunk."""
FURTHEST = 2**30
"""Tiles from the middle of a map without bounds."""


def read(source: Source) -> Level:
    """The level in a map. Raises LevelError with the place in the file."""
    return level_of(read_drawing(source), source)


def read_drawing(source: Source) -> Drawing:
    """What a map holds. Raises LevelError as `read_map`."""
    return read_map(source).drawing


@dataclass(frozen=True)
class TiledMap:
    """A map, and what is needed to write a change of it back."""

    document: Node
    palette: Palette
    tile: tuple[int, int]
    """Width and height of a tile, pixels."""
    drawing: Drawing


@dataclass(frozen=True)
class Cells:
    """Where the numbers of tiles of a layer, or of a chunk of one, stand in the document."""

    values: Any
    width: int
    encoding: str
    compression: str


def read_map(source: Source) -> TiledMap:
    """The map in a file.

    Raises:
        LevelError: it is no map, a kind of map that is not read, or malformed.
    """
    one_level(source)
    source = source.anew()
    document = read_document(source, MAP)
    orientation = document.text("orientation", GRIDS[0])
    if orientation not in GRIDS:
        raise LevelError(
            f"its orientation is {shortened(orientation)}; maps of rows and columns are read: "
            f"{', '.join(GRIDS)}."
        )
    width, height = (document.whole(side, 16, least=1, most=2**16) for side in ("tilewidth", "tileheight"))
    palette = Palette(tilesets_of(document, source))
    reader = _Reader(palette, (width, height), Templates(source))
    reader.add(document, (0.0, 0.0), 0)
    size = None
    if not document.flag("infinite", False):
        size = document.whole("height", least=1), document.whole("width", least=1)
        if max(size) > MAX_SIDE:
            raise LevelError(f"it is {size[0]} x {size[1]} tiles; a level has at most {MAX_SIDE} a side.")
    notes = our_notes(properties_of(document))
    drawing = Drawing(palette.kinds, reader.layers, size, notes, tuple(reader.entities))
    return TiledMap(document, palette, (width, height), drawing)


class _Reader:
    """Collects the layers of a map, from the lowest to the highest."""

    def __init__(self, palette: Palette, tile: tuple[int, int], templates: Templates) -> None:
        self.layers: list[Layer] = []
        self.entities: list[Entity] = []
        self._palette, self._tile, self._templates = palette, tile, templates
        self._cells = self._sheets = 0

    def add(self, group: Node, offset: tuple[float, float], depth: int) -> None:
        """The visible layers of a map or a group.

        Args:
            group: what holds them.
            offset: of the group to the right and down, pixels.
            depth: of groups around it.
        """
        if depth > MOST_GROUPS:
            raise LevelError(f"its groups of layers are nested more than {MOST_GROUPS} deep.")
        for fields in group.nodes("layers"):
            name = fields.text("name", "")
            one = fields.named(f"layer {shortened(name)}")
            if not one.flag("visible", True):
                continue
            shift = offset[0] + one.number("offsetx", 0.0), offset[1] + one.number("offsety", 0.0)
            kind = one.text("type", "tilelayer")
            if kind == "group":
                self.add(one, shift, depth + 1)
            elif kind == "tilelayer":
                self._add_tiles(one, name, shift)
            elif kind == "objectgroup":
                self._add_objects(one, name, shift)

    def _add_tiles(self, one: Node, name: str, shift: tuple[float, float]) -> None:
        parts = list(one.nodes("chunks")) if one.has("chunks") else [one]
        for part in parts:
            width, height = (part.whole(side, least=0, most=WIDEST) for side in ("width", "height"))
            self._count(width * height)
            if width * height == 0 or not part.has("data"):
                continue
            place = Cells(part.fields, width, one.text("encoding", "csv"), one.text("compression", ""))
            try:
                tiles = decoded(part.fields["data"], place.encoding, place.compression, width * height)
            except LevelError as error:
                raise part.error(str(error)) from None
            grid = self._palette.grid(unturned(tiles).reshape(height, width), one.place)
            row, column = (part.whole(axis, 0, least=-FURTHEST, most=FURTHEST) for axis in ("y", "x"))
            layer = Layer(name, grid, row, column, origin=place)
            self.layers.append(self._moved(layer, shift, _layer_words(one, name)))

    def _add_objects(self, one: Node, name: str, shift: tuple[float, float]) -> None:
        words = _layer_words(one, name)
        for thing in read_objects(name, one, self._palette, self._tile, self._templates):
            if isinstance(thing, Entity):
                self.entities.append(thing)
            else:
                self._count(thing.grid.size)
                self.layers.append(self._moved(thing, shift, words))

    def _count(self, cells: int) -> None:
        """Raises LevelError where the map has too many parts, or too many tiles in all of them."""
        self._cells += cells
        self._sheets += 1
        if self._sheets > MOST_SHEETS:
            raise LevelError(f"it has over {MOST_SHEETS:,} layers, chunks and objects together.")
        if self._cells > MOST_CELLS:
            raise LevelError(f"its layers and objects cover over {MOST_CELLS:,} tiles together.")

    def _moved(self, layer: Layer, shift: tuple[float, float], words: tuple[str, ...]) -> Layer:
        """A layer moved by whole tiles, the nearest to its offset."""
        right, down = (round(by / side) for by, side in zip(shift, self._tile, strict=True))
        return replace(layer, row=layer.row + down, column=layer.column + right, words=words)


def _layer_words(one: Node, name: str) -> tuple[str, ...]:
    """What everything on a layer is, where its tiles do not say: its property or class, then its name."""
    words = words_of(one.with_fields({**one.fields, "type": None}))
    return (*words, name) if code_of(name) is not None else words
