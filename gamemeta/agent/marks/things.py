"""What came of the things that an agent touched: marks that beliefs about what things do are read from.

A thing is marked by what the step that touched it did: whether it was paid or cost something, whether the
agent came to another place, and which symbols of its state rose and fell. Things that are touched with
something else in hand count as other things: a door tells of each key by itself.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.marks.marks import MOST_BITS, Inputs, MarkArray, Marks, bits_of, flag, symbols_of
from gamemeta.errors import SpecError
from gamemeta.facts import Touched
from gamemeta.spec import Spec

PAID, COST, MOVED, STAYED, ROSE = range(5)
"""Bits; from `ROSE` on one for each symbol of the state, then one for each that fell."""


class ThingMarks(Marks):
    """The marks of all things.

    Args:
        shown: what observations tell.
        spec: of the game.
    Raises:
        SpecError: the game shows no such buffers, or there are more marks than bits.
    """

    def __init__(self, shown: Touched, spec: Spec) -> None:
        self.shown = shown
        thing, state, place = (symbols_of(spec, name) for name in (shown.thing, shown.state, shown.place))
        self._state, self._place = state.size, place.size
        self._held = 1 if shown.held is None else state.codes
        self.bits = ROSE + 2 * self._state
        if thing.size != 1 or self.bits > MOST_BITS or (shown.held or 0) >= self._state:
            raise SpecError(f"{shown.thing!r} and {shown.state!r} cannot show what things do.")
        self._things, self._codes = thing.codes * self._held, (state.codes, place.codes)
        self.size, self.shape = self._things + self._state + self._place, (self.bits * self._things,)

    def check(self, marks: MarkArray) -> None:
        met, state, place = np.split(marks, [self._things, self._things + self._state], axis=1)
        codes = self._codes
        if (met >> np.uint64(self.bits)).any() or (state >= codes[0]).any() or (place >= codes[1]).any():
            raise ValueError("marks of things that do not exist")

    def after(self, marks: MarkArray, inputs: Inputs, reset: NDArray[Any]) -> MarkArray:
        marks = np.where((reset > 0)[:, None], np.uint64(0), marks)
        shown, last = self.shown, marks[:, self._things :].astype(np.int64)
        state = inputs[shown.state].reshape(len(marks), -1).astype(np.int64)
        place = inputs[shown.place].reshape(len(marks), -1).astype(np.int64)
        thing = inputs[shown.thing].reshape(-1).astype(np.int64)
        held = 0 if shown.held is None else last[:, shown.held]
        reward, moved = inputs["previous_reward"], (place != last[:, self._state :]).any(axis=1)
        before = last[:, : self._state]
        came = [reward > 0, reward < 0, moved[:, None], ~moved[:, None], state > before, state < before]
        bits = (np.concatenate(came, axis=1) * flag(np.arange(self.bits))).sum(axis=1, dtype=np.uint64)
        touched = (thing > 0) & (reset == 0) & (inputs["previous_done"][:, 0] == 0)
        agents = np.arange(len(marks))
        marks[agents, thing * self._held + held] |= np.where(touched, bits, np.uint64(0))
        marks[:, self._things :] = np.concatenate([state, place], axis=1)
        return marks

    def drawn(self, marks: MarkArray) -> NDArray[np.float32]:
        return bits_of(marks[:, : self._things], self.bits).reshape(len(marks), -1)
