"""A map of Tiled as a drawing."""

from dataclasses import dataclass, replace
from typing import Any

from gamemeta_levels.errors import LevelError, shortened
from gamemeta_levels.formats.drawing import Drawing, Layer, level_of, our_notes
from gamemeta_levels.formats.format import one_level
from gamemeta_levels.formats.source import Source
from gamemeta_levels.formats.tile_words import code_of
from gamemeta_levels.formats.tiled.cells import decoded, unturned
from gamemeta_levels.formats.tiled.document import MAP, read_document
from gamemeta_levels.formats.tiled.fields import Fields
from gamemeta_levels.formats.tiled.objects import read_objects
from gamemeta_levels.formats.tiled.tilesets import Palette, properties_of, tilesets_of, words_of
from gamemeta_levels.level import MAX_SIDE, Entity, Level

GRIDS = ("orthogonal", "isometric")
MOST_CELLS, MOST_GROUPS = 4_000_000, 32
"""Tiles in all layers together, and how deeply groups are nested."""
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

    document: Fields
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
    document = read_document(source, MAP)
    orientation = document.text("orientation", GRIDS[0])
    if orientation not in GRIDS:
        raise LevelError(
            f"its orientation is {shortened(orientation)}; maps of rows and columns are read: "
            f"{', '.join(GRIDS)}."
        )
    tile = (document.whole("tilewidth", 16, 1, 2**16), document.whole("tileheight", 16, 1, 2**16))
    palette = Palette(tilesets_of(document, source))
    reader = _Reader(palette, tile, source)
    reader.add(document, (0.0, 0.0), 0)
    size = None
    if not document.flag("infinite", False):
        size = document.whole("height", least=1), document.whole("width", least=1)
        if max(size) > MAX_SIDE:
            raise LevelError(f"it is {size[0]} x {size[1]} tiles; a level has at most {MAX_SIDE} a side.")
    notes = our_notes(properties_of(document))
    drawing = Drawing(palette.kinds, reader.layers, size, notes, tuple(reader.entities))
    return TiledMap(document, palette, tile, drawing)


class _Reader:
    """Collects the layers of a map, from the lowest to the highest."""

    def __init__(self, palette: Palette, tile: tuple[int, int], source: Source) -> None:
        self.layers: list[Layer] = []
        self.entities: list[Entity] = []
        self._palette, self._tile, self._source = palette, tile, source
        self._cells = 0

    def add(self, group: Fields, offset: tuple[float, float], depth: int) -> None:
        """The visible layers of a map or a group.

        Args:
            group: what holds them.
            offset: of the group to the right and down, pixels.
            depth: of groups around it.
        """
        if depth > MOST_GROUPS:
            raise LevelError(f"its groups of layers are nested more than {MOST_GROUPS} deep.")
        for fields in group.items("layers"):
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
                objects = [
                    each.named(f"{one.place}, object {each.values.get('id', number + 1)}")
                    for number, each in enumerate(one.items("objects"))
                ]
                layers, entities = read_objects(name, objects, self._palette, self._tile, self._source)
                self.layers += [self._moved(layer, shift, _layer_words(one, name)) for layer in layers]
                self.entities += entities

    def _add_tiles(self, one: Fields, name: str, shift: tuple[float, float]) -> None:
        parts = one.items("chunks") if "chunks" in one else [one]
        for part in parts:
            width, height = (part.whole(side, least=0, most=WIDEST) for side in ("width", "height"))
            self._cells += width * height
            if self._cells > MOST_CELLS:
                raise LevelError(f"its layers have more than {MOST_CELLS:,} tiles.")
            if width * height == 0 or "data" not in part:
                continue
            place = Cells(part.values, width, one.text("encoding", "csv"), one.text("compression", ""))
            try:
                tiles = decoded(part.values["data"], place.encoding, place.compression, width * height)
            except LevelError as error:
                raise part.error(str(error)) from None
            grid = self._palette.grid(unturned(tiles).reshape(height, width), one.place)
            row, column = (part.whole(axis, 0, -FURTHEST, FURTHEST) for axis in ("y", "x"))
            layer = Layer(name, grid, row, column, origin=place)
            self.layers.append(self._moved(layer, shift, _layer_words(one, name)))

    def _moved(self, layer: Layer, shift: tuple[float, float], words: tuple[str, ...]) -> Layer:
        """A layer moved by whole tiles, the nearest to its offset."""
        right, down = (round(by / side) for by, side in zip(shift, self._tile, strict=True))
        return replace(layer, row=layer.row + down, column=layer.column + right, words=words)


def _layer_words(one: Fields, name: str) -> tuple[str, ...]:
    """What everything on a layer is, where its tiles do not say: its property or class, then its name."""
    words = words_of(Fields({**one.values, "type": None}, one.place))
    return (*words, name) if code_of(name) is not None else words
