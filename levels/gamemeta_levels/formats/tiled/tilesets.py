"""The tilesets of a map: which kind of tile a number stands for."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError
from gamemeta_levels.formats.drawing import NOTE, NOTHING, Kind
from gamemeta_levels.formats.limits import MOST_KINDS
from gamemeta_levels.formats.node import Node, node_of
from gamemeta_levels.formats.source import Source
from gamemeta_levels.formats.tiled.document import TILESET, read_document

CLASS = f"{NOTE}class"
"""The property that says what something is, whatever its class is used for."""


@dataclass(frozen=True)
class Tileset:
    """One tileset as a map uses it."""

    first: int
    """Number of its first tile in the map."""
    names: tuple[str, ...]
    """Of the file it comes from, and its own."""
    tiles: dict[int, Node]
    """Tiles of which more is known than their picture, by number in the tileset."""
    alignment: str
    """Which corner of a tile object its place means."""

    def kind(self, number: int) -> Kind:
        """The kind of the tile of this number in the tileset."""
        names = [f"{name}:{number}" for name in self.names]
        words = words_of(self.tiles[number]) if number in self.tiles else ()
        return Kind((*names, *words), words)


def properties_of(node: Node) -> dict[str, Any]:
    """The properties of anything, by name."""
    return {one.text("name"): one.fields.get("value") for one in node.nodes("properties")}


def words_of(node: Node) -> tuple[str, ...]:
    """What a tile, an object or a layer says that it is: our property first, then its class.

    Tiled 1.9 called `class` what is `type` before and after.
    """
    candidates = [properties_of(node).get(CLASS), node.fields.get("type"), node.fields.get("class")]
    return tuple(dict.fromkeys(word.strip() for word in candidates if isinstance(word, str) and word.strip()))


def tilesets_of(document: Node, source: Source) -> "list[Tileset]":
    """The tilesets of a map, embedded or in files beside it, in the order of their first numbers."""
    tilesets = [tileset_of(one, source) for one in document.nodes("tilesets")]
    return sorted(tilesets, key=lambda one: one.first)


def tileset_of(reference: Node, source: Source) -> Tileset:
    """The tileset that a map or a template refers to, or holds.

    Raises:
        LevelError: its file cannot be read, with the name of that file; or it is malformed.
    """
    first = reference.whole("firstgid", 1, least=1, most=2**32)
    name, node = "", reference
    if reference.has("source"):
        name = reference.text("source")
        beside = source.beside(name)
        try:
            node = read_document(beside, TILESET).named(f"tileset {beside.path.name!r}")
        except LevelError as error:
            raise LevelError(f"its tileset {beside.path}: {error}") from None
    name_within = node.text("name", "")
    names = (PurePosixPath(name.replace("\\", "/")).name, name_within)
    listed = not isinstance(node.fields.get("tiles"), dict)
    tiles = {one.whole("id", least=0): one for one in node.nodes("tiles")} if listed else _old(node)
    unnamed = ("tileset",) if not any(names) else ()
    return Tileset(
        first,
        tuple(dict.fromkeys((*filter(None, names), *unnamed))),
        tiles,
        node.text("objectalignment", "unspecified"),
    )


def _old(node: Node) -> dict[int, Node]:
    """Tiles by number in an object, and their properties in another, as Tiled wrote JSON before 1.2."""
    tiles = {}
    for key, value in node.node("tiles").fields.items():
        if key.isdecimal() and len(key) < 10:
            tiles[int(key)] = node_of(node.at(f"tiles.{key}"), value)
    for key, value in node.node("tileproperties").fields.items():
        if key.isdecimal() and len(key) < 10:
            place = node.at(f"tileproperties.{key}")
            listed = [{"name": name, "value": one} for name, one in node_of(place, value).fields.items()]
            before = tiles[int(key)].fields if int(key) in tiles else {}
            tiles[int(key)] = Node(place, {**before, "properties": listed})
    return tiles


class Palette:
    """The kinds of a map, collected as they are met."""

    def __init__(self, tilesets: "list[Tileset]") -> None:
        self.tilesets = tilesets
        self.kinds: list[Kind] = []
        self._firsts = np.array([one.first for one in tilesets], np.int64)
        self._of_tile: dict[int, int] = {}
        self._numbers: dict[Kind, int] = {}

    def add(self, kind: Kind) -> int:
        """The number of a kind."""
        if len(self.kinds) == MOST_KINDS and kind not in self._numbers:
            raise LevelError(f"over {MOST_KINDS:,} kinds of things are drawn on it.")
        number = self._numbers.setdefault(kind, len(self.kinds))
        if number == len(self.kinds):
            self.kinds.append(kind)
        return number

    def numbers(self) -> dict[int, int]:
        """The number of its kind for each tile: of those that the map has, then of all others with words."""
        every = [one.first + tile for one in self.tilesets for tile in one.tiles]
        return dict(self._of_tile) | {tile: self.of_tile(tile, "the map") for tile in every}

    def tileset_with(self, tile: int, place: str) -> Tileset:
        """The tileset that a number belongs to."""
        at = int(np.searchsorted(self._firsts, tile, "right")) - 1
        if at < 0:
            raise LevelError(f"{place}: the tile number {tile} belongs to no tileset of the map.")
        return self.tilesets[at]

    def of_tile(self, tile: int, place: str) -> int:
        """The number of the kind of a tile, given by its number in the map."""
        if tile not in self._of_tile:
            tileset = self.tileset_with(tile, place)
            self._of_tile[tile] = self.add(tileset.kind(tile - tileset.first))
        return self._of_tile[tile]

    def grid(self, tiles: NDArray[np.uint32], place: str) -> NDArray[np.int32]:
        """The numbers of kinds in place of the numbers of tiles."""
        values, where = np.unique(tiles, return_inverse=True)
        kinds = [self.of_tile(int(one), place) if one else NOTHING for one in values]
        return np.array(kinds, np.int32)[where].reshape(tiles.shape)
