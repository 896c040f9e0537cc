"""The Level: one task as an immutable value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError
from gamemeta_levels.tiles import GLYPHS

MAX_SIDE = 255
"""Largest height or width of a level, tiles."""

FNV_OFFSET = 0xCBF29CE484222325
FNV_PRIME = 0x100000001B3
_MASK = (1 << 64) - 1


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
        tiles: uint8 [H, W] tile codes of `gamemeta_levels.tiles`; copied and made read-only.
        entities: what stands on the tiles; kept sorted.
        hidden: rules of this level that no observation shows, by name.
        seed: what it was generated from; None when drawn by hand or mutated.
    Raises:
        LevelError: not a grid of known tiles between 1 and 255 on each side.
    """

    family: str
    tiles: NDArray[np.uint8]
    entities: tuple[Entity, ...] = ()
    hidden: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    seed: int | None = None

    def __post_init__(self) -> None:
        tiles = np.array(self.tiles, dtype=np.uint8, order="C")
        if tiles.ndim != 2 or not all(1 <= side <= MAX_SIDE for side in tiles.shape):
            raise LevelError(
                f"a level is a grid of 1 to {MAX_SIDE} tiles a side; this one has shape {tiles.shape}."
            )
        if tiles.max() >= len(GLYPHS):
            raise LevelError(
                f"tile code {tiles.max()} is not one of the {len(GLYPHS)} known tiles."
            )
        tiles.flags.writeable = False
        hidden = {name: tuple(map(int, self.hidden[name])) for name in sorted(self.hidden)}
        object.__setattr__(self, "tiles", tiles)
        object.__setattr__(self, "entities", tuple(sorted(self.entities)))
        object.__setattr__(self, "hidden", MappingProxyType(hidden))

    @property
    def height(self) -> int:
        return int(self.tiles.shape[0])

    @property
    def width(self) -> int:
        return int(self.tiles.shape[1])

    @cached_property
    def content_hash(self) -> int:
        """64-bit hash of the content, seed left out; it decides the split.

        FNV-1a, then the finaliser of splitmix64, since the low bits of FNV-1a alone are parities
        of the content and would make the splits differ in kind.
        """
        value = FNV_OFFSET
        for byte in self._content():
            value = ((value ^ byte) * FNV_PRIME) & _MASK
        value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
        return value ^ (value >> 31)

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
        return replace(self, seed=seed)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Level):
            return NotImplemented
        return self.family == other.family and self._content() == other._content()

    def __hash__(self) -> int:
        return hash((self.family, self.content_hash))

    def __str__(self) -> str:
        return "\n".join("".join(GLYPHS[code] for code in row) for row in self.tiles)
