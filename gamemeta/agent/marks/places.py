"""What an agent has met at each place of a map: marks, a bit each, that beliefs about places are read from.

A place is marked when the agent stands on it, when a step that reached it was paid, and by what it looks like
within a view. What the last step of an episode reached is not shown, so the place that it was taken from is
marked with the action, and with whether it was paid. Marks follow from what the agent saw, did and earned
alone; they are cleared with its memory.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.marks.marks import MOST_BITS, Inputs, MarkArray, Marks, bits_of, flag, symbols_of
from gamemeta.errors import SpecError
from gamemeta.facts import Fact, Shown
from gamemeta.spec import Spec

STOOD, PAID, ENDED = 0, 1, 2
"""Bits: stood on; reached by a step that was paid; the first of those of actions that ended an episode."""


class PlaceMarks(Marks):
    """The marks of one fact about places.

    Args:
        fact: with `places` and `shown`.
        spec: of the game.
    Raises:
        SpecError: the game shows no such buffers, or there are more marks than bits.
    """

    def __init__(self, fact: Fact, spec: Spec) -> None:
        assert fact.places is not None and isinstance(fact.shown, Shown)
        self.rows, self.columns = fact.places
        self.shown, self._first = fact.shown, np.cumsum([0, *spec.action.heads])
        self._actions = int(self._first[-1])
        self._looks = ENDED + 2 * self._actions
        self.bits = self._looks + (symbols_of(spec, fact.shown.view).codes if fact.shown.view else 0)
        if self.bits > MOST_BITS:
            raise SpecError(f"a place has {self.bits} marks, and may have {MOST_BITS}: show fewer symbols.")
        self.places = self.rows * self.columns
        self.planes = self.bits + 1
        self.size, self.shape = self.places + 1, (self.planes, self.rows, self.columns)
        self._codes = symbols_of(spec, fact.shown.place).codes
        self._places = self._by_number(symbols_of(spec, fact.shown.place).size)

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

    def check(self, marks: MarkArray) -> None:
        if (marks[:, :-1] >> np.uint64(self.bits)).any() or (marks[:, -1] >= self.places).any():
            raise ValueError("marks of places that do not exist")

    def after(self, marks: MarkArray, inputs: Inputs, reset: NDArray[Any]) -> MarkArray:
        marks = np.where((reset > 0)[:, None], np.uint64(0), marks)
        agents, here, last = np.arange(len(marks)), self._here(inputs), marks[:, -1].astype(np.int64)
        done, paid = inputs["previous_done"][:, 0] > 0, inputs["previous_reward"][:, 0] > 0
        for head, first in enumerate(self._first[:-1]):
            action = inputs["previous_action"][:, head].astype(np.int64)
            bit = ENDED + first + np.maximum(action, 1) - 1 + np.where(paid, 0, self._actions)
            marks[agents, last] |= np.where((action > 0) & done, flag(bit), np.uint64(0))
        marks[agents, here] |= flag(STOOD) | np.where(paid & ~done, flag(PAID), np.uint64(0))
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
        flags = flag(self._looks + view.astype(np.int64))
        if not self.shown.wraps:
            inside = (rows >= 0) & (rows < self.rows) & (columns >= 0) & (columns < self.columns)
            flags = np.where(inside, flags, np.uint64(0))
        place = rows % self.rows * self.columns + columns % self.columns
        np.bitwise_or.at(marks, (np.arange(len(marks))[:, None, None], place), flags)

    def drawn(self, marks: MarkArray) -> NDArray[np.float32]:
        """0 or 1 [n, planes, rows, columns]: each mark, and last where the agent stands."""
        here = np.zeros((len(marks), 1, self.places), np.float32)
        here[np.arange(len(marks)), 0, marks[:, -1].astype(np.int64)] = 1
        out: NDArray[np.float32] = np.concatenate([bits_of(marks[:, :-1], self.bits), here], axis=1)
        return out.reshape(len(marks), *self.shape)
