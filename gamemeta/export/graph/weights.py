"""An agent's description by name, as graphs take it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.export.description import (
    ATTENTION,
    IMAGE,
    LEARNED,
    NORMALISED,
    QUANTITIES,
    SYMBOLS,
    TABLE,
    Description,
)

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Part:
    """A part of the observation.

    Args:
        place: its number among all parts.
        kind: SYMBOLS, QUANTITIES, NORMALISED or IMAGE.
        size: its numbers.
        codes: of symbols.
        shape: of an image: height, width, channels.
    """

    place: int
    kind: int
    size: int
    codes: int
    shape: tuple[int, int, int]


class Weights:
    """Integers and arrays of a description by name."""

    def __init__(self, description: Description) -> None:
        self.integer: dict[str, int] = dict(description.integers)
        self.array: dict[str, Array] = dict(description.arrays)
        self.heads = [self.integer[f"heads.{h}"] for h in range(self.integer["heads"])]
        self.continuous = self.integer["numbers"]
        self.choices = sum(self.heads)
        self.outputs = self.choices + self.continuous
        self.skill = description.agent.skill

    @cached_property
    def parts(self) -> list[Part]:
        """All parts of the observation."""
        return [self._part(k) for k in range(self.integer["parts"])]

    def of_kind(self, *kinds: int) -> list[Part]:
        """The parts of these kinds."""
        return [part for part in self.parts if part.kind in kinds]

    @property
    def symbols(self) -> list[Part]:
        """Parts that are symbols."""
        return self.of_kind(SYMBOLS)

    @property
    def quantities(self) -> list[Part]:
        """Parts that are quantities, normalised or not."""
        return self.of_kind(QUANTITIES, NORMALISED)

    @property
    def images(self) -> list[Part]:
        """Parts that are images."""
        return self.of_kind(IMAGE)

    def width_of(self, parts: list[Part]) -> int:
        """Numbers of some parts together."""
        return sum(part.size for part in parts)

    @property
    def mask(self) -> Part | None:
        """The part that says which choices are legal."""
        place = self.integer["mask"]
        return None if place < 0 else self.parts[place]

    @property
    def states(self) -> list[int]:
        """Numbers of state of each cell."""
        return [self._state(k) for k in range(self.integer["cells"])]

    @property
    def tables(self) -> list[list[int]]:
        """Of each table: first number of state, rows, width, places of an action, 1 if keys are learned."""
        firsts = np.cumsum([0, *self.states]).tolist()
        cells = range(self.integer["cells"])
        return [self._table(k, firsts[k]) for k in cells if self.integer[f"cells.{k}.kind"] == TABLE]

    @property
    def rings(self) -> list[list[int]]:
        """Of each cell with attention: the number of state that counts steps, and its window."""
        ends = np.cumsum(self.states).tolist()
        kinds = [self.integer[f"cells.{k}.kind"] for k in range(self.integer["cells"])]
        windows = (self.integer.get(f"cells.{k}.window", 0) for k in range(len(kinds)))
        each = zip(kinds, ends, windows, strict=True)
        return [[end - 1, window] for kind, end, window in each if kind == ATTENTION]

    @property
    def columns(self) -> dict[str, int]:
        """Columns of the tensor `memory`, in order, and how many each takes."""
        numbers, state = self.continuous, self.integer["state"]
        return {
            "state": state,
            "numbers": numbers,
            "action": len(self.heads),
            "begun": 1,
            "thought": self.outputs,
        }

    def _part(self, k: int) -> Part:
        kind, size, codes, *shape = (
            self.integer[f"parts.{k}.{word}"]
            for word in ("kind", "size", "codes", "height", "width", "channels")
        )
        return Part(k, kind, size, codes, (shape[0], shape[1], shape[2]))

    def _state(self, k: int) -> int:
        kind, width = self.integer[f"cells.{k}.kind"], self.integer["width"]
        if kind == ATTENTION:
            heads, window = (self.integer[f"cells.{k}.{word}"] for word in ("attention_heads", "window"))
            return 2 * (width // heads) * window + 1
        if kind != TABLE:
            return width
        _, rows, width, _, learned = self._table(k, 0)
        return rows * width + (rows if learned else 1)

    def _table(self, k: int, first: int) -> list[int]:
        keys, rows, values = (self.integer[f"cells.{k}.{word}"] for word in ("keys", "rows", "values"))
        return [first, rows, values + 1, rows // self.choices, int(keys == LEARNED)]

    def __getitem__(self, name: str) -> Any:
        return self.array[name]
