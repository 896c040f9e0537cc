"""Entities that stand on a tile and are one: a player who is the spawn, a key."""

from dataclasses import dataclass

from gamemeta_levels.formats.drawing import code_of_kind
from gamemeta_levels.formats.ldtk.grid import frame_of
from gamemeta_levels.formats.ldtk.kinds import kind_of_entity, our_entity
from gamemeta_levels.formats.ldtk.layers import ENTITIES, cells_of
from gamemeta_levels.formats.ldtk.read import Drawn
from gamemeta_levels.formats.ldtk.splice import (
    Change,
    element_texts,
    path_of,
    replaced,
    span_of,
    with_elements,
    with_numbers,
)
from gamemeta_levels.formats.node import Node

Cell = tuple[int, int]


@dataclass
class Stand:
    """An entity that is one of our tiles."""

    entity: Node
    number: int
    """In its layer."""
    cell: Cell
    """Row and column."""
    code: int
    """Of the tile."""
    moved_to: Cell | None = None
    """Where it is to stand; None where it stays."""
    is_gone: bool = False

    def text(self, part: str, side: int, layer_side: int) -> str:
        """The text of the entity where it is to stand.

        Args:
            part: its text as it is.
            side: of a cell of the level, pixels.
            layer_side: of a cell of its layer.
        """
        row, column = self.moved_to or self.cell
        down, right = (row - self.cell[0]) * side, (column - self.cell[1]) * side
        x, y = self.entity.wholes("px", count=2)
        was, place = self.entity.wholes("__grid"), (x + right, y + down)
        numbers = {"px": list(place)}
        if len(was) == 2:
            numbers["__grid"] = [
                was[0] + (x + right) // layer_side - x // layer_side,
                was[1] + (y + down) // layer_side - y // layer_side,
            ]
        changes = [(span_of(part, [name]), values) for name, values in numbers.items()]
        pieces = [(span, with_numbers(part[slice(*span)], values)) for span, values in changes]
        for name, more in (("__worldX", right), ("__worldY", down)):
            if self.entity.has(name):
                pieces.append((span_of(part, [name]), str(self.entity.whole(name) + more)))
        return replaced(part, pieces)


def stands_of(drawn: Drawn) -> dict[int, list[Stand]]:
    """The entities that are a tile of one cell, by number of the layer."""
    stands: dict[int, list[Stand]] = {}
    for number, layer in enumerate(drawn.nodes):
        if layer.text("__type") != ENTITIES:
            continue
        frame, name = frame_of(layer), layer.text("__identifier")
        for k, entity in enumerate(layer.nodes("entityInstances")):
            code = code_of_kind(kind_of_entity(entity), name, drawn.words)
            rows, columns = cells_of(entity, frame, drawn.grid, drawn.kinds)
            is_one = rows[1] - rows[0] == columns[1] - columns[0] == 1
            if code >= 0 and is_one and our_entity(entity) is None:
                stands.setdefault(number, []).append(Stand(entity, k, (rows[0], columns[0]), code))
    return stands


def entities_changed(text: str, layer: Node, stands: list[Stand], side: int) -> list[Change]:
    """The piece of text that holds the entities of a layer, where some have moved or are gone."""
    moved = {one.number: one for one in stands if one.moved_to is not None}
    gone = {one.number for one in stands if one.is_gone}
    if not moved and not gone:
        return []
    span = span_of(text, path_of(layer.at("entityInstances")))
    old, layer_side = text[slice(*span)], frame_of(layer).cell
    parts = [
        moved[number].text(part, side, layer_side) if number in moved else part
        for number, part in enumerate(element_texts(old))
        if number not in gone
    ]
    return [(span, with_elements(old, parts))]
