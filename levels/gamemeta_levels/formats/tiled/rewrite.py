"""A changed level written back into the map that it was read from: all else in the file stays as it is."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError
from gamemeta_levels.formats.drawing import NOTE, Layer, codes_of, frame_of, level_of, notes_of, our_notes
from gamemeta_levels.formats.limits import MOST_BYTES
from gamemeta_levels.formats.source import Source
from gamemeta_levels.formats.tile_words import code_of_empty
from gamemeta_levels.formats.tiled.cells import decoded, encoded
from gamemeta_levels.formats.tiled.document import DATA, ELEMENT, is_xml
from gamemeta_levels.formats.tiled.read import Cells, TiledMap, read_map
from gamemeta_levels.formats.tiled.xml_tree import Element
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import NAMES

Place = tuple[int, int]
SEED = f"{NOTE}seed"
"""A changed level comes from no seed, so that this property goes."""
NO_TILE = 0


def rewritten(level: Level, source: Source) -> str:
    """The text of the file with its level changed into another.

    Tiles change on the highest layer that shows something there; what stands on one tile alone, as an object,
    moves.

    Raises:
        LevelError: the map has no tile that means what the level has, is of another size, or the change is
            beyond what can be written back.
    """
    text = source.text(MOST_BYTES)
    edited = _Edited(read_map(source), source)
    before = level_of(edited.map.drawing, source)
    if before.tiles.shape != level.tiles.shape or before.entities != level.entities:
        raise LevelError(f"{source} holds a level of another size, or other entities. Write to a new file.")
    edited.change(before.tiles, level.tiles)
    return edited.text(text, level)


@dataclass
class _Cells:
    """The numbers of a layer while they change."""

    origin: Cells
    numbers: NDArray[np.uint32]


@dataclass
class _Edited:
    map: TiledMap
    source: Source
    tiles: dict[int, _Cells] = field(default_factory=dict)
    """By number of the layer."""
    moved: dict[int, tuple[Any, float, float]] = field(default_factory=dict)
    """Objects with how far they go to the right and down, pixels; by number of the layer."""

    def __post_init__(self) -> None:
        drawing = self.map.drawing
        self._numbers = self.map.palette.numbers()  # adds kinds, so it comes before their codes
        self._codes = codes_of(drawing, self.source.words)
        self._top, self._left, *_ = frame_of(drawing, self._codes)

    def change(self, before: NDArray[np.uint8], after: NDArray[np.uint8]) -> None:
        """Change what a tile shows wherever the two differ."""
        places = [(int(row), int(column)) for row, column in np.argwhere(before != after)]
        wanted = {place: int(after[place]) for place in places}
        self._move_objects(wanted)
        for place, code in wanted.items():
            self._change_tile(place, code)

    def _move_objects(self, wanted: dict[Place, int]) -> None:
        """Objects that leave a tile go where another of their kind is wanted; that place is then done."""
        for place in list(wanted):
            number = next(self._shown(place), None)
            if number is None or isinstance(self.map.drawing.layers[number].origin, Cells):
                continue
            code = self._code(number, place)
            goal = next((one for one, what in wanted.items() if what == code and one != place), None)
            if goal is None or self.map.drawing.layers[number].grid.size != 1:
                raise LevelError(
                    f"an object for {NAMES[code]!r} stands at row {place[0] + 1}, column {place[1] + 1} and "
                    "would have to go. Write to a new file."
                )
            origin = self.map.drawing.layers[number].origin
            right, down = (goal[1] - place[1]) * self.map.tile[0], (goal[0] - place[0]) * self.map.tile[1]
            self.moved[number] = (origin, right, down)
            del wanted[goal]

    def _change_tile(self, place: Place, code: int) -> None:
        numbers = [number for number in self._shown(place) if number not in self.moved]
        if numbers and self._code(numbers[0], place) == code:
            return  # the object above it has gone
        below = self._code(numbers[1], place) if len(numbers) > 1 else self._empty()
        if numbers and below == code:
            self._put(numbers[0], place, NO_TILE)
        else:
            number = numbers[0] if numbers else self._lowest(place)
            self._put(number, place, self._tile_that_means(number, code))

    def _put(self, number: int, place: Place, tile: int) -> None:
        layer = self.map.drawing.layers[number]
        if number not in self.tiles:
            origin: Cells = layer.origin
            count = layer.grid.size
            read = decoded(origin.values["data"], origin.encoding, origin.compression, count)
            self.tiles[number] = _Cells(origin, read.copy())
        row, column = self._inside(layer, place)
        self.tiles[number].numbers[row * layer.grid.shape[1] + column] = tile

    def _shown(self, place: Place) -> Iterator[int]:
        """The layers that show something with a meaning on a tile, the highest first."""
        layers = self.map.drawing.layers
        for number in range(len(layers) - 1, -1, -1):
            if self._covers(layers[number], place) and self._code(number, place) >= 0:
                yield number

    def _covers(self, layer: Layer, place: Place) -> bool:
        row, column = self._inside(layer, place)
        return 0 <= row < layer.grid.shape[0] and 0 <= column < layer.grid.shape[1]

    def _inside(self, layer: Layer, place: Place) -> Place:
        return place[0] + self._top - layer.row, place[1] + self._left - layer.column

    def _code(self, number: int, place: Place) -> int:
        layer = self.map.drawing.layers[number]
        return int(self._codes[number][layer.grid[self._inside(layer, place)]])

    def _empty(self) -> int:
        word = self.source.words.empty
        return code_of_empty(self.map.drawing.notes.get("empty") if word is None else word)

    def _lowest(self, place: Place) -> int:
        """The lowest layer of tiles that covers a place."""
        for number, layer in enumerate(self.map.drawing.layers):
            if isinstance(layer.origin, Cells) and self._covers(layer, place):
                return number
        raise LevelError(f"no layer of tiles covers row {place[0] + 1}, column {place[1] + 1}.")

    def _tile_that_means(self, number: int, code: int) -> int:
        """The number of a tile that means this on a layer."""
        codes = self._codes[number]
        for tile, kind in self._numbers.items():
            if codes[kind] == code:
                return tile
        raise LevelError(
            f"the map has no tile that means {NAMES[code]!r}. Draw one on it, or write to a new file."
        )

    def text(self, text: str, level: Level) -> str:
        """The file with what has changed."""
        notes = {name: value for name, value in notes_of(level).items() if name != SEED}
        kept = our_notes(notes)
        if any(str(self.map.drawing.notes.get(name, value)) != value for name, value in kept.items()):
            raise LevelError(f"{self.source} has other hidden rules or another family. Write to a new file.")
        document = self.map.document
        properties = document.values("properties")
        seeds = [one for one in properties if one["name"] == SEED]
        keep = bool(seeds) and level.seed is not None and str(seeds[0].get("value")) == str(level.seed)
        if is_xml(text):
            return _spliced(text, self, [] if keep else seeds)
        return _as_json(self, {} if keep else {"properties": [one for one in properties if one not in seeds]})


def _as_json(edited: _Edited, changed: dict[str, Any]) -> str:
    for cells in edited.tiles.values():
        values, width = cells.origin.values, cells.origin.width
        if isinstance(values["data"], list):
            values["data"] = cells.numbers.tolist()
        else:
            values["data"] = encoded(cells.numbers, width, cells.origin.encoding, cells.origin.compression)
    for values, right, down in edited.moved.values():
        values["x"], values["y"] = (values.get("x") or 0) + right, (values.get("y") or 0) + down
    return json.dumps({**edited.map.document.fields, **changed}, indent=1, ensure_ascii=False) + "\n"


def _spliced(text: str, edited: _Edited, without: list[dict[str, Any]]) -> str:
    """The text with the changed elements in place of those that were there, and without some properties."""
    data = text.encode()
    changes = [(*_whole_element(data, one[ELEMENT]), b"") for one in without]
    for cells in edited.tiles.values():
        element: Element = cells.origin.values.get(DATA) or cells.origin.values[ELEMENT]
        start = _end_of_tag(data, element.start)
        changes.append((start, element.end, _cells_in_xml(cells).encode()))
    for values, right, down in edited.moved.values():
        start = values[ELEMENT].start
        end = _end_of_tag(data, start)
        tag = data[start:end].decode()
        for name, by in (("x", right), ("y", down)):
            tag = re.sub(rf'(\s{name}=)"[^"]*"', rf'\g<1>"{values.get(name, 0) + by:g}"', tag, count=1)
        changes.append((start, end, tag.encode()))
    for start, end, new in sorted(changes, reverse=True):
        data = data[:start] + new + data[end:]
    return data.decode()


def _cells_in_xml(cells: _Cells) -> str:
    origin = cells.origin
    if isinstance(origin.values["data"], list):
        return "\n" + "".join(f'   <tile gid="{number}"/>\n' for number in cells.numbers) + "  "
    return encoded(cells.numbers, origin.width, origin.encoding, origin.compression)


def _whole_element(data: bytes, element: Element) -> tuple[int, int]:
    """Where an element without children begins and ends, with the line end before it."""
    end = _end_of_tag(data, element.start)
    start = len(data[: element.start].rstrip(b" \t"))
    start -= data[start - 1 : start] == b"\n"
    return start, end if data[end - 2 : end] == b"/>" else _end_of_tag(data, element.end)


def _end_of_tag(data: bytes, start: int) -> int:
    """Behind the `>` of the tag that begins here."""
    match = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""").match(data, start)
    assert match is not None  # it was read as XML
    return match.end()
