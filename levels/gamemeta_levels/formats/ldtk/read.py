"""Levels in the projects of LDtk: worlds, levels in files of their own, IntGrids, entities and tiles."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gamemeta_levels.errors import LevelError, cut, shortened
from gamemeta_levels.formats.drawing import HIDDEN, Drawing, Layer, code_of_kind, level_of
from gamemeta_levels.formats.ldtk.grid import Grid, frame_of, grid_of
from gamemeta_levels.formats.ldtk.kinds import Kinds, fields_of
from gamemeta_levels.formats.ldtk.layers import (
    AUTO,
    ENTITIES,
    INT_GRID,
    TILES,
    Values,
    entity_layers,
    tile_layers,
    values_of,
)
from gamemeta_levels.formats.ldtk.project import Project, level_in, project_of
from gamemeta_levels.formats.node import Node
from gamemeta_levels.formats.source import Source
from gamemeta_levels.formats.tile_words import TileWords
from gamemeta_levels.level import Entity, Level
from gamemeta_levels.tiles import FLOOR, WALL

NOTE = "gamemeta_"
"""How the fields of a level begin that are meant for us; names in LDtk have no dots."""
RULE = "hidden_"
DEFAULT_CELL = 16
RULES = " (rules)"
"""Behind the name of an IntGrid layer: the tiles that its rules have drawn."""
ART = {TILES: "gridTiles", AUTO: "autoLayerTiles"}


def read(source: Source) -> Level:
    """A level of a project.

    Raises:
        LevelError: naming the level and the place in it.
    """
    return level_of(drawing(source), source)


def parts(source: Source) -> tuple[str, ...]:
    """The names of the levels of a project; one empty name where it holds one."""
    names = tuple(project_of(source).levels)
    if not names:
        raise LevelError("there is no level in this project.")
    return names if len(names) > 1 else ("",)


def drawing(source: Source) -> Drawing:
    """What a level of a project holds. Raises LevelError as `read`."""
    project = project_of(source)
    level = level_in(project, project.name_of(source.part), source)
    return drawing_of(project, level, source.words)


def drawing_of(project: Project, level: Node, words: TileWords) -> Drawing:
    """What a level holds.

    Args:
        project: where it lies.
        level: with its layers.
        words: what the user says that things mean.
    """
    drawn = drawn_of(project, level, words)
    notes = notes_of_fields(level)
    if "empty" not in notes and WALL in drawn.codes and FLOOR not in drawn.codes:
        notes["empty"] = "floor"  # of most games the walls alone are drawn
    has_meaning = any(one.kinds for one in drawn.values.values()) or _has_meaning(drawn)
    shows_art = not has_meaning or _is_named(drawn)
    layers: list[Layer] = []
    for number, node in enumerate(drawn.nodes):
        if number in drawn.values:
            layers.append(drawn.values[number].layer(drawn.grid, drawn.kinds))
        layers += drawn.entities.get(number, ())
        if shows_art:
            layers += _art(drawn, node, is_art=has_meaning)
    size = (drawn.grid.height, drawn.grid.width)
    return Drawing(drawn.kinds.kinds, layers, size, notes, tuple(drawn.own_entities))


@dataclass(frozen=True)
class Drawn:
    """The parts of a level that say what they are; layers have numbers, from the lowest to the highest."""

    nodes: Sequence[Node]
    kinds: Kinds
    grid: Grid
    values: Mapping[int, Values]
    """By number of the layer."""
    entities: Mapping[int, Sequence[Layer]]
    """By number of the layer."""
    own_entities: Sequence[Entity]
    """Those that the level has beside its tiles."""
    words: TileWords

    @cached_property
    def codes(self) -> set[int]:
        """Our tiles among the values."""
        return {code for one in self.values.values() for code in one.codes(self.words)}


def drawn_of(project: Project, level: Node, words: TileWords) -> Drawn:
    """The values and entities of a level, on its grid."""
    nodes = list(level.nodes("layerInstances"))[::-1]
    kinds, types = Kinds(project.definitions), [node.text("__type") for node in nodes]
    values = {k: values_of(node, kinds) for k, node in enumerate(nodes) if types[k] == INT_GRID}
    grid = grid_of(level, _cell(nodes, list(values.values()), words))
    ours: list[Entity] = []
    entities = {
        k: list(entity_layers(node, grid, kinds, ours))
        for k, node in enumerate(nodes)
        if types[k] == ENTITIES
    }
    return Drawn(nodes, kinds, grid, values, entities, ours, words)


def _cell(nodes: Sequence[Node], values: Sequence[Values], words: TileWords) -> int:
    """Side of a tile, pixels: of the finest IntGrid with a meaning, else of any, else of the entities."""
    good = [one.frame.cell for one in values if one.codes(words)] or [one.frame.cell for one in values]
    if good:
        return min(good)
    order = {ENTITIES: 0, TILES: 1, AUTO: 2}
    others = sorted(nodes, key=lambda one: order.get(one.text("__type"), 3))
    return frame_of(others[0]).cell if others else DEFAULT_CELL


def _has_meaning(drawn: Drawn) -> bool:
    """Whether an entity is one of our tiles."""
    return any(
        code_of_kind(drawn.kinds.kinds[number], layer.name, drawn.words) >= 0
        for layers in drawn.entities.values()
        for layer in layers
        for number in np.unique(layer.grid[layer.grid >= 0])
    )


def _art(drawn: Drawn, node: Node, *, is_art: bool) -> Iterator[Layer]:
    """The tiles of a layer: those of an IntGrid only where others say what they are, and no hidden ones."""
    kind, name = node.text("__type"), node.text("__identifier")
    if kind == INT_GRID and is_art:
        yield from tile_layers(node, ART[AUTO], drawn.grid, drawn.kinds, is_art=True, name=name + RULES)
    elif kind in ART and node.flag("visible", True):
        yield from tile_layers(node, ART[kind], drawn.grid, drawn.kinds, is_art=is_art, name=name)


def _is_named(drawn: Drawn) -> bool:
    """Whether anybody says of a tile what it is."""
    tilesets = drawn.kinds.tilesets.values()
    prefixes = tuple(f"{one.identifier}:" for one in tilesets)
    art = {
        node.text("__identifier") + (RULES if node.text("__type") == INT_GRID else "") for node in drawn.nodes
    }
    return (
        any(one.words for one in tilesets)
        or any(name.startswith(prefixes) for name in drawn.words.tiles)
        or not art.isdisjoint(drawn.words.layers)
    )


def notes_of_fields(level: Node) -> dict[str, Any]:
    """The fields of a level that are meant for us, by the names that `Drawing` has for them."""
    notes: dict[str, Any] = {}
    for name, value in fields_of(level):
        if name.startswith(NOTE):
            short = name.removeprefix(NOTE)
            if short.startswith(RULE):
                short = HIDDEN + short.removeprefix(RULE)
            notes[short] = _plain(f"{cut(name, 60)}", value)
    return notes


def _plain(name: str, value: Any) -> Any:
    """A value of a field; a list of numbers as a text of numbers."""
    if isinstance(value, list):
        if not all(type(one) is int for one in value):
            raise LevelError(f"the field {name} is {shortened(value)}; it must be a text or numbers.")
        return " ".join(map(str, value))
    return value
