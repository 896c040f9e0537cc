"""The Level: one task as an immutable value."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import index
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gamemeta_levels.errors import LevelError, shortened
from gamemeta_levels.split import MAX_SEED
from gamemeta_levels.splitmix import MASK, mix
from gamemeta_levels.tiles import GLYPHS

MAX_SIDE = 255
"""Largest height or width of a level, tiles."""

FNV_OFFSET = 0xCBF29CE484222325
FNV_PRIME = 0x100000001B3
_WORD = re.compile(r"[A-Za-z0-9_./-]{1,64}")


@dataclass(frozen=True, order=True)
class Entity:
    """Something that stands on a tile: its kind, place and variant (a colour, say)."""

    kind: str
    row: int
    column: int
    variant: int = 0


@dataclass(frozen=True, eq=False)
class Level:
    """One task. Two levels are equal when their contents are, whatever their seeds.

    Args:
        family: name of the level family.
        tiles: uint8 [H, W] tile codes of `gamemeta_levels.tiles`; copied, never writeable.
        entities: what stands on the tiles; kept sorted.
        hidden: rules of this level that no observation shows, by name; 64-bit numbers.
        seed: what it was generated from, 0 to 2**63 - 1; None when drawn by hand or mutated.
    Raises:
        LevelError: not a grid of known tiles between 1 and 255 on each side, a name that is not
            one word, an entity outside the grid, or a number out of range.
    """

    family: str
    tiles: NDArray[np.uint8]
    entities: tuple[Entity, ...] = ()
    hidden: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    seed: int | None = None

    def __post_init__(self) -> None:
        tiles = _frozen(self.tiles)
        _check_name(self.family)
        object.__setattr__(self, "tiles", tiles)
        object.__setattr__(self, "entities", _entities(self.entities, *tiles.shape))
        object.__setattr__(self, "hidden", _hidden(self.hidden))
        if self.seed is not None:
            object.__setattr__(self, "seed", check_number("the seed", self.seed, 0))

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.tiles.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.tiles.shape[1])

    @cached_property
    def content_hash(self) -> int:
        """64-bit hash of the content, seed left out; it decides the split.

        FNV-1a, then the finaliser of splitmix64, since the low bits of FNV-1a alone are parities
        of the content and would make the splits differ in kind.
        """
        value = FNV_OFFSET
        for byte in self._content():
            value = ((value ^ byte) * FNV_PRIME) & MASK
        return mix(value)

    @property
    def digest(self) -> str:
        """The content hash as 16 hexadecimal digits: the level's name in files and tables."""
        return f"{self.content_hash:016x}"

    def _content(self) -> bytes:
        parts = [bytes((self.height, self.width)), self.tiles.tobytes()]
        for entity in self.entities:
            parts.append(f"{entity.kind},{entity.row},{entity.column},{entity.variant};".encode())
        for name, values in self.hidden.items():
            parts.append(f"{name}={','.join(map(str, values))};".encode())
        return b"".join(parts)

    def find(self, code: int) -> list[tuple[int, int]]:
        """Row and column of every tile with this code, in reading order."""
        return [(int(r), int(c)) for r, c in np.argwhere(self.tiles == code)]

    def with_seed(self, seed: int | None) -> "Level":
        """The same level said to come from another seed, or from none."""
        return replace(self, seed=seed)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Level):
            return NotImplemented
        return self.family == other.family and self._content() == other._content()

    def __hash__(self) -> int:
        return hash((self.family, self.content_hash))

    def __str__(self) -> str:
        return "\n".join("".join(GLYPHS[code] for code in row) for row in self.tiles)


def _frozen(tiles: ArrayLike) -> NDArray[np.uint8]:
    """A copy as uint8 [H, W] over memory that nobody can write to."""
    try:
        grid = np.asarray(tiles)
    except ValueError:
        raise LevelError("the rows of a level are equally long; these are not.") from None
    if grid.ndim != 2 or not all(1 <= side <= MAX_SIDE for side in grid.shape):
        raise LevelError(
            f"a level is a grid of 1 to {MAX_SIDE} tiles a side; this one has shape {grid.shape}."
        )
    if grid.dtype.kind not in "iu":
        raise LevelError(f"tiles are whole numbers; these are of dtype {grid.dtype}.")
    if grid.min() < 0 or grid.max() >= len(GLYPHS):
        raise LevelError(
            f"tiles are numbers from 0 to {len(GLYPHS) - 1}; these go from {grid.min()} to {grid.max()}."
        )
    return np.frombuffer(grid.astype(np.uint8).tobytes(), np.uint8).reshape(grid.shape)


def _entities(entities: Iterable[Entity], height: int, width: int) -> tuple[Entity, ...]:
    """The entities, sorted, when each is one and stands on a tile."""
    try:
        return tuple(sorted(_entity(entity, height, width) for entity in entities))
    except TypeError:
        raise LevelError(f"entities are a tuple of Entity; these are {shortened(entities)}.") from None


def _entity(entity: Entity, height: int, width: int) -> Entity:
    if not isinstance(entity, Entity):
        raise LevelError(f"entities are a tuple of Entity; one of these is {shortened(entity)}.")
    _check_name(entity.kind)
    row, column, variant = (
        check_number(f"an entity's {name}", getattr(entity, name), -MAX_SEED - 1)
        for name in ("row", "column", "variant")
    )
    if not (0 <= row < height and 0 <= column < width):
        raise LevelError(
            f"the entity {entity.kind!r} at row {row}, column {column} stands "
            f"outside the grid; rows are 0 to {height - 1}, columns 0 to {width - 1}."
        )
    return Entity(entity.kind, row, column, variant)


def _hidden(hidden: Mapping[str, Iterable[int]]) -> Mapping[str, tuple[int, ...]]:
    """Hidden rules by name, in the order of the names."""
    try:
        rules = {name: tuple(values) for name, values in hidden.items()}
    except (TypeError, AttributeError):
        raise LevelError(
            f"hidden rules are lists of whole numbers by name; these are {shortened(hidden)}."
        ) from None
    for name in rules:
        _check_name(name)
    return MappingProxyType(
        {
            name: tuple(check_number("a hidden number", number, -MAX_SEED - 1) for number in rules[name])
            for name in sorted(rules)
        }
    )


def _check_name(name: str) -> None:
    if not isinstance(name, str) or not _WORD.fullmatch(name):
        raise LevelError(
            f"{shortened(name)} is not a name. Use at most 64 letters, digits and _ - . / in it."
        )


def check_number(what: str, number: int, least: int) -> int:
    """A whole number of any kind as an int. Raises LevelError unless it lies in least to 2**63 - 1."""
    try:
        whole = index(number)
    except TypeError:
        raise LevelError(f"{what} is {shortened(number)}; it must be a whole number.") from None
    if not least <= whole <= MAX_SEED:
        shown = whole if abs(whole) < 10**30 else "a number with over 30 digits"
        raise LevelError(f"{what} is {shown}; it must lie in {least} to {MAX_SEED}.")
    return whole
