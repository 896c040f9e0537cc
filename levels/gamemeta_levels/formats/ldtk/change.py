"""A level written back into the project that it was read from: what is not of the level stays as it is."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from gamemeta_levels.errors import LevelError
from gamemeta_levels.formats.drawing import Drawing, code_of_kind, level_of
from gamemeta_levels.formats.ldtk import definitions as d
from gamemeta_levels.formats.ldtk.layers import Values
from gamemeta_levels.formats.ldtk.layout import laid_out
from gamemeta_levels.formats.ldtk.notes import fields_changed
from gamemeta_levels.formats.ldtk.pictures import pictures_changed
from gamemeta_levels.formats.ldtk.project import project_in
from gamemeta_levels.formats.ldtk.read import Drawn, drawing_of, drawn_of
from gamemeta_levels.formats.ldtk.splice import (
    Change,
    element_texts,
    path_of,
    replaced,
    span_of,
    with_elements,
    with_numbers,
)
from gamemeta_levels.formats.ldtk.stand import Cell, Stand, entities_changed, stands_of
from gamemeta_levels.formats.limits import MOST_BYTES
from gamemeta_levels.formats.node import Node
from gamemeta_levels.formats.source import Source
from gamemeta_levels.formats.tile_words import WORDS, code_of_empty
from gamemeta_levels.level import Level

ELSEWHERE = "Write the level into a file of its own."


def changed_project(level: Level, like: Source) -> str:
    """The text of a project with another level in place of one that it holds.

    Args:
        level: what to write; as large as the one that it replaces.
        like: the project, with the name of the level where it holds several.
    Raises:
        LevelError: the project cannot be read, or not say all that is in the level.
    """
    text = like.text(MOST_BYTES)
    project = project_in(text)
    name = project.name_of(like.part)
    node = project.levels[name]
    if not node.has("layerInstances"):
        raise LevelError(f"its levels lie in files of their own, which are not written. {ELSEWHERE}")
    drawing = drawing_of(project, node, like.words)
    before = level_of(drawing, like)
    if before.tiles.shape != level.tiles.shape:
        sizes = " and ".join(f"{one.height} x {one.width}" for one in (before, level))
        raise LevelError(f"the level in it and the one that is written are {sizes} tiles large. {ELSEWHERE}")
    change = _Replacement(drawing, drawn_of(project, node, like.words), before, level)
    changes = [*change.tiles(text), *fields_changed(text, project, node, before, level)]
    new = replaced(text, changes)
    _check(new, name, level, like)
    return new


@dataclass
class _Replacement:
    """What differs between a level and the one that takes its place."""

    drawing: Drawing
    drawn: Drawn
    before: Level
    after: Level
    added: dict[int, int] = field(default_factory=dict)
    """Values that the layer lacks, by tile code."""

    def tiles(self, text: str) -> list[Change]:
        """The pieces of text that change where tiles do."""
        cells = [
            (int(row), int(column)) for row, column in np.argwhere(self.before.tiles != self.after.tiles)
        ]
        if not cells:
            return []
        number, layer = self._layer()
        node, stands, numbers = self.drawn.nodes[number], stands_of(self.drawn), layer.numbers.copy()
        taken = self._move([one for some in stands.values() for one in some], cells)
        for cell in cells:
            below = layer.numbers[taken[cell]] if cell in taken else None
            numbers[cell] = self._value(layer, int(self.after.tiles[cell])) if below is None else below
        span = span_of(text, path_of(node.at("intGridCsv")))
        changes = [(span, with_numbers(text[slice(*span)], numbers.ravel().tolist()))]
        changes += pictures_changed(text, node, self.drawn.kinds, layer.numbers, numbers)
        if self.added:
            changes.append(self._definition(text, node))
        for of_entities, some in stands.items():
            changes += entities_changed(text, self.drawn.nodes[of_entities], some, self.drawn.grid.cell)
        return changes

    def _layer(self) -> tuple[int, Values]:
        """The highest IntGrid whose values are our tiles and whose cells are those of the level."""
        shape = self.before.tiles.shape
        for number, layer in sorted(self.drawn.values.items(), reverse=True):
            fits = layer.frame.cell == self.drawn.grid.cell and layer.frame.top == layer.frame.left == 0
            node = self.drawn.nodes[number]
            if (
                fits
                and layer.numbers.shape == shape
                and layer.codes(self.drawn.words)
                and node.has("intGridCsv")
            ):
                return number, layer
        raise LevelError(
            f"it has no IntGrid of the size of the level with values that are tiles. {ELSEWHERE}"
        )

    def _value(self, layer: Values, code: int) -> int:
        """The value of a tile: 0 where empty cells are such tiles, one that is drawn, or a new one."""
        defined = [
            value
            for value, kind in layer.defined.items()
            if code_of_kind(kind, layer.name, self.drawn.words) == code
        ]
        if code == self.empty and (not defined or not layer.numbers.all()):
            return 0
        if defined:
            return next((value for value in defined if value in layer.kinds), defined[0])
        if code not in self.added:
            self.added[code] = max([*layer.defined, *self.added.values(), 0]) + 1
        return self.added[code]

    @cached_property
    def empty(self) -> int:
        """The tile code of empty cells."""
        word = self.drawn.words.empty
        return code_of_empty(self.drawing.notes.get("empty") if word is None else word)

    def _move(self, stands: list[Stand], cells: list[Cell]) -> dict[Cell, Cell]:
        """Move entities that stand where another tile is wanted to where theirs is; take others away.

        Returns: the cells that entities come to, and from where: what is below them goes along.
        """
        wanted, taken = list(cells), dict[Cell, Cell]()
        for one in stands:
            if one.cell not in cells:
                continue
            target = next((cell for cell in wanted if self.after.tiles[cell] == one.code), None)
            if target is None:
                one.is_gone = True
            else:
                wanted.remove(target)
                taken[target] = one.cell
                one.moved_to = target
        return taken

    def _definition(self, text: str, node: Node) -> Change:
        """The values of the layer's definition, and new ones."""
        definition = self.drawn.kinds.layers[node.whole("layerDefUid")]
        path = path_of(definition.at("intGridValues"))
        new = [
            {"value": value, "identifier": WORDS[code], "color": d.COLOURS[code], "tile": None, "groupUid": 0}
            for code, value in self.added.items()
        ]
        span = span_of(text, path)
        parts = [*element_texts(text, path), *map(laid_out, new)]
        return span, with_elements(text[slice(*span)], parts)


def _check(text: str, name: str, level: Level, like: Source) -> None:
    """Whether what was written is read as the level."""
    project = project_in(text)
    again = level_of(drawing_of(project, project.levels[name], like.words), like)
    if again == level and again.seed == level.seed:
        return
    different = np.argwhere(again.tiles != level.tiles)
    if len(different):
        row, column = different[0]
        wanted, shown = (WORDS[one.tiles[row, column]] for one in (level, again))
        where = f"at row {row + 1}, column {column + 1} it would show {shown} where the level has {wanted}"
    else:
        where = "its entities or hidden rules would be others"
    raise LevelError(f"the level cannot be written back into it: {where}. {ELSEWHERE}")
