"""Differences between two levels: family, size, tiles, things and hidden rules."""

from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Any

import numpy as np

from gamemeta_levels.level import Entity, Level
from gamemeta_levels.tiles import NAMES

Tile = int | None
"""A tile code; None outside a level."""


@dataclass(frozen=True, kw_only=True)
class TileChange:
    """A place, row and column from 0, and its tile in either level."""

    row: int
    column: int
    before: Tile
    after: Tile

    def __str__(self) -> str:
        place = f"row {self.row + 1}, column {self.column + 1}"
        return f"{place}: {name_of(self.before)} -> {name_of(self.after)}"


@dataclass(frozen=True, kw_only=True)
class HiddenChange:
    """One hidden number, by name and place from 0; None in the level that lacks it."""

    name: str
    place: int
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Comparison:
    """The first level beside the second.

    Args:
        before, after: the levels.
    """

    before: Level
    after: Level

    @property
    def equal(self) -> bool:
        """Whether they are equal but for their seeds."""
        return self.before == self.after

    @property
    def same_size(self) -> bool:
        """Whether both have as many rows and columns."""
        return self.before.tiles.shape == self.after.tiles.shape

    @cached_property
    def tiles(self) -> tuple[TileChange, ...]:
        """Tiles that differ where both levels have one, in reading order."""
        height = min(self.before.height, self.after.height)
        width = min(self.before.width, self.after.width)
        before, after = (level.tiles[:height, :width] for level in (self.before, self.after))
        return tuple(
            TileChange(row=int(r), column=int(c), before=int(before[r, c]), after=int(after[r, c]))
            for r, c in np.argwhere(before != after)
        )

    @cached_property
    def removed(self) -> tuple[Entity, ...]:
        """Things that only the first level has; of equal ones, as many as it has more."""
        return _without(self.before.entities, self.after.entities)

    @cached_property
    def added(self) -> tuple[Entity, ...]:
        """Things that only the second level has."""
        return _without(self.after.entities, self.before.entities)

    @cached_property
    def hidden(self) -> tuple[HiddenChange, ...]:
        """Hidden numbers that differ, by name; a name without numbers that one level lacks counts as one."""
        changes = []
        for name in sorted({*self.before.hidden, *self.after.hidden}):
            values = [level.hidden.get(name) for level in (self.before, self.after)]
            pairs = list(zip_longest(*(row or () for row in values)))
            if not pairs and None in values:
                changes.append(HiddenChange(name=name, place=0, before=None, after=None))
            changes += [
                HiddenChange(name=name, place=place, before=one, after=other)
                for place, (one, other) in enumerate(pairs)
                if one != other
            ]
        return tuple(changes)

    def tile(self, level: Level, row: int, column: int) -> Tile:
        """The tile of a level at a place that may lie outside it."""
        inside = row < level.height and column < level.width
        return int(level.tiles[row, column]) if inside else None

    def to_json(self) -> dict[str, Any]:
        """The comparison as plain JSON data."""
        return {
            "equal": self.equal,
            "digests": [self.before.digest, self.after.digest],
            "families": [self.before.family, self.after.family],
            "sizes": [[level.height, level.width] for level in (self.before, self.after)],
            "tiles": [
                vars(one) | {"before": name_of(one.before), "after": name_of(one.after)} for one in self.tiles
            ],
            "removed": [vars(one) for one in self.removed],
            "added": [vars(one) for one in self.added],
            "hidden": [vars(one) for one in self.hidden],
        }


def name_of(tile: Tile) -> str:
    """A tile in words; nothing where there is none."""
    return "nothing" if tile is None else NAMES[tile]


def _without(these: tuple[Entity, ...], those: tuple[Entity, ...]) -> tuple[Entity, ...]:
    left, others = [], list(those)
    for entity in these:
        if entity in others:
            others.remove(entity)
        else:
            left.append(entity)
    return tuple(left)
