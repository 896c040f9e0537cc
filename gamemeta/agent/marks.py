"""What an agent has met at each place of a map: marks, a bit each, that beliefs about places are read from.

A place is marked when the agent stands on it, when a step that reached it was paid, and by what it looks like
within a view. What the last step of an episode reached is not shown, so the place that it was taken from is
marked with the action, and with whether it was paid. Marks follow from what the agent saw, did and earned
alone; they are cleared with its memory.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import SpecError
from gamemeta.facts import Fact, Facts
from gamemeta.spec import Spec, Symbols

MARKS = "marks."
"""Prefix of the names of marks among those of a memory."""
STOOD, PAID, ENDED = 0, 1, 2
"""Bits: stood on; reached by a step that was paid; the first of those of actions that ended an episode."""
MOST_BITS = 64
Inputs = Mapping[str, NDArray[Any]]
MarkArray = NDArray[np.uint64]
"""[n, places + 1]: the marks of each place, then the place of the last step."""


class PlaceMarks:
    """The marks of one fact about places.

    Args:
        fact: with `places` and `shown`.
        spec: of the game.
    Raises:
        SpecError: the game shows no such buffers, or there are more marks than bits.
    """

    def __init__(self, fact: Fact, spec: Spec) -> None:
        assert fact.places is not None and fact.shown is not None
        self.rows, self.columns = fact.places
        self.shown, self._first = fact.shown, np.cumsum([0, *spec.action.heads])
        self._actions = int(self._first[-1])
        self._looks = ENDED + 2 * self._actions
        self.bits = self._looks + (_symbols(spec, fact.shown.view).codes if fact.shown.view else 0)
        if self.bits > MOST_BITS:
            raise SpecError(f"a place has {self.bits} marks, and may have {MOST_BITS}: show fewer symbols.")
        self._codes = _symbols(spec, fact.shown.place).codes
        self._places = self._by_number(_symbols(spec, fact.shown.place).size)

    @property
    def places(self) -> int:
        """The number of places."""
        return self.rows * self.columns

    @property
    def planes(self) -> int:
        """Planes of `drawn`."""
        return self.bits + 1

    def _by_number(self, symbols: int) -> NDArray[np.int64]:
        """The place that symbols stand for, by their number."""
        moduli = self.shown.moduli
        if symbols != len(moduli) or self._codes < max(moduli) ** 2:
            raise SpecError(f"{self.shown.place!r} cannot show places modulo {moduli}: it has other symbols.")
        place = np.arange(self.places)
        row, column = np.divmod(place, self.columns)
        places = np.zeros(self._codes ** len(moduli), np.int64)
        places[self._number(np.stack([row % m * m + column % m for m in moduli], -1))] = place
        return places

    def _number(self, symbols: NDArray[Any]) -> NDArray[np.int64]:
        """Symbols [..., k] as one number."""
        number = np.zeros(symbols.shape[:-1], np.int64)
        for k in range(symbols.shape[-1]):
            number = number * self._codes + symbols[..., k]
        return number

    def init(self, n: int) -> MarkArray:
        """No marks."""
        return np.zeros((n, self.places + 1), np.uint64)

    def check(self, marks: MarkArray) -> None:
        """Check that a mind may have these marks.

        Raises:
            ValueError: they are marks that do not exist, or the last place is none.
        """
        if (marks[:, :-1] >> np.uint64(self.bits)).any() or (marks[:, -1] >= self.places).any():
            raise ValueError("marks of places that do not exist")

    def after(self, marks: MarkArray, inputs: Inputs, reset: NDArray[Any]) -> MarkArray:
        """The marks once agents got inputs [n, ...]; `reset` [n] clears them before."""
        marks = np.where((reset > 0)[:, None], np.uint64(0), marks)
        agents, here, last = np.arange(len(marks)), self._here(inputs), marks[:, -1].astype(np.int64)
        done, paid = inputs["previous_done"][:, 0] > 0, inputs["previous_reward"][:, 0] > 0
        for head, first in enumerate(self._first[:-1]):
            action = inputs["previous_action"][:, head].astype(np.int64)
            bit = ENDED + first + np.maximum(action, 1) - 1 + np.where(paid, 0, self._actions)
            marks[agents, last] |= np.where((action > 0) & done, _flag(bit), np.uint64(0))
        marks[agents, here] |= _flag(STOOD) | np.where(paid & ~done, _flag(PAID), np.uint64(0))
        if self.shown.view:
            self._look(marks, here, inputs[self.shown.view])
        marks[:, -1] = here.astype(np.uint64)
        return marks

    def _here(self, inputs: Inputs) -> NDArray[np.int64]:
        """The place where each agent stands."""
        return self._places[self._number(inputs[self.shown.place].reshape(-1, len(self.shown.moduli)))]

    def _look(self, marks: MarkArray, here: NDArray[np.int64], view: NDArray[Any]) -> None:
        """Mark what the places of a view [n, side, side] look like."""
        away = np.arange(view.shape[-1]) - view.shape[-1] // 2
        rows = (here // self.columns)[:, None, None] + away[:, None]
        columns = (here % self.columns)[:, None, None] + away
        flags = _flag(self._looks + view.astype(np.int64))
        if not self.shown.wraps:
            inside = (rows >= 0) & (rows < self.rows) & (columns >= 0) & (columns < self.columns)
            flags = np.where(inside, flags, np.uint64(0))
        place = rows % self.rows * self.columns + columns % self.columns
        np.bitwise_or.at(marks, (np.arange(len(marks))[:, None, None], place), flags)

    def drawn(self, marks: MarkArray) -> NDArray[np.float32]:
        """0 or 1 [n, planes, rows, columns]: each mark, and last where the agent stands."""
        out = np.zeros((len(marks), self.planes, self.places), np.float32)
        order = np.arange(self.bits, dtype=np.uint64)
        out[:, :-1] = marks[:, None, :-1] >> order[:, None] & np.uint64(1)
        out[np.arange(len(marks)), -1, marks[:, -1].astype(np.int64)] = 1
        return out.reshape(len(marks), self.planes, self.rows, self.columns)

    def drawn_at(
        self, marks: MarkArray, inputs: Inputs, reset: NDArray[Any], steps: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """As `drawn` [S, n, ...], after steps [S, n] out of inputs [T, n, ...], and the marks before them."""
        out = np.zeros((*steps.shape, self.planes, self.rows, self.columns), np.float32)
        for t in range(int(steps.max(initial=-1)) + 1):
            marks = self.after(marks, {name: array[t] for name, array in inputs.items()}, reset[t])
            row, agent = np.nonzero(steps == t)
            out[row, agent] = self.drawn(marks[agent])
        return out


def marks_of(facts: Facts, spec: Spec) -> dict[str, PlaceMarks]:
    """Marks for those facts whose places observations show, by name."""
    return {name: PlaceMarks(fact, spec) for name, fact in facts.items() if fact.shown is not None}


def _flag(bit: Any) -> Any:
    """The number whose only bit is this one."""
    return np.uint64(1) << np.asarray(bit).astype(np.uint64)


def _symbols(spec: Spec, name: str) -> Symbols:
    for buffer in spec.obs:
        if buffer.name == name and isinstance(buffer, Symbols):
            return buffer
    raise SpecError(f"the game shows no symbols called {name!r}.")
