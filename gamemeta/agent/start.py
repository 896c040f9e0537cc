"""What minds begin with: memory, and what their first inputs say about the step before."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.spec import Spec

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Start:
    """The beginning of a mind, and what `forget` brings it back to.

    Args:
        state: float32 [S], the memory of all cells.
        before: [...] by name, what the first inputs say about the step before: `Spec.before`.
        blank: whether all of it is as in an agent that knows nothing yet.
    """

    state: Array
    before: dict[str, NDArray[Any]]
    blank: bool = False

    @classmethod
    def knowing_nothing(cls, state: Array, spec: Spec) -> "Start":
        """The start of an agent as it was trained: its cleared memory, and zeros."""
        return cls(state, {b.name: np.zeros(b.shape, b.dtype) for b in spec.before()}, blank=True)

    @classmethod
    def after_episode(cls, state: Array, previous: dict[str, NDArray[Any]], reward: float) -> "Start":
        """The start of an agent that has just ended an episode of its level.

        Args:
            state: float32 [S], its memory after its last action.
            previous: that action, as inputs show it.
            reward: what that action earned.
        """
        before = dict(previous)
        before["previous_reward"] = np.array([reward], np.float32)
        before["previous_done"] = np.ones(1, np.uint8)
        return cls(state, before)

    def rows(self, n: int) -> Array:
        """The memory of n minds that begin, [n, S]."""
        return np.repeat(self.state[None], n, axis=0)
